"""Facts and key facts quote the article; inferences, such as the referent of a pronoun, are not facts."""

import json
import re

import pytest
from invented import BRIDGE, TEACHER, VALLEY

from summarise import check, extract_facts
from summarise.checks.key_facts import key_facts
from summarise.data import Quotation
from summarise.facts.quotations import inferred_speakers
from summarise.report.explain import explain
from summarise.report.html import report_html
from summarise.report.markdown import report_markdown
from summarise.report.text import facts_inline, facts_text, key_fact_text, report_text

# Longer than any clause, in characters.
WHOLE = 10**6


def on_one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("article", [TEACHER, BRIDGE, VALLEY], ids=["teacher", "bridge", "valley"])
def test_facts_and_key_facts_stand_in_the_article(article: str) -> None:
    """Each span quotes its text exactly."""
    facts = extract_facts(article)
    for fact in facts.facts:
        assert facts.article.quote(fact) == fact.text
    for key in key_facts(facts):
        assert all(facts.article.quote(piece) == piece.text for piece in key.pieces)
        assert key_fact_text(key, most=WHOLE) == " … ".join(on_one_line(piece.text) for piece in key.pieces)


# TEACHER has a teacher, her student, and a pronoun that may mean either.


def test_the_program_takes_the_pronoun_for_the_wrong_one() -> None:
    """So the inference may not be printed; if this changes, the tests below need another article."""
    facts = extract_facts(TEACHER)
    (said,) = (fact for fact in facts.facts if isinstance(fact, Quotation))
    assert said.speaker is None
    assert inferred_speakers(facts) == {said.start: "Vili Arandel"}


def test_no_printed_fact_asserts_an_inference() -> None:
    """Table, marked article and JSON name the student only where the article does."""
    facts = extract_facts(TEACHER)
    named = [line for line in facts_text(facts).splitlines() if "Arandel" in line]
    assert named
    assert all("(person)" in line for line in named)
    assert not re.search(r'speaker="Vili', facts_inline(facts))
    for fact in json.loads(facts.model_dump_json())["facts"]:
        assert "Arandel" in fact["text"] or "Arandel" not in fact["value"]
        assert fact.get("speaker") != "Vili Arandel"


def test_no_key_fact_asserts_an_inference() -> None:
    """In any number of key facts, and in every view of a report that lists them as omitted."""
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
