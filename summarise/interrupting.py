"""Ctrl-C and SIGTERM end the command wherever it is: they are raised in the midst of its work.

A loop of asyncio would wait for its next step instead, which may be the end of a long computation.
"""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

INTERRUPTED = 130
"""The exit code."""
_ENDING, _SAVING = 0.9, 10.0
"""Seconds that an interrupted command has to end by itself: one that keeps its run writes the file first."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible(*, saves: bool) -> Iterator[None]:
    """Have SIGINT and SIGTERM raise KeyboardInterrupt; what has not ended a second later is ended by force.

    What `saves` a file has ten seconds. A second signal ends the process at once. A signal that was ignored before
    stays so. Only the main thread can do this.
    """
    grace = _SAVING if saves else _ENDING
    ended = threading.Event()

    def interrupt(_: int, __: FrameType | None) -> None:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)
        threading.Thread(target=_end_unless, args=(ended, grace), daemon=True).start()
        raise KeyboardInterrupt

    usual = (signal.SIG_DFL, signal.default_int_handler)
    taken = {number: found for number in _SIGNALS if (found := signal.getsignal(number)) in usual}
    for number in taken:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        ended.set()
        for number, before in taken.items():
            signal.signal(number, before)


def _end_unless(ended: threading.Event, grace: float) -> None:
    """End the process, unless it ends by itself: a thread may wait for what cannot be cancelled, such as a name.

    Python waits for threads even when all else has `ended`, and has been told.
    """
    time.sleep(grace)
    if not ended.is_set():
        with suppress(OSError):
            os.write(2, b"summarise: interrupted\n")
    os._exit(INTERRUPTED)
