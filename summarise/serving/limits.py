"""Limits of the server."""

import time
from collections import OrderedDict
from collections.abc import Callable

from pydantic import Field

from summarise.data import Record


class Limits(Record):
    """Limits of the server, in bytes and seconds.

    `writers` processes run jobs that call a model, `workers` the others. At most `waiting` requests queue for either
    kind. Articles over `long_characters` never occupy the last of several workers. `end_seconds` limits the shutdown.
    Rates per minute apply to each client address.
    """

    body_bytes: int = Field(default=16 * 2**20, ge=1024)
    head_bytes: int = Field(default=16 * 2**10, ge=1024)
    body_seconds: float = Field(default=30.0, gt=0)
    job_seconds: float = Field(default=900.0, gt=0)
    end_seconds: int = Field(default=10, ge=0)
    connections: int = Field(default=256, ge=1)
    workers: int = Field(default=2, ge=1)
    writers: int = Field(default=2, ge=1)
    waiting: int = Field(default=64, ge=0)
    long_characters: int = Field(default=50_000, ge=1)
    requests_per_minute: int = Field(default=6000, ge=1)
    wrong_tokens_per_minute: int = Field(default=20, ge=1)


KEYS = 1024  # keys remembered; the least recently used is dropped
MINUTE = 60.0


class Rate:
    """A token bucket for each key, with bursts up to `per_minute`."""

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = float(per_minute)
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, key: str) -> float:
        """Return the seconds until the next event is allowed."""
        return max(0.0, (1.0 - self._now(key)) * MINUTE / self._most)

    def count(self, key: str) -> None:
        """Count an event."""
        self._left[key] = (max(0.0, self._now(key) - 1.0), self._clock())
        self._left.move_to_end(key)
        if len(self._left) > KEYS:
            self._left.popitem(last=False)

    def _now(self, key: str) -> float:
        left, then = self._left.get(key, (self._most, 0.0))
        return min(self._most, left + (self._clock() - then) * self._most / MINUTE)
