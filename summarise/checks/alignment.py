"""Align a claim with one sentence of the article: which of its units stand there, in the same order.

Does not know what the units mean. The alignment is the longest common subsequence.
"""

from dataclasses import dataclass

from summarise.checks.claim import Claim, Source, Unit
from summarise.data import Span


@dataclass(frozen=True)
class Alignment:
    """A claim beside one source sentence: the matched pairs, and the claim's units that found no match."""

    source: Source
    pairs: tuple[tuple[Unit, Unit], ...]
    missing: tuple[Unit, ...]

    @property
    def coverage(self) -> float:
        """The share of the claim's units that were matched, from 0 to 1."""
        total = len(self.pairs) + len(self.missing)
        return len(self.pairs) / total if total else 0.0

    def coverage_without(self, said: Span) -> float:
        """Return the share of the claim's units beside `said` that were matched, from 0 to 1."""
        paired = sum(1 for ours, _ in self.pairs if ours.end <= said.start or ours.start >= said.end)
        missing = sum(1 for unit in self.missing if unit.end <= said.start or unit.start >= said.end)
        return paired / (paired + missing) if paired else 0.0


def align(claim: Claim, source: Source) -> Alignment:
    """Return the longest alignment in order; time is the product of both lengths."""
    ours, theirs = claim.units, source.units
    table = [[0] * (len(theirs) + 1) for _ in range(len(ours) + 1)]
    for i in range(len(ours) - 1, -1, -1):
        for j in range(len(theirs) - 1, -1, -1):
            if ours[i].key == theirs[j].key:
                table[i][j] = table[i + 1][j + 1] + 1
            else:
                table[i][j] = max(table[i + 1][j], table[i][j + 1])
    pairs, missing = [], []
    i = j = 0
    while i < len(ours):
        if j < len(theirs) and ours[i].key == theirs[j].key and table[i][j] == table[i + 1][j + 1] + 1:
            pairs.append((ours[i], theirs[j]))
            i, j = i + 1, j + 1
        elif j < len(theirs) and table[i][j + 1] >= table[i + 1][j]:
            j += 1
        else:
            missing.append(ours[i])
            i += 1
    return Alignment(source, tuple(pairs), tuple(missing))
