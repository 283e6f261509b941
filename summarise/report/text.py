"""Summaries, reports and facts as text for people.

Does not decide anything; it shows what the data says, and names what turns the writing around. Colours and wrapping
are the terminal's business.
"""

import textwrap
from collections import Counter

from summarise.backends.budget import dollars, limit_in_words
from summarise.data import (
    CheckedSentence,
    Fact,
    Facts,
    Figure,
    Finding,
    KeyFact,
    Money,
    Name,
    Quotation,
    Report,
    Summary,
)
from summarise.errors import UsageError
from summarise.report.bidirectional import named
from summarise.report.places import Lines, lines_of
from summarise.report.wording import acceptance, told, verdict_text, weakness

LISTED = 8
"""So many of the key facts that are left out are listed; the others are counted."""


def summary_text(summary: Summary, *, width: int | None = None) -> str:
    """Return the summary as a paragraph, or points on lines of their own, wrapped at `width` if one is given."""
    text = named(summary.text)
    if not width:
        return text
    hang = "  " if summary.run.style == "bullets" else ""
    return "\n".join(textwrap.fill(line, width, subsequent_indent=hang) for line in text.splitlines())


def run_line(summary: Report) -> str:
    """Return the one line about a run: support, facts, key facts told, model, prompts, tokens, cost, time."""
    run = summary.run
    # The model is named beside the backend only where the server calls it otherwise.
    same = run.model is None or f":{run.backend}".endswith(f":{run.model}")
    kept = sum(call.from_cache for call in run.calls)
    cached = f" ({run.cached_tokens} cached)" if run.cached_tokens else ""
    thought = f" ({run.reasoning_tokens} of thinking)" if run.reasoning_tokens else ""
    wasted = sum(call.wasted for call in run.calls)
    parts = [
        counted(summary),
        f"{run.facts_checked} {'fact' if run.facts_checked == 1 else 'facts'} checked",
        key_facts_told(summary) if summary.key_facts else None,
        run.backend if same else f"{run.backend} ({run.model})",
        f"judged by {run.judge}" if run.judge else None,
        ", ".join(prompt.id for prompt in run.prompts) or None,
        f"{run.prompt_tokens}{cached} + {run.completion_tokens} tokens{thought}" if run.prompt_tokens else None,
        f"{wasted} asked again with room to think" if wasted else None,
        f"{kept} of {len(run.calls)} answers from the cache" if kept else None,
        dollars(run.cost) if run.cost else None,
        f"{run.seconds:.1f} s",
    ]
    return " · ".join(part for part in parts if part)


def coverage_text(report: Report, *, width: int = 80) -> str:
    """Return how many of the article's key facts are told, and the first of those that are not, on one or two lines.

    Lines are at most `width` characters; what does not fit is counted. Empty where the article has no key facts.
    """
    if not report.key_facts:
        return ""
    covered = f"covers {key_facts_told(report)}"
    left = [key_fact_text(key) for key in report.omitted]
    for shown in range(len(left), 0, -1):
        more = f" · {len(left) - shown} more" if shown < len(left) else ""
        lines = textwrap.wrap(f"{covered}; leaves out: {' · '.join(left[:shown])}{more}", width, break_long_words=False)
        if len(lines) <= 2 and all(len(line) <= width for line in lines):
            return "\n".join(lines)
    return covered


def key_facts_told(report: Report) -> str:
    """Return how many of the article's key facts the sentences tell."""
    return f"{report.key_facts - len(report.omitted)} of {report.key_facts} key facts"


def key_fact_text(key: KeyFact, *, most: int = 60) -> str:
    """Return a key fact in the article's words, at most `most` characters.

    "…" stands for what is left out. No name takes the place of a pronoun.
    """
    return textwrap.shorten(key.text, most, placeholder=" …")


def missing_lines(summary: Summary) -> list[str]:
    """Return a line for each part of the article that is missing from the summary."""
    chunks = summary.run.chunks
    return [
        f"incomplete: part {number} of {len(chunks)} (characters {chunk.start} to {chunk.end}): {chunk.problem}"
        for number, chunk in enumerate(chunks, start=1)
        if chunk.problem
    ]


def tried_line(report: Report) -> str | None:
    """Return a line that says which models were asked before, and why none of them wrote; None where none was."""
    if not report.run.tried:
        return None
    failed = "; ".join(f"{one.model} did not: {one.message}" for one in report.run.tried)
    return f"{report.run.backend} wrote the summary; {failed}"


def limit_line(report: Report) -> str | None:
    """Return a line that says which ceiling ended the asking, and what was not asked; None where none did."""
    limit_hit = report.run.limit_hit
    if limit_hit is None:
        return None
    skipped_calls = ", ".join(f"{count:,} × {stage}" for stage, count in limit_hit.skipped_calls.items())
    filled = "; the article's own words stand in" if isinstance(report, Summary) else ""
    return f"the ceiling of {limit_in_words(limit_hit)} was reached, not asked: at least {skipped_calls}{filled}"


def unused_lines(report: Report) -> list[str]:
    """Return a line for each stage and reason for which answers were not used: how many, of how many, and why."""
    # A draft's call that brought no answer left its part of the article out: `missing_lines` tells that.
    calls = [call for call in report.run.calls if call.chunk is None or call.model is not None]
    asked = Counter(call.stage for call in calls)
    reasons = Counter((call.stage, call.problem) for call in calls if call.problem)
    return [
        f"{stage}: {count} of {asked[stage]} answers not used: {why}" for (stage, why), count in reasons.most_common()
    ]


def report_text(report: Report) -> str:
    """Return each sentence with its verdict, its findings in words, and its evidence."""
    try:
        lines = lines_of(report.facts.article)
    except UsageError:
        # One that was read from JSON knows no article.
        lines = None
    blocks = [sentence_text(sentence, lines) for sentence in report.sentences]
    total = f"{counted(report)}: the summary is {report.verdict}"
    return named("\n\n".join([*blocks, "\n".join(filter(None, (total, coverage_text(report))))]))


def sentence_text(sentence: CheckedSentence, lines: Lines | None = None) -> str:
    """Return one sentence with verdict, findings and evidence, indented."""
    shown = [f"{verdict_text(sentence)} ({sentence.probability:.2f}): {sentence.text}"]
    shown += [f"    {line}" for line in filter(None, (acceptance(sentence), weakness(sentence)))]
    shown += [f"    {finding_text(finding, sentence.text, lines)}" for finding in sentence.findings]
    for place in sentence.evidence:
        page = lines.page(place) if lines else None
        where = f"{page}, {place.start}-{place.end}" if page else f"{place.start}-{place.end}"
        shown.append(f"    article {where}: {' '.join(place.text.split())}")
    return "\n".join(shown)


def finding_text(finding: Finding, text: str, lines: Lines | None = None) -> str:
    """Return a finding about a sentence of this text in words: what was said, and what the article says."""
    return f"{finding.severity}: {told(finding, text, lines)}"


def facts_text(facts: Facts) -> str:
    """Return the facts as a table: kind, place, normal form, words."""
    rows = [
        (fact.kind, f"{fact.start}-{fact.end}", named(detail(fact)), named(" ".join(fact.text.split())))
        for fact in facts.facts
    ]
    if not rows:
        return "no facts found"
    widths = [min(48, max(len(row[column]) for row in rows)) for column in range(3)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row[:3], widths, strict=True)), row[3]]).rstrip()
        for row in rows
    )


def detail(fact: Fact) -> str:
    """Return what a fact is beyond its words: its normal form, or what else the article says of it."""
    match fact:
        case Name():
            return f"{fact.value} ({fact.category})"
        case Quotation():
            return f"said by {fact.speaker}" if fact.speaker else "no speaker named"
        case Figure() | Money() if fact.qualifier != "exactly":
            return f"{fact.qualifier} {fact.value}"
    return fact.value


def counted(report: Report) -> str:
    """Return how many sentences are supported, how many of these weakly, and how many others were accepted."""
    weak = sum(sentence.strength == "weak" for sentence in report.sentences)
    accepted = sum(sentence.accepted is not None for sentence in report.sentences)
    return (
        f"{supported(report)} of {len(report.sentences)} sentences supported"
        + (f" ({weak} weakly)" if weak else "")
        + (f", {accepted} accepted" if accepted else "")
    )


def supported(report: Report) -> int:
    """Return how many sentences are supported."""
    return sum(sentence.verdict == "supported" for sentence in report.sentences)
