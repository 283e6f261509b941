"""Align a claim with one sentence of the article: which of its units stand there, in the same order.

Does not know what the units mean. The alignment is the longest common subsequence.
"""

import re
from dataclasses import dataclass

from summarise.checks.ground import Claim, Source, Unit

CLAUSE_END = re.compile(r"[,;:—–()]|\b(?:which|who|whose|when|while|because|but|although|though|after|before)\b", re.I)


COUNTERFACTUAL = re.compile(r"\b(?:(?:should|would|could|might|must|ought to) have|was to have|were to have)\b", re.I)
NEAR, RETELLS = 0.5, 0.8
"""From which coverage on a sentence is what a claim speaks of, and what it says over again."""


@dataclass(frozen=True)
class Alignment:
    """A claim beside one source sentence: the matched pairs, and the claim's units that found no match.

    `counterfactual` tells that only the claim says what should have been: it then contradicts nothing that is.
    """

    source: Source
    pairs: tuple[tuple[Unit, Unit], ...]
    missing: tuple[Unit, ...]
    counterfactual: bool = False

    @property
    def window(self) -> tuple[int, int]:
        """The stretch of the article that the matched units span, up to the neighbouring units that are not matched.

        It takes in the small words between, such as "not" and "would", that belong to the statement, but ends with the
        clause. Offsets into the article; empty where nothing matched.
        """
        if not self.pairs:
            return (self.source.evidence.start, self.source.evidence.start)
        first, last = self.pairs[0][1], self.pairs[-1][1]
        start, end = self.source.evidence.start, self.source.evidence.end
        for unit in self.source.units:
            if unit.end <= first.start:
                start = max(start, unit.end)
            elif unit.start >= last.end:
                end = min(end, unit.start)
        offset = self.source.evidence.start
        clause_end = CLAUSE_END.search(self.source.evidence.text, last.end - offset, end - offset)
        return (start, clause_end.start() + offset if clause_end else end)

    @property
    def near(self) -> bool:
        """Whether the sentence is the place, or one of the places, that the claim speaks of."""
        return self.coverage >= NEAR

    @property
    def retells(self) -> bool:
        """Whether nearly all of the claim stands, in order, in the sentence: both are taken to make one statement."""
        return bool(self.pairs) and self.coverage >= RETELLS

    @property
    def coverage(self) -> float:
        """The share of the claim's units that were matched, from 0 to 1."""
        total = len(self.pairs) + len(self.missing)
        return len(self.pairs) / total if total else 0.0


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
    counterfactual = bool(COUNTERFACTUAL.search(claim.text)) and not COUNTERFACTUAL.search(source.evidence.text)
    return Alignment(source, tuple(pairs), tuple(missing), counterfactual)
