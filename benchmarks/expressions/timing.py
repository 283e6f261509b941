"""Measures the time of an expression on the texts that are worst for it."""

import time
from dataclasses import dataclass

from benchmarks.expressions.collecting import Expression
from benchmarks.expressions.pumping import pumped
from benchmarks.growth.measure import within

_LENGTH = 2_000
_SUSPECT = 0.004
"""Seconds for a text of _LENGTH characters above which growth is measured. A linear expression takes a tenth."""
_LONGER = 4
"""Factor by which a text is made longer to be measurable: the CPU clock may tick only every few milliseconds."""
_MEASURABLE = 0.02
_GROWS = 3.0
"""Maximum factor of the time for twice the text. Linear expressions take 2 times as long, quadratic ones 4 times."""
_RUNS = 3
_LIMIT = 0.5


@dataclass(frozen=True)
class Slow:
    """A text on which an expression takes more than linear time. `seconds` is infinite if it did not end."""

    expression: Expression
    text: str
    seconds: float


def slowest(expression: Expression) -> Slow | None:
    """Return the generated text that takes longest, or None if the time grows linearly for all texts."""
    worst: Slow | None = None
    for number, text in enumerate(pumped(expression.pattern, _LENGTH)):
        taken = _seconds(expression, text)
        if taken >= _SUSPECT and (worst is None or taken > worst.seconds) and _grows(expression, number):
            worst = Slow(expression, text, taken)
            if taken == float("inf"):
                break
    return worst


def _grows(expression: Expression, number: int) -> bool:
    """Return whether the time for the generated text `number` grows faster than its length."""
    lengths = (_LONGER * _LENGTH, 2 * _LONGER * _LENGTH)
    texts = [list(pumped(expression.pattern, length))[number] for length in lengths]
    short, long = (min(_seconds(expression, text) for _ in range(_RUNS)) for text in texts)
    return short == float("inf") or (short >= _MEASURABLE and long >= _GROWS * short)


def _seconds(expression: Expression, text: str) -> float:
    begun = time.process_time()
    try:
        with within(_LIMIT):
            if expression.anchored:
                expression.pattern.match(text)
                expression.pattern.fullmatch(text)
            else:
                for _ in expression.pattern.finditer(text):
                    pass
    except TimeoutError:
        return float("inf")
    return time.process_time() - begun
