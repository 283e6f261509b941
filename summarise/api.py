"""The Python API: each call and its asynchronous twin."""

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

from summarise.checks import Check
from summarise.data import (
    Accepted,
    Article,
    Backend,
    Facts,
    Report,
    RunPlan,
    Save,
    Source,
    Summary,
    Url,
    Writer,
)
from summarise.data.progress import Progress
from summarise.errors import SummariseWarning
from summarise.observing.observer import Observer, require_callable
from summarise.pipeline.blocking import blocking
from summarise.pipeline.checking import checked, facts_in, judged, swapped
from summarise.pipeline.in_thread import CallersLoop, in_thread
from summarise.pipeline.options import SummaryOptions, options_of, require_known_options
from summarise.pipeline.run import plan_of, summarise_article
from summarise.settings.environment import secrets_of
from summarise.settings.model import Settings

SWAPPED = "the summary is longer than the article and has its words: the call is check(summary, article)"


def summarise(
    article: str | Path | Url | Article,
    *,
    save: str | Path | Save | None = None,
    progress: Progress | None = None,
    **options: Unpack[SummaryOptions],
) -> Summary:
    """Summarise an article, and check every sentence of the result against it.

    A `str` is text, a `Path` a file, a `Url` an address. `options` are `SummaryOptions`. `progress` is called with each
    `ProgressEvent`. `save` names a file to keep the run in, for `replay`; `Save(path=..., text=False)` leaves the
    article's text out. `Summary.complete` is False if a chunk could not be summarised.

    Raises errors of `summarise.errors`: UsageError for a `str` that looks like a path or an address, NoModelError if
    none of several models gave a summary, UnsavedError, with the summary, if the run could not be saved.
    """
    _require_arguments("summarise", options, progress)
    return blocking(_summarised(article, save, progress, options), "asummarise")


async def asummarise(
    article: str | Path | Url | Article,
    *,
    save: str | Path | Save | None = None,
    progress: Progress | None = None,
    **options: Unpack[SummaryOptions],
) -> Summary:
    """Summarise like `summarise`, in a thread beside the event loop.

    `backend`, `judge` and `progress` are called in the running loop, `checks` in the thread.
    """
    _require_arguments("asummarise", options, progress)
    return await in_thread(
        lambda callers: _summarised(article, save, callers.progress(progress), _called_in(callers, options))
    )


def plan(article: str | Path | Url | Article, **options: Unpack[SummaryOptions]) -> RunPlan:
    """Return the plan of a run: model, requests and usage. Nothing is sent.

    `options` are `SummaryOptions`. Of several models, the first that can be opened is planned. No key is needed:
    `RunPlan.missing` lists those that the run will need. Tokens are estimates unless they can be counted locally.
    """
    require_known_options("plan", options)
    return blocking(_planned(article, options), "aplan")


async def aplan(article: str | Path | Url | Article, **options: Unpack[SummaryOptions]) -> RunPlan:
    """Plan like `plan`, in a thread beside the event loop."""
    require_known_options("aplan", options)
    return await in_thread(lambda callers: _planned(article, _called_in(callers, options)))


def extract_facts(article: str | Path | Url | Article, *, settings: Settings | None = None) -> Facts:
    """Extract an article's facts, each with its position, without a language model.

    The entailment model finds text addressed to a machine. Raises ArticleError if the text exceeds
    `Settings.max_characters`, ConfigurationError if that model is missing.
    """
    return facts_in(article, settings)


def check(
    summary: str | Path | Url | Article | Summary,
    article: str | Path | Url | Article | Facts,
    *,
    judge: str | Backend | None = None,
    accept: str | Path | Accepted | None = None,
    checks: Sequence[Check] = (),
    writer: Writer | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Report:
    """Check each sentence of a summary against an article or its extracted facts.

    A `str` is text, a `Path` a file, a `Url` an address; no language model is needed. `judge`, a model or a backend, is
    also asked about each sentence; it can lower a verdict, never raise one. `accept` and `checks` are as for
    `summarise`. `writer` is the faithfulness of the text's writer: weak, middle or strong (default: from the settings
    or a `Summary`, else strong). `progress` is called with the judge's calls.

    Neither text may be empty or exceed `Settings.max_characters`; `Facts` keep what was set apart. Raises UsageError
    for a `str` that looks like a path or an address; warns with SummariseWarning if the arguments look swapped.
    """
    require_callable(progress)
    if judge is None:
        report = checked(summary, article, accept=accept, checks=checks, writer=writer, settings=settings)
    else:
        report = blocking(_report(summary, article, judge, accept, checks, writer, settings, progress), "acheck")
    _warn_if_swapped(report)
    return report


async def acheck(
    summary: str | Path | Url | Article | Summary,
    article: str | Path | Url | Article | Facts,
    *,
    judge: str | Backend | None = None,
    accept: str | Path | Accepted | None = None,
    checks: Sequence[Check] = (),
    writer: Writer | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Report:
    """Check like `check`, in a thread beside the event loop.

    `judge` and `progress` are called in the running loop, `checks` in the thread.
    """
    require_callable(progress)
    report = await in_thread(
        lambda callers: _report(
            summary, article, callers.backend(judge), accept, checks, writer, settings, callers.progress(progress)
        )
    )
    _warn_if_swapped(report)
    return report


def _require_arguments(call: str, options: SummaryOptions, progress: Progress | None) -> None:
    require_known_options(call, options, others=("save", "progress"))
    require_callable(progress)


def _warn_if_swapped(report: Report) -> None:
    if swapped(report):
        warnings.warn(SWAPPED, SummariseWarning, stacklevel=3)


async def _summarised(
    article: Source, save: str | Path | Save | None, progress: Progress | None, options: SummaryOptions
) -> Summary:
    settled = options_of(**options)
    observer = Observer(progress, secrets=secrets_of(settled.settings))
    return await summarise_article(article, settled, observer=observer, save=save)


async def _report(
    summary: str | Path | Url | Article | Summary,
    article: Source | Facts,
    judge: str | Backend | None,
    accept: str | Path | Accepted | None,
    checks: Sequence[Check],
    writer: Writer | None,
    settings: Settings | None,
    progress: Progress | None,
) -> Report:
    if judge is None:
        return checked(summary, article, accept=accept, checks=checks, writer=writer, settings=settings)
    return await judged(
        summary,
        article,
        judge=judge,
        accept=accept,
        checks=checks,
        writer=writer,
        settings=settings,
        progress=progress,
    )


async def _planned(article: Source, options: SummaryOptions) -> RunPlan:
    return await plan_of(article, options_of(**options))


def _called_in(callers: CallersLoop, options: SummaryOptions) -> SummaryOptions:
    return {
        **options,
        "backend": callers.backend(options.get("backend")),
        "judge": callers.backend(options.get("judge")),
    }
