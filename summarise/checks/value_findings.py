"""What is said of a value that the article does not bear out: an error, with the article's words against it, or a note.

Does not compare values; the check of each kind of fact does.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from summarise.checks.alignment import Alignment
from summarise.checks.opposing_facts import opposing
from summarise.checks.source_index import Claim, SourceIndex
from summarise.data import FactBase, Finding, FindingCode

F = TypeVar("F", bound=FactBase)
NEAR, SAME = 0.1, 0.75
"""A sentence with less of the claim opposes none of its values, and none that is doubtful."""


def accused(
    said: FactBase,
    code: FindingCode,
    kind: type[F],
    excludes: Callable[[F], bool],
    claim: Claim,
    source_index: SourceIndex,
    alignments: Sequence[Alignment],
    *,
    doubtful: bool,
) -> Finding:
    """Return the finding about a value; a `doubtful` one is noted unless the same statement has another value."""
    other = opposing(said, claim, alignments, kind, excludes, least=SAME if doubtful else NEAR)
    if doubtful and other is None:
        return noted(said, code, claim)
    return contradicted(said, code, other, claim, source_index)


def contradicted(
    said: FactBase, code: FindingCode, other: FactBase | None, claim: Claim, source_index: SourceIndex
) -> Finding:
    """Return the error about a value, with what the article has in its place, if it has something."""
    article = source_index.facts.article.evidence(other) if other else None
    return Finding(code=code, severity="error", claim=claim.quote(said), article=article)


def noted(said: FactBase, code: FindingCode, claim: Claim) -> Finding:
    """Return the note about a value that is held against nothing."""
    return Finding(code=code, severity="note", claim=claim.quote(said))
