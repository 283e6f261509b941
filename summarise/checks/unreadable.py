"""What is said of a sentence in a language that the checks cannot read: that nobody read it, and what characters show.

Its support is unknown; that is no accusation, and what an error of the literal comparison says is one.
"""

from summarise.checks.alignment import Alignment
from summarise.checks.source_index import Claim, SourceIndex
from summarise.checks.verdict import inputs_of
from summarise.data import Finding

UNKNOWN = 0.5
"""The most support that such a sentence has: nobody can tell."""


def unread(
    claim: Claim, source_index: SourceIndex, alignments: tuple[Alignment, ...], language: str
) -> tuple[tuple[Finding, ...], float]:
    """Return the findings about a claim in a `language` that the checks cannot read, and its support.

    Checks of other packages are asked as ever: they may know the language.
    """
    others = (finding for check in source_index.added.checks for finding in check(claim, source_index, alignments))
    findings = tuple(dict.fromkeys([*source_index.literals.compare(claim.text, language), *others]))
    inputs = inputs_of(findings, copied=source_index.copied(claim.words), score=None)
    support = min(UNKNOWN, source_index.judging.support_unread(inputs))
    return (*findings, Finding(code="language", severity="error", claim=claim.whole)), support
