"""Assertions on answers for pytest: supported by their sources, and cited correctly."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from summarise.api import check
from summarise.data import Article, CheckedSentence, Report, Url, Writer
from summarise.report.wording import citation_faults, finding_texts, lines_of, one_line
from summarise.settings.model import Settings

Sources = Sequence[str | Path | Url | Article] | Mapping[str, str | Path | Url | Article]


def assert_supported(
    answer: str, contexts: Sources, *, writer: Writer | None = None, settings: Settings | None = None
) -> None:
    """Assert that each sentence of an answer is supported by its contexts, whatever it cites.

    Raises AssertionError with the unsupported sentences and the nearest words of the contexts.
    """
    report = check(answer, contexts, writer=writer, settings=settings)
    _fail(report, [one for one in report.sentences if one.verdict != "supported"], "not supported")


def assert_cited(
    answer: str, sources: Sources, *, writer: Writer | None = None, settings: Settings | None = None
) -> None:
    """Assert that each sentence of an answer cites a source, and only sources that support at least a part of it.

    Raises AssertionError with the sentences that cite wrongly.
    """
    settings = (settings or Settings()).model_copy(update={"require_citations": True})
    report = check(answer, sources, writer=writer, settings=settings)
    _fail(report, [one for one in report.sentences if not one.well_cited], "not cited correctly")


def _fail(report: Report, sentences: Sequence[CheckedSentence], what: str) -> None:
    if not sentences:
        return
    places = lines_of(report.facts.article)
    lines = [f"{len(sentences)} of {len(report.sentences)} sentences {what}:"]
    for sentence in sentences:
        lines.append(f"- {one_line(sentence.text)} ({sentence.verdict}, {sentence.probability:.2f})")
        lines += [f"    {line}" for line in [*citation_faults(sentence), *finding_texts(sentence, "error", places)]]
        lines += [f"    [{place.source}] {one_line(place.text)}" for place in sentence.evidence]
    raise AssertionError("\n".join(lines))
