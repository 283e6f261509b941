"""Goes through the input once: leaves out what is done, has the rest done, and keeps each result before the next.

Prints nothing and writes no output but the journal.
"""

import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field

from summarise.batch.backends import REACHED, Spent
from summarise.batch.engine import Engine
from summarise.batch.items import Item, id_key
from summarise.batch.jobs import Outcome
from summarise.batch.journal import Journal
from summarise.batch.taking import taken
from summarise.errors import ArticleError, IncompleteError, SummariseError

INTERRUPTED, CEILING, FAILURES, HOPELESS, INPUT = "interrupted", "ceiling", "failures", "hopeless", "input"


@dataclass
class Progress:
    """How far a run of a batch is; `before` are the items of the input that were done earlier.

    `total` is how many items the input has, None while, or where, that is not known; times are seconds.
    """

    clock: Callable[[], float] = time.monotonic
    total: int | None = None
    before: int = 0
    done: int = 0
    failed: int = 0
    given_up: int = 0
    spent: Spent = field(default_factory=Spent)
    started: float = 0.0

    def __post_init__(self) -> None:
        self.started = self.clock()

    @property
    def finished(self) -> int:
        """How many items this run has finished, well or not."""
        return self.done + self.failed

    @property
    def seconds(self) -> float:
        """The time since the run began."""
        return self.clock() - self.started

    @property
    def rate(self) -> float:
        """Items finished a second, so far."""
        return self.finished / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long the rest of the input takes at this rate; None where that is not known."""
        if self.total is None or not self.finished:
            return None
        return max(0, self.total - self.before - self.finished) / self.rate


@dataclass
class Stop:
    """Whether no more items are to be begun, and why: who asks first counts, but for a person, who always does.

    `exit_code` is that of the command then.
    """

    why: str | None = None
    told: str = ""
    exit_code: int = IncompleteError.exit_code

    def ask(self, why: str, *, told: str = "", exit_code: int = IncompleteError.exit_code) -> None:
        """Begin no more items; those that are under way are finished. `told` is the reason in words."""
        if self.why is None or why == INTERRUPTED:
            self.why, self.told, self.exit_code = why, told, exit_code


@dataclass(frozen=True)
class BatchOptions:
    """What a batch is to do beyond its job: begin anew, try failed items again, stop after so many failures."""

    fresh: bool = False
    retry_failed: bool = False
    max_failures: int | None = None


@dataclass
class Run:
    """One run over the input of a batch; `order` has the id keys of the items in the order of the input.

    Where a ceiling is `used_up`, it ends at the first item that is not done.
    """

    journal: Journal
    progress: Progress
    stop: Stop
    wanted: BatchOptions
    used_up: bool = False
    on_progress: Callable[[Progress], None] = lambda _: None
    order: dict[bytes, None] = field(default_factory=dict)

    async def over(self, items: Iterator[Item], engine: Engine) -> None:
        """Have all items done that are not; UnwrittenError where a result cannot be kept.

        Why it ended before the end of the input is in `stop`.
        """
        async with aclosing(engine(self._undone(items))) as outcomes:
            async for outcome in outcomes:
                self._keep(outcome)

    def _keep(self, outcome: Outcome) -> None:
        if outcome.hopeless is not None:
            self.stop.ask(HOPELESS, told=outcome.hopeless.message, exit_code=outcome.hopeless.exit_code)
        elif outcome.given_up:
            self.stop.ask(CEILING, told=outcome.given_up)
        if outcome.row is None:
            self.progress.given_up += 1
            return
        self.journal.add(outcome)
        if outcome.row.failed:
            self.progress.failed += 1
        else:
            self.progress.done += 1
        most = self.wanted.max_failures
        if most is not None and self.progress.failed >= most:
            self.stop.ask(FAILURES)
        self.on_progress(self.progress)

    async def _undone(self, items: Iterator[Item]) -> AsyncIterator[Item]:
        async with aclosing(taken(items, enough=lambda: self.stop.why is not None)) as reading:
            while (item := await self._next(reading)) is not None:
                self.order[id_key(item.id)] = None
                state = self.journal.state_of(item)
                if state == "done" or (state == "failed" and not self.wanted.retry_failed):
                    self.progress.before += 1
                    self.on_progress(self.progress)
                elif self.used_up:
                    self.stop.ask(CEILING, told=REACHED)
                else:
                    yield item

    async def _next(self, reading: AsyncIterator[Item]) -> Item | None:
        """Return the next item, None where there is no more; an input that breaks off stops the run."""
        try:
            return await anext(reading, None)
        except SummariseError as error:
            self.stop.ask(INPUT, told=str(error), exit_code=error.exit_code)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            self.stop.ask(INPUT, told=f"the input cannot be read: {reason}", exit_code=ArticleError.exit_code)
        return None
