"""Checks of a finished summary, and the report."""

import time
from collections.abc import Sequence
from functools import partial

from summarise.backends.budget import MeteredBackend, SpendLimiter, limiter_for, sums
from summarise.backends.reasoning_allowance import reasoning_allowance
from summarise.checks.judge import ModelJudge, ask_judge, budget_of, max_concurrency
from summarise.checks.key_facts import key_facts
from summarise.checks.languages import languages_in
from summarise.checks.provenance import Candidate
from summarise.checks.verification import OwnCheck, Verifier, verifier_for
from summarise.data import Call, Facts, Report, RunRecord
from summarise.observing.observer import Observer
from summarise.settings.model import Settings
from summarise.version import __version__


def check_text(summary: str, facts: Facts, settings: Settings, own_checks: Sequence[OwnCheck] = ()) -> Report:
    """Check a summary against an article's facts."""
    started = time.perf_counter()
    verifier = verifier_for(facts, settings, own_checks)
    return report_of(verifier.verify(summary, origin="given"), verifier, started=started)


async def check_text_by(
    summary: str,
    facts: Facts,
    judge_by: ModelJudge,
    settings: Settings,
    observer: Observer,
    own_checks: Sequence[OwnCheck] = (),
) -> Report:
    """Check a summary and ask a judge about each sentence, within the budget."""
    started = time.perf_counter()
    verifier = verifier_for(facts, settings, own_checks)
    checked = verifier.verify(summary, origin="given")
    most = reasoning_allowance(judge_by.backend, settings).allowing(budget_of(judge_by, len(checked)))
    limiter = limiter_for(most.capped(settings.max_calls), settings, judge_by.backend)
    asked = judge_by.asking(MeteredBackend(judge_by.backend, limiter, observer))
    at_once = max_concurrency(judge_by.backend, settings)
    progress = partial(observer.stage, "judge")
    results, calls = await ask_judge(checked, verifier.index, asked, concurrency=at_once, progress=progress)
    return report_of(results, verifier, started=started, judge_by=judge_by, calls=calls, limiter=limiter)


def report_of(
    results: Sequence[Candidate],
    verifier: Verifier,
    *,
    started: float,
    judge_by: ModelJudge | None = None,
    calls: tuple[Call, ...] = (),
    limiter: SpendLimiter | None = None,
) -> Report:
    """Build a report; `started` is a `time.perf_counter` value."""
    keys, languages = key_facts(verifier.facts), languages_in(verifier.facts)
    report = Report(
        sentences=tuple(candidate.sentence for candidate in results),
        key_facts=len(keys),
        omitted=verifier.omitted(keys, results),
        run=RunRecord(
            version=__version__,
            judge=judge_by.backend.id if judge_by else None,
            parser=verifier.facts.parser,
            checker=verifier.checker,
            writer=verifier.verdicts.writer,
            writer_share=verifier.verdicts.share,
            threshold=verifier.verdicts.threshold,
            own_checks=verifier.own_checks,
            prompts=(judge_by.prompt.use,) if judge_by else (),
            sampling=judge_by.sampling if judge_by else None,
            budget=limiter.budget if limiter else None,
            limit_hit=limiter.limit_hit if limiter else None,
            language=languages.main,
            foreign=languages.foreign,
            addressed=verifier.facts.article.addressed,
            calls=calls,
            facts=len(verifier.facts.facts),
            facts_checked=sum(len(candidate.facts) for candidate in results),
            **sums(calls),
            seconds=round(time.perf_counter() - started, 3),
        ),
    )
    return report.about(verifier.facts)
