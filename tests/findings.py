"""Builders of findings and reports."""

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
    """Build a finding about `words` in `sentence`, with `article` as evidence; words that are not found start at 0."""
    start, at = (max(0, text.find(said)) for text, said in ((sentence, words), (source, article or "")))
    return Finding(
        code=code,
        severity=severity,
        claim=Quote(start=start, end=start + len(words), text=words),
        article=Evidence(start=at, end=at + len(article), text=article) if article else None,
    )


def sentence(text: str = "They met.", verdict: str = "supported", **values: Any) -> CheckedSentence:
    numbers = {"support": 0.25, "probability": 0.25, "strength": "strong" if verdict == "supported" else None}
    fields = {"text": text, "verdict": verdict, "origin": "model", **numbers, **values}
    return CheckedSentence.model_validate(fields)


def key(text: str, start: int = 0) -> KeyFact:
    piece = Evidence(start=start, end=start + len(text), text=text)
    return KeyFact(start=piece.start, end=piece.end, text=text, sentence=0, pieces=(piece,), weight=1.0)


def without_facts(text: str) -> Facts:
    return Facts(article=Article(text=text), parser="rules", facts=())


def report_of(*sentences: CheckedSentence, text: str = "One.\nTwo.", **values: Any) -> Report:
    return Report(sentences=sentences, run=RUN, **values).about(without_facts(text))
