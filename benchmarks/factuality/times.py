"""How long articles and claims take, and how much of that the parser takes; the rest is the program's own work.

Times are the processor's, so that what else runs on the machine does not count.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.factuality.run import Outcome, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Seconds of the processor for work done `count` times: the median, that without the parser, and totals."""

    work: str
    count: int
    median: float
    median_own: float
    total: float
    parser: float

    @property
    def parser_share(self) -> float:
        """The parser's share of the total, from 0 to 1."""
        return self.parser / self.total if self.total else math.nan


def times(readings: Sequence[Reading], outcomes: Iterable[Outcome]) -> list[Times]:
    """Return the times of an article's facts, of their index, and of the check of one sentence of a claim.

    The sentences of one claim are checked together, so each is given the same part of the time.
    """
    checked = [outcome for outcome in outcomes if outcome.sentences]
    return [
        _times("facts of an article", [(one.seconds, one.parser_seconds, 1) for one in readings]),
        _times("index of an article's facts", [(one.index_seconds, 0.0, 1) for one in readings]),
        _times("check of a claim's sentence", [(one.seconds, one.parser_seconds, one.sentences) for one in checked]),
    ]


def _times(work: str, spent: Sequence[tuple[float, float, int]]) -> Times:
    each = [(seconds / parts, parser / parts) for seconds, parser, parts in spent for _ in range(parts)]
    return Times(
        work=work,
        count=len(each),
        median=median(seconds for seconds, _ in each) if each else math.nan,
        median_own=median(seconds - parser for seconds, parser in each) if each else math.nan,
        total=sum(seconds for seconds, _, _ in spent),
        parser=sum(parser for _, parser, _ in spent),
    )
