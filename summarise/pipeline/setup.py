"""Open the models of a run, and tell which strategy and which prompts they get. Asks them nothing."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass
from functools import partial

from summarise.backends import Opening, open_backend
from summarise.backends.replies import ThoughtRemovingBackend
from summarise.backends.writers import StrategyChoice, strategy_for
from summarise.checks.judge import ModelJudge, open_judge
from summarise.data import Backend, Style
from summarise.errors import ConfigurationError
from summarise.observing.observer import Observer
from summarise.pipeline.options import RunOptions
from summarise.prompting.prompt import Load, Prompt, loader
from summarise.settings.model import Settings


@dataclass(frozen=True)
class Models:
    """The models of a run, opened: the one that writes, and the one that judges, if there is one."""

    writer: Backend
    judge: ModelJudge | None = None


@asynccontextmanager
async def opened(
    model: str | None,
    options: RunOptions,
    *,
    observer: Observer,
    load: Load,
    around: Callable[[Backend], Backend] = lambda backend: backend,
    opening: Opening = open_backend,
) -> AsyncIterator[Models]:
    """Open a model (None: the backend of the options, or the default model) and the judge; close them at the end.

    `load` loads the judge's prompt, `around` is put around each backend, once; `opening` opens what has a name.
    """
    settings, judge = options.settings, options.judge
    given, named = options.backend, None if options.backend is not None else model
    async with AsyncExitStack() as stack:
        bare = await stack.enter_async_context(
            nullcontext(given) if given is not None else opening(model, settings, on_retry=observer.retry)
        )
        own = bare if given is None else ThoughtRemovingBackend(bare, keep_reasoning=settings.keep_reasoning)
        writer = around(own)
        if judge is None:
            yield Models(writer)
            return
        # The model that writes is not opened twice.
        same = judge == named or judge is bare
        judging = (
            partial(open_judge, writer)
            if same
            else partial(open_judge, judge, around=around, on_retry=observer.retry, opening=opening)
        )
        try:
            judged_by = await stack.enter_async_context(judging(settings, load=load))
        except ConfigurationError as error:
            error.of_judge = not same
            raise
        yield Models(writer, judged_by)


@dataclass(frozen=True)
class PromptChoice:
    """Which prompt each stage gets: the version that the settings name, else the newest; "draft" in its style."""

    style: Style
    settings: Settings
    load: Load

    def __call__(self, stage: str) -> Prompt:
        """Return the prompt of a stage."""
        if (version := self.settings.prompts.get(stage)) is not None:
            return self.load(stage, version)
        return self.load(f"draft/{self.style}" if stage == "draft" else stage)


def prompt_of(stage: str, style: Style, settings: Settings) -> Prompt:
    """Return the prompt of a stage, as a run with these settings gets it."""
    return PromptChoice(style, settings, loader(settings.prompt_dir))(stage)


def strategy_of(backend: Backend, settings: Settings) -> StrategyChoice:
    """Return the strategy for a backend, and why: the one that was set, else the one that suits the model."""
    if settings.strategy is not None:
        return StrategyChoice(strategy=settings.strategy, why="set by the user")
    if "draft" in settings.prompts:
        return StrategyChoice(strategy="direct", why="a prompt for drafts was named")
    return strategy_for(backend.id)
