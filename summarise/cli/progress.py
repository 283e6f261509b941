"""What the command tells of a run while it goes on, on standard error: how far it is, and the log if wanted.

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
"""Seconds between two looks at the clock on a terminal: a call that takes minutes is seen to be under way."""
EVERY = 30.0
"""Seconds between two lines where there is no terminal."""


@contextmanager
def watched(*, quiet: bool, verbose: int = 0) -> "Iterator[Progress | None]":
    """Yield what is told the events of a run, and show how far it is until the block ends; None if `quiet`.

    On a terminal that is one line that changes, elsewhere a new line every half a minute. `verbose` is 1 to log at
    INFO, 2 at DEBUG, 0 not at all.
    """
    with logged(verbose):
        if quiet:
            yield None
            return
        run, terminal = RunProgress(), shows_progress()
        show: Callable[[str], None] = show_progress if terminal else tell
        if terminal and not verbose:
            # With a log it is drawn each time: the log writes its lines in the place of the progress.
            show = changed_only(show)

        def show_line() -> None:
            if line := run.line():
                show(line)

        def take_and_show(event: "ProgressEvent") -> None:
            run.take(event)
            show_line()

        with repeated(show_line, every=TICK if terminal else EVERY):
            yield take_and_show if terminal else run.take


class RunProgress:
    """How far a run is: takes its events, from any thread, and makes a line of them and of the time that passes."""

    def __init__(self, *, clock: Callable[[], float] = monotonic) -> None:
        from summarise.report.progress import Shown

        self._clock = clock
        self._shown = Shown()
        self._lock = Lock()

    def take(self, event: "ProgressEvent") -> None:
        """Take an event in."""
        from summarise.report.progress import after

        with self._lock:
            self._shown = after(self._shown, event, self._clock())

    def line(self) -> str:
        """Return the line of this moment, empty before the first event."""
        from summarise.report.progress import progress_line

        return progress_line(self._shown, self._clock())


def changed_only(show: Callable[[str], None]) -> Callable[[str], None]:
    """Return what shows a line unless it is the one that it showed last."""
    last: str | None = None

    def show_changed(line: str) -> None:
        nonlocal last
        if line != last:
            last = line
            show(line)

    return show_changed


@contextmanager
def repeated(do: Callable[[], None], *, every: float) -> Iterator[None]:
    """Do something every so many seconds until the block ends.

    In a thread of its own, because reading and checking hold up the event loop.
    """
    ended = Event()

    def run() -> None:
        while not ended.wait(every):
            do()

    thread = Thread(target=run, name="progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


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
