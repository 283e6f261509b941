"""How notes are shared out over rounds of merging: in batches that a model can read, each of which leaves fewer.

Asks no model. Rounds end: where all notes fit into one batch, it leaves what is wanted, and that is less, or there is
no such round. Else every batch but the last has two notes at least, and leaves at least one fewer than it has; a last
one that has a single note leaves it. So every round leaves fewer notes than it took, and n notes take less than n
rounds; of more than twice as many as are wanted, a batch of k leaves k / 2 at most, rounded up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

SPARE = 1.5
"""How many sentences the batches of a round leave, together, for each that is wanted, so that there is a choice."""


@dataclass(frozen=True)
class Batch:
    """Notes `first` to `last` (exclusive) that are read together, and how many sentences they are merged into."""

    first: int
    last: int
    wanted: int

    @property
    def asked(self) -> bool:
        """Whether the model is asked at all: few notes stay as they are."""
        return self.last - self.first > self.wanted


def round_of(sizes: Sequence[int], room: int, wanted: int) -> list[Batch]:
    """Return the batches of the next round over notes of these sizes, in tokens; none where no round is to be made.

    A batch has at most `room` tokens, but two notes at least where there are two; `wanted` is how many sentences the
    summary is to have. What a round leaves is less than it took and not less than is wanted.
    """
    if len(sizes) <= wanted:
        return []
    starts, held = [0], 0
    for index, size in enumerate(sizes):
        if index - starts[-1] > 1 and held + size > room:
            starts.append(index)
            held = 0
        held += size
    if len(starts) == 1:
        return [Batch(0, len(sizes), wanted)]
    left = max(wanted, min(len(sizes) // 2, ceil(SPARE * wanted)))
    found = [
        Batch(first, last, max(1, min(last - first - 1, ceil(left * (last - first) / len(sizes)))))
        for first, last in zip(starts, [*starts[1:], len(sizes)], strict=True)
    ]
    return found if sum(batch.wanted for batch in found) >= wanted else []


def rounds_of(notes: int, size: int, room: int, wanted: int) -> list[Batch]:
    """Return the batches of which a model is asked, of all rounds over so many notes of one size."""
    found: list[Batch] = []
    while batches := round_of([size] * notes, room, wanted):
        found += [batch for batch in batches if batch.asked]
        notes = sum(batch.wanted for batch in batches)
    return found
