"""Measures the time of a call, and its growth with twice the text."""

import gc
import signal
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

LEAST = 0.05
"""Minimum seconds of a call for its growth to be measured."""
LONGEST = 1_000_000
"""Maximum characters of a text. A call that takes less than LEAST seconds for them is fast enough."""
FIRST = 4_000
RUNS = 5
LIMIT = 60.0
"""Time limit of a call in seconds."""


@dataclass(frozen=True)
class Growth:
    """Seconds for a text of `length` characters. `times`: factor for twice the length, None if not measured."""

    length: int
    seconds: float
    times: float | None = None


def growth(call: Callable[[str], object], text: Callable[[int], str]) -> Growth:
    """Measure the growth at the first length, doubled from FIRST, for which a call takes LEAST seconds."""
    length = FIRST
    while (once := _seconds(call, text(length))) < LEAST and 2 * length <= LONGEST:
        length *= 2
    if once < LEAST or once == float("inf"):
        return Growth(length, once)
    short, long = (statistics.median(_seconds(call, text(size)) for _ in range(RUNS)) for size in (length, 2 * length))
    return Growth(length, short, long / short)


def _seconds(call: Callable[[str], object], text: str) -> float:
    """Return the CPU seconds of a call without garbage collection; infinite if it takes more than LIMIT."""
    gc.disable()
    begun = time.process_time()
    try:
        with within(LIMIT):
            call(text)
    except TimeoutError:
        return float("inf")
    else:
        return time.process_time() - begun
    finally:
        gc.enable()


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise TimeoutError if the block takes more CPU time. This also interrupts `re`, which checks for signals."""
    fired = False

    def stop(_: int, __: FrameType | None) -> None:
        nonlocal fired
        fired = True
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    if fired:
        # The called function caught TimeoutError.
        raise TimeoutError
