"""Facts and key facts are the article's words: what the program infers, who "she" is, is a link and no fact."""

import json
import re

import pytest
from invented import BRIDGE, TEACHER, VALLEY

from summarise import Facts, check, extract_facts
from summarise.checks.key_facts import key_facts
from summarise.data import Attribution, Link, Name, Quotation
from summarise.report.explain import explain
from summarise.report.html import report_html
from summarise.report.inline import facts_inline
from summarise.report.markdown import report_markdown
from summarise.report.text import facts_text, key_fact_text, report_text

WHOLE = 10**6
"""More characters than any clause has."""


def on_one_line(text: str) -> str:
    return " ".join(text.split())


def links(facts: Facts) -> list[Link]:
    """Return every link of an article's facts."""
    said = (fact for fact in facts.facts if isinstance(fact, Quotation | Attribution))
    return [fact.speaker_link for fact in said if fact.speaker_link is not None]


def held(facts: Facts) -> None:
    """Assert that each fact, key fact and link of an article is made of words that stand where it says."""
    article, names = facts.article, {fact.start: fact for fact in facts.facts if isinstance(fact, Name)}
    for fact in facts.facts:
        assert article.quote(fact) == fact.text
    for link in links(facts):
        assert article.quote(link.words) == link.words.text
        assert names[link.antecedent.start].text == link.antecedent.text == article.quote(link.antecedent)
        assert 0 < link.certainty < 1
    for key in key_facts(facts):
        assert all(article.quote(piece) == piece.text for piece in key.pieces)
        assert key_fact_text(key, most=WHOLE) == " … ".join(on_one_line(piece.text) for piece in key.pieces)


@pytest.mark.parametrize("article", [TEACHER, BRIDGE, VALLEY], ids=["teacher", "bridge", "valley"])
def test_facts_and_key_facts_stand_in_the_article(article: str) -> None:
    """Word for word at their places, and so do both ends of every link."""
    facts = extract_facts(article)
    held(facts)
    assert links(facts)


# A woman, a teacher, 34; her student; and a pronoun that could be either of them.


def test_the_program_takes_the_pronoun_for_the_wrong_one() -> None:
    """Which is why nothing of that may be printed; if this changes, the tests below need another article."""
    said = [fact for fact in extract_facts(TEACHER).resolved if isinstance(fact, Quotation | Attribution)]
    assert [fact.speaker for fact in said if fact.text.startswith(("We were", "that she had"))] == ["Vili Arandel"] * 2


def test_an_inference_is_a_link_between_two_spans() -> None:
    """From the pronoun to the mention of whom it is taken for, with its certainty; the quotation has no speaker."""
    (said,) = (fact for fact in extract_facts(TEACHER).facts if isinstance(fact, Quotation))
    assert said.speaker is None
    assert said.speaker_link is not None
    link = said.speaker_link
    assert (link.words.text, link.antecedent.text, link.certainty) == ("she", "Vili Arandel", 0.7)


def test_no_printed_fact_asserts_an_inference() -> None:
    """In the table, in the marked article and in JSON the student is named only where the article names him."""
    facts = extract_facts(TEACHER)
    named = [line for line in facts_text(facts).splitlines() if "Arandel" in line]
    assert named
    assert all("(person)" in line for line in named)
    assert not re.search(r'speaker="Vili', facts_inline(facts))
    for fact in json.loads(facts.model_dump_json())["facts"]:
        assert "Arandel" in fact["text"] or "Arandel" not in fact["value"]
        assert fact.get("speaker") != "Vili Arandel"


def test_no_key_fact_asserts_an_inference() -> None:
    """However many are taken, and in every view of a report that leaves them out."""
    facts = extract_facts(TEACHER)
    keys = key_facts(facts, most=30)
    assert any("34-year-old" in key_fact_text(key, most=WHOLE) for key in keys)
    report = check("The weather was mild.", facts).model_copy(update={"omitted": keys, "key_facts": len(keys)})
    views = [
        report_text(report),
        explain(report, width=1000, colours=False),
        report_markdown(report),
        report_html(report),
    ]
    for view in views:
        assert not re.search(r"Vili Arandel(?: …)? (?:was|is|had been) ", view)


@pytest.mark.parametrize(
    ("text", "speaker", "words", "antecedent"),
    [
        ("Jane Doe left. “It is late,” Doe said.", "Jane Doe", None, None),
        ("Jane Doe left. “It is late,” she said.", None, "she", "Jane Doe"),
        ("Jane Doe, the mayor, left. “It is late,” the mayor said.", None, "the mayor", "Jane Doe"),
        ("Jane Doe spoke: “It was a very long day.” “It is late.”", None, "It is late.", "Jane Doe"),
        ("“It is late,” she said.", None, None, None),
    ],
)
def test_a_speaker_who_is_not_named_is_a_link(
    text: str, speaker: str | None, words: str | None, antecedent: str | None
) -> None:
    """Only a name beside the quotation is a speaker; a quotation that goes on is itself what is linked."""
    found = [
        one for one in extract_facts(text).facts if isinstance(one, Quotation) and one.text.startswith("It is late")
    ]
    assert [one.speaker for one in found] == [speaker]
    link = found[0].speaker_link
    assert (link and link.words.text, link and link.antecedent.text) == (words, antecedent)


@pytest.mark.parametrize(
    ("who", "speaker", "words"),
    [("Doe", "Jane Doe", None), ("She", None, "She"), ("The mayor", "mayor", "The mayor"), ("They", None, None)],
)
def test_indirect_speech_is_told_by_the_words_that_stand_there(
    who: str, speaker: str | None, words: str | None
) -> None:
    """A description speaks for itself, and is linked to whom it is taken for."""
    facts = extract_facts(f"Jane Doe, the mayor, left. {who} said that the pier was closed.")
    (said,) = (one for one in facts.facts if isinstance(one, Attribution))
    assert said.speaker == speaker
    assert (said.speaker_link and said.speaker_link.words.text) == words
    (taken,) = (one for one in facts.resolved if isinstance(one, Attribution))
    assert taken.speaker == (None if who == "They" else "Jane Doe")
    assert taken.speaker_link is None


def test_facts_that_were_read_from_json_are_taken_as_before() -> None:
    """Links are enough: the program follows them to the same names again."""
    facts = extract_facts(TEACHER)
    read = Facts.model_validate_json(facts.model_dump_json())
    assert read == facts
    assert read.resolved == facts.resolved != facts.facts
