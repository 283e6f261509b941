"""How long a call takes, and how much longer with twice the text."""

import gc
import signal
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

LEAST = 0.05
"""Seconds from which on growth is told."""
LONGEST = 1_000_000
"""Characters at which a call that is quicker than that is left alone."""
FIRST = 4_000
RUNS = 5
LIMIT = 60.0
"""Seconds that a call may take."""


@dataclass(frozen=True)
class Growth:
    """Seconds for a text of `length` characters, and how many times that with twice as many; None: not told."""

    length: int
    seconds: float
    times: float | None = None


def growth(call: Callable[[str], object], text: Callable[[int], str]) -> Growth:
    """Measure at the first length, of FIRST doubled again and again, that takes LEAST seconds; medians of RUNS."""
    length = FIRST
    while (once := _seconds(call, text(length))) < LEAST and 2 * length <= LONGEST:
        length *= 2
    if once < LEAST or once == float("inf"):
        return Growth(length, once)
    short, long = (statistics.median(_seconds(call, text(size)) for _ in range(RUNS)) for size in (length, 2 * length))
    return Growth(length, short, long / short)


def _seconds(call: Callable[[str], object], text: str) -> float:
    """Return the processor's seconds for a call, without collecting garbage; infinite if it takes more than LIMIT."""
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
    """Raise TimeoutError in what takes longer, by the processor's clock; `re` looks for signals while it matches."""
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
        # What was called took it for an error of its own.
        raise TimeoutError
