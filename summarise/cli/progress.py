"""Shows the progress of runs and batches, and ends them on SIGINT and SIGTERM.

The signal handlers are our own, because asyncio's would wait for the end of a long computation.
"""

import os
import signal
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from threading import Event, Thread
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from summarise.cli.terminal import clear_progress, notify, show_progress, shows_progress
from summarise.errors import INTERRUPTED

if TYPE_CHECKING:
    from summarise.batch.run import Ended, Stop
    from summarise.batch.run import Progress as BatchProgress
    from summarise.data import ProgressEvent
    from summarise.data.runs import Progress


# seconds from a signal to the forced exit, without and with --save, which needs time to write its file
_ENDING, _SAVING = 0.9, 10.0
SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible(*, saves: bool) -> Iterator[None]:
    """Raise KeyboardInterrupt on SIGINT or SIGTERM, and force an exit 0.9 s later.

    If the run `saves` a file, the exit is forced after 10 s, or at a second signal. Signals that are already handled or
    ignored stay so. Call this in the main thread.
    """
    grace = _SAVING if saves else _ENDING
    ended = Event()

    def interrupt(_: int, __: FrameType | None) -> None:
        for number in numbers:
            signal.signal(number, on_second_signal)
        end_after(grace, ended)
        raise KeyboardInterrupt

    def on_second_signal(_: int, __: FrameType | None) -> None:
        if saves:
            _end(0.0, ended)

    defaults = (signal.SIG_DFL, signal.default_int_handler)
    numbers = [number for number in SIGNALS if signal.getsignal(number) in defaults]
    with handled(numbers, interrupt):
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
        for number, previous in before.items():
            signal.signal(number, previous)


def end_after(grace: float, ended: Event) -> None:
    """Force the process to exit after `grace` seconds. Prints "interrupted" unless `ended` is set by then.

    Python's own exit waits for all threads, even for name resolution, which cannot be cancelled.
    """
    Thread(target=_end, args=(grace, ended), daemon=True).start()


def _end(grace: float, ended: Event) -> None:
    time.sleep(grace)
    if not ended.is_set():
        with suppress(OSError):
            os.write(2, b"summarise: interrupted\n")
    os._exit(INTERRUPTED)


# seconds between updates of the progress line: on a terminal, and on another stream
TICK = 1.0
EVERY = 30.0


@contextmanager
def watched(*, quiet: bool, verbose: int = 0) -> "Iterator[Progress | None]":
    """Show a run's progress until the block ends. Yields a callback for its events, or None if `quiet`.

    `verbose`: 0 logs nothing, 1 logs at level INFO, 2 at DEBUG.
    """
    with logged(verbose):
        if quiet:
            yield None
            return
        from summarise.report.text import RunProgress

        run = RunProgress()
        with shown_line(run.line) as show:

            def take(event: "ProgressEvent") -> None:
                run.take(event)
                if shows_progress():
                    show()

            yield take


@contextmanager
def shown_line(line: Callable[[], str]) -> Iterator[Callable[[], None]]:
    """Show the result of `line` repeatedly until the block ends; skip empty results. Yields a function to show it now.

    A terminal shows one line, updated every `TICK` seconds; other streams get a new line every `EVERY` seconds.
    """
    terminal = shows_progress()

    def show() -> None:
        if text := line():
            (show_progress if terminal else notify)(text)

    try:
        with repeated(show, every=TICK if terminal else EVERY):
            yield show
    finally:
        if terminal:
            clear_progress()


@contextmanager
def repeated(do: Callable[[], None], *, every: float) -> Iterator[None]:
    """Call `do` in a thread every `every` seconds until the block ends."""
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
    """Log to standard error until the block ends. `verbose` is as in `watched`."""
    if not verbose:
        yield
        return
    import logging

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            notify(self.format(record))

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


# seconds from a batch's second signal to its forced exit
PATIENCE = 5.0


def run_shown(
    work: "Callable[..., Coroutine[Any, Any, Ended]]", progress: "BatchProgress", *, quiet: bool, verbose: int
) -> "Ended":
    """Run the batch `work(stop=...)` and show its progress. Raises KeyboardInterrupt at a second signal."""
    import asyncio

    from summarise.batch.run import Stop, progress_text

    async def run() -> "Ended":
        stop = Stop()
        with _ending_early(stop):
            return await work(stop=stop)

    with logged(verbose), nullcontext() if quiet else shown_line(lambda: progress_text(progress)):
        try:
            return asyncio.run(run())
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None


def count_beside(progress: "BatchProgress", count: Callable[[], int | None]) -> None:
    """Count the articles in a thread, and set `progress.total`. Errors are ignored."""

    def run() -> None:
        with suppress(Exception):
            progress.total = count()

    Thread(target=run, name="count of the articles", daemon=True).start()


def notify_table(rows: Sequence[tuple[str, str]]) -> None:
    """Print two columns on standard error."""
    width = max((len(name) for name, _ in rows), default=0)
    with suppress(OSError):
        for name, text in rows:
            click.echo(f"{name:<{width}}  {text}", err=True)


@contextmanager
def _ending_early(stop: "Stop") -> Iterator[None]:
    """On a signal, end a batch after the articles in progress; on a second, at once. Call this in the main thread."""
    import asyncio

    from summarise.batch import run

    ended = Event()
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None, "this runs inside a task"

    def interrupt(*_: object) -> None:
        if stop.why == run.INTERRUPTED:
            loop.call_soon_threadsafe(task.cancel)
            # Reading standard input cannot be cancelled.
            end_after(PATIENCE, ended)
            return
        stop.ask(run.INTERRUPTED, exit_code=INTERRUPTED)
        notify("stopping after the articles in progress; interrupt again to stop at once")

    with handled([number for number in SIGNALS if signal.getsignal(number) is not signal.SIG_IGN], interrupt):
        try:
            yield
        finally:
            ended.set()
