"""Proposals for coherent summaries: names, connectives and redundancy."""

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarise import Facts, read_article
from summarise.facts import extract
from summarise.writing.coherence import PlacedSentence, Proposal, Redundancy, proposals

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


def chosen(*beginnings: str) -> list[PlacedSentence]:
    article = facts().article
    found = [next(s for s in article.sentences if article.quote(s).startswith(words)) for words in beginnings]
    return [PlacedSentence(article.quote(sentence), sentence) for sentence in found]


def proposed(*beginnings: str) -> list[Proposal]:
    return list(proposals(chosen(*beginnings), facts()))


@pytest.mark.parametrize(
    ("before", "sentence", "expected"),
    [
        (
            [],
            "She said",
            "Marian Oakfield said that 300 people would lose their jobs.",
        ),
        (["“We were"], "Her plan", "Marian Oakfield’s plan was praised by investors."),
        (["Holmfirth", "“We were"], "Her plan", "Oakfield’s plan was praised by investors."),
        ([], "However", "Marian Oakfield rejected that."),
        ([], "“He is wrong", "“He is wrong,” Marian Oakfield told reporters."),
        ([], "But the", "The Office for Estuaries and Coasts (OEC) wants a review."),
        ([], "The OEC", "The Office for Estuaries and Coasts (OEC) expects an answer next week."),
    ],
)
def test_what_the_summary_does_not_explain_is_named(before: list[str], sentence: str, expected: str) -> None:
    """A pronoun, surname or acronym without an antecedent gets its full name."""
    assert proposed(*before, sentence)[-1].text == expected


@pytest.mark.parametrize(
    "beginnings",
    [
        ["Holmfirth", "She said"],  # the sentence before names her and nobody else
        ["“We were", "He accused"],
        ["But the", "The regulator"],
        ["But the", "The OEC"],
        ["The EU paid"],
        ["OEC inspectors"],
        ["“We were"],
    ],
)
def test_what_the_summary_explains_stays(beginnings: list[str]) -> None:
    """Nothing changes if the previous sentence is clear; known acronyms and full names stay."""
    assert proposed(*beginnings)[-1].text == chosen(*beginnings)[-1].text


def test_a_connective_goes_only_where_its_sentence_is_missing() -> None:
    """A "But" stays after its preceding sentence and is removed elsewhere; the capital is corrected."""
    assert proposed("She said", "But the")[-1].text.startswith("But the Office")
    assert proposed("Holmfirth", "But the")[-1].text.startswith("The Office")


@pytest.mark.parametrize(
    ("article", "place", "before", "expected"),
    [
        # things mentioned before, in the summary or in the article
        ("A tide mill burned. It rained. Lee Ann wants to sell the mill.", 2, None, ["the mill"]),
        ("A tide mill burned. Lee Ann wants to sell the mill.", 1, 0, []),
        ("A tide mill burned. It rained. The wheel of the mill that burned is lost.", 2, None, []),
        ("It rained. A mill was sold. The sale surprised Lee Ann.", 2, 1, []),
        ("It rained. The murder suspect left.", 1, None, ["The murder suspect"]),
        ("A ferry sank. The owner of the ferry left.", 1, 0, []),
        ("It rained. The opening on Monday was a success.", 1, None, ["The opening"]),
        ("It rained. The owner of a ferry left.", 1, None, []),
        ("It rained. The youth, a swimmer, left.", 1, None, ["The youth"]),
        ("The mill was sold to the couple.", 0, None, []),
        ("This is the moment a tide mill burned. It rained.", 0, None, []),
        ("It rained. This is the moment a tide mill burned.", 1, None, ["This"]),
        ("A mill burned. It rained. Lee Ann hired a builder two years later.", 2, None, ["years later"]),
        ("A mill burned. It rained. Lee Ann praised these results.", 2, None, ["these results"]),
        ("A mill burned. “Nobody wanted it.” “We loved the mill.”", 2, None, ["“We loved the mill.”"]),
    ],
)
def test_what_the_summary_has_not_introduced_is_told(
    article: str, place: int, before: int | None, expected: list[str]
) -> None:
    """Things, people and times that neither the summary nor the sentence introduces are reported."""
    read = extract(read_article(article))
    sentences = read.article.sentences
    shown = [PlacedSentence(read.article.quote(sentences[i]), sentences[i]) for i in (before, place) if i is not None]
    leaning = proposals(shown, read)[-1].leaning
    assert [one.text for one in leaning] == expected
    assert all(0 < one.weight <= 1 for one in leaning)


def test_a_pronoun_that_two_could_be_is_not_named() -> None:
    """An ambiguous pronoun is left unchanged and reported as dangling."""
    text = "Alva Brenner met Ines Corder in Sandry. A neighbour of the two came later. She left at noon."
    told = extract(read_article(text))
    place = told.article.sentences[-1]
    (proposal,) = proposals([PlacedSentence("She left at noon.", place)], told)
    assert proposal.text == "She left at noon."
    assert [one.text for one in proposal.leaning] == ["She"]


def test_names_are_put_in_only_where_the_sentence_is_accepted_with_them() -> None:
    """If the name is refused, the pronoun has full weight; connectives are removed anyway."""
    both = PlacedSentence("But Oakfield said that the OEC expects an answer.", facts().article.sentences[6])
    (proposal,) = proposals([both], facts(), accepts=lambda text: "Estuaries" not in text)
    assert proposal.text == "Oakfield said that the OEC expects an answer."
    (nothing,) = proposals(chosen("She said"), facts(), accepts=lambda text: False)
    assert (nothing.text, nothing.weight) == (chosen("She said")[0].text, 1.0)


@pytest.mark.parametrize(
    ("article", "sentence", "expected"),
    [
        ("Billy Thorn is lost. Mike ‘Bear’ Thorn told police.", 1, "Mike ‘Bear’ Thorn told police."),
        ("Ann Lee and Bob Lee met. Lee left.", 1, "Lee left."),
        ("Ann Lee spoke. The Lee family left.", 1, "The Lee family left."),
        ("Bruce Thorn built cars. He raced at Thorn. Thorn said that it lost.", 2, "Thorn said that it lost."),
        ("Ann Lee spoke. It rained. “Lee is right,” Jo Poe said.", 2, "“Lee is right,” Jo Poe said."),
    ],
)
def test_a_surname_gets_its_first_name_only_where_it_can_be_nobody_elses(
    article: str, sentence: int, expected: str
) -> None:
    """Nicknames, shared surnames, families and quotations prevent it."""
    read = extract(read_article(article))
    place = read.article.sentences[sentence]
    (proposal,) = proposals([PlacedSentence(read.article.quote(place), place)], read)
    assert proposal.text == expected


def quoted(text: str) -> list[str]:
    return [part.split("”")[0] for part in text.split("“")[1:]]


STARTS = [ARTICLE.split(". ")[index][:12] for index in (0, 1, 2, 3, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15)] + [
    "“We were",
    "“He is wrong",
]


@settings(max_examples=4)
@given(st.lists(st.sampled_from(STARTS), unique=True, min_size=1, max_size=6))
def test_a_second_pass_changes_nothing_and_quotations_stay(beginnings: list[str]) -> None:
    """There is one proposal per sentence."""
    shown = chosen(*beginnings)
    once = proposals(shown, facts())
    assert len(once) == len(shown)
    assert [quoted(p.text) for p in once] == [quoted(s.text) for s in shown]
    twice = proposals([PlacedSentence(p.text, s.place) for p, s in zip(once, shown, strict=True)], facts())
    assert [p.text for p in twice] == [p.text for p in once]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Holmfirth Tidal Power will close its works.", "HTP will close its works at Sandry on Monday.", True),
        ("The plan would save £4 million a year.", "The plan would save £9 million a year.", False),
        ("Oakfield praised the mill.", "Lindqvist praised the mill.", False),
        ("The company denied that it sold the mill.", "The company sold the mill.", False),
    ],
)
def test_what_is_said_twice(one: str, other: str, same: bool) -> None:
    """Sentences with other numbers, people or negations are not redundant."""
    place, sameness = facts().article.sentences[0], Redundancy(facts())
    assert sameness.same(PlacedSentence(one, place), PlacedSentence(other, place)) is same
    assert sameness.same(PlacedSentence(other, place), PlacedSentence(one, place)) is same


def test_what_is_fixed_is_never_changed_and_leans_on_what_it_lacks() -> None:
    """Its unresolved words are still reported."""
    (fixed,) = proposals([replace(one, fixed=True) for one in chosen("She said")], facts())
    assert fixed.text == "She said that 300 people would lose their jobs."
    assert [one.text for one in fixed.leaning] == ["She"]
