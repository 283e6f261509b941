"""Ctrl-C and SIGTERM end the command wherever it is: they are raised in the midst of its work.

A loop of asyncio would wait for its next step instead, which may be the end of a long computation.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from summarise.errors import INTERRUPTED

_ENDING, _SAVING = 0.9, 10.0
"""Seconds that an interrupted command has to end by itself: one that keeps its run writes the file first."""
SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible(*, saves: bool) -> Iterator[None]:
    """Have SIGINT and SIGTERM raise KeyboardInterrupt; what has not ended 0.9 s later is ended by force.

    A command that `saves` a file has ten seconds, and a second signal ends it at once; for the others more signals
    change nothing. A signal that was ignored before stays so. Only the main thread can do this.
    """
    grace = _SAVING if saves else _ENDING
    ended = threading.Event()

    def interrupt(_: int, __: FrameType | None) -> None:
        for number in taken:
            signal.signal(number, again)
        end_after(grace, ended)
        raise KeyboardInterrupt

    def again(_: int, __: FrameType | None) -> None:
        if saves:
            _end(0.0, ended)

    usual = (signal.SIG_DFL, signal.default_int_handler)
    taken = [number for number in SIGNALS if signal.getsignal(number) in usual]
    with handled(taken, interrupt):
        try:
            yield
        finally:
            ended.set()


@contextmanager
def handled(signals: Iterable[signal.Signals], handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Have signals handled so until the block ends, then as before."""
    before = {number: signal.signal(number, handler) for number in signals}
    try:
        yield
    finally:
        for number, usual in before.items():
            signal.signal(number, usual)


def end_after(grace: float, ended: threading.Event) -> None:
    """End the process after `grace` seconds if it has not ended itself, with one line where its work has not `ended`.

    A thread may wait for what cannot be cancelled, such as a name, and Python's exit waits for threads.
    """
    threading.Thread(target=_end, args=(grace, ended), daemon=True).start()


def _end(grace: float, ended: threading.Event) -> None:
    time.sleep(grace)
    if not ended.is_set():
        with suppress(OSError):
            os.write(2, b"summarise: interrupted\n")
    os._exit(INTERRUPTED)
