"""What a comparison will take, before anything is sent: calls, tokens and money of each variant."""

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from functools import cache, partial

from summarise.backends.providers import with_placeholders
from summarise.batch.backends import Backends
from summarise.batch.comparison.variant_runs import VariantBatch, unfinished
from summarise.batch.items import Item
from summarise.batch.run import BatchOptions
from summarise.data import Article
from summarise.data.comparison import VariantPlan
from summarise.errors import ArticleError, BudgetError
from summarise.pipeline.plan import ArticleAnalysis, read_facts
from summarise.pipeline.reading import aread_article
from summarise.pipeline.run import plan_of
from summarise.settings.model import Settings

Reader = Callable[[Settings], Callable[[Article], ArticleAnalysis]]
"""Tells how an article is read under some settings: once for all that read it alike."""


async def planned(
    batches: Sequence[VariantBatch], items: Sequence[Item], wanted: BatchOptions, *, without_keys: bool = False
) -> tuple[VariantPlan, ...]:
    """Return what each variant will ask for the articles that are not done; nothing is sent.

    A variant that asks no model is not planned: the articles are counted. Raises as `plan`, but for an article that
    cannot be read, and a ceiling that it does not fit under, which are told when it is its turn. `without_keys` plans
    also for models that lack a key.
    """
    left = [{item.id for item in unfinished(batch, items, wanted)} for batch in batches]
    plans = [VariantPlan(variant=batch.spec.name, spec=batch.spec.description) for batch in batches]
    async with AsyncExitStack() as stack:
        opened = [
            await stack.enter_async_context(Backends(_opening_settings(batch, without_keys), given=batch.given))
            for batch in batches
        ]
        for item in items:
            read = _reader()
            for place, batch in enumerate(batches):
                if item.id in left[place]:
                    plans[place] = await _with(plans[place], batch, item, read, opened[place])
    return tuple(plans)


def _boundless(batch: VariantBatch) -> Settings:
    """Return the settings of a variant without the ceilings, which are those of the whole."""
    return batch.job.settings.model_copy(update={"max_calls": None, "max_tokens_total": None, "max_cost": None})


def _opening_settings(batch: VariantBatch, without_keys: bool) -> Settings:
    names = [*batch.job.writers, batch.job.judge] if without_keys else []
    return with_placeholders(_boundless(batch), names)[0]


async def _with(plan: VariantPlan, batch: VariantBatch, item: Item, read: Reader, backends: Backends) -> VariantPlan:
    job, settings = batch.job, _boundless(batch)
    if item.source is None:
        return plan.model_copy(update={"unread": plan.unread + 1})
    if not batch.asks:
        return plan.model_copy(update={"articles": plan.articles + 1})
    try:
        found = await plan_of(
            await aread_article(item.source, max_characters=settings.max_characters, encoding=job.encoding),
            job.with_settings(settings).options,
            read=read(settings),
            opening=backends.opening,
        )
    except (ArticleError, BudgetError):
        return plan.model_copy(update={"unread": plan.unread + 1})
    return plan.model_copy(
        update={
            "articles": plan.articles + 1,
            "missing": found.missing,
            "expected": plan.expected.added(found.expected),
            "most": plan.most.added(found.most),
            "expected_cost": _sum(plan.expected_cost, found.expected_cost),
            "most_cost": _sum(plan.most_cost, found.most_cost),
        }
    )


def _reader() -> Reader:
    kept: dict[tuple[object, ...], Callable[[Article], ArticleAnalysis]] = {}

    def reader(settings: Settings) -> Callable[[Article], ArticleAnalysis]:
        key = (settings.entailment, settings.sensitivity, settings.strict, settings.keep_addressed)
        if key not in kept:
            kept[key] = cache(partial(read_facts, settings=settings))
        return kept[key]

    return reader


def _sum(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one + other
