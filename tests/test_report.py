"""Summaries, reports and facts as plain text."""

from decimal import Decimal
from typing import Any

import pytest
from invented import BRIDGE, FALSE, VEHICLES, saying

from summarise import Summary, check, extract_facts, summarise
from summarise.data import Call, ChunkUse, Fact, Figure, Name, Quotation
from summarise.report.text import (
    coverage_text,
    detail,
    facts_text,
    missing_lines,
    report_text,
    run_line,
    summary_text,
    supported,
    unused_lines,
)


@pytest.fixture(scope="module")
def summary() -> Summary:
    """Return a summary with one unsupported sentence."""
    return summarise(BRIDGE, backend=saying(FALSE, VEHICLES), on_unsupported="keep", length=2)


def test_a_summary_is_one_paragraph(summary: Summary) -> None:
    assert summary_text(summary) == summary.text
    wrapped = summary_text(summary, width=30)
    assert max(map(len, wrapped.splitlines())) <= 30
    assert wrapped.split() == summary.text.split()


def test_the_run_line_tells_what_there_is_to_tell(summary: Summary) -> None:
    """Supported sentences, facts, key facts, model, prompts, tokens and time."""
    run = summary.run.model_copy(update={"prompt_tokens": 210, "completion_tokens": 40, "seconds": 1.26, "model": "m"})
    line = run_line(summary.model_copy(update={"run": run}))
    keys = f"{summary.key_facts - len(summary.omitted)} of {summary.key_facts} key facts"
    told = f"{run.facts_checked} facts checked · {keys}"
    model = "scripted:scripted (m) · draft/prose/v1 · 210 + 40 tokens · 1.3 s"
    assert line == f"1 of 2 sentences supported · {told} · {model}"


def test_answers_that_were_not_used_are_told_by_stage_and_reason(summary: Summary) -> None:
    """Nothing is printed if all were used."""
    draft, repair = Call(stage="draft"), Call(stage="repair", problem="longer than its source")
    loop = Call(stage="draft", problem="repeating itself")
    run = summary.run.model_copy(update={"calls": (draft, loop, draft, repair, repair)})
    assert unused_lines(summary.model_copy(update={"run": run})) == [
        "repair: 2 of 2 answers not used: longer than its source",
        "draft: 1 of 3 answers not used: repeating itself",
    ]
    assert unused_lines(summary) == []
    busy = Call(stage="draft", chunk=1, problem="busy", finish="other")
    run = summary.run.model_copy(update={"calls": (draft, busy)})
    assert unused_lines(summary.model_copy(update={"run": run})) == [], "told as a part that is missing"


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("prose", f"{FALSE} {VEHICLES}"),
        ("brief", f"{FALSE} {VEHICLES}"),
        ("bullets", f"- {FALSE}\n- {VEHICLES}"),
        ("headline", f"{FALSE} {VEHICLES}"[:-1]),
    ],
)
def test_a_style_is_how_the_sentences_are_put(summary: Summary, style: str, text: str) -> None:
    """`prose` is the same in every style."""
    styled = summary.model_copy(update={"run": summary.run.model_copy(update={"style": style})})
    assert str(styled) == styled.text == summary_text(styled) == text
    assert styled.prose == f"{FALSE} {VEHICLES}"
    wrapped = summary_text(styled, width=30)
    assert wrapped.split() == text.split()
    if style == "bullets":
        assert {line[:2] for line in wrapped.splitlines()} == {"- ", "  "}


def test_missing_parts_are_named_with_place_and_reason(summary: Summary) -> None:
    chunks = (ChunkUse(start=0, end=400, tokens=90), ChunkUse(start=400, end=800, tokens=90, problem="cut off"))
    broken = summary.model_copy(update={"run": summary.run.model_copy(update={"chunks": chunks})})
    assert missing_lines(broken) == ["incomplete: part 2 of 2 (characters 400 to 800): cut off"]
    assert missing_lines(summary) == []


def test_a_report_shows_verdict_findings_and_evidence() -> None:
    report = check(f"{VEHICLES} {FALSE}", BRIDGE)
    text = report_text(report)
    start = BRIDGE.index(VEHICLES)
    assert f"supported, strong (1.00): {VEHICLES}\n    article {start}-{start + len(VEHICLES)}: {VEHICLES}" in text
    assert f": {FALSE}" in text
    assert "\n    error: figure: summary says “20” / article says “12”" in text
    assert f"\n1 of 2 sentences supported: the summary is {report.verdict}\ncovers " in text
    assert text.endswith(coverage_text(report))
    assert supported(report) == 1


def test_what_turns_the_writing_is_named(summary: Summary) -> None:
    """Bidirectional control characters are named in text and kept in the data."""
    turned = summary.sentences[0].model_copy(update={"text": "They paid \u202e001\u202c."})
    report = summary.model_copy(update={"sentences": (turned,)})
    assert summary_text(report) == summary_text(report, width=80) == "They paid [RLO]001[PDF]."
    assert "): They paid [RLO]001[PDF].\n" in report_text(report)
    assert "all of it" in facts_text(extract_facts("They paid “\u202ella\u202c of it”."))
    assert "\u202e" in report.text


SPAN: dict[str, Any] = {"start": 0, "end": 2, "text": "12", "sentence": 0, "value": "12"}


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (Figure(**SPAN, amount=Decimal(12)), "12"),
        (Figure(**SPAN, amount=Decimal(12), qualifier="about"), "about 12"),
        (Name(**{**SPAN, "value": "Petra Voss"}, category="person"), "Petra Voss (person)"),
        (Quotation(**SPAN, speaker="Petra Voss"), "said by Petra Voss"),
        (Quotation(**SPAN), "no speaker named"),
    ],
)
def test_facts_say_what_they_are_beyond_their_words(fact: Fact, text: str) -> None:
    assert detail(fact) == text


def test_facts_are_a_line_each() -> None:
    facts = extract_facts(BRIDGE)
    lines = facts_text(facts).splitlines()
    assert len(lines) == len(facts.facts)
    for line, fact in zip(lines, facts.facts, strict=True):
        assert line.split()[:2] == [fact.kind, f"{fact.start}-{fact.end}"]
        assert line.endswith(" ".join(fact.text.split()))


# key facts


@pytest.mark.parametrize("width", [60, 80, 100])
def test_what_is_covered_stands_on_at_most_two_lines(width: int) -> None:
    report = check(VEHICLES, BRIDGE)
    lines = coverage_text(report, width=width).splitlines()
    told = report.key_facts - len(report.omitted)
    assert lines[0].startswith(f"covers {told} of {report.key_facts} key facts; leaves out: ")
    assert len(lines) <= 2
    assert max(map(len, lines)) <= width
