"""The Python API: each call and its asynchronous twin."""

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Unpack

from summarise.backends.concurrency import CallersLoop, blocking, in_thread
from summarise.checks import Check
from summarise.data import (
    Accepted,
    Article,
    Backend,
    Facts,
    Report,
    RunPlan,
    Save,
    Summary,
    Url,
    VersionDiff,
    Writer,
)
from summarise.data.runs import Progress
from summarise.errors import SummariseWarning
from summarise.observing.observer import require_callable
from summarise.pipeline.checking import checked, compare_versions, facts_in, judged, swapped
from summarise.pipeline.house_style import Names
from summarise.pipeline.options import SummaryOptions, options_of, require_known_options
from summarise.pipeline.plan import plan_of
from summarise.pipeline.run import summarise_article
from summarise.pipeline.sources import Sources
from summarise.settings.model import Settings

SWAPPED = "the summary is longer than the article and has its words: the call is check(summary, article)"


def summarise(
    article: Sources,
    *,
    save: str | Path | Save | None = None,
    progress: Progress | None = None,
    **options: Unpack[SummaryOptions],
) -> Summary:
    """Summarise an article, or several as one, and check every sentence of the result against it.

    Several articles are a list, with the ids "1", "2", …, or a mapping by id; each sentence cites its sources.
    A `str` is text, a `Path` a file, a `Url` an address. `options` are `SummaryOptions`. `progress` is called with each
    `ProgressEvent`. `save` names a file to keep the run in, for `replay`; `Save(path=..., text=False)` leaves the
    article's text out. `Summary.complete` is False if a chunk could not be summarised.

    Raises errors of `summarise.errors`: UsageError for a `str` that looks like a path or an address, NoModelError if
    none of several models gave a summary, UnsavedError, with the summary, if the run could not be saved.
    """
    _require_arguments("summarise", options, progress)
    run = summarise_article(article, options_of(**options), save=save, progress=progress)
    return blocking(run, "asummarise")


async def asummarise(
    article: Sources,
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
        lambda callers: summarise_article(
            article, options_of(**_called_in(callers, options)), save=save, progress=callers.progress(progress)
        )
    )


def plan(article: Sources, **options: Unpack[SummaryOptions]) -> RunPlan:
    """Return the plan of a run: model, requests and usage. Nothing is sent.

    `options` are `SummaryOptions`. Of several models, the first that can be opened is planned. No key is needed:
    `RunPlan.missing` lists those that the run will need. Tokens are estimates unless they can be counted locally.
    """
    require_known_options("plan", options)
    return blocking(plan_of(article, options_of(**options)), "aplan")


async def aplan(article: Sources, **options: Unpack[SummaryOptions]) -> RunPlan:
    """Plan like `plan`, in a thread beside the event loop."""
    require_known_options("aplan", options)
    return await in_thread(lambda callers: plan_of(article, options_of(**_called_in(callers, options))))


def extract_facts(article: Sources, *, settings: Settings | None = None) -> Facts:
    """Extract an article's facts, each with its position, without a language model.

    The entailment model finds text addressed to a machine. Raises ArticleError if the text exceeds
    `Settings.max_characters`, ConfigurationError if that model is missing.
    """
    return facts_in(article, settings)


def diff(
    old: str | Path | Url | Article,
    new: str | Path | Url | Article,
    summary: str | Path | Url | Article | Summary | None = None,
    *,
    settings: Settings | None = None,
) -> VersionDiff:
    """Return what differs between two versions of an article, without a language model.

    A `str` is text, a `Path` a file, a `Url` an address. With a `summary`, also its sentences that the new version does
    not support. Raises ArticleError if a text cannot be read.
    """
    return compare_versions(old, new, summary, settings=settings)


def check(
    summary: str | Path | Url | Article | Summary,
    article: Sources | Facts,
    *,
    judge: str | Backend | None = None,
    accept: str | Path | Accepted | None = None,
    checks: Sequence[Check] = (),
    writer: Writer | None = None,
    names: Names | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Report:
    """Check each sentence of a summary against an article, several articles, or extracted facts.

    Several articles are a list, with the ids "1", "2", …, or a mapping by id. A sentence is checked against the sources
    that it cites ("[2]", "[^2]", "(Source: name)", a link), else against all; `CheckedSentence.citations` has a verdict
    for each citation, and `Report.disagreements` the values that differ between the sources.

    A `str` is text, a `Path` a file, a `Url` an address; no language model is needed. `judge`, a model or a backend, is
    also asked about each sentence; it can lower a verdict, never raise one. `accept` and `checks` are as for
    `summarise`. `writer` is the faithfulness of the text's writer: weak, middle or strong (default: from the settings
    or a `Summary`, else strong). `names` (a file, a sequence, or a mapping of names to aliases): misspellings of these
    names in both texts are read as the names. `progress` is called with the judge's calls.

    Neither text may be empty or exceed `Settings.max_characters`; `Facts` keep what was set apart. Raises UsageError
    for a `str` that looks like a path or an address; warns with SummariseWarning if the arguments look swapped.
    """
    require_callable(progress)
    how: dict[str, Any] = {"accept": accept, "checks": checks, "writer": writer, "names": names, "settings": settings}
    if judge is None:
        report = checked(summary, article, **how)
    else:
        report = blocking(judged(summary, article, judge=judge, progress=progress, **how), "acheck")
    _warn_if_swapped(report)
    return report


async def acheck(
    summary: str | Path | Url | Article | Summary,
    article: Sources | Facts,
    *,
    judge: str | Backend | None = None,
    accept: str | Path | Accepted | None = None,
    checks: Sequence[Check] = (),
    writer: Writer | None = None,
    names: Names | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Report:
    """Check like `check`, in a thread beside the event loop.

    `judge` and `progress` are called in the running loop, `checks` in the thread.
    """
    require_callable(progress)
    how: dict[str, Any] = {"accept": accept, "checks": checks, "writer": writer, "names": names, "settings": settings}

    async def run(callers: CallersLoop) -> Report:
        if judge is None:
            return checked(summary, article, **how)
        asked = callers.backend(judge)
        return await judged(summary, article, judge=asked, progress=callers.progress(progress), **how)

    report = await in_thread(run)
    _warn_if_swapped(report)
    return report


def _require_arguments(call: str, options: SummaryOptions, progress: Progress | None) -> None:
    require_known_options(call, options, others=("save", "progress"))
    require_callable(progress)


def _warn_if_swapped(report: Report) -> None:
    if swapped(report):
        warnings.warn(SWAPPED, SummariseWarning, stacklevel=3)


def _called_in(callers: CallersLoop, options: SummaryOptions) -> SummaryOptions:
    return {
        **options,
        "backend": callers.backend(options.get("backend")),
        "judge": callers.backend(options.get("judge")),
    }
