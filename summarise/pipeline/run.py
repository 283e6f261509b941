"""Make a summary: read the article, extract facts, plan, write, verify, repair, select sentences, make a record."""

import time
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path

from summarise.backends import Opening, open_backend
from summarise.backends.breaker import CircuitBreaker
from summarise.backends.budget import NO_MODEL, MeteredBackend, SpendLimiter, limit_in_words
from summarise.checks.accepted import accepted_in
from summarise.checks.judge import ask_judge, max_concurrency
from summarise.checks.sources import cite, disagreements
from summarise.checks.verification import Candidate
from summarise.data import Backend, Call, DraftSentence, Outcome, Progress, RunPlan, RunRecord, Save, Summary
from summarise.data.article import text_hash
from summarise.errors import AnswerError
from summarise.observer import Observer
from summarise.pipeline.checking import record_fields
from summarise.pipeline.options import RunOptions
from summarise.pipeline.plan import Attempt, PlannedRun, first_of, opened, plan_run, read_facts
from summarise.pipeline.reading import Sources, aread_sources
from summarise.report.html import with_views
from summarise.runs import RunSaver
from summarise.settings.environment import secrets_of
from summarise.writing.draft import DraftPlan
from summarise.writing.repair import Assembled
from summarise.writing.task import Generation, is_unopposed, notices_of


async def summarise_article(
    article: Sources,
    options: RunOptions,
    *,
    progress: Progress | None = None,
    save: str | Path | Save | None = None,
    opening: Opening = open_backend,
) -> Summary:
    """Summarise an article with the first model that succeeds.

    The run of this model, or of the last model if all fail, is written to `save`. `opening` opens a model by its name.
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
            plan = planned.as_data()

            async def finish() -> Summary:
                summary = await write_summary(planned, plan, started=started, limiter=limiter)
                return with_views(accepted_in(summary, options.accepted))

            judged = models.judge is not None
            saving = saver.keep(finish(), article=source, judged=judged, goes_on=attempt.goes_on)
            return await observer.run(plan, saving)

    return await first_of(options.models, run_model)


async def write_summary(planned: PlannedRun, plan: RunPlan, *, started: float, limiter: SpendLimiter) -> Summary:
    """Execute a planned run, and return the summary with its record.

    `plan`: the plan as data, for the record. `started`: the time of `time.perf_counter` when the run began. Raises
    AnswerError if no sentence can be shown, except in minutes.
    """
    task, observer = planned.task, planned.task.observer
    written = await planned.plan.write(limiter)
    drafts, judge_calls = await _judged(planned, written, limiter)
    observer.stage("repair")
    assembled = await planned.assembly.assemble(drafts, written, limiter)
    if not assembled.chosen and task.style != "minutes":
        raise AnswerError(_empty_message(task.backend, limiter))
    sources = task.article.sources
    chosen = cite(assembled.chosen, task.verifier) if sources else assembled.chosen
    for candidate in chosen:
        observer.sentence(candidate.sentence, shown=True)
    summary = Summary(
        sentences=tuple(candidate.sentence for candidate in chosen),
        omitted=task.verifier.omitted(planned.assembly.key_facts, assembled.chosen),
        key_facts=len(planned.assembly.key_facts),
        sources=sources,
        disagreements=disagreements(task.verifier),
        run=_record(planned, plan, written, drafts, judge_calls, assembled, limiter, started=started),
    )
    facts = task.verifier.facts
    if facts.article.focus is not None:
        facts = facts.model_copy(update={"article": facts.article.model_copy(update={"focus": None})})
    summary = summary.about(facts)
    return task.verifier.reading.restored(summary) if task.verifier.reading else summary


async def _judged(
    planned: PlannedRun, written: Generation, limiter: SpendLimiter
) -> tuple[Sequence[Candidate], Sequence[Call]]:
    """Ask the judge, if there is one, about the drafted sentences that may be shown.

    Returns all drafted sentences with their new verdicts, and the calls.
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
    plan: RunPlan,
    written: Generation,
    drafts: Sequence[Candidate],
    judge_calls: Sequence[Call],
    assembled: Assembled,
    limiter: SpendLimiter,
    *,
    started: float,
) -> RunRecord:
    task = planned.task
    calls = (*written.calls, *judge_calls, *assembled.calls)
    stages = {call.stage for call in calls}
    prompts = [prompt for prompt in planned.plan.prompts if prompt.stage.partition("/")[0] in stages]
    prompts += [planned.assembly.repair.prompt] if assembled.calls and planned.assembly.repair.prompt else []
    prompts += [planned.judge_by.prompt] if planned.judge_by else []
    return RunRecord(
        **record_fields(task.verifier, assembled.chosen, calls, started=started),
        backend=plan.backend,
        tried=limiter.before,
        model=next((call.model for call in written.calls if call.model), None),
        prompting=plan.prompting,
        prompting_reason=plan.prompting_reason,
        style=plan.style,
        focus=plan.focus,
        judge=plan.judge,
        prompts=tuple(prompt.use for prompt in dict.fromkeys(prompts)),
        sampling=planned.plan.sampling,
        plan=plan,
        budget=limiter.budget,
        limit_hit=limiter.limit_hit,
        notices=(
            *notices_of(task, [candidate.sentence.text for candidate in assembled.chosen]),
            *(("instructions not used",) if planned.instructions and not _is_draft(planned) else ()),
        ),
        instructions=text_hash(planned.instructions) if planned.instructions else None,
        chunks=written.chunks,
        draft=tuple(_draft_sentence(candidate, place, written, assembled) for place, candidate in enumerate(drafts)),
    )


def _is_draft(planned: PlannedRun) -> bool:
    return isinstance(planned.plan, DraftPlan) and planned.task.backend.id != NO_MODEL


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
        outcome=outcome(candidate, assembled.candidates, assembled.chosen, written),
    )


def outcome(
    candidate: Candidate, candidates: Sequence[Candidate], chosen: Sequence[Candidate], written: Generation
) -> Outcome:
    """Return the outcome of a drafted sentence, such as "kept", "repaired" or "not chosen".

    `candidates`: all sentences that selection could choose from. `chosen`: those that form the summary.
    """
    for shown in chosen:
        if shown.draft == candidate.draft:
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
    return "not chosen" if any(c.draft == candidate.draft and not c.replaced for c in candidates) else "dropped"
