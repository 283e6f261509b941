"""One run, from opening the models to the summary and its record."""

import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any, TypeVar

from summarise.article.sources import without_copies
from summarise.backends import Opening, open_backend
from summarise.backends.breaker import CircuitBreaker
from summarise.backends.budget import (
    MeteredBackend,
    SpendLimiter,
    limit_in_words,
    limiter_for,
    price_of,
    reasoning_allowance,
    require_price,
)
from summarise.backends.endpoints import with_placeholders
from summarise.backends.replies import ThoughtRemovingBackend
from summarise.checks.accepted import accepted_in
from summarise.checks.focus import focused
from summarise.checks.judge import STAGE as JUDGE
from summarise.checks.judge import ModelJudge, ask_judge, max_concurrency, open_judge, stage_of
from summarise.checks.key_facts import key_facts
from summarise.checks.source_index import SourceIndex
from summarise.checks.sources import cite, disagreements
from summarise.checks.verification import Candidate, OwnCheck, Verifier, story_of, verifier_for
from summarise.data import (
    Article,
    Backend,
    Budget,
    Call,
    Capabilities,
    DraftSentence,
    KeyFact,
    Outcome,
    Progress,
    RunPlan,
    RunRecord,
    Save,
    StagePlan,
    Style,
    Summary,
    Tried,
    Writer,
    capabilities_of,
)
from summarise.data.article import text_hash
from summarise.data.plans import NOTHING
from summarise.errors import (
    AnswerError,
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
from summarise.pipeline.checking import record_fields
from summarise.pipeline.options import RunOptions
from summarise.pipeline.reading import Sources, aread_sources
from summarise.prompting import Load, Prompt, loader
from summarise.report.html import with_views
from summarise.runs import RunSaver
from summarise.settings.environment import secrets_of
from summarise.settings.model import Settings, is_shorter, length_for
from summarise.settings.providers import NO_MODEL, SAMPLES, PromptingChoice, prompting_for, writer_of
from summarise.writing.draft import STAGE as DRAFT
from summarise.writing.draft import DraftPlan, cut_by_count, cut_by_estimate, plan_draft
from summarise.writing.merge import STAGE as MERGE
from summarise.writing.minutes import MinutesPlan
from summarise.writing.repair import STAGE as REPAIR
from summarise.writing.repair import Assembled, Assembly, RepairPlan
from summarise.writing.rewrite import STAGE as REWRITE
from summarise.writing.rewrite import plan_rewrite
from summarise.writing.task import (
    STRICT,
    ExtractPlan,
    Generation,
    Plan,
    SummaryTask,
    UnchangedPlan,
    draft_standard,
    is_complete_sentence,
    is_unopposed,
    notices_of,
)

T = TypeVar("T")
# An article shorter than the summary needs a complete sentence only if it has more words than this.
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

    `load` loads the judge's prompt, `around` wraps each backend.
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


@dataclass(frozen=True)
class ArticleAnalysis:
    """The analysis of an article, independent of the writer: verifier and key facts."""

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
    """Extract facts and key facts of an article. Misspellings of `names` are read as the names."""
    verifier = verifier_for(without_copies(story_of(article, settings)), settings, own_checks, names)
    return ArticleAnalysis(verifier, key_facts(verifier.facts))


def prompt_of(stage: str, style: Style, settings: Settings, *, load: Load | None = None) -> Prompt:
    """Return the prompt of a stage: the configured version, else the newest.

    Drafts have a prompt for each style; minutes also have one for merging.
    """
    load = load or loader(settings.prompt_dir)
    if (version := settings.prompts.get(stage)) is not None:
        return load(stage, version)
    return load(f"{stage}/{style}" if stage == DRAFT or (stage == MERGE and style == "minutes") else stage)


def prompting_of(backend: Backend, settings: Settings) -> PromptingChoice:
    """Return whether a backend drafts, rewrites or extracts, by a configured prompt, or else by the model."""
    usual = prompting_for(backend.id)
    if usual.prompting == "extract":
        return usual
    if "draft" in settings.prompts:
        return PromptingChoice(prompting="draft", why="a prompt for drafts was named")
    if "rewrite" in settings.prompts:
        samples = usual.samples if usual.prompting == "rewrite" else SAMPLES
        return PromptingChoice(prompting="rewrite", samples=samples, why="a prompt for rewriting was named")
    return usual


def writer_for(backend_id: str, settings: Settings) -> tuple[Writer, float | None]:
    """Return a model's reliability as a writer ("weak", …), and its share of right sentences, if measured."""
    record = writer_of(backend_id)
    return (record.writer, record.share) if settings.writer is None else (settings.writer, None)


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
        stages: list[StagePlan] = []
        seen: set[str] = set()
        for stage in (*self.plan.stages, self.assembly.repair.stage, *judging):
            backend = self._backend_of(stage)
            if stage.most.calls:
                allowance = reasoning_allowance(backend, self.task.settings)
                candidates = self.prompting.samples if stage.stage == REWRITE else 1
                stages.append(allowance.budgets(stage, candidates=candidates, first=backend.id not in seen))
                seen.add(backend.id)
        return tuple(stages)

    def limiter(self, before: Sequence[Tried] = ()) -> SpendLimiter:
        """Return the spend limiter. The usage of models that failed `before` counts against the limits."""
        settings = self.task.settings
        most = NOTHING.added(*(stage.most for stage in self.stages)).capped(settings.max_calls)
        judges = [self.judge_by.backend] if self.judge_by else []
        return limiter_for(most, settings, self.task.backend, *judges, before=before)

    @cached_property
    def data(self) -> RunPlan:
        """The plan as data."""
        task, settings = self.task, self.task.settings
        stages = _within(self.stages, settings.max_calls)
        expected, most = [stage.expected for stage in stages], [stage.most for stage in stages]
        most_cost = self._cost(stages, most)
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
            expected=NOTHING.added(*expected),
            most=NOTHING.added(*most),
            expected_cost=self._cost(stages, expected),
            most_cost=most_cost,
            reasoning_room=reasoning_allowance(task.backend, settings).most,
            max_calls=settings.max_calls,
            max_tokens_total=settings.max_tokens_total,
            max_cost=settings.max_cost,
        )

    def _backend_of(self, stage: StagePlan) -> Backend:
        return self.judge_by.backend if stage.stage == JUDGE and self.judge_by else self.task.backend

    def _cost(self, stages: Sequence[StagePlan], budgets: Sequence[Budget]) -> float | None:
        costs = []
        for stage, budget in zip(stages, budgets, strict=True):
            price = price_of(self._backend_of(stage).id, self.task.settings)
            if price is None:
                return None
            costs.append(price.of(prompt_tokens=budget.prompt_tokens, completion_tokens=budget.completion_tokens))
        return sum(costs)


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

    Without a focus, and except in minutes, an article shorter than the summary is shown unchanged.

    Raises ConfigurationError if the context is too small, ArticleError if the article has no complete sentence (unless
    it is shown unchanged and has at most FRAGMENT words), and NotAnsweredError if it does not mention the focus.
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
        return prompt(stage) if text is None else prompt(stage).instructed(text)

    task = SummaryTask(
        verifier=analysis.verifier.for_writer(*(options.recorded_writer or writer_for(backend.id, settings))),
        backend=backend,
        length=length,
        style=style,
        # Sentences of the article that do not pass are always replaced.
        on_unsupported="replace" if prompting.prompting == "extract" else options.on_unsupported,
        settings=settings,
        observer=observer,
        focus=options.focus,
    )
    plan: Plan
    exact, drafts = False, prompting.prompting == "draft" and not shorter
    # The lenient standard keeps a draft together; rewritten and extracted sentences are only candidates.
    standard = draft_standard(style) if prompting.prompting == "draft" else STRICT
    if shorter:
        plan = UnchangedPlan(task=task, sampling=task.sampling)
    elif style == "minutes" and not drafts:
        plan = MinutesPlan(task=task, sampling=task.sampling)
    elif prompting.prompting == "extract":
        plan = ExtractPlan(task=task, sampling=task.sampling)
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


async def write_summary(planned: PlannedRun, limiter: SpendLimiter, *, started: float) -> Summary:
    """Execute a planned run, and return the summary with its record.

    `started`: the start of the run, by `time.perf_counter`. Raises AnswerError if no sentence can be shown, except in
    minutes.
    """
    task, assembly = planned.task, planned.assembly
    written = await planned.plan.write(limiter)
    drafts, judge_calls = await _judged(planned, written, limiter)
    if drafts:
        task.observer.stage("repair")
    assembled = await assembly.assemble(drafts, written, limiter)
    if not assembled.chosen and task.style != "minutes":
        raise AnswerError(_empty_message(task.backend, limiter))
    sources = task.article.sources
    chosen = cite(assembled.chosen, task.verifier) if sources else assembled.chosen
    for candidate in chosen:
        task.observer.sentence(candidate.sentence, shown=True)
    summary = Summary(
        sentences=tuple(candidate.sentence for candidate in chosen),
        omitted=task.verifier.omitted(assembly.key_facts, assembled.chosen),
        key_facts=len(assembly.key_facts),
        sources=sources,
        disagreements=disagreements(task.verifier),
        run=_record(planned, limiter, written, drafts, judge_calls, assembled, started=started),
    )
    facts = task.verifier.facts
    if facts.article.focus is not None:
        facts = facts.model_copy(update={"article": facts.article.model_copy(update={"focus": None})})
    summary = summary.about(facts)
    return task.verifier.reading.restored(summary) if task.verifier.reading else summary


async def _judged(
    planned: PlannedRun, written: Generation, limiter: SpendLimiter
) -> tuple[Sequence[Candidate], Sequence[Call]]:
    """Ask the judge, if any, about the drafted sentences that may be shown.

    Returns all drafted sentences, and the calls.
    """
    task, judge, standard = planned.task, planned.judge_by, planned.assembly.repair.standard
    if judge is None:
        return written.sentences, ()

    def may_be_shown(candidate: Candidate) -> bool:
        return (
            standard.accepts_form(candidate.sentence.text)
            and (task.on_unsupported == "keep" or standard.accepts_verdict(candidate))
            and written.is_candidate(candidate)
        )

    return await ask_judge(
        written.sentences,
        task.verifier.index,
        judge.asking(MeteredBackend(judge.backend, limiter, task.observer)),
        wanted=may_be_shown,
        concurrency=max_concurrency(judge.backend, task.settings),
        progress=partial(task.observer.stage, "judge"),
    )


def _empty_message(backend: Backend, limiter: SpendLimiter) -> str:
    if backend.id == NO_MODEL:
        return "no sentence of the article passes your own checks: change them, or leave them out"
    message = "no sentence of the model's answers can be shown"
    if limiter.limit_hit is None:
        return f"{message}: name another model, or use --model extract"
    limit = limit_in_words(limiter.limit_hit)
    return f"{message}, and the ceiling of {limit} was reached: allow more, or use --model extract"


def _record(
    planned: PlannedRun,
    limiter: SpendLimiter,
    written: Generation,
    drafts: Sequence[Candidate],
    judge_calls: Sequence[Call],
    assembled: Assembled,
    *,
    started: float,
) -> RunRecord:
    task, plan, instructions = planned.task, planned.data, planned.instructions
    calls = (*written.calls, *judge_calls, *assembled.calls)
    stages = {call.stage for call in calls}
    prompts = [prompt for prompt in planned.plan.prompts if prompt.stage.partition("/")[0] in stages]
    prompts += [planned.assembly.repair.prompt] if assembled.calls and planned.assembly.repair.prompt else []
    prompts += [planned.judge_by.prompt] if planned.judge_by else []
    notices = notices_of(task, [candidate.sentence.text for candidate in assembled.chosen])
    if instructions and not isinstance(planned.plan, DraftPlan):
        notices += ("instructions not used",)
    return RunRecord(
        **record_fields(task.verifier, assembled.chosen, calls, started=started),
        **plan.model_dump(include={"backend", "prompting", "prompting_reason", "style", "focus", "judge"}),
        tried=limiter.before,
        model=next((call.model for call in written.calls if call.model), None),
        prompts=tuple(prompt.use for prompt in dict.fromkeys(prompts)),
        sampling=planned.plan.sampling,
        plan=plan,
        budget=limiter.budget,
        limit_hit=limiter.limit_hit,
        notices=notices,
        instructions=text_hash(instructions) if instructions else None,
        chunks=written.chunks,
        draft=tuple(_draft_sentence(candidate, place, written, assembled) for place, candidate in enumerate(drafts)),
    )


def _draft_sentence(candidate: Candidate, place: int, written: Generation, assembled: Assembled) -> DraftSentence:
    sentence, provenance = candidate.sentence, written.provenances[place]
    return DraftSentence(
        text=sentence.text,
        chunk=provenance.chunk,
        round=provenance.round,
        merged=provenance.merged,
        cited=written.cited(candidate),
        verdict=sentence.verdict,
        support=sentence.support,
        probability=sentence.probability,
        strength=sentence.strength,
        findings=sentence.findings,
        outcome=_outcome(candidate, written, assembled),
    )


def _outcome(candidate: Candidate, written: Generation, assembled: Assembled) -> Outcome:
    shown = next((shown for shown in assembled.chosen if shown.draft == candidate.draft), None)
    if shown is not None:
        if shown.replaced:
            return "replaced"
        repaired = any(step.action in ("corrected", "asked again") for step in shown.sentence.history)
        return "repaired" if repaired else "kept"
    if candidate.draft in written.merged:
        return "merged"
    provenance = written.provenance(candidate)
    drafted = provenance.chunk is not None or provenance.round > 0
    if written.candidates is not None and drafted and is_unopposed(candidate):
        return "not chosen"
    could_be = any(other.draft == candidate.draft and not other.replaced for other in assembled.candidates)
    return "not chosen" if could_be else "dropped"


@dataclass
class Attempt:
    """An attempt to run with one model.

    `model`: its name, or None for the given backend or the default model. `tried`: the models that failed before.
    """

    model: str | None
    tried: tuple[Tried, ...] = ()
    last: bool = True
    limiter: SpendLimiter | None = None

    def goes_on(self, error: BaseException) -> bool:
        """Return whether another model should be tried after an error."""
        return not self.last and _is_of_model(error)


def _is_of_model(error: BaseException) -> bool:
    # Errors of the article, the options or the judge would occur with every model.
    return isinstance(error, CallError | ConfigurationError | BudgetError) and not error.of_judge


async def first_of(models: Sequence[str | None], run: Callable[[Attempt], Coroutine[Any, Any, T]]) -> T:
    """Return the result of `run` for the first model that succeeds.

    If several models all fail, raises NoModelError with their errors. The error of a single model, or one that would
    occur with every model, is raised itself.
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
            usage = attempt.limiter.spending if attempt.limiter is not None else {}
            tried += (Tried(model=model or "", error=name_of(error), message=str(error), **usage),)
            errors += (error,)
    reasons = "; ".join(f"{failed.model}: {failed.message}" for failed in tried)
    raise NoModelError(f"all {len(tried)} models failed: {reasons}", errors=errors)


async def summarise_article(
    article: Sources,
    options: RunOptions,
    *,
    progress: Progress | None = None,
    save: str | Path | Save | None = None,
    opening: Opening = open_backend,
) -> Summary:
    """Summarise an article with the first model that succeeds.

    The run of this model, or of the last model if all fail, is written to `save`.
    """
    started, settings = time.perf_counter(), options.settings
    observer = Observer(progress, secrets=secrets_of(settings))
    request = {name: getattr(options, name) for name in ("length", "style", "focus", "on_unsupported", "instructions")}
    saver = RunSaver(save, settings, **request, names=options.names.entries if options.names else ())
    source = await aread_sources(article, settings)
    read = cache(partial(read_facts, settings=settings, own_checks=options.own_checks, names=options.names))

    async def run_model(attempt: Attempt) -> Summary:
        saver.begin()
        async with opened(
            attempt.model,
            options,
            observer=observer,
            load=saver.load,
            around=lambda backend: saver.around(CircuitBreaker(backend)),
            opening=opening,
        ) as models:
            observer.stage("facts")
            planned = await plan_run(read(source), models, options, load=saver.load, observer=observer)
            attempt.limiter = limiter = planned.limiter(attempt.tried)
            plan = planned.data

            async def finish() -> Summary:
                return with_views(accepted_in(await write_summary(planned, limiter, started=started), options.accepted))

            judged = models.judge is not None
            saving = saver.keep(finish(), article=source, judged=judged, goes_on=attempt.goes_on)
            return await observer.run(plan, saving)

    return await first_of(options.models, run_model)


async def plan_of(
    article: Sources,
    options: RunOptions,
    *,
    read: Callable[[Article], ArticleAnalysis] | None = None,
    opening: Opening = open_backend,
) -> RunPlan:
    """Plan a run with the first model that can be opened. Nothing is sent.

    An earlier model without a key is skipped. If the last model in the list, or the judge, has no key, the plan reports
    this.
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
            data = planned.data.model_copy(update={"tried": attempt.tried, "missing": tuple(keys)})
            reading = planned.task.verifier.reading
            return reading.written(data) if reading else data

    return await first_of(options.models, plan_model)
