"""What the command shows of a run while it goes on, on standard error: a line of progress, and the log if wanted.

Words nothing itself: `report/progress.py` makes the line, `logs.py` the log.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING

from summarise.cli.terminal import show_progress, shows_progress, tell

if TYPE_CHECKING:
    from summarise.data import ProgressEvent
    from summarise.data.progress import Progress

TICK = 1.0
"""Seconds between two looks at the clock: a call that takes minutes is seen to be under way."""


@contextmanager
def watched(*, quiet: bool, verbose: int = 0) -> "Iterator[Progress | None]":
    """Yield what shows progress in one line of a terminal, None where it is not to be shown, until the block ends.

    `verbose` is 1 to log at INFO, 2 at DEBUG, 0 not at all.
    """
    with logged(verbose):
        if quiet or not shows_progress():
            yield None
            return
        line = ProgressLine(show_progress)
        try:
            yield line
        finally:
            line.close()


class ProgressLine:
    """A line that changes with the events of a run and, every `tick` seconds, with the time; `show` is given it.

    A thread of its own keeps the time, because reading and checking hold up the event loop. `close` ends it.
    """

    def __init__(
        self, show: Callable[[str], None], *, tick: float = TICK, clock: Callable[[], float] = monotonic
    ) -> None:
        from summarise.report.progress import Shown

        self._show = show
        self._tick = tick
        self._clock = clock
        self._shown = Shown()
        self._line = ""
        self._lock = Lock()
        self._closed = Event()
        self._thread = Thread(target=self._keep_time, name="progress line", daemon=True)
        self._thread.start()

    def __call__(self, event: "ProgressEvent") -> None:
        """Take an event in."""
        from summarise.report.progress import after

        with self._lock:
            self._shown = after(self._shown, event, self._clock())
            self._update()

    def close(self) -> None:
        """Show nothing any more."""
        self._closed.set()
        self._thread.join()

    def _keep_time(self) -> None:
        while not self._closed.wait(self._tick):
            with self._lock:
                self._update()

    def _update(self) -> None:
        from summarise.report.progress import progress_line

        line = progress_line(self._shown, self._clock())
        if line and line != self._line:
            self._line = line
            self._show(line)


@contextmanager
def logged(verbose: int) -> Iterator[None]:
    """Log to standard error, a line for each record, until the block ends; the level is as `watched` says."""
    if not verbose:
        yield
        return
    import logging

    class Lines(logging.Handler):
        """Writes each record as one line, in the place of the progress line."""

        def emit(self, record: logging.LogRecord) -> None:
            """Write a record."""
            tell(self.format(record))

    handler = Lines()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s", "%H:%M:%S"))
    logger = logging.getLogger("summarise")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO if verbose == 1 else logging.DEBUG)
    try:
        yield
    finally:
        logger.setLevel(before)
        logger.removeHandler(handler)
