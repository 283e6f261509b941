"""Plan a run: open the models, analyse the article, and compute the chunks and the budget of each stage."""

from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from typing import Any, TypeVar

from summarise.article.sources import without_copies
from summarise.backends import Opening, open_backend
from summarise.backends.budget import (
    NO_MODEL,
    ReasoningAllowance,
    SpendLimiter,
    limiter_for,
    price_of,
    reasoning_allowance,
    require_price,
)
from summarise.backends.endpoints import with_placeholders
from summarise.backends.replies import ThoughtRemovingBackend
from summarise.checks.focus import focused
from summarise.checks.judge import STAGE as JUDGE
from summarise.checks.judge import ModelJudge, max_concurrency, open_judge, stage_of
from summarise.checks.key_facts import key_facts
from summarise.checks.source_index import SourceIndex
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
from summarise.errors import (
    ArticleError,
    BudgetError,
    CallError,
    ConfigurationError,
    NoModelError,
    SummariseError,
    name_of,
)
from summarise.facts.salience import relevance_of
from summarise.facts.spelling import NameList
from summarise.observer import Observer
from summarise.pipeline.options import RunOptions
from summarise.pipeline.reading import Sources, aread_sources
from summarise.prompting import Load, Prompt, loader
from summarise.settings.model import Settings, is_shorter, length_for
from summarise.settings.providers import SAMPLES, PromptingChoice, prompting_for, writer_of
from summarise.writing.draft import STAGE as DRAFT
from summarise.writing.draft import cut_by_count, cut_by_estimate, plan_draft
from summarise.writing.merge import STAGE as MERGE
from summarise.writing.minutes import MinutesPlan
from summarise.writing.repair import STAGE as REPAIR
from summarise.writing.repair import Assembly, RepairPlan
from summarise.writing.rewrite import STAGE as REWRITE
from summarise.writing.rewrite import plan_rewrite
from summarise.writing.task import STRICT, Plan, SummaryTask, UnchangedPlan, draft_standard, is_complete_sentence

T = TypeVar("T")
# An article of at most this many words is shown unchanged, even without a complete sentence.
FRAGMENT = 60


@dataclass(frozen=True)
class Models:
    """The opened writer and judge of a run."""

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
    """Open a model and the judge. If `model` is None, open the backend of the options, or the default model.

    `load` loads the judge's prompt, `around` wraps each backend, `opening` opens a model by its name.
    """
    settings, judge, backend = options.settings, options.judge, options.backend
    async with AsyncExitStack() as stack:
        if backend is not None:
            writer = around(ThoughtRemovingBackend(backend, keep_reasoning=settings.keep_reasoning))
        else:
            writer = around(await stack.enter_async_context(opening(model, settings, on_retry=observer.retry)))
        if judge is None:
            yield Models(writer)
            return
        # A model that is both writer and judge is opened once.
        same = judge is backend if backend is not None else judge == model
        judging = (
            open_judge(writer, settings, load=load)
            if same
            else open_judge(judge, settings, load=load, around=around, on_retry=observer.retry, opening=opening)
        )
        try:
            judged_by = await stack.enter_async_context(judging)
        except ConfigurationError as error:
            error.of_judge = not same
            raise
        yield Models(writer, judged_by)


def prompt_of(stage: str, style: Style, settings: Settings, *, load: Load | None = None) -> Prompt:
    """Return the prompt of a stage: the configured version, else the newest.

    Each style has its own newest prompt for drafts, and minutes have one for merging.
    """
    load = load or loader(settings.prompt_dir)
    if (version := settings.prompts.get(stage)) is not None:
        return load(stage, version)
    return load(f"{stage}/{style}" if stage == DRAFT or (stage == MERGE and style == "minutes") else stage)


def prompting_of(backend: Backend, settings: Settings) -> PromptingChoice:
    """Return whether a backend drafts or rewrites: as the configured prompts require, else as chosen for the model."""
    usual = prompting_for(backend.id)
    if "draft" in settings.prompts:
        return PromptingChoice(prompting="draft", why="a prompt for drafts was named")
    if "rewrite" in settings.prompts:
        samples = usual.samples if usual.prompting == "rewrite" else SAMPLES
        return PromptingChoice(prompting="rewrite", samples=samples, why="a prompt for rewriting was named")
    return usual


@dataclass(frozen=True)
class PlannedRun:
    """A run that is ready to start. `exact`: the backend counted the tokens of the chunks."""

    task: SummaryTask
    prompting: PromptingChoice
    plan: Plan
    assembly: Assembly
    judge_by: ModelJudge | None
    exact: bool
    instructions: str | None = None

    @cached_property
    def stages(self) -> tuple[StagePlan, ...]:
        """The expected and maximum budgets of the stages that call a model."""
        judging = [stage_of(self.judge_by, self.plan.sentences)] if self.judge_by else []
        stages = (*self.plan.stages, self.assembly.repair.stage, *judging)
        budgets: list[StagePlan] = []
        seen: set[str] = set()
        for stage in stages:
            backend = self._backend_of(stage.stage).id
            if not stage.most.calls or backend == NO_MODEL:
                continue
            candidates = self.prompting.samples if stage.stage == REWRITE else 1
            budgets.append(self._allowances[backend].budgets(stage, candidates=candidates, first=backend not in seen))
            seen.add(backend)
        return tuple(budgets)

    @property
    def _allowances(self) -> dict[str, ReasoningAllowance]:
        return {backend.id: reasoning_allowance(backend, self.task.settings) for backend in self._backends}

    @property
    def most(self) -> Budget:
        """The maximum budget of the run, with at most `max_calls` calls."""
        return NOTHING.added(*(stage.most for stage in self.stages)).capped(self.task.settings.max_calls)

    def limiter(self, before: Sequence[Tried] = ()) -> SpendLimiter:
        """Return the spend limiter. The usage of models that failed before (`before`) counts against the limits."""
        return limiter_for(self.most, self.task.settings, *self._backends, before=before)

    def as_data(self) -> RunPlan:
        """Return the plan as data, for the record."""
        task, settings = self.task, self.task.settings
        stages = _within(self.stages, settings.max_calls)
        most_cost = self._cost([(stage.stage, stage.most) for stage in stages])
        if most_cost is not None and settings.max_cost is not None:
            most_cost = min(most_cost, settings.max_cost)
        return RunPlan(
            backend=task.backend.id,
            prompting=self.prompting.prompting,
            prompting_reason=self.prompting.why,
            style=task.style,
            focus=task.focus,
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
            reasoning_room=self._allowances[task.backend.id].most,
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


def _for_writer(verifier: Verifier, backend: Backend, options: RunOptions) -> Verifier:
    if options.recorded_writer is not None:
        return verifier.for_writer(*options.recorded_writer)
    if options.settings.writer is not None:
        return verifier.for_writer(options.settings.writer)
    record = writer_of(backend.id)
    return verifier.for_writer(record.writer, record.share)


def _within(stages: Sequence[StagePlan], calls: int | None) -> tuple[StagePlan, ...]:
    """Return the stages limited to `calls` calls in total; earlier stages have priority."""
    if calls is None:
        return tuple(stages)
    shares, expected, most = [], calls, calls
    for stage in stages:
        share = StagePlan(stage=stage.stage, expected=stage.expected.share(expected), most=stage.most.share(most))
        expected, most = expected - share.expected.calls, most - share.most.calls
        shares.append(share)
    return tuple(shares)


@dataclass(frozen=True)
class ArticleAnalysis:
    """The analysis of an article that does not depend on the writer: verifier and key facts."""

    verifier: Verifier
    key_facts: Sequence[KeyFact]
    _focused: dict[str, "ArticleAnalysis"] = field(default_factory=dict, compare=False, repr=False)

    def about(self, focus: str) -> "ArticleAnalysis":
        """Return the analysis with sentences and key facts ranked by a focus.

        Raises NotAnsweredError if the article does not answer the focus.
        """
        if focus not in self._focused:
            index = self.verifier.index
            facts = index.facts.model_copy(update={"article": focused(index, focus)})
            verifier = replace(self.verifier, index=SourceIndex(facts, index.reader, index.own_checks))
            self._focused[focus] = ArticleAnalysis(verifier, key_facts(facts))
        return self._focused[focus]


def read_facts(
    article: Article, settings: Settings, own_checks: Sequence[OwnCheck] = (), names: NameList | None = None
) -> ArticleAnalysis:
    """Extract the facts and key facts of an article's story. Misspellings of `names` are read as the names."""
    verifier = verifier_for(without_copies(story_of(article, settings)), settings, own_checks, names)
    return ArticleAnalysis(verifier, key_facts(verifier.facts))


async def plan_run(
    analysis: ArticleAnalysis,
    models: Models,
    options: RunOptions,
    *,
    load: Load,
    observer: Observer,
    may_count: Callable[[Capabilities], bool] = lambda _: True,
) -> PlannedRun:
    """Plan the summary of an analysed article. Tokens are counted if the backend can count and `may_count` permits it.

    Without a focus, an article shorter than the summary is shown unchanged. Raises ConfigurationError if the context is
    too small, ArticleError if an article of more than FRAGMENT words has no complete sentence, and NotAnsweredError if
    the article does not mention the focus.
    """
    if options.focus is not None:
        analysis = analysis.about(options.focus)
    article = analysis.verifier.facts.article
    backend, settings, style = models.writer, options.settings, options.style
    length = length_for(style, options.wanted_length, article_words=article.words)
    shorter = style != "minutes" and options.focus is None and is_shorter(article, length)
    if (not shorter or article.words > FRAGMENT) and not any(
        is_complete_sentence(article.quote(sentence)) for sentence in article.sentences
    ):
        raise ArticleError("the article has no complete sentence: give it as prose with full stops")
    prompt, prompting = partial(prompt_of, style=style, settings=settings, load=load), prompting_of(backend, settings)

    def instructed(stage: str) -> Prompt:
        text = options.instructions
        return prompt(stage) if text is None or backend.id == NO_MODEL else prompt(stage).instructed(text)

    task = SummaryTask(
        verifier=_for_writer(analysis.verifier, backend, options),
        backend=backend,
        length=length,
        style=style,
        on_unsupported=options.on_unsupported,
        settings=settings,
        observer=observer,
        focus=options.focus,
    )
    plan: Plan
    exact, drafts = False, prompting.prompting == "draft" and not shorter
    if style == "minutes":
        drafts = drafts and backend.id != NO_MODEL
    # The lenient standard keeps a draft together; rewritten and extracted sentences are only candidates.
    standard = draft_standard(style) if prompting.prompting == "draft" and backend.id != NO_MODEL else STRICT
    if shorter:
        plan = UnchangedPlan(task=task, sampling=task.sampling)
    elif style == "minutes" and not drafts:
        plan = MinutesPlan(task=task, sampling=task.sampling)
    elif drafts:
        can = capabilities_of(backend)
        count = can.count if may_count(can) else None
        if count is not None:
            # Check the price before text is sent for counting.
            require_price(backend.id, settings)
        draft = instructed(DRAFT).about(options.focus)
        chunks, exact = await cut_by_count(task, draft, count) if count else (cut_by_estimate(task, draft), False)
        relevance = relevance_of(article)
        chunks = tuple(chunk for chunk in chunks if any(relevance[chunk.first : chunk.last + 1]))
        merging = instructed(MERGE).about(options.focus) if len(chunks) > 1 else None
        plan = plan_draft(task, chunks, draft, merge_prompt=merging, standard=standard)
    else:
        plan = plan_rewrite(task, prompt(REWRITE), analysis.key_facts, samples=prompting.samples)
    rewords = drafts and options.on_unsupported == "repair" and settings.repair_rounds > 0
    repair = RepairPlan(task, standard, instructed(REPAIR) if rewords else None)
    assembly = Assembly(task, repair, () if style == "minutes" else analysis.key_facts)
    return PlannedRun(task, prompting, plan, assembly, models.judge, exact, options.instructions)


@dataclass
class Attempt:
    """The run of one model; None is the default. `tried`: models that failed before. `last`: it is the last model."""

    model: str | None
    tried: tuple[Tried, ...] = ()
    last: bool = True
    limiter: SpendLimiter | None = None

    def goes_on(self, error: BaseException) -> bool:
        """Return whether another model should be tried after an error."""
        return not self.last and _is_of_model(error)

    def failed(self, error: SummariseError) -> Tried:
        """Return this attempt as an entry of the run record, with the error that ended it."""
        usage = self.limiter.taken if self.limiter is not None else {}
        return Tried(model=self.model or "", error=name_of(error), message=str(error), **usage)


async def first_of(models: Sequence[str | None], run: Callable[[Attempt], Coroutine[Any, Any, T]]) -> T:
    """Return the result of `run` for the first model that succeeds.

    If all of several models fail, raises NoModelError with their errors. An error of a single model is raised itself,
    and so is an error that another model would have, too.
    """
    tried: tuple[Tried, ...] = ()
    errors: tuple[SummariseError, ...] = ()
    for place, model in enumerate(models, start=1):
        attempt = Attempt(model, tried, last=place == len(models))
        try:
            return await run(attempt)
        except SummariseError as error:
            if len(models) == 1 or not _is_of_model(error):
                raise
            tried, errors = (*tried, attempt.failed(error)), (*errors, error)
    reasons = "; ".join(f"{failed.model}: {failed.message}" for failed in tried)
    raise NoModelError(f"all {len(tried)} models failed: {reasons}", errors=errors)


def _is_of_model(error: BaseException) -> bool:
    # Errors of the article, the options or the judge would occur with every model.
    return isinstance(error, CallError | ConfigurationError | BudgetError) and not error.of_judge


async def plan_of(
    article: Sources,
    options: RunOptions,
    *,
    read: Callable[[Article], ArticleAnalysis] | None = None,
    opening: Opening = open_backend,
) -> RunPlan:
    """Plan a run with the first model that can be opened. Nothing is sent.

    If the last model or the judge lacks a key, the plan reports it. `read` analyses the article.
    """
    judge = options.judge if isinstance(options.judge, str) else None
    settings, missing = with_placeholders(options.settings, [options.models[-1], judge])
    options = replace(options, settings=settings)
    source = await aread_sources(article, settings)
    read = cache(read or partial(read_facts, settings=settings, own_checks=options.own_checks, names=options.names))
    load, observer = loader(settings.prompt_dir), Observer()

    async def plan_model(attempt: Attempt) -> RunPlan:
        async with opened(attempt.model, options, observer=observer, load=load, opening=opening) as models:
            planned = await plan_run(
                read(source), models, options, load=load, observer=observer, may_count=lambda can: bool(can.counts_here)
            )
            # Raises the budget errors that the run would raise.
            planned.limiter()
            keys = [missing[name] for name in dict.fromkeys((attempt.model, judge)) if name in missing]
            data = planned.as_data().model_copy(update={"tried": attempt.tried, "missing": tuple(keys)})
            reading = planned.task.verifier.reading
            return reading.written(data) if reading else data

    return await first_of(options.models, plan_model)
