"""The Python calls, each with its asynchronous twin, which computes in a thread.

Does none of the work.
"""

from collections.abc import Sequence
from pathlib import Path

from summarise.checks.calibration import calibration_of
from summarise.checks.labelled_pairs import read_pairs
from summarise.data import (
    Accepted,
    Article,
    Backend,
    Facts,
    LabelledPair,
    OnUnsupported,
    Reasoning,
    Report,
    RunPlan,
    Save,
    Style,
    Summary,
    Url,
    VerdictParameters,
)
from summarise.data.progress import Progress
from summarise.pipeline.blocking import blocking
from summarise.pipeline.calls import checked, facts_in, judged, planned, summarised
from summarise.pipeline.in_thread import CallersLoop, in_thread
from summarise.settings.model import Settings


def summarise(
    article: str | Path | Url | Article,
    *,
    model: str | Sequence[str] | None = None,
    backend: Backend | None = None,
    length: str | int | None = None,
    style: Style = "prose",
    on_unsupported: OnUnsupported = "repair",
    judge: str | Backend | None = None,
    accept: str | Path | Accepted | None = None,
    reasoning: Reasoning | None = None,
    settings: Settings | None = None,
    save: str | Path | Save | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Summarise an article; every sentence of the result has been checked against it.

    A `str` is the article's text, a `Path` its file. `model` is extract, local, local:PATH.gguf, command:NAME or
    PROVIDER:NAME, or several of these, tried in order until one gives a summary (`run.tried` tells which did not, and
    why); `backend` is any object that fits the Protocol and goes before it. `length` is 4 (sentences) or "80w" (words).
    `style` is prose, bullets, headline or brief. What the article does not support is, by `on_unsupported`, repaired,
    replaced by the article's own words, dropped, or kept with its verdict. `judge`, a model or a backend, is asked
    about each sentence that would be shown in the model's words; it can lower a verdict, so that the sentence is
    replaced, and never raise one. `accept` is a file of findings that a person accepted, or those themselves: what is
    shown and was accepted has the reason (`CheckedSentence.accepted`), and its verdict as before. `reasoning` is how
    much a model that can is to think before it answers: auto, off, low, medium or high (default: by the settings).
    `progress` is called with each event of the run (`ProgressEvent`). `save` names a file that the run is kept in, for
    `replay`; `Save(path=..., text=False)` leaves the article's text
    out of it. Raises errors of `summarise.errors`: NoModelError where none of several models gave a summary,
    UnsavedError with the summary where it could not be kept; a chunk that the model could not do is told by
    `Summary.complete`.
    """
    return blocking(
        summarised(
            article,
            model=model,
            backend=backend,
            length=length,
            style=style,
            on_unsupported=on_unsupported,
            judge=judge,
            accept=accept,
            reasoning=reasoning,
            settings=settings,
            save=save,
            progress=progress,
        ),
        "asummarise",
    )


async def asummarise(
    article: str | Path | Url | Article,
    *,
    model: str | Sequence[str] | None = None,
    backend: Backend | None = None,
    length: str | int | None = None,
    style: Style = "prose",
    on_unsupported: OnUnsupported = "repair",
    judge: str | Backend | None = None,
    accept: str | Path | Accepted | None = None,
    reasoning: Reasoning | None = None,
    settings: Settings | None = None,
    save: str | Path | Save | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Do what `summarise` does, in a thread, so that a running event loop goes on.

    `backend`, `judge` and `progress` are called in the loop that runs.
    """
    return await in_thread(
        lambda callers: summarised(
            article,
            model=model,
            backend=callers.backend(backend),
            length=length,
            style=style,
            on_unsupported=on_unsupported,
            judge=callers.backend(judge),
            accept=accept,
            reasoning=reasoning,
            settings=settings,
            save=save,
            progress=callers.progress(progress),
        )
    )


def plan(
    article: str | Path | Url | Article,
    *,
    model: str | Sequence[str] | None = None,
    backend: Backend | None = None,
    length: str | int | None = None,
    style: Style = "prose",
    on_unsupported: OnUnsupported = "repair",
    judge: str | Backend | None = None,
    reasoning: Reasoning | None = None,
    settings: Settings | None = None,
) -> RunPlan:
    """Return what `summarise` would ask of which model, and what that takes; no model is asked and nothing is sent.

    Of several models that is the first one that can be opened. Tokens are the model's own where they can be counted
    without sending anything, else estimates.
    """
    planning = planned(
        article,
        model=model,
        backend=backend,
        length=length,
        style=style,
        on_unsupported=on_unsupported,
        judge=judge,
        reasoning=reasoning,
        settings=settings,
    )
    return blocking(planning, "aplan")


async def aplan(
    article: str | Path | Url | Article,
    *,
    model: str | Sequence[str] | None = None,
    backend: Backend | None = None,
    length: str | int | None = None,
    style: Style = "prose",
    on_unsupported: OnUnsupported = "repair",
    judge: str | Backend | None = None,
    reasoning: Reasoning | None = None,
    settings: Settings | None = None,
) -> RunPlan:
    """Do what `plan` does, in a thread, so that a running event loop goes on."""
    return await in_thread(
        lambda callers: planned(
            article,
            model=model,
            backend=callers.backend(backend),
            length=length,
            style=style,
            on_unsupported=on_unsupported,
            judge=callers.backend(judge),
            reasoning=reasoning,
            settings=settings,
        )
    )


def extract_facts(article: str | Path | Url | Article, *, settings: Settings | None = None) -> Facts:
    """Read an article into its facts, each with its place; needs no model.

    The fact extractors of other packages that the settings name take part; ArticleError for a text that is longer than
    `Settings.max_characters`.
    """
    return facts_in(article, settings)


def check(
    summary: str | Path | Summary,
    article: str | Path | Url | Article | Facts,
    *,
    judge: str | Backend | None = None,
    accept: str | Path | Accepted | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Report:
    """Check each sentence of a summary against an article, or against the facts already extracted from it.

    A `str` is text, a `Path` a file, a `Url` an address that is fetched; needs no model. Neither may be empty or
    longer than `Settings.max_characters`. `judge`, a model as for `summarise` or a backend, is asked about each
    sentence besides; it can lower a verdict and never raise one. `accept` is as for `summarise`. `progress` is called
    with each event of its calls.
    """
    if judge is not None:
        asking = judged(summary, article, judge=judge, accept=accept, settings=settings, progress=progress)
        return blocking(asking, "acheck")
    return checked(summary, article, accept=accept, settings=settings)


async def acheck(
    summary: str | Path | Summary,
    article: str | Path | Url | Article | Facts,
    *,
    judge: str | Backend | None = None,
    accept: str | Path | Accepted | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Report:
    """Do what `check` does, in a thread, so that a running event loop goes on.

    `judge` and `progress` are called in the loop that runs.
    """
    if judge is None:

        async def check_alone(_: CallersLoop) -> Report:
            return checked(summary, article, accept=accept, settings=settings)

        return await in_thread(check_alone)
    return await in_thread(
        lambda callers: judged(
            summary,
            article,
            judge=callers.backend(judge),
            accept=accept,
            settings=settings,
            progress=callers.progress(progress),
        )
    )


def calibrate(
    pairs: str | Path | Sequence[LabelledPair],
    *,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> VerdictParameters:
    """Return the verdict's parameters fitted to labelled pairs, or to those in a file; they are for `Settings.verdict`.

    By `Settings.entailment` those with the entailment model are fitted, or those without it; the other ones stay.
    Raises PairsError where the pairs cannot be read, or are fewer than 30 of either label. `progress` is called with
    each event.
    """
    found = read_pairs(Path(pairs)) if isinstance(pairs, str | Path) else pairs
    return calibration_of(found, settings or Settings(), progress).parameters
