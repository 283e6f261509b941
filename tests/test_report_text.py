"""Summaries, reports and facts as plain text."""

import html
from typing import Any

import pytest
from by_hand import date, facts_of, figure, money, name, quotation
from invented import BRIDGE, FALSE, VEHICLES, saying
from views import shown

from summarise import Report, Summary, check, extract_facts, summarise
from summarise.data import Call, ChunkUse, LimitHit
from summarise.report.text import coverage_text, facts_text, run_line, shortfalls


@pytest.fixture(scope="module")
def summary() -> Summary:
    """Return a summary with one unsupported sentence."""
    return summarise(BRIDGE, backend=saying(FALSE, VEHICLES), on_unsupported="keep", length=2)


def with_run(summary: Summary, **update: object) -> Summary:
    return summary.model_copy(update={"run": summary.run.model_copy(update=update)})


def test_the_run_line_has_sentences_facts_key_facts_model_prompts_tokens_and_time(summary: Summary) -> None:
    line = run_line(with_run(summary, prompt_tokens=210, completion_tokens=40, seconds=1.26, model="m"))
    keys = f"{summary.key_facts - len(summary.omitted)} of {summary.key_facts} key facts"
    facts = f"{summary.run.facts_checked} facts checked · {keys}"
    model = "scripted:scripted (m) · draft/prose/v1 · 210 + 40 tokens · 1.3 s"
    assert line == f"1 of 2 sentences supported · {facts} · {model}"


def test_missing_parts_ceilings_and_unused_answers_are_lines_of_every_view(summary: Summary) -> None:
    """Answers are counted by stage and reason; a call without an answer is a missing part only."""
    chunks = (ChunkUse(start=0, end=400, tokens=90), ChunkUse(start=400, end=800, tokens=90, problem="cut off"))
    draft, repair = Call(stage="draft"), Call(stage="repair", problem="longer than its source")
    loop, busy = Call(stage="draft", problem="repeating itself"), Call(stage="draft", chunk=1, problem="busy")
    hit = LimitHit(ceiling="calls", limit=1, skipped_calls={"draft": 2})
    short = with_run(summary, chunks=chunks, calls=(draft, loop, draft, busy, repair, repair), limit_hit=hit)
    lines = shortfalls(short)
    assert lines == [
        "incomplete: part 2 of 2 (characters 400 to 800): cut off",
        "the ceiling of 1 call was reached; calls not made: at least 2 × draft; sentences of the article fill the gaps",
        "repair: 2 of 2 answers not used: longer than its source",
        "draft: 1 of 3 answers not used: repeating itself",
    ]
    assert shortfalls(summary) == []
    views = [shown(short, shape, width=10_000) for shape in ("explain", "markdown", "html", "junit")]
    pages = [html.unescape(view).replace("\\", "") for view in views]
    assert all(line in page for page in pages for line in lines)


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
    """`prose` is the same in every style; lines fit the width."""
    styled = with_run(summary, style=style)
    assert str(styled) == styled.text == shown(styled, "text") == text
    assert styled.prose == f"{FALSE} {VEHICLES}"
    wrapped = shown(styled, "text", width=30)
    assert wrapped.split() == text.split()
    assert max(map(len, wrapped.splitlines())) <= 30
    if style == "bullets":
        assert {line[:2] for line in wrapped.splitlines()} == {"- ", "  "}


def test_a_report_shows_verdict_findings_and_evidence() -> None:
    report = check(f"{VEHICLES} {FALSE}", BRIDGE)
    text = shown(report, "text")
    start = BRIDGE.index(VEHICLES)
    assert f"supported, strong (1.00): {VEHICLES}\n    article {start}-{start + len(VEHICLES)}: {VEHICLES}" in text
    assert f": {FALSE}" in text
    assert "\n    error: figure: summary says “20” / article says “12”" in text
    assert f"\n1 of 2 sentences supported: the summary is {report.verdict}\ncovers " in text
    assert text.endswith(coverage_text(report))
    for width in (60, 80, 100):
        lines = coverage_text(report, width=width).splitlines()
        assert lines[0].startswith("covers ")
        assert len(lines) <= 2
        assert max(map(len, lines)) <= width


def test_bidirectional_control_characters_are_named(summary: Summary) -> None:
    """Text output names them; the data keep the characters."""
    turned = summary.sentences[0].model_copy(update={"text": "They paid \u202e001\u202c."})
    report = summary.model_copy(update={"sentences": (turned,)})
    assert shown(report, "text") == shown(report, "text", width=80) == "They paid [RLO]001[PDF]."
    as_checked = Report(sentences=(turned,), run=summary.run).about(summary.facts)
    assert "): They paid [RLO]001[PDF].\n" in shown(as_checked, "text")
    assert "all of it" in facts_text(extract_facts("They paid “\u202ella\u202c of it”."))
    assert "\u202e" in report.text


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (name("the pier", value="Pier", category="place"), "Pier (place)"),
        (figure("12", text="the pier", counted_noun="boat"), "12"),
        (figure("3", text="the pier", unit="metre", qualifier="about"), "about 3 metre"),
        (money("5", text="the pier", qualifier="at least"), "at least EUR 5"),
        (date("year:2026", text="the pier"), "year:2026"),
        (quotation("the pier", speaker="Jane Doe"), "said by Jane Doe"),
        (quotation("the pier"), "no speaker named"),
    ],
)
def test_each_kind_of_fact_has_its_line(fact: Any, text: str) -> None:
    facts = facts_of(["They closed the pier on Friday."], [(0, fact)])
    assert f"  {text}  " in facts_text(facts)
