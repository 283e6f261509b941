"""What the command shows of a batch while it goes on, and how it is asked to stop.

On a terminal that is a bar, elsewhere a line every half a minute. Words nothing itself: `batch/wording.py` does.
"""

import signal
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import click

from summarise import errors
from summarise.cli.interrupting import SIGNALS, end_after, handled
from summarise.cli.progress import EVERY, logged, repeated
from summarise.cli.terminal import shows_progress, tell

if TYPE_CHECKING:
    from summarise.batch.run import Ended, Progress, Stop

    Show = Callable[[Progress], None]
    Work = Callable[[Stop, Show], Coroutine[Any, Any, Ended]]

PATIENCE = 5.0
"""Seconds that a batch has to end after the second signal."""


def run_shown(work: "Work", progress: "Progress", *, quiet: bool, verbose: int) -> "Ended":
    """Run a batch to its end, and show how far it is; KeyboardInterrupt where it was stopped at once.

    `work` is given what asks it to stop, which an interruption does, and what it calls whenever `progress` changed.
    """
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
def shown(progress: "Progress", *, quiet: bool) -> "Iterator[Show]":
    """Yield what is called whenever the progress of a batch changed, and show it until the block ends."""
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
        tell("stopping after the articles in progress; interrupt again to stop at once")

    with handled([one for one in SIGNALS if signal.getsignal(one) is not signal.SIG_IGN], asked):
        try:
            yield
        finally:
            ended.set()
