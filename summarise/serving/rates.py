"""How often something may happen: so many times a minute, by key, in bounded memory (token bucket)."""

import time
from collections import OrderedDict
from collections.abc import Callable

KEYS = 1024
"""So many keys are remembered; the one that was seen longest ago is forgotten first."""
MINUTE = 60.0


class Rate:
    """At most `per_minute` in any minute, and as many at once, for each key."""

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = float(per_minute)
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, key: str) -> float:
        """Return how many seconds to wait until it may happen again, 0 where it may now; counts nothing."""
        return max(0.0, (1.0 - self._now(key)) * MINUTE / self._most)

    def count(self, key: str) -> None:
        """Count it once."""
        self._left[key] = (max(0.0, self._now(key) - 1.0), self._clock())
        self._left.move_to_end(key)
        if len(self._left) > KEYS:
            self._left.popitem(last=False)

    def _now(self, key: str) -> float:
        left, then = self._left.get(key, (self._most, 0.0))
        return min(self._most, left + (self._clock() - then) * self._most / MINUTE)
