"""How long an expression takes on the texts that are worst for it."""

import time
from dataclasses import dataclass

from benchmarks.expressions.collecting import Expression
from benchmarks.expressions.pumping import pumped
from benchmarks.growth.measure import within

_LENGTH = 2_000
_SUSPECT = 0.003  # seconds; what is linear takes a tenth of it
_LIMIT = 0.5
_GROWS = 3.0  # twice the text: linear is 2, quadratic 4


@dataclass(frozen=True)
class Slow:
    """A text on which an expression takes more than linear time."""

    expression: Expression
    text: str
    seconds: float
    """For `text`; infinite if it took longer than it was given."""


def slowest(expression: Expression) -> Slow | None:
    """Return the worst text for an expression among those tried, or none if it is linear on all of them."""
    worst: Slow | None = None
    shorter = dict(enumerate(pumped(expression.pattern, _LENGTH // 2)))
    for index, text in enumerate(pumped(expression.pattern, _LENGTH)):
        taken = _seconds(expression, text)
        if taken < _SUSPECT or (worst is not None and taken <= worst.seconds):
            continue
        taken = min(taken, *(_seconds(expression, text) for _ in range(2)))
        before = min(_seconds(expression, shorter[index]) for _ in range(3))
        if (taken >= _SUSPECT and taken >= _GROWS * before) or taken == float("inf"):
            worst = Slow(expression, text, taken)
            if taken == float("inf"):
                break
    return worst


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
