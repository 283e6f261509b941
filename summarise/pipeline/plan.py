"""The plan of a run: models, facts, chunks, stages."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property, partial

from summarise.backends import Opening, open_backend
from summarise.backends.budget import NO_MODEL, SpendLimiter, limiter_for, price_of, require_price
from summarise.backends.reasoning_allowance import ReasoningAllowance, reasoning_allowance
from summarise.backends.replies import ThoughtRemovingBackend
from summarise.backends.writers import SAMPLES, PromptingChoice, prompting_for, writer_of
from summarise.checks.judge import STAGE as JUDGE
from summarise.checks.judge import ModelJudge, max_concurrency, open_judge, stage_of
from summarise.checks.key_facts import key_facts
from summarise.checks.verification import OwnCheck, Verifier, story_of, verifier_for
from summarise.data import (
    Article,
    Backend,
    Budget,
    Capabilities,
    KeyFact,
    RunPlan,
    StagePlan,
    Style,
    Tried,
    capabilities_of,
)
from summarise.data.plans import NOTHING
from summarise.errors import ArticleError, ConfigurationError
from summarise.facts import extract
from summarise.observing.observer import Observer
from summarise.pipeline.options import RunOptions
from summarise.prompting.prompt import Load, Prompt, loader
from summarise.settings.model import Settings, is_shorter
from summarise.writing import draft_plan, rewrite
from summarise.writing.assembly import Assembly
from summarise.writing.chunk_budget import cut_by_count, cut_by_estimate
from summarise.writing.draft import STAGE as DRAFT
from summarise.writing.repair import STRICT, RunRepair, is_complete_sentence, lenient
from summarise.writing.rewrite import STAGE as REWRITE
from summarise.writing.task import Plan, SummaryTask
from summarise.writing.unchanged import UnchangedPlan


@dataclass(frozen=True)
class Models:
    """The open writer and judge of a run."""

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
    """Open a model (None: backend of the options, or default) and the judge.

    `load` loads the prompt of the judge, `around` wraps each backend, `opening` opens models by name.
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
        # Do not open the writer twice.
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
    """Selects prompts: the configured version, else the newest; drafts by style."""

    style: Style
    settings: Settings
    load: Load

    def __call__(self, stage: str) -> Prompt:
        """Return the prompt of a stage."""
        if (version := self.settings.prompts.get(stage)) is not None:
            return self.load(stage, version)
        return self.load(f"draft/{self.style}" if stage == "draft" else stage)


def prompt_of(stage: str, style: Style, settings: Settings) -> Prompt:
    """Return the prompt of a stage."""
    return PromptChoice(style, settings, loader(settings.prompt_dir))(stage)


def prompting_of(backend: Backend, settings: Settings) -> PromptingChoice:
    """Return how a backend is prompted: by a named draft or rewrite prompt, else as suits the model."""
    usual = prompting_for(backend.id)
    if "draft" in settings.prompts:
        return PromptingChoice(prompting="draft", why="a prompt for drafts was named")
    if "rewrite" in settings.prompts:
        samples = usual.samples if usual.prompting == "rewrite" else SAMPLES
        return PromptingChoice(prompting="rewrite", samples=samples, why="a prompt for rewriting was named")
    return usual


@dataclass(frozen=True)
class PlannedRun:
    """A planned run."""

    task: SummaryTask
    key_facts: Sequence[KeyFact]
    prompting: PromptingChoice
    plan: Plan
    run_repair: RunRepair
    assembly: Assembly
    judge_by: ModelJudge | None
    exact: bool

    @cached_property
    def stages(self) -> tuple[StagePlan, ...]:
        """The budgets of the stages that call a model."""
        judging = [stage_of(self.judge_by, self.plan.sentences)] if self.judge_by else []
        stages = (*self.plan.stages, self.run_repair.stage, *judging)
        found: list[StagePlan] = []
        seen: set[str] = set()
        for stage in stages:
            backend = self._backend_of(stage.stage).id
            if not stage.most.calls or backend == NO_MODEL:
                continue
            candidates = self.prompting.samples if stage.stage == REWRITE else 1
            found.append(self._rooms[backend].budgets(stage, candidates=candidates, first=backend not in seen))
            seen.add(backend)
        return tuple(found)

    @property
    def _rooms(self) -> dict[str, ReasoningAllowance]:
        return {backend.id: reasoning_allowance(backend, self.task.settings) for backend in self._backends}

    @property
    def most(self) -> Budget:
        """The maximum of the run, within `max_calls`."""
        return NOTHING.added(*(stage.most for stage in self.stages)).capped(self.task.settings.max_calls)

    def limiter(self, before: Sequence[Tried] = ()) -> SpendLimiter:
        """Return the spend limiter, less the usage of models tried `before`."""
        return limiter_for(self.most, self.task.settings, *self._backends, before=before)

    def told(self) -> RunPlan:
        """Return the plan as data."""
        task, settings = self.task, self.task.settings
        stages = within(self.stages, settings.max_calls)
        most_cost = self._cost([(stage.stage, stage.most) for stage in stages])
        if most_cost is not None and settings.max_cost is not None:
            most_cost = min(most_cost, settings.max_cost)
        return RunPlan(
            backend=task.backend.id,
            prompting=self.prompting.prompting,
            prompting_reason=self.prompting.why,
            style=task.style,
            judge=self.judge_by.backend.id if self.judge_by else None,
            words=task.article.words,
            sentences=task.length.sentences,
            chunks=self.plan.uses,
            exact=self.exact,
            stages=stages,
            concurrency=max_concurrency(task.backend, settings),
            expected=NOTHING.added(*(stage.expected for stage in stages)),
            most=NOTHING.added(*(stage.most for stage in stages)),
            expected_cost=self._cost([(stage.stage, stage.expected) for stage in stages]),
            most_cost=most_cost,
            reasoning_room=self._rooms[task.backend.id].most,
            max_calls=settings.max_calls,
            max_tokens_total=settings.max_tokens_total,
            max_cost=settings.max_cost,
        )

    @property
    def _backends(self) -> tuple[Backend, ...]:
        return (self.task.backend, *([self.judge_by.backend] if self.judge_by else []))

    def _backend_of(self, stage: str) -> Backend:
        return self.judge_by.backend if stage == JUDGE and self.judge_by is not None else self.task.backend

    def _cost(self, budgets: Sequence[tuple[str, Budget]]) -> float | None:
        costs = []
        for stage, budget in budgets:
            price = price_of(self._backend_of(stage).id, self.task.settings)
            if price is None:
                return None
            costs.append(price.of(prompt_tokens=budget.prompt_tokens, completion_tokens=budget.completion_tokens))
        return sum(costs)


def _verifier(verifier: Verifier, backend: Backend, options: RunOptions) -> Verifier:
    if options.recorded_writer is not None:
        return verifier.for_writer(*options.recorded_writer)
    if options.settings.writer is not None:
        return verifier.for_writer(options.settings.writer)
    record = writer_of(backend.id)
    return verifier.for_writer(record.writer, record.share)


def within(stages: Sequence[StagePlan], calls: int | None) -> tuple[StagePlan, ...]:
    """Limit stages to `calls` calls in total; earlier stages have priority."""
    if calls is None:
        return tuple(stages)
    found, expected, most = [], calls, calls
    for stage in stages:
        one = StagePlan(stage=stage.stage, expected=stage.expected.share(expected), most=stage.most.share(most))
        expected, most = expected - one.expected.calls, most - one.most.calls
        found.append(one)
    return tuple(found)


# An article of up to this many words need not have a complete sentence, and is shown unchanged.
FRAGMENT = 60


@dataclass(frozen=True)
class ArticleAnalysis:
    """The model-independent analysis of an article."""

    verifier: Verifier
    key_facts: Sequence[KeyFact]


def read_facts(article: Article, settings: Settings, own_checks: Sequence[OwnCheck] = ()) -> ArticleAnalysis:
    """Analyse the story of an article."""
    article = story_of(article, settings)
    facts = extract(article)
    return ArticleAnalysis(verifier_for(facts, settings, own_checks), key_facts(facts))


async def plan_run(
    reading: ArticleAnalysis,
    models: Models,
    options: RunOptions,
    *,
    load: Load,
    observer: Observer,
    may_count: Callable[[Capabilities], bool] = lambda _: True,
) -> PlannedRun:
    """Plan the summary of an analysed article. A model counts tokens if it `may_count`.

    An article shorter than the summary is shown unchanged. Raises ConfigurationError if the context is too small,
    ArticleError if an article longer than a fragment has no complete sentence.
    """
    keys, article = reading.key_facts, reading.verifier.facts.article
    backend, settings, style, on_unsupported = models.writer, options.settings, options.style, options.on_unsupported
    length = options.length_for(article.words)
    shorter = is_shorter(article, length)
    if (not shorter or article.words > FRAGMENT) and not any(
        is_complete_sentence(article.quote(sentence)) for sentence in article.sentences
    ):
        raise ArticleError("the article has no whole sentence: give it as prose with full stops")
    prompt_of, prompting = PromptChoice(style, settings, load), prompting_of(backend, settings)
    can = capabilities_of(backend)
    count = can.count if may_count(can) else None
    task = SummaryTask(
        verifier=_verifier(reading.verifier, backend, options),
        backend=backend,
        length=length,
        style=style,
        on_unsupported=on_unsupported,
        settings=settings,
        observer=observer,
    )
    plan: Plan
    exact = False
    # A language model drafts a text; rewritten and extracted sentences are candidates to select from.
    drafts_text = prompting.prompting == "draft" and backend.id != NO_MODEL
    standard = lenient(style) if drafts_text else STRICT
    if shorter:
        plan = UnchangedPlan(task)
    elif prompting.prompting == "draft":
        if count is not None:
            # Check the price before text is sent for counting.
            require_price(backend.id, settings)
        draft = prompt_of(DRAFT)
        cut = await cut_by_count(task, draft, count) if count else cut_by_estimate(task, draft)
        plan, exact = draft_plan.plan(task, cut, prompt_of, standard=standard), cut.exact
    else:
        plan = rewrite.plan(task, prompt_of(REWRITE), keys, samples=prompting.samples)
    asks = on_unsupported == "repair" and prompting.prompting == "draft" and not shorter
    run_repair = RunRepair(task, prompt_of, asks=asks, standard=standard)
    assembly = Assembly(task, run_repair, keys)
    return PlannedRun(task, keys, prompting, plan, run_repair, assembly, models.judge, exact)
