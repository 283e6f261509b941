"""What is proposed for the sentences of a summary where they stand, and what must never change."""

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarise.article import read_article
from summarise.coherence import Proposal, Sameness, Shown, in_order, proposals, say_the_same
from summarise.data import Facts
from summarise.facts import extract

ARTICLE = (
    "Holmfirth Tidal Power (HTP) will close its works at Sandry, Marian Oakfield, the chief executive, said on Monday. "
    "She said that 300 people would lose their jobs. "
    "But the Office for Estuaries and Coasts (OEC) wants a review. "
    "The regulator has written to ministers. "
    "“We were not asked,” said Peter Lindqvist, a union official at Sandry. "
    "He accused the company of haste. "
    "However, Oakfield rejected that. "
    "Her plan was praised by investors. "
    "“He is wrong,” Oakfield told reporters. "
    "The plan would save £4 million a year. "
    "By then the tide mill had stood for a century. "
    "The EU paid for the first turbines. "
    "OEC inspectors visited Sandry in May. "
    "The OEC expects an answer next week. "
    "It is feared that the mill will be lost. "
    "They left on Friday."
)


@cache
def facts() -> Facts:
    return extract(read_article(ARTICLE))


def chosen(*beginnings: str) -> list[Shown]:
    """Return the article's sentences that begin so, in the order given."""
    article = facts().article
    found = [next(s for s in article.sentences if article.quote(s).startswith(words)) for words in beginnings]
    return [Shown(article.quote(sentence), sentence) for sentence in found]


def proposed(*beginnings: str) -> list[Proposal]:
    return list(proposals(chosen(*beginnings), facts()))


@pytest.mark.parametrize(
    ("before", "sentence", "expected"),
    [
        (
            [],
            "She said",
            "Marian Oakfield, the chief executive, said that 300 people would lose their jobs.",
        ),
        ([], "He accused", "Peter Lindqvist, a union official at Sandry, accused the company of haste."),
        (["“We were"], "Her plan", "Marian Oakfield’s plan was praised by investors."),
        (["Holmfirth", "“We were"], "Her plan", "Oakfield’s plan was praised by investors."),
        ([], "However", "Marian Oakfield, the chief executive, rejected that."),
        ([], "“He is wrong", "“He is wrong,” Marian Oakfield, the chief executive, told reporters."),
        ([], "But the", "The Office for Estuaries and Coasts (OEC) wants a review."),
        ([], "The OEC", "The Office for Estuaries and Coasts (OEC) expects an answer next week."),
        ([], "The regulator", "The Office for Estuaries and Coasts has written to ministers."),
    ],
)
def test_what_the_summary_does_not_explain_is_named(before: list[str], sentence: str, expected: str) -> None:
    """A pronoun, a description, a surname or an acronym that nothing before explains gets the name in full."""
    assert proposed(*before, sentence)[-1].text == expected


@pytest.mark.parametrize(
    "beginnings",
    [
        ["Holmfirth", "She said"],  # the sentence before names her and nobody else
        ["“We were", "He accused"],
        ["But the", "The regulator"],
        ["But the", "The OEC"],
        ["The EU paid"],
        ["“We were"],
    ],
)
def test_what_the_summary_explains_stays(beginnings: list[str]) -> None:
    """Nothing is changed where the sentence before makes it clear; known acronyms and full names stay."""
    proposal = proposed(*beginnings)[-1]
    assert (proposal.text, proposal.changes) == (chosen(*beginnings)[-1].text, ())


def test_a_connective_goes_only_where_its_sentence_is_missing() -> None:
    """A "But" stays behind the article's sentence before it, and goes elsewhere, the capital put right."""
    assert proposed("She said", "But the")[-1].text.startswith("But the Office")
    assert proposed("Holmfirth", "But the")[-1].text.startswith("The Office")


@pytest.mark.parametrize(
    ("beginnings", "word"),
    [
        (["The plan"], "The plan"),
        (["By then"], "By then"),
        (["They left"], "They"),
        (["“He is wrong"], "He"),
    ],
)
def test_what_points_at_nothing_is_told(beginnings: list[str], word: str) -> None:
    """Words that point at what the summary does not have are told, with a weight."""
    dangling = proposed(*beginnings)[-1].dangling
    assert word in [one.text for one in dangling]
    assert all(0 < one.weight <= 1 for one in dangling)


@pytest.mark.parametrize(
    ("beginnings", "words"), [(["Her plan", "The plan"], []), (["It is feared"], ["the mill"]), (["The EU paid"], [])]
)
def test_what_stands_alone_does_not_dangle(beginnings: list[str], words: list[str]) -> None:
    """A thing that was spoken of, an "it" that means nothing, and a plain sentence are left in peace."""
    assert [one.text for one in proposed(*beginnings)[-1].dangling] == words


UNTOLD = "the summary has not told of it before"
"""Why a thing dangles; a description of somebody ("the owner") has a reason of its own."""


@pytest.mark.parametrize(
    ("article", "place", "before", "word"),
    [
        ("A tide mill burned. Nobody was hurt. The owner wants to sell the mill.", 2, None, "the mill"),
        ("A tide mill burned. Nobody was hurt. The owner wants to sell the mill.", 2, 0, None),
        ("A tide mill burned. The owner wants to sell the mill.", 1, 0, None),
        ("Nobody was hurt. The owner wants to sell the mill.", 1, None, None),
        ("A tide mill burned. Nobody was hurt. The owner of the mill that burned is away.", 2, None, None),
        ("A tide mill burned. Nobody was hurt. The mill owner is away.", 2, None, None),
        ("Nobody was hurt. The final bill was high.", 1, None, "The final bill"),
        ("A company failed. Nobody was hurt. The owner blames the company.", 2, None, None),
        ("A mill burned. Nobody was hurt. Lee Ann later hired a builder.", 2, None, "later"),
        ("A mill burned. Nobody was hurt. Lee Ann hired a builder two years later.", 2, None, None),
        ("A mill burned. Lee Ann later hired a builder.", 1, 0, None),
        ("A union was blamed. Nobody was hurt. Mara Quill said that it could have acted.", 2, None, "it"),
        ("A union was blamed. Mara Quill said that it could have acted.", 1, 0, None),
        ("Nobody was hurt. Northline said that it would act.", 1, None, None),
        ("A tide mill burned. “Nobody wanted it.” “We loved the mill.”", 2, None, None),
        ("A tide mill burned. Nobody was hurt. The mill was old, and the mill was loved.", 2, None, "The mill"),
    ],
)
def test_a_thing_that_the_summary_has_not_introduced_is_told(
    article: str, place: int, before: int | None, word: str | None
) -> None:
    """Where the article speaks of it earlier, and neither the summary nor the sentence itself does; people aside."""
    read = extract(read_article(article))
    sentences = read.article.sentences
    shown = [Shown(read.article.quote(sentences[i]), sentences[i]) for i in (before, place) if i is not None]
    told = [one.text for one in proposals(shown, read)[-1].dangling if one.why == UNTOLD]
    assert told == ([word] if word else [])


def test_a_pronoun_that_two_could_be_is_not_named() -> None:
    """Where the article leaves open who is meant, no name is put in, and the pronoun is told to dangle."""
    text = "Alva Brenner met Ines Corder in Sandry. A neighbour of the two came later. She left at noon."
    told = extract(read_article(text))
    place = told.article.sentences[-1]
    (proposal,) = proposals([Shown("She left at noon.", place)], told)
    assert proposal.text == "She left at noon."
    assert [one.text for one in proposal.dangling] == ["She"]


def test_what_is_refused_is_done_in_a_smaller_way() -> None:
    """A change that the caller refuses is tried without its office or acronym, and else left out and told."""
    shown = chosen("However")
    (smaller,) = proposals(shown, facts(), accepts=lambda text: "chief executive" not in text)
    assert smaller.text == "Marian Oakfield rejected that."
    (nothing,) = proposals(chosen("She said"), facts(), accepts=lambda text: False)
    assert nothing.text == chosen("She said")[0].text
    assert nothing.weight == pytest.approx(0.9)


def test_every_change_says_what_and_why() -> None:
    """A change tells what stood there, what stands there now, and why."""
    (proposal,) = proposed("She said")
    first = proposal.changes[0]
    assert (first.kind, first.before, first.after) == ("pronoun", "She", "Marian Oakfield")
    assert "Marian Oakfield" in first.why


def quoted(text: str) -> list[str]:
    return [part.split("”")[0] for part in text.split("“")[1:]]


STARTS = [ARTICLE.split(". ")[index][:12] for index in (0, 1, 2, 3, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15)] + [
    "“We were",
    "“He is wrong",
]


@settings(max_examples=8)
@given(st.lists(st.sampled_from(STARTS), unique=True, min_size=1, max_size=6))
def test_a_second_pass_changes_nothing_and_quotations_stay(beginnings: list[str]) -> None:
    """There is one proposal for each sentence, what is quoted stays, and proposals propose nothing more."""
    shown = chosen(*beginnings)
    once = proposals(shown, facts())
    assert len(once) == len(shown)
    assert [quoted(p.text) for p in once] == [quoted(s.text) for s in shown]
    twice = proposals([Shown(p.text, s.place) for p, s in zip(once, shown, strict=True)], facts())
    assert [p.text for p in twice] == [p.text for p in once]
    assert [p.changes for p in twice] == [()] * len(once)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Holmfirth Tidal Power will close its works.", "HTP will close its works at Sandry on Monday.", True),
        ("The plan would save £4 million a year.", "The plan would save £9 million a year.", False),
        ("Oakfield praised the mill.", "Lindqvist praised the mill.", False),
        ("The company denied that it sold the mill.", "The company sold the mill.", False),
        ("The EU paid for the first turbines.", "OEC inspectors visited Sandry in May.", False),
    ],
)
def test_what_is_said_twice(one: str, other: str, same: bool) -> None:
    """A sentence repeats another if it says nothing of its own; other numbers, people or denials are its own."""
    place = facts().article.sentences[0]
    assert say_the_same(Shown(one, place), Shown(other, place), facts()) is same
    assert say_the_same(Shown(other, place), Shown(one, place), facts()) is same


def test_the_order_is_the_articles() -> None:
    """Sentences stand in the order of the article, whatever order they come in."""
    shown = chosen("The EU paid", "She said", "He accused")
    assert in_order(shown, facts()) == (1, 2, 0)


def test_who_is_introduced_comes_before_who_leans() -> None:
    """A sentence with a surname waits for the one that has the full name, unless it is the first of all."""
    text = "The mill is shut. Corder wept. Alva Corder, a miller, stayed. The tide came."
    told = extract(read_article(text))
    shown = [Shown(told.article.quote(sentence), sentence) for sentence in told.article.sentences]
    assert in_order(shown, told) == (0, 2, 1, 3)


def test_what_is_fixed_is_never_changed_and_what_it_lacks_dangles() -> None:
    """A model's words stay as they are."""
    (fixed,) = proposals([replace(one, fixed=True) for one in chosen("She said")], facts())
    assert (fixed.text, fixed.changes) == ("She said that 300 people would lose their jobs.", ())
    assert [one.text for one in fixed.dangling] == ["She"]


def test_nothing_follows_fixed_words_as_it_follows_the_articles() -> None:
    """They need not tell all that the article's sentence at their place does."""
    before, behind = chosen("“He is wrong", "The plan would")
    assert proposals([before, behind], facts())[1].weight == 0
    assert proposals([replace(before, fixed=True), behind], facts())[1].weight > 0.5


def test_sentences_tell_together_what_each_tells_in_part() -> None:
    """By names and content words; nothing is told where nobody speaks."""
    sameness = Sameness(facts())
    one, first, second = (
        Shown(text, facts().article.sentences[0])
        for text in (
            "Oakfield rejected the review on Monday.",
            "Oakfield spoke on Monday.",
            "A review was rejected.",
        )
    )
    assert sameness.told(one, []) == 0
    assert 0 < sameness.told(one, [first]) < 1
    assert sameness.told(one, [first, second]) == 1
