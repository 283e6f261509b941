"""What the command shows of a batch while it goes on, and how it is asked to stop.

On a terminal that is a bar, elsewhere a line every half a minute. Words nothing itself: `batch/wording.py` does.
"""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Protocol

import click

from summarise import errors
from summarise.cli.interrupting import end_after
from summarise.cli.terminal import shows_progress, tell

if TYPE_CHECKING:
    from summarise.batch.run import Progress, Stop

PATIENCE = 5.0
"""Seconds that a batch has to end after the second signal."""
EVERY = 30.0
"""Seconds between two lines where there is no terminal."""


class Show(Protocol):
    """Shows how far a batch is; `wants_total` tells whether it is of use to count the input beforehand."""

    wants_total: bool

    def __call__(self, progress: "Progress") -> None:
        """Show it."""
        ...


class Quiet:
    """Shows nothing."""

    wants_total = False

    def __call__(self, progress: "Progress") -> None:
        """Do nothing."""


class Lines:
    """Tells a line every so many seconds, whether something is done meanwhile or not."""

    wants_total = True

    def __init__(self, progress: "Progress", every: float) -> None:
        self._progress = progress
        self._every = every
        self._closed = Event()
        self._thread = Thread(target=self._run, name="progress of the batch", daemon=True)
        self._thread.start()

    def __call__(self, progress: "Progress") -> None:
        """Do nothing: the time tells when."""

    def close(self) -> None:
        """Tell nothing any more."""
        self._closed.set()
        self._thread.join()

    def _run(self) -> None:
        from summarise.batch.wording import progress_text

        while not self._closed.wait(self._every):
            tell(progress_text(self._progress))


class Bar:
    """Shows a bar on the terminal."""

    wants_total = True

    def __init__(self, bar: Any) -> None:
        self._bar = bar
        self._task = bar.add_task("", total=None, told="")

    def __call__(self, progress: "Progress") -> None:
        """Show how far it is."""
        from summarise.batch.wording import progress_text

        finished = progress.before + progress.finished
        self._bar.update(self._task, total=progress.total, completed=finished, told=progress_text(progress))


@contextmanager
def shown(progress: "Progress", *, quiet: bool, every: float = EVERY) -> Iterator[Show]:
    """Yield what shows progress until the block ends."""
    if quiet:
        yield Quiet()
    elif shows_progress():
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as RichProgress

        columns = (BarColumn(), TextColumn("{task.fields[told]}", markup=False))
        with RichProgress(*columns, console=Console(stderr=True), transient=True) as bar:
            yield Bar(bar)
    else:
        lines = Lines(progress, every)
        try:
            yield lines
        finally:
            lines.close()


def count_beside(progress: "Progress", count: Callable[[], int | None]) -> None:
    """Count the input in a thread, so that nothing waits for it; what goes wrong is told when the batch comes to it."""

    def run() -> None:
        with suppress(Exception):
            progress.total = count()

    Thread(target=run, name="count of the articles", daemon=True).start()


def tell_table(rows: Sequence[tuple[str, str]]) -> None:
    """Print rows of two columns on standard error."""
    width = max((len(name) for name, _ in rows), default=0)
    with suppress(OSError):
        for name, text in rows:
            click.echo(f"{name:<{width}}  {text}", err=True)


@contextmanager
def interruptible(stop: "Stop") -> Iterator[None]:
    """Have the first Ctrl-C, or request to end, stop after what is under way, and the second one at once.

    To be used in the event loop of the main thread.
    """
    import asyncio

    from summarise.batch.run import INTERRUPTED

    ended = Event()
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None, "there is a task in a running loop"

    def asked(*_: object) -> None:
        if stop.why == INTERRUPTED:
            loop.call_soon_threadsafe(task.cancel)
            # Reading standard input cannot be cancelled.
            end_after(PATIENCE, ended)
            return
        stop.ask(INTERRUPTED, exit_code=errors.INTERRUPTED)
        tell("stopping after the articles that are under way; once more stops at once")

    taken = [one for one in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(one) is not signal.SIG_IGN]
    before = {number: signal.signal(number, asked) for number in taken}
    try:
        yield
    finally:
        ended.set()
        for number, handler in before.items():
            signal.signal(number, handler)
