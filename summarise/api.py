"""The Python API: functions that summarise, plan, check and compare. Most have an asynchronous variant."""

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
from summarise.observer import require_callable
from summarise.pipeline.checking import check_summary, check_with_judge, compare_versions, facts_in, swapped
from summarise.pipeline.options import Names, SummaryOptions, options_of, require_known_options
from summarise.pipeline.reading import Sources
from summarise.pipeline.run import plan_of, summarise_article
from summarise.settings.model import Settings

SWAPPED = "the summary is longer than the article and contains its words: write check(summary, article), in this order"


def summarise(
    article: Sources,
    *,
    save: str | Path | Save | None = None,
    progress: Progress | None = None,
    **options: Unpack[SummaryOptions],
) -> Summary:
    """Summarise an article, or several articles together, and check every sentence of the summary against them.

    A `str` is the text, a `Path` a file, a `Url` an address. Several articles are a list (their ids are "1", "2", …) or
    a mapping from ids to articles; each sentence then cites its sources. `options` are `SummaryOptions`. `progress` is
    called with each `ProgressEvent`. `save` names the file in which the run is saved for `replay`; `Save(path=...,
    text=False)` leaves out the article's text. `Summary.complete` is False if a chunk could not be summarised.

    Raises errors of `summarise.errors`: UsageError for a `str` that looks like a path or an address, NoModelError if
    all models failed, UnsavedError (with the summary) if the run could not be saved.
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
    """Asynchronous `summarise`, in a thread.

    `backend`, `judge` and `progress` are called in the running event loop, `checks` in the thread.
    """
    _require_arguments("asummarise", options, progress)
    return await in_thread(
        lambda callers: summarise_article(
            article, options_of(**_called_in(callers, options)), save=save, progress=callers.progress(progress)
        )
    )


def plan(article: Sources, **options: Unpack[SummaryOptions]) -> RunPlan:
    """Return the plan of a run: model, requests and usage. Nothing is sent.

    `options` are `SummaryOptions`. The plan is for the first model that can be opened. No API key is needed;
    `RunPlan.missing` has a message for each model without one. Tokens are estimated, unless they can be counted
    locally.
    """
    require_known_options("plan", options)
    return blocking(plan_of(article, options_of(**options)), "aplan")


async def aplan(article: Sources, **options: Unpack[SummaryOptions]) -> RunPlan:
    """Asynchronous `plan`, in a thread."""
    require_known_options("aplan", options)
    return await in_thread(lambda callers: plan_of(article, options_of(**_called_in(callers, options))))


def extract_facts(article: Sources, *, settings: Settings | None = None) -> Facts:
    """Extract an article's names, numbers, dates and quotations, each with its position, without a language model.

    The entailment model finds text that instructs a machine (prompt injection). Raises ArticleError if the article is
    longer than `Settings.max_characters`, ConfigurationError if the entailment model is missing.
    """
    return facts_in(article, settings)


def diff(
    old: str | Path | Url | Article,
    new: str | Path | Url | Article,
    summary: str | Path | Url | Article | Summary | None = None,
    *,
    settings: Settings | None = None,
) -> VersionDiff:
    """Compare two versions of an article without a language model: changed values, added and removed sentences.

    With a `summary`, the result also lists its sentences that the new version does not support. Raises ArticleError if
    a text cannot be read.
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

    Texts are given as for `summarise`. No language model is needed. A sentence is checked against the sources that it
    cites ("[2]", "[^2]", "(Source: name)", a link), or all sources if it cites none. `CheckedSentence.citations`
    contains a verdict for each citation, `Report.disagreements` the values that differ between the sources.

    `judge`, a model or a backend, is also asked about each sentence; it can lower a verdict, never raise one. `accept`
    and `checks` are as in `SummaryOptions`. `writer` is the expected faithfulness of the summary's author: weak, middle
    or strong (default: that of the settings or of a `Summary`, else strong). `names` is a file, a sequence, or a
    mapping of names to aliases; misspellings of these names count as the names. `progress` is called with the events of
    the judge's calls.

    Neither text may be empty or longer than `Settings.max_characters`. Raises UsageError for a `str` that looks like a
    path or an address; warns with SummariseWarning if the arguments look swapped.
    """
    require_callable(progress)
    how: dict[str, Any] = {"accept": accept, "checks": checks, "writer": writer, "names": names, "settings": settings}
    if judge is None:
        report = check_summary(summary, article, **how)
    else:
        report = blocking(check_with_judge(summary, article, judge=judge, progress=progress, **how), "acheck")
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
    """Asynchronous `check`, in a thread.

    `judge` and `progress` are called in the running event loop, `checks` in the thread.
    """
    require_callable(progress)
    how: dict[str, Any] = {"accept": accept, "checks": checks, "writer": writer, "names": names, "settings": settings}

    async def run(callers: CallersLoop) -> Report:
        if judge is None:
            return check_summary(summary, article, **how)
        wrapped = callers.backend(judge)
        return await check_with_judge(summary, article, judge=wrapped, progress=callers.progress(progress), **how)

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
