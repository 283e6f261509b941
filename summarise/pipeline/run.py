"""One run, top to bottom: article, facts, plan, write, verify, repair, select, record."""

import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

from summarise.backends import Opening, open_backend
from summarise.backends.breaker import CircuitBreaker
from summarise.backends.budget import MeteredBackend, SpendLimiter, limit_in_words, sums
from summarise.backends.endpoints import with_placeholders
from summarise.checks.accepted import accepted_in
from summarise.checks.judge import ask_judge, max_concurrency
from summarise.checks.languages import languages_in
from summarise.checks.provenance import Candidate
from summarise.data import (
    Article,
    Backend,
    Call,
    Capabilities,
    DraftSentence,
    Facts,
    Outcome,
    RunPlan,
    RunRecord,
    Save,
    Source,
    Summary,
    Tried,
)
from summarise.errors import (
    AnswerError,
    BudgetError,
    CallError,
    ConfigurationError,
    NoModelError,
    SummariseError,
    name_of,
)
from summarise.observing.observer import Observer
from summarise.pipeline.options import RunOptions
from summarise.pipeline.plan import ArticleAnalysis, PlannedRun, opened, plan_run, read_facts
from summarise.pipeline.reading import aread_article
from summarise.prompting.prompt import Prompt, loader
from summarise.report.html import with_views
from summarise.runs.files import RunSaver
from summarise.version import __version__
from summarise.writing.notices import notices_of
from summarise.writing.repair import is_unopposed
from summarise.writing.task import Generation, Provenance

T = TypeVar("T")


@dataclass
class Attempt:
    """The run of one model (None: the default). `tried`: models before. `last`: no model is left."""

    model: str | None
    tried: tuple[Tried, ...] = ()
    last: bool = True
    limiter: SpendLimiter | None = None

    def goes_on(self, error: BaseException) -> bool:
        """Return True if the next model should be tried."""
        return not self.last and is_of_model(error)

    def failed(self, error: SummariseError) -> Tried:
        """Return this attempt for the run record."""
        taken = self.limiter.taken if self.limiter is not None else {}
        return Tried(model=self.model or "", error=name_of(error), message=str(error), **taken)


def is_of_model(error: BaseException) -> bool:
    """Return True if another model may avoid the error.

    Errors of the article, the options or the judge would recur.
    """
    return isinstance(error, CallError | ConfigurationError | BudgetError) and not error.of_judge


async def first_of(models: Sequence[str | None], attempt: Callable[[Attempt], Coroutine[Any, Any, T]]) -> T:
    """Return the result of the first model that succeeds.

    Raises NoModelError with all errors, or the error itself if only one model is given or it is not model-specific.
    """
    tried: tuple[Tried, ...] = ()
    errors: tuple[SummariseError, ...] = ()
    for place, model in enumerate(models, start=1):
        one = Attempt(model, tried, last=place == len(models))
        try:
            return await attempt(one)
        except SummariseError as error:
            if len(models) == 1 or not is_of_model(error):
                raise
            tried, errors = (*tried, one.failed(error)), (*errors, error)
    told = "; ".join(f"{one.model}: {one.message}" for one in tried)
    raise NoModelError(f"none of {len(tried)} models gave a summary: {told}", errors=errors)


def record_of(
    planned: PlannedRun,
    told: RunPlan,
    written: Generation,
    *,
    said: Sequence[Candidate],
    candidates: Sequence[Candidate],
    chosen: Sequence[Candidate],
    limiter: SpendLimiter,
    later: Sequence[Call],
    prompts: Sequence[Prompt],
    seconds: float,
) -> RunRecord:
    """Return the run record. `later`: calls after the writing. `prompts`: of repair and judge."""
    task, plan, judge_by = planned.task, planned.plan, planned.judge_by
    facts: Facts = task.verifier.facts
    calls = (*written.calls, *later)
    languages = languages_in(facts)
    stages = {call.stage for call in calls}
    used = [prompt for prompt in plan.prompts if prompt.stage.partition("/")[0] in stages]
    return RunRecord(
        version=__version__,
        backend=task.backend.id,
        tried=limiter.before,
        model=next((call.model for call in written.calls if call.model), None),
        prompting=planned.prompting.prompting,
        prompting_reason=planned.prompting.why,
        style=task.style,
        judge=judge_by.backend.id if judge_by else None,
        parser=facts.parser,
        checker=task.verifier.checker,
        writer=task.verifier.verdicts.writer,
        writer_share=task.verifier.verdicts.share,
        threshold=task.verifier.verdicts.threshold,
        own_checks=task.verifier.own_checks,
        prompts=tuple(prompt.use for prompt in dict.fromkeys([*used, *prompts])),
        sampling=plan.sampling,
        plan=told,
        budget=limiter.budget,
        limit_hit=limiter.limit_hit,
        notices=notices_of(task, [candidate.sentence.text for candidate in chosen]),
        language=languages.main,
        foreign=languages.foreign,
        addressed=task.article.addressed,
        chunks=written.chunks,
        calls=calls,
        draft=tuple(
            DraftSentence(
                text=candidate.sentence.text,
                chunk=written.came[place].chunk,
                round=written.came[place].round,
                merged=written.came[place].merged,
                cited=written.cited(candidate),
                verdict=candidate.sentence.verdict,
                support=candidate.sentence.support,
                probability=candidate.sentence.probability,
                strength=candidate.sentence.strength,
                findings=candidate.sentence.findings,
                outcome=outcome(candidate, candidates, chosen, written),
            )
            for place, candidate in enumerate(said)
        ),
        facts=len(facts.facts),
        facts_checked=sum(len(candidate.facts) for candidate in chosen),
        **sums(calls),
        seconds=seconds,
    )


def outcome(
    candidate: Candidate, candidates: Sequence[Candidate], chosen: Sequence[Candidate], written: Generation
) -> Outcome:
    """Return the outcome of a drafted sentence."""
    for shown in chosen:
        if shown.draft == candidate.draft:
            if shown.replaced:
                return "replaced"
            mended = any(step.action in ("corrected", "asked again") for step in shown.sentence.history)
            return "repaired" if mended else "kept"
    if candidate.draft in written.merged:
        return "merged"
    if written.offered is not None and _drafted(candidate, written) and is_unopposed(candidate):
        return "not chosen"
    return "not chosen" if any(c.draft == candidate.draft and not c.replaced for c in candidates) else "dropped"


def _drafted(candidate: Candidate, written: Generation) -> bool:
    came = written.came[candidate.draft] if candidate.draft is not None else Provenance()
    return came.chunk is not None or came.round > 0


async def summarise_article(
    article: Source,
    options: RunOptions,
    *,
    observer: Observer,
    save: str | Path | Save | None = None,
    opening: Opening = open_backend,
) -> Summary:
    """Summarise an article with the first model that succeeds.

    The saved run is that of this model, or of the last one if all fail.
    """
    started = time.perf_counter()
    settings = options.settings
    saving = RunSaver(save, settings, length=options.length, style=options.style, on_unsupported=options.on_unsupported)
    source, read = await _article_and_facts(article, options)

    async def attempt(one: Attempt) -> Summary:
        saving.begin()

        def around(backend: Backend) -> Backend:
            return saving.around(CircuitBreaker(backend))

        async with opened(
            one.model, options, observer=observer, load=saving.load, around=around, opening=opening
        ) as models:
            observer.stage("facts")
            planned = await plan_run(read(source), models, options, load=saving.load, observer=observer)
            one.limiter = planned.limiter(one.tried)
            told = planned.told()

            async def finished() -> Summary:
                summary = await write_summary(planned, told, started=started, limiter=one.limiter)
                return with_views(accepted_in(summary, options.accepted))

            return await observer.run(
                told,
                saving.keep(
                    finished(),
                    article=source,
                    judged=models.judge is not None,
                    goes_on=one.goes_on,
                ),
            )

    return await first_of(options.models, attempt)


async def write_summary(
    planned: PlannedRun, told: RunPlan, *, started: float, limiter: SpendLimiter | None = None
) -> Summary:
    """Write a planned summary with its record. `told` is the plan for the record, `started` a `time.perf_counter`.

    The judge checks sentences in the words of the model before repair. Raises AnswerError if no sentence can be shown.
    """
    task, judge_by = planned.task, planned.judge_by
    verifier, on_unsupported, standard = task.verifier, task.on_unsupported, planned.run_repair.standard
    limiter, observer = planned.limiter() if limiter is None else limiter, task.observer

    written = await planned.plan.write(limiter)
    said = written.said
    heard: tuple[Call, ...] = ()
    if judge_by is not None:
        said, heard = await ask_judge(
            said,
            verifier.index,
            judge_by.asking(MeteredBackend(judge_by.backend, limiter, observer)),
            wanted=lambda one: (
                standard.whole(one.sentence.text)
                and (on_unsupported == "keep" or standard.stands(one))
                and written.may_become(one)
            ),
            concurrency=max_concurrency(judge_by.backend, task.settings),
            progress=partial(observer.stage, "judge"),
        )
    observer.stage("repair")
    made = await planned.assembly.assemble(said, written, limiter)
    chosen = made.chosen
    if not chosen:
        raise AnswerError(_nothing(limiter))

    for candidate in chosen:
        observer.sentence(candidate.sentence, shown=True)
    used = [*([planned.run_repair.prompt] if made.calls else []), *([judge_by.prompt] if judge_by else [])]
    summary = Summary(
        sentences=tuple(candidate.sentence for candidate in chosen),
        omitted=verifier.omitted(planned.key_facts, chosen),
        key_facts=len(planned.key_facts),
        run=record_of(
            planned,
            told,
            written,
            said=said,
            candidates=made.candidates,
            chosen=chosen,
            limiter=limiter,
            later=(*heard, *made.calls),
            prompts=used,
            seconds=round(time.perf_counter() - started, 3),
        ),
    )
    return summary.about(verifier.facts)


async def plan_of(
    article: Source,
    options: RunOptions,
    *,
    read: Callable[[Article], ArticleAnalysis] | None = None,
    opening: Opening = open_backend,
) -> RunPlan:
    """Plan a run with the first model that can be opened, without sending anything.

    The last model and the judge may lack a key; the plan reports it. `read` analyses the article.
    """
    judge = options.judge if isinstance(options.judge, str) else None
    settings, missing = with_placeholders(options.settings, [options.models[-1], judge])
    options = replace(options, settings=settings)
    source, usual = await _article_and_facts(article, options)
    read = read or usual
    load, observer = loader(options.settings.prompt_dir), Observer()

    def counts_here(writer: Capabilities) -> bool:
        return bool(writer.counts_here)

    async def attempt(one: Attempt) -> RunPlan:
        async with opened(one.model, options, observer=observer, load=load, opening=opening) as models:
            planned = await plan_run(read(source), models, options, load=load, observer=observer, may_count=counts_here)
            # Raises the same budget errors as a run.
            planned.limiter()
            told = planned.told()
            lacking = [missing[name] for name in dict.fromkeys((one.model, judge)) if name in missing]
            return told.model_copy(update={"tried": one.tried, "missing": tuple(lacking)})

    return await first_of(options.models, attempt)


async def _article_and_facts(
    article: Source, options: RunOptions
) -> tuple[Article, Callable[[Article], ArticleAnalysis]]:
    settings = options.settings
    source = await aread_article(article, max_characters=settings.max_characters, settings=settings)
    return source, cache(partial(read_facts, settings=settings, own_checks=options.own_checks))


def _nothing(limiter: SpendLimiter) -> str:
    nothing = "no sentence of the model's answers can be shown"
    if limiter.limit_hit is None:
        return f"{nothing}: name another model, or use --model extract"
    limit = limit_in_words(limiter.limit_hit)
    return f"{nothing}, and the ceiling of {limit} was reached: allow more, or use --model extract"
