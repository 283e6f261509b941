"""Findings, and reports that have them, by hand. It holds no tests."""

from typing import Any

from summarise import Article, Facts, Report
from summarise.data import CheckedSentence, Evidence, Finding, FindingCode, KeyFact, Quote, RunRecord, Severity

RUN = RunRecord(version="1.2", parser="rules", backend="scripted:x", model="y", judge="scripted:j", seconds=1.5)


def found(
    code: FindingCode,
    words: str,
    article: str | None = None,
    *,
    sentence: str = "",
    source: str = "",
    severity: Severity = "error",
) -> Finding:
    """Return a finding about some words of a sentence, with those of the article's text that stand against them.

    Where words do not stand in `sentence` or `source`, they are taken to begin it.
    """
    start, at = (max(0, text.find(said)) for text, said in ((sentence, words), (source, article or "")))
    return Finding(
        code=code,
        severity=severity,
        claim=Quote(start=start, end=start + len(words), text=words),
        article=Evidence(start=at, end=at + len(article), text=article) if article else None,
    )


def sentence(text: str = "They met.", verdict: str = "supported", **values: Any) -> CheckedSentence:
    """Return a checked sentence."""
    numbers = {"support": 0.25, "probability": 0.25, "strength": "strong" if verdict == "supported" else None}
    fields = {"text": text, "verdict": verdict, "origin": "model", **numbers, **values}
    return CheckedSentence.model_validate(fields)


def key(text: str, start: int = 0) -> KeyFact:
    """Return a key fact."""
    piece = Evidence(start=start, end=start + len(text), text=text)
    return KeyFact(start=piece.start, end=piece.end, text=text, sentence=0, pieces=(piece,), weight=1.0)


def without_facts(text: str) -> Facts:
    """Return what is known of an article of which nothing is."""
    return Facts(article=Article(text=text), parser="rules", facts=())


def report_of(*sentences: CheckedSentence, text: str = "One.\nTwo.", **values: Any) -> Report:
    """Return a report with these sentences, about an article with this text."""
    return Report(sentences=sentences, run=RUN, **values).about(without_facts(text))
