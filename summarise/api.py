"""The Python calls: settle settings, open the backend, hand over to the pipeline.

Does not print, and reads configuration file and environment only where no settings are given. The calls that end in
nothing are one line over their asynchronous twins.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path
from typing import Any, TypeVar, get_args

from summarise import facts as fact_engine
from summarise.ability import Chosen, strategy_for
from summarise.article import read_article
from summarise.backends import open_backend
from summarise.backends.presets import require_one_provider
from summarise.checking import check_text, check_text_by
from summarise.checks import judge as judge_stage
from summarise.checks.judge import ModelJudge
from summarise.configuration import configure
from summarise.data import Article, Backend, Facts, Report, Style, Summary
from summarise.errors import ArticleError, ConfigurationError, UsageError
from summarise.judging import open_judge
from summarise.length import length_for, parse_length
from summarise.pipeline import run
from summarise.prompt import Prompt, load
from summarise.repair import OnUnsupported
from summarise.rewrite import FUSE, SHORTEN
from summarise.settings import Settings

T = TypeVar("T")

VARIANTS = (SHORTEN, FUSE)
"""The prompts of the stage that rewrites: both are used."""
UNLIMITED = 10**12
"""Characters, for calls that take text of any size."""
STAGES = ("draft", "merge", "rewrite", "repair", judge_stage.STAGE)
"""The stages that ask a model, each with prompts of its own."""


def summarise(
    article: str | Path | Article,
    *,
    model: str | None = None,
    backend: Backend | None = None,
    length: str | int | None = None,
    style: Style = "prose",
    on_unsupported: OnUnsupported = "repair",
    judge: str | Backend | None = None,
    settings: Settings | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Summary:
    """Summarise an article; every sentence of the result has been checked against it.

    A `str` is the article's text, a `Path` its file. `model` is extract, local, local:PATH.gguf or PROVIDER:NAME;
    `backend` is any object that fits the Protocol and goes before it. `length` is 4 (sentences) or "80w" (words).
    `style` is prose, bullets, headline or brief. What the article does not support is, by `on_unsupported`, repaired,
    replaced by the article's own words, dropped, or kept with its verdict.
    `judge`, a model or a backend, is asked about each sentence that would be shown in the model's words; it can lower a
    verdict, so that the sentence is replaced, and never raise one.
    Raises errors of `summarise.errors`; a chunk that the model could not do is told by `Summary.complete`.
    """
    return _blocking(
        asummarise(
            article,
            model=model,
            backend=backend,
            length=length,
            style=style,
            on_unsupported=on_unsupported,
            judge=judge,
            settings=settings,
            progress=progress,
        ),
        "asummarise",
    )


async def asummarise(
    article: str | Path | Article,
    *,
    model: str | None = None,
    backend: Backend | None = None,
    length: str | int | None = None,
    style: Style = "prose",
    on_unsupported: OnUnsupported = "repair",
    judge: str | Backend | None = None,
    settings: Settings | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Summary:
    """Do what `summarise` does, inside a running event loop."""
    settings = settings or configure().settings
    if on_unsupported not in get_args(OnUnsupported):
        known = ", ".join(get_args(OnUnsupported))
        raise UsageError(f"{on_unsupported!r} is nothing to do with an unsupported sentence: there are {known}")
    if style not in get_args(Style):
        raise UsageError(f"{style!r} is no style: there are {', '.join(get_args(Style))}")
    _require_known_stages(settings)
    wanted = None if length is None else parse_length(length)
    source = read_article(article, max_characters=settings.max_characters)
    if len(source.text) > settings.max_characters:
        raise ArticleError(f"the article has more than {settings.max_characters:,} characters: raise max_characters")
    words = source.words
    if words < settings.min_words:
        raise ArticleError(
            f"the article is too short to summarise: {words} words, at least {settings.min_words} needed"
        )
    opened: AbstractAsyncContextManager[Backend] = (
        nullcontext(backend) if backend is not None else open_backend(model or settings.model, settings)
    )
    named = None if backend is not None else model or settings.model
    require_one_provider(settings, named, judge if isinstance(judge, str) else None)
    async with opened as ready, _judge_beside(ready, judge, named, settings) as asked:
        return await run(
            source,
            backend=ready,
            strategy=strategy_of(ready, settings),
            style=style,
            prompt_of=lambda stage: prompt_of(stage, style, settings),
            length=length_for(style, wanted, article_words=words),
            settings=settings,
            on_unsupported=on_unsupported,
            progress=progress,
            judge_by=asked,
        )


def strategy_of(backend: Backend, settings: Settings) -> Chosen:
    """Return the strategy for a backend, and why: the one that was set, else the one that suits the model."""
    if settings.strategy is not None:
        return Chosen(strategy=settings.strategy, why="set by the user")
    if "draft" in {path.partition("/")[0] for path in settings.prompts}:
        return Chosen(strategy="direct", why="a prompt for drafts was named")
    return strategy_for(backend.id)


def prompt_of(stage: str, style: Style, settings: Settings) -> Prompt:
    """Return the prompt of a stage ("draft" in its style): the version that was named, else the newest."""
    path = f"draft/{style}" if stage == "draft" else stage
    for key, version in settings.prompts.items():
        named = f"{key}/{version}"
        if named.startswith(f"{stage}/"):
            path, _, version = named.rpartition("/")
            return load(path, version, directory=settings.prompt_dir)
    return load(path, directory=settings.prompt_dir)


def extract_facts(article: str | Path | Article) -> Facts:
    """Read an article into its facts, each with its place; needs no model and takes text of any size."""
    return fact_engine.extract(read_article(article, max_characters=UNLIMITED))


def check(
    summary: str | Path | Summary,
    article: str | Path | Article | Facts,
    *,
    judge: str | Backend | None = None,
    settings: Settings | None = None,
) -> Report:
    """Check each sentence of a summary against an article, or against the facts already extracted from it.

    A `str` is text, a `Path` a file; needs no model and takes non-empty text of any size. `judge`, a model as for
    `summarise` or a backend, is asked about each sentence besides; it can lower a verdict and never raise one.
    """
    if judge is not None:
        return _blocking(acheck(summary, article, judge=judge, settings=settings), "acheck")
    return check_text(_text_of(summary), _facts_of(article))


async def acheck(
    summary: str | Path | Summary,
    article: str | Path | Article | Facts,
    *,
    judge: str | Backend | None = None,
    settings: Settings | None = None,
) -> Report:
    """Do what `check` does; reading and checking in a thread, so that a running event loop goes on."""
    if judge is None:
        return await asyncio.to_thread(check, summary, article)
    settings = settings or configure().settings
    _require_known_stages(settings)
    async with open_judge(judge, settings) as asked:
        text, facts = await asyncio.to_thread(lambda: (_text_of(summary), _facts_of(article)))
        return await check_text_by(text, facts, asked, settings)


def _text_of(summary: str | Path | Summary) -> str:
    return summary.prose if isinstance(summary, Summary) else read_article(summary, max_characters=UNLIMITED).text


def _facts_of(article: str | Path | Article | Facts) -> Facts:
    return article if isinstance(article, Facts) else extract_facts(article)


def _judge_beside(
    writer: Backend, judge: str | Backend | None, model: str | None, settings: Settings
) -> AbstractAsyncContextManager[ModelJudge | None]:
    """Open the judge, if there is to be one; the model that writes is not opened twice."""
    if judge is None:
        return nullcontext()
    return open_judge(writer if judge == model else judge, settings)


def _require_known_stages(settings: Settings) -> None:
    for key, version in settings.prompts.items():
        path = f"{key}/{version}".rpartition("/")[0]
        if path.partition("/")[0] == "rewrite" and path not in VARIANTS:
            raise ConfigurationError(f"no prompt {key}/{version}: rewrites have {', '.join(VARIANTS)}")
    if unknown := sorted({key.partition("/")[0] for key in settings.prompts} - set(STAGES)):
        raise ConfigurationError(f"no stage {unknown[0]!r} asks a model: there are {', '.join(STAGES)}")


def _blocking(work: Coroutine[Any, Any, T], twin: str) -> T:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    work.close()
    raise UsageError(f"an event loop is running already: await {twin}(...) instead")
