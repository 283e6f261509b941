"""Progress of runs and batches on standard error."""

import signal
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from summarise import errors
from summarise.cli.interrupting import SIGNALS, end_after, handled
from summarise.cli.terminal import show_progress, shows_progress, tell

if TYPE_CHECKING:
    from summarise.data import ProgressEvent
    from summarise.data.progress import Progress


# Seconds between updates on a terminal, so that a long call shows its duration.
TICK = 1.0
# Seconds between lines without a terminal.
EVERY = 30.0


@contextmanager
def watched(*, quiet: bool, verbose: int = 0) -> "Iterator[Progress | None]":
    """Show a run's progress until the block ends; yield the callback for events, or None if `quiet`.

    `verbose`: 1 logs at INFO, 2 at DEBUG.
    """
    with logged(verbose):
        if quiet:
            yield None
            return
        run, terminal = RunProgress(), shows_progress()
        show: Callable[[str], None] = show_progress if terminal else tell
        if terminal and not verbose:
            # Log lines overwrite the progress line, so with a log it is always drawn again.
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
    """A run's progress; thread-safe."""

    def __init__(self, *, clock: Callable[[], float] = monotonic) -> None:
        from summarise.report.progress import Shown

        self._clock = clock
        self._shown = Shown()
        self._lock = Lock()

    def take(self, event: "ProgressEvent") -> None:
        """Add an event."""
        from summarise.report.progress import after

        with self._lock:
            self._shown = after(self._shown, event, self._clock())

    def line(self) -> str:
        """Return the current line."""
        from summarise.report.progress import progress_line

        return progress_line(self._shown, self._clock())


def changed_only(show: Callable[[str], None]) -> Callable[[str], None]:
    """Return a function that shows a line only if it changed."""
    last: str | None = None

    def show_changed(line: str) -> None:
        nonlocal last
        if line != last:
            last = line
            show(line)

    return show_changed


@contextmanager
def repeated(do: Callable[[], None], *, every: float) -> Iterator[None]:
    """Call `do` every so many seconds, in a thread, because reading and checking block the event loop."""
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
    """Log to standard error until the block ends."""
    if not verbose:
        yield
        return
    import logging

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
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


if TYPE_CHECKING:
    from summarise.batch.run import Ended, Stop
    from summarise.batch.run import Progress as BatchProgress

    Show = Callable[[BatchProgress], None]
    Work = Callable[[Stop, Show], Coroutine[Any, Any, Ended]]

# Seconds for a batch to end after the second signal.
PATIENCE = 5.0


def run_shown(work: "Work", progress: "BatchProgress", *, quiet: bool, verbose: int) -> "Ended":
    """Run a batch and show its progress. Raises KeyboardInterrupt."""
    import asyncio

    from summarise.batch.run import Stop

    async def run(show: "Show") -> "Ended":
        stop = Stop()
        with interruptible(stop):
            return await work(stop, show)

    with logged(verbose), shown(progress, quiet=quiet) as show:
        try:
            return asyncio.run(run(show))
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None


@contextmanager
def shown(progress: "BatchProgress", *, quiet: bool) -> "Iterator[Show]":
    """Show a batch's progress until the block ends; yield the callback for changes."""
    from summarise.batch.wording import progress_text

    if quiet:
        yield lambda _: None
    elif shows_progress():
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as RichProgress

        columns = (BarColumn(), TextColumn("{task.fields[told]}", markup=False))
        with RichProgress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("", total=None, told="")
            yield lambda now: bar.update(
                task, total=now.total, completed=now.before + now.finished, told=progress_text(now)
            )
    else:
        with repeated(lambda: tell(progress_text(progress)), every=EVERY):
            yield lambda _: None


def count_beside(progress: "BatchProgress", count: Callable[[], int | None]) -> None:
    """Count the input in a thread; errors are left to the batch."""

    def run() -> None:
        with suppress(Exception):
            progress.total = count()

    Thread(target=run, name="count of the articles", daemon=True).start()


def tell_table(rows: Sequence[tuple[str, str]]) -> None:
    """Print two columns on standard error."""
    width = max((len(name) for name, _ in rows), default=0)
    with suppress(OSError):
        for name, text in rows:
            click.echo(f"{name:<{width}}  {text}", err=True)


@contextmanager
def interruptible(stop: "Stop") -> Iterator[None]:
    """Stop after the articles in progress on the first signal, and at once on the second. Main thread only."""
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
        tell("stopping after the articles in progress; interrupt again to stop at once")

    with handled([one for one in SIGNALS if signal.getsignal(one) is not signal.SIG_IGN], asked):
        try:
            yield
        finally:
            ended.set()
