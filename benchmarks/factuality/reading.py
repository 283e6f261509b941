"""Lays out the items on which something was raised, for people to read; prints nothing and keeps nothing."""

from collections.abc import Iterator, Mapping, Sequence

from benchmarks.factuality.findings import Checked
from benchmarks.factuality.run import Raised


def read_errors(checked: Mapping[str, Sequence[Checked]], kind: str, *, wrong: bool = False) -> Iterator[str]:
    """Yield one paragraph for each item on which `kind` was raised: a kind of finding, or the name of a check.

    `wrong` leaves out the items that people found not consistent, where the finding may be right.
    """
    for pairs in checked.values():
        for item, outcome in pairs:
            raised = [one for one in outcome.raised if kind in (one.kind, one.check)]
            if raised and not (wrong and not item.consistent):
                judged = "consistent" if item.consistent else f"NOT consistent {' '.join(item.error_types)}".rstrip()
                yield "\n".join(
                    [
                        f"{item.set} {item.id}: {judged}; {outcome.verdict}, support {outcome.support:.2f}",
                        f"  claim: {' '.join(item.claim.split())}",
                        *(_line(one) for one in raised),
                    ]
                )


def _line(raised: Raised) -> str:
    weight = "accuses" if raised.accuses else "doubts" if raised.error else "notes"
    parts = [f"  {raised.check} {weight} ({raised.kind}): {raised.said!r}"]
    if raised.article_says is not None:
        parts.append(f"    article says: {raised.article_says!r}")
    if raised.evidence:
        parts.append(f"    evidence: {' '.join(raised.evidence.split())}")
    return "\n".join(parts)
