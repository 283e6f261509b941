"""Shows the progress of runs and batches, and interrupts them.

A signal interrupts immediately; asyncio's own handler would wait for the end of a long computation.
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


# seconds from an interruption to a forced exit, without and with --save, which writes a file
_ENDING, _SAVING = 0.9, 10.0
SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible(*, saves: bool) -> Iterator[None]:
    """Raise KeyboardInterrupt on SIGINT or SIGTERM, and force an exit 0.9 s later.

    If the run `saves` a file, the exit is forced after 10 s, or at a second signal. Signals that were ignored stay
    ignored. Call this in the main thread.
    """
    grace = _SAVING if saves else _ENDING
    ended = Event()

    def interrupt(_: int, __: FrameType | None) -> None:
        for number in numbers:
            signal.signal(number, again)
        end_after(grace, ended)
        raise KeyboardInterrupt

    def again(_: int, __: FrameType | None) -> None:
        if saves:
            _end(0.0, ended)

    usual = (signal.SIG_DFL, signal.default_int_handler)
    numbers = [number for number in SIGNALS if signal.getsignal(number) in usual]
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
        for number, usual in before.items():
            signal.signal(number, usual)


def end_after(grace: float, ended: Event) -> None:
    """Force an exit after `grace` seconds, with a message if `ended` is not set by then.

    Python's own exit waits for all threads, even for name resolution, which cannot be cancelled.
    """
    Thread(target=_end, args=(grace, ended), daemon=True).start()


def _end(grace: float, ended: Event) -> None:
    time.sleep(grace)
    if not ended.is_set():
        with suppress(OSError):
            os.write(2, b"summarise: interrupted\n")
    os._exit(INTERRUPTED)


# seconds between updates on a terminal; they show the duration of a long call
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
    """Show a line, unless it is empty, again and again until the block ends. Yields a function that shows it at once.

    A terminal shows the line in one place, every `TICK` seconds; other streams get a new line every `EVERY` seconds.
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
    """Call `do` every `every` seconds until the block ends, in a thread, because checks block the event loop."""
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
    """Log to standard error until the block ends, unless `verbose` is 0."""
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


# seconds from the second signal to the forced exit of a batch
PATIENCE = 5.0


def run_shown(
    work: "Callable[..., Coroutine[Any, Any, Ended]]", progress: "BatchProgress", *, quiet: bool, verbose: int
) -> "Ended":
    """Run a batch, `work(stop=...)`, and show its progress. Raises KeyboardInterrupt."""
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
    """Count the input in a thread, for `progress.total`. Errors are ignored, because the batch raises them, too."""

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
    """On a first signal, stop after the articles in progress; on a second, at once. Call in the main thread."""
    import asyncio

    from summarise.batch import run

    ended = Event()
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None, "this runs inside a task"

    def asked(*_: object) -> None:
        if stop.why == run.INTERRUPTED:
            loop.call_soon_threadsafe(task.cancel)
            # Reading standard input cannot be cancelled.
            end_after(PATIENCE, ended)
            return
        stop.ask(run.INTERRUPTED, exit_code=INTERRUPTED)
        notify("stopping after the articles in progress; interrupt again to stop at once")

    with handled([one for one in SIGNALS if signal.getsignal(one) is not signal.SIG_IGN], asked):
        try:
            yield
        finally:
            ended.set()
