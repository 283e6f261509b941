"""The Python calls, each with its asynchronous twin, which computes in a thread.

Does none of the work.
"""

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
from summarise.pipeline.blocking import CallersLoop, blocking, in_thread
from summarise.pipeline.checking import checked, facts_in, judged, swapped
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
    """Summarise an article; every sentence of the result has been checked against it.

    A `str` is the article's text, a `Path` its file; UsageError for a `str` that has the form of a path or an address.
    `options` are `SummaryOptions`: model, backend, length, style,
    on_unsupported, judge, accept, checks, reasoning, writer, settings. `progress` is called with each event of the run
    (`ProgressEvent`). `save` names a file that the run is kept in, for `replay`; `Save(path=..., text=False)` leaves
    the article's text out of it. Raises errors of `summarise.errors`: NoModelError where none of several models gave a
    summary, UnsavedError with the summary where it could not be kept; a chunk that the model could not do is told by
    `Summary.complete`.
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
    """Do what `summarise` does, in a thread, so that a running event loop goes on.

    `backend`, `judge` and `progress` are called in the loop that runs, `checks` in the thread.
    """
    _require_arguments("asummarise", options, progress)
    return await in_thread(
        lambda callers: _summarised(article, save, callers.progress(progress), _called_in(callers, options))
    )


def plan(article: str | Path | Url | Article, **options: Unpack[SummaryOptions]) -> RunPlan:
    """Return what `summarise` would ask of which model, and what that takes; no model is asked and nothing is sent.

    `options` are `SummaryOptions`. Of several models that is the first one that can be opened. No key is needed:
    `RunPlan.missing` says which the run will need. Tokens are the model's own where they can be counted without sending
    anything, else estimates.
    """
    require_known_options("plan", options)
    return blocking(_planned(article, options), "aplan")


async def aplan(article: str | Path | Url | Article, **options: Unpack[SummaryOptions]) -> RunPlan:
    """Do what `plan` does, in a thread, so that a running event loop goes on."""
    require_known_options("aplan", options)
    return await in_thread(lambda callers: _planned(article, _called_in(callers, options)))


def extract_facts(article: str | Path | Url | Article, *, settings: Settings | None = None) -> Facts:
    """Read an article into its facts, each with its place; needs no language model.

    The entailment model tells what is addressed to a machine. ArticleError for a text that is longer than
    `Settings.max_characters`, ConfigurationError where that model is not there.
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
    """Check each sentence of a summary against an article, or against the facts already extracted from it.

    A `str` is text, a `Path` a file, a `Url` an address that is fetched; needs no language model. Neither may be empty
    or longer than `Settings.max_characters`. UsageError for a `str` that has the form of a path or an address; the
    warning SummariseWarning if the two look swapped. Facts keep what was set apart when they were read. `judge`, a
    model as for `summarise` or a backend, is asked about each sentence besides; it can lower a verdict and never raise
    one. `accept` and `checks` are as for `summarise`. `writer` is how well the text's writer keeps to an article: weak,
    middle or strong (default: by the settings, else strong). `progress` is called with each event of its calls.
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
    """Do what `check` does, in a thread, so that a running event loop goes on.

    `judge` and `progress` are called in the loop that runs, `checks` in the thread.
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
    """Return the options with backends that are called in the caller's loop."""
    return {
        **options,
        "backend": callers.backend(options.get("backend")),
        "judge": callers.backend(options.get("judge")),
    }
