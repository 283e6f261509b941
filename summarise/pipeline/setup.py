"""Settle what was asked for: article, backend, strategy, prompts and length; then plan the run.

Asks no model to write anything. Backends are opened here, and closed when the run is over.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from functools import partial
from typing import get_args

from summarise.backends import Opening, open_backend, require_known
from summarise.backends.abilities import Chosen, strategy_for
from summarise.backends.presets import require_one_provider
from summarise.backends.thought_removal import ClearedBackend
from summarise.checks.judge_calls import open_judge
from summarise.checks.plugins import added_by
from summarise.data import Article, Backend, CountingBackend, OnUnsupported, Source, Style
from summarise.errors import ConfigurationError, UsageError
from summarise.observing.observer import Observer
from summarise.pipeline.plan import Planned, Reading, plan_run, read_facts
from summarise.pipeline.reading import aread_article
from summarise.prompting.prompt import Load, Prompt, find, loader
from summarise.settings.length import length_for, parse_length
from summarise.settings.model import Settings, model_names
from summarise.settings.stages import STAGES, clipped, meant, quoted


@asynccontextmanager
async def prepared(
    article: Source,
    *,
    model: str | None,
    backend: Backend | None,
    length: str | int | None,
    style: Style,
    on_unsupported: OnUnsupported,
    judge: str | Backend | None,
    settings: Settings,
    counts: Callable[[CountingBackend], bool],
    observer: Observer | None = None,
    load: Load | None = None,
    around: Callable[[Backend], Backend] = lambda backend: backend,
    read: Callable[[Article], Reading] | None = None,
    opening: Opening = open_backend,
) -> AsyncIterator[Planned]:
    """Open the backends and yield the planned run; options as in `summarise`, whose errors it raises.

    `counts` tells whether a backend that can count tokens is to be asked for it. `load` loads the prompts (default: the
    user's and the built-in ones), `around` is put around each backend, once. `read` reads the article's facts
    (default: as the settings say), `observer` is told what goes on. `opening` opens the backends that are named.
    """
    load, observer = load or loader(settings.prompt_dir), observer or Observer()
    if on_unsupported not in get_args(OnUnsupported):
        known = ", ".join(get_args(OnUnsupported))
        raise UsageError(f"{on_unsupported!r} is nothing to do with an unsupported sentence: there are {known}")
    if style not in get_args(Style):
        raise UsageError(f"{style!r} is no style: there are {', '.join(get_args(Style))}")
    require_known_stages(settings)
    written = settings.length if length is None else length
    wanted = None if written is None else parse_length(written)
    source = await aread_article(article, max_characters=settings.max_characters, settings=settings)
    opened: AbstractAsyncContextManager[Backend] = (
        nullcontext(backend) if backend is not None else opening(model, settings, on_retry=observer.retry)
    )
    named = None if backend is not None else model
    async with AsyncExitStack() as stack:
        bare = await stack.enter_async_context(opened)
        own = bare if backend is None else ClearedBackend(bare, keep_reasoning=settings.keep_reasoning)
        ready, asked = around(own), None
        if judge is not None:
            # The model that writes is not opened twice.
            same = judge == named or judge is bare
            beside = (
                partial(open_judge, ready)
                if same
                else partial(open_judge, judge, around=around, on_retry=observer.retry, opening=opening)
            )
            try:
                asked = await stack.enter_async_context(beside(settings, load=load))
            except ConfigurationError as error:
                error.of_judge = not same
                raise
        observer.stage("facts")
        yield await plan_run(
            (read or partial(read_facts, settings=settings, added=added_by(settings)))(source),
            backend=ready,
            strategy=strategy_of(ready, settings),
            style=style,
            prompt_of=lambda stage: prompt_of(stage, style, settings, load),
            length=length_for(style, wanted, article_words=source.words),
            settings=settings,
            on_unsupported=on_unsupported,
            observer=observer,
            judge_by=asked,
            counter=ready if isinstance(ready, CountingBackend) and counts(ready) else None,
        )


def models_asked(
    model: str | Sequence[str] | None, backend: Backend | None, judge: str | Backend | None, settings: Settings
) -> tuple[str | None, ...]:
    """Return the models that are to be tried in order: None for a backend that is given, and for the default one.

    UsageError for a list that is empty, ConfigurationError for a name in a list that is none of a backend, and where
    the one address or key that is set would go to several providers.
    """
    if backend is not None:
        return (None,)
    names = model_names(settings.model if model is None else model)
    if not (model is None or isinstance(model, str) or (names and all(names))):
        raise UsageError("the list of models is empty, or a name in it: name at least one model")
    if len(names) > 1:
        require_known(names, settings)
    require_one_provider(settings, *names, judge if isinstance(judge, str) else None)
    return names or (None,)


def strategy_of(backend: Backend, settings: Settings) -> Chosen:
    """Return the strategy for a backend, and why: the one that was set, else the one that suits the model."""
    if settings.strategy is not None:
        return Chosen(strategy=settings.strategy, why="set by the user")
    if "draft" in settings.prompts:
        return Chosen(strategy="direct", why="a prompt for drafts was named")
    return strategy_for(backend.id)


def prompt_of(stage: str, style: Style, settings: Settings, load: Load | None = None) -> Prompt:
    """Return the prompt of a stage ("draft" in its style): the version that was named, else the newest."""
    load = load or loader(settings.prompt_dir)
    if (version := settings.prompts.get(stage)) is not None:
        return load(stage, version)
    return load(f"draft/{style}" if stage == "draft" else stage)


def require_known_stages(settings: Settings) -> None:
    """Raise ConfigurationError where a prompt is set of a stage that asks no model, or has no such prompt."""
    for slot, version in settings.prompts.items():
        stage = STAGES.get(slot.partition("/")[0])
        if stage is None:
            raise ConfigurationError(f"no stage {quoted(slot)} asks a model: {meant(slot, STAGES)}")
        if stage.variants is not None and slot not in stage.paths:
            raise ConfigurationError(
                f"no prompt {clipped(f'{slot}/{version}')}: {stage.name}s have {', '.join(stage.paths)}"
            )


def require_prompts(settings: Settings) -> None:
    """Raise ConfigurationError where a prompt is set that is not there, whether a run would come to use it or not."""
    require_known_stages(settings)
    for slot, version in settings.prompts.items():
        find(slot, version, directory=settings.prompt_dir)
