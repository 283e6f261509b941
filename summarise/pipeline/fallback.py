"""Summarise with the first of several models that gives a summary: when the next one is tried, and what is told of it.

Each model has a run of its own, because strategy, chunks and budget depend on it; the article is read once.
"""

import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

from summarise.backends import Opening, open_backend
from summarise.backends.budget.spend_limiter import Purse
from summarise.backends.circuit_breaker import CircuitBackend
from summarise.checks.plugins import added_by
from summarise.data import Backend, RunPlan, Save, Source, Summary, Tried
from summarise.errors import BudgetError, CallError, ConfigurationError, NoModelError, SummariseError, name_of
from summarise.observing.observer import Observer
from summarise.pipeline.plan import read_facts
from summarise.pipeline.reading import aread_article
from summarise.pipeline.run import run
from summarise.pipeline.setup import prepared
from summarise.runs.saving import Keeping
from summarise.runs.throughput import speed_of
from summarise.settings.model import Settings

T = TypeVar("T")


@dataclass
class Attempt:
    """The turn of one model: its name (None for the default), and those that were `tried` before it.

    `purse` is what its run is paid from, once there is one; `last` tells that no other model is left.
    """

    model: str | None
    tried: tuple[Tried, ...] = ()
    last: bool = True
    purse: Purse | None = None

    def goes_on(self, error: BaseException) -> bool:
        """Tell whether the next model is tried after an error."""
        return not self.last and is_of_model(error)

    def failed(self, error: SummariseError) -> Tried:
        """Return this attempt as the record tells it."""
        taken = self.purse.taken if self.purse is not None else {}
        return Tried(model=self.model or "", error=name_of(error), message=str(error), **taken)


def is_of_model(error: BaseException) -> bool:
    """Tell whether an error is the model's, or its server's, so that another one may do better.

    It cannot be opened or paid for, its calls fail, or nothing of its answers can be used. What is wrong with the
    article or with what was asked for, and a judge that fails, would be so with every model.
    """
    return isinstance(error, CallError | ConfigurationError | BudgetError) and not error.of_judge


async def first_of(models: Sequence[str | None], attempt: Callable[[Attempt], Coroutine[Any, Any, T]]) -> T:
    """Return what the first model comes to that comes to anything.

    Raises what its attempt raises where that is not the model's own failure, or where there is one model only, else
    NoModelError, in one line that has every model and why it failed.
    """
    tried: tuple[Tried, ...] = ()
    errors: tuple[SummariseError, ...] = ()
    for place, model in enumerate(models, start=1):
        one = Attempt(model, tried, last=place == len(models))
        try:
            return await attempt(one)
        except SummariseError as error:
            if len(models) == 1 or not is_of_model(error):
                raise
            tried, errors = (*tried, one.failed(error)), (*errors, error)
    told = "; ".join(f"{one.model}: {one.message}" for one in tried)
    raise NoModelError(f"none of {len(tried)} models gave a summary: {told}", errors=errors)


async def summary_of(
    article: Source,
    models: Sequence[str | None],
    *,
    backend: Backend | None,
    judge: str | Backend | None,
    settings: Settings,
    save: str | Path | Save | None,
    observer: Observer,
    finish: Callable[[Summary], Summary],
    opening: Opening = open_backend,
    **wanted: Any,
) -> Summary:
    """Return the summary of the first model that gives one, as `summarise` does; `wanted` are its other options.

    A run that is to be kept is that model's, or the last one's where all fail. `finish` is done with the summary,
    `opening` opens the models.
    """
    started = time.perf_counter()
    keeping = Keeping(save, settings, **wanted)
    source = await aread_article(article, max_characters=settings.max_characters, settings=settings)
    read = cache(partial(read_facts, settings=settings, added=added_by(settings)))

    async def attempt(one: Attempt) -> Summary:
        keeping.begin()
        async with prepared(
            source,
            model=one.model,
            backend=backend,
            judge=judge,
            settings=settings,
            observer=observer,
            counts=lambda _: True,
            load=keeping.load,
            around=lambda backend: keeping.around(CircuitBackend(backend)),
            read=read,
            opening=opening,
            **wanted,
        ) as planned:
            one.purse = planned.purse(one.tried)
            told = planned.told(lambda name: speed_of(name, settings))
            running = run(planned, told, started=started, purse=one.purse)
            keeping_it = keeping.keep(
                _finished(running, finish),
                article=planned.task.article,
                strategy=planned.strategy.strategy,
                judged=planned.judge_by is not None,
                goes_on=one.goes_on,
            )
            return await observer.run(told, keeping_it)

    return await first_of(models, attempt)


async def plan_of(
    article: Source,
    models: Sequence[str | None],
    *,
    backend: Backend | None,
    judge: str | Backend | None,
    settings: Settings,
    **wanted: Any,
) -> RunPlan:
    """Return the plan of the first model that can be opened, as `plan` does; `wanted` are its other options."""
    source = await aread_article(article, max_characters=settings.max_characters, settings=settings)
    read = cache(partial(read_facts, settings=settings, added=added_by(settings)))

    async def attempt(one: Attempt) -> RunPlan:
        async with prepared(
            source,
            model=one.model,
            backend=backend,
            judge=judge,
            settings=settings,
            counts=lambda counter: counter.counts_here,
            read=read,
            **wanted,
        ) as planned:
            planned.purse()
            told = planned.told(lambda name: speed_of(name, settings))
            return told.model_copy(update={"tried": one.tried})

    return await first_of(models, attempt)


async def _finished(running: Coroutine[Any, Any, Summary], finish: Callable[[Summary], Summary]) -> Summary:
    return finish(await running)
