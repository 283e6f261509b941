"""The verdict of a sentence, from its support and what the checks found. Does not look at the article."""

from collections.abc import Sequence

from summarise.data import Finding, Verdict

THRESHOLD = 0.34
"""Support below this is never `supported`. The balanced accuracy on labelled sets, each scored by weights fitted to the
others, is best here (docs/checker.md)."""


def verdict_of(support: float, findings: Sequence[Finding]) -> Verdict:
    """Return the verdict: an error with opposing evidence accuses; any other error, or little support, leaves doubt."""
    errors = [finding for finding in findings if finding.severity == "error"]
    if any(finding.evidence for finding in errors):
        return "contradicted"
    return "unverified" if errors or support < THRESHOLD else "supported"
