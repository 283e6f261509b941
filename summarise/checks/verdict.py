"""From findings and alignments to support and verdict.

Does not look at the article. Support is provisional: not fitted to labelled data, but a plain function of how much
of the claim stands, in order, in one sentence of the article.
"""

from collections.abc import Sequence

from summarise.checks.alignment import Alignment
from summarise.checks.attribution import SAYING
from summarise.checks.words import stem
from summarise.data import Finding, Verdict

THRESHOLD = 0.5
"""Support below this is never `supported`."""
ACCUSED, DOUBTED = 0.05, 0.3
"""The most support that a sentence keeps with opposing evidence, and with any other error."""
SAID = frozenset(map(stem, "said says saying told added adding".split()))
FRAMING = frozenset(map(stem, "also mr mrs ms dr however meanwhile".split()))
"""Stems that frame a statement without telling anything: their absence from the evidence is forgiven."""
UNALIGNED = 0.49
"""The support of a claim of which all but a little stands in one sentence: not enough."""


def support_of(alignments: Sequence[Alignment], findings: Sequence[Finding]) -> float:
    """Return the support of a claim, from 0 to 1.

    It is 1 where all units that tell something stand, in order, in one sentence of the article; units that only frame
    what is told ("also", "said" beside another reporting verb) take a little away. Else it is the coverage, scaled to
    end below the threshold: an unmatched word may be the one that matters.
    """
    support = max((of_alignment(alignment) for alignment in alignments), default=0.0)
    errors = [finding for finding in findings if finding.severity == "error"]
    if any(finding.evidence for finding in errors):
        support = min(support, ACCUSED)
    elif errors:
        support = min(support, DOUBTED)
    return round(support, 4)


def of_alignment(alignment: Alignment) -> float:
    """Return the support that one alignment gives by itself."""
    if not alignment.pairs:
        return 0.0
    # One saying verb may stand for another, but not for "doubt".
    framing = FRAMING | SAID if SAYING.search(alignment.source.evidence.text) else FRAMING
    telling = [unit for unit in alignment.missing if unit.name or unit.key not in framing]
    if telling:
        return UNALIGNED * alignment.coverage
    return 1.0 - (1.0 - THRESHOLD) * (1.0 - alignment.coverage)


def verdict_of(support: float, findings: Sequence[Finding]) -> Verdict:
    """Return the verdict: an error with opposing evidence accuses; any other error, or little support, leaves doubt."""
    errors = [finding for finding in findings if finding.severity == "error"]
    if any(finding.evidence for finding in errors):
        return "contradicted"
    return "unverified" if errors or support < THRESHOLD else "supported"
