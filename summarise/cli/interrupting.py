"""Immediate interruption by Ctrl-C and SIGTERM.

asyncio's own handler would wait for the end of a long computation.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from summarise.errors import INTERRUPTED

# Seconds to end after an interruption; --save needs time to write its file.
_ENDING, _SAVING = 0.9, 10.0
SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible(*, saves: bool) -> Iterator[None]:
    """Raise KeyboardInterrupt on SIGINT or SIGTERM, and force an exit 0.9 s later.

    With `saves` the delay is 10 s, and a second signal exits at once. Ignored signals stay ignored. Main thread only.
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
    """Handle signals with `handler` until the block ends."""
    before = {number: signal.signal(number, handler) for number in signals}
    try:
        yield
    finally:
        for number, usual in before.items():
            signal.signal(number, usual)


def end_after(grace: float, ended: threading.Event) -> None:
    """Exit after `grace` seconds, with a message if the work has not `ended`.

    Python's own exit waits for threads, whose name resolution, for example, cannot be cancelled.
    """
    threading.Thread(target=_end, args=(grace, ended), daemon=True).start()


def _end(grace: float, ended: threading.Event) -> None:
    time.sleep(grace)
    if not ended.is_set():
        with suppress(OSError):
            os.write(2, b"summarise: interrupted\n")
    os._exit(INTERRUPTED)
