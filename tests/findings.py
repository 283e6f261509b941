"""Findings by hand. It holds no tests."""

from summarise.data import Evidence, Finding, FindingCode, Quote, Severity


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
