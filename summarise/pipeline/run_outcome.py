"""The record of a run that wrote a summary: what was asked, what was said, and what became of it.

Does not keep secrets: none reaches it.
"""

from collections.abc import Sequence

from summarise.backends.budget import SpendLimiter, sums
from summarise.checks.languages import languages_in
from summarise.checks.provenance import Candidate
from summarise.data import Call, DraftSentence, Facts, Outcome, RunPlan, RunRecord
from summarise.pipeline.plan import PlannedRun
from summarise.prompting.prompt import Prompt
from summarise.version import __version__
from summarise.writing.notices import notices_of
from summarise.writing.repair import is_unopposed
from summarise.writing.strategies import Generation, Provenance


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
    """Return the record; `later` are the calls after the writing, `prompts` those of repair and judge."""
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
        strategy=planned.strategy.strategy,
        strategy_reason=planned.strategy.why,
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
    """Tell what became of one of the model's sentences."""
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
    """Tell whether a sentence was drafted of a chunk, or merged of such, and not rewritten."""
    came = written.came[candidate.draft] if candidate.draft is not None else Provenance()
    return came.chunk is not None or came.round > 0
