"""Extract facts, check summaries, and compare versions.

If a parameter `settings` is None, `Settings()` is used, or, with a judge, the configured settings.
"""

import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from functools import partial
from pathlib import Path
from typing import Any

from summarise.article.text import require_text
from summarise.backends.budget import MeteredBackend, SpendLimiter, limiter_for, reasoning_allowance, totals_of
from summarise.checks import Check
from summarise.checks.accepted import accepted_from, accepted_in
from summarise.checks.judge import ModelJudge, ask_judge, budget_of, max_concurrency, open_judge
from summarise.checks.key_facts import key_facts
from summarise.checks.kinds import REPLACEABLE
from summarise.checks.languages import languages_in
from summarise.checks.sources import claims_about, disagreements, verify_cited, with_disputes
from summarise.checks.verification import Candidate, Verifier, check_claims, facts_for, own_checks, verifier_for
from summarise.data import (
    Accepted,
    Article,
    Backend,
    Call,
    Disagreement,
    Evidence,
    Fact,
    Facts,
    NameSpelling,
    Progress,
    Report,
    RunRecord,
    Source,
    SourceValue,
    Span,
    Summary,
    Url,
    VersionDiff,
    Writer,
)
from summarise.errors import ArticleError
from summarise.facts.spelling import NameList
from summarise.observer import Observer
from summarise.pipeline.options import Names, name_list, require_prompts
from summarise.pipeline.reading import Sources, read_article, read_sources
from summarise.report.html import with_views
from summarise.settings.configuration import configure
from summarise.settings.environment import secrets_of
from summarise.settings.model import Settings, require_settings
from summarise.version import __version__

# Summary and article seem swapped if the summary contains at least SHARED of the article's distinct words, and
# has at least LONGER times as many distinct words.
SHARED, LONGER = 0.8, 1.5
_WORD = re.compile(r"\w+")


def facts_in(article: Sources, settings: Settings | None) -> Facts:
    """Return the facts of an article, or of several articles together."""
    return with_views(facts_for(read_sources(article, settings), settings or Settings()))


def check_summary(
    summary: Source | Summary,
    article: Sources | Facts,
    *,
    accept: str | Path | Accepted | None,
    checks: Sequence[Check] = (),
    writer: Writer | None = None,
    names: Names | None = None,
    settings: Settings | None,
) -> Report:
    """Check a summary against an article, without a judge. The parameters are those of `check`."""
    settings = _for_writer(settings or Settings(), writer, summary)
    accepted = accepted_from(settings.accept if accept is None else accept)
    own, facts = own_checks(checks), _facts_of(article, settings)
    text, started = text_of(summary, settings), time.perf_counter()
    verifier = verifier_for(facts, settings, own, _for_given_text(names))
    report = _report_of(_verified(text, verifier, settings), verifier, started=started)
    return with_views(accepted_in(report, accepted))


async def check_with_judge(
    summary: Source | Summary,
    article: Sources | Facts,
    *,
    judge: str | Backend,
    accept: str | Path | Accepted | None,
    checks: Sequence[Check] = (),
    writer: Writer | None = None,
    names: Names | None = None,
    settings: Settings | None,
    progress: Progress | None,
) -> Report:
    """Check a summary like `check_summary`, and ask a judge."""
    settings = _for_writer(settings or configure().settings, writer, summary)
    require_prompts(settings)
    accepted = accepted_from(settings.accept if accept is None else accept)
    observer, own = Observer(progress, secrets=secrets_of(settings)), own_checks(checks)
    async with open_judge(judge, settings, on_retry=observer.retry) as opened:
        text, facts = text_of(summary, settings), _facts_of(article, settings)
        started = time.perf_counter()
        verifier = verifier_for(facts, settings, own, _for_given_text(names))
        candidates = _verified(text, verifier, settings)
        most = reasoning_allowance(opened.backend, settings).allowing(budget_of(opened, len(candidates)))
        limiter = limiter_for(most.capped(settings.max_calls), settings, opened.backend)
        results, calls = await ask_judge(
            candidates,
            verifier.index,
            opened.asking(MeteredBackend(opened.backend, limiter, observer)),
            concurrency=max_concurrency(opened.backend, settings),
            progress=partial(observer.stage, "judge"),
        )
        report = _report_of(results, verifier, started=started, judge_by=opened, calls=calls, limiter=limiter)
        return with_views(accepted_in(report, accepted))


def _verified(text: str, verifier: Verifier, settings: Settings) -> list[Candidate]:
    if verifier.facts.article.sources:
        return verify_cited(text, verifier, required=settings.require_citations)
    return verifier.verify(text, origin="given")


def _report_of(
    results: Sequence[Candidate],
    verifier: Verifier,
    *,
    started: float,
    judge_by: ModelJudge | None = None,
    calls: tuple[Call, ...] = (),
    limiter: SpendLimiter | None = None,
) -> Report:
    keys = key_facts(verifier.facts)
    disputed = disagreements(verifier)
    results = with_disputes(results, disputed, verifier.facts)
    report = Report(
        sentences=tuple(candidate.as_given for candidate in results),
        key_facts=len(keys),
        omitted=verifier.omitted(keys, results),
        sources=verifier.facts.article.sources,
        disagreements=disputed,
        names=_given_spellings(results),
        run=RunRecord(
            **record_fields(verifier, results, calls, started=started),
            judge=judge_by.backend.id if judge_by else None,
            prompts=(judge_by.prompt.use,) if judge_by else (),
            sampling=judge_by.sampling if judge_by else None,
            budget=limiter.budget if limiter else None,
            limit_hit=limiter.limit_hit if limiter else None,
        ),
    )
    report = report.about(verifier.facts)
    return verifier.reading.restored(report) if verifier.reading else report


def record_fields(
    verifier: Verifier, results: Sequence[Candidate], calls: tuple[Call, ...], *, started: float
) -> dict[str, Any]:
    """Return the `RunRecord` fields that are common to checks and summaries.

    `started`: the start of the run, by `time.perf_counter`.
    """
    languages, verdicts = languages_in(verifier.facts), verifier.verdicts
    return {
        "version": __version__,
        "parser": verifier.facts.parser,
        "checker": verifier.checker,
        "writer": verdicts.writer,
        "writer_share": verdicts.share,
        "threshold": verdicts.threshold,
        "own_checks": verifier.own_checks,
        "language": languages.main,
        "foreign": languages.foreign,
        "addressed": verifier.facts.article.addressed,
        "calls": calls,
        "facts": len(verifier.facts.facts),
        "facts_checked": sum(len(candidate.facts) for candidate in results),
        **totals_of(calls),
        "seconds": round(time.perf_counter() - started, 3),
    }


def _for_given_text(names: Names | None) -> NameList | None:
    parsed = name_list(names)
    return replace(parsed, in_quotations=True) if parsed else None


def _given_spellings(results: Sequence[Candidate]) -> tuple[NameSpelling, ...]:
    texts = [candidate.given for candidate in results if candidate.given]
    counts = Counter((edit.name, text.original[edit.start : edit.end]) for text in texts for edit in text.edits)
    return tuple(
        NameSpelling(name=name, spelling=spelling, count=count, given=True)
        for (name, spelling), count in counts.most_common()
    )


def swapped(report: Report) -> bool:
    """Return whether summary and article seem to be swapped."""
    article = set(_WORD.findall(report.facts.article.text.casefold()))
    summary = {word for sentence in report.sentences for word in _WORD.findall(sentence.text.casefold())}
    return len(summary) >= LONGER * len(article) and len(article & summary) >= SHARED * len(article)


def _for_writer(settings: Settings, writer: Writer | None, summary: Source | Summary) -> Settings:
    require_settings(settings)
    if writer is None and settings.writer is None and isinstance(summary, Summary):
        writer = summary.run.writer
    return settings.with_choices(writer=writer)


def text_of(summary: Source | Summary, settings: Settings) -> str:
    """Return the text of a summary. Raises ArticleError if it cannot be read or is empty."""
    if isinstance(summary, Summary):
        return " ".join(sentence.cited_text for sentence in summary.sentences)
    if isinstance(summary, str):
        if not summary.strip():
            raise ArticleError("the summary is empty: there is nothing to check")
        require_text(summary, called="the summary")
    elif not isinstance(summary, Path | Url | Article):
        raise TypeError(
            f"a summary is a str (its text), a Path, a Url, an Article or a Summary, not {type(summary).__name__}"
        )
    return read_article(summary, max_characters=settings.max_characters).text


def _facts_of(article: Sources | Facts, settings: Settings) -> Facts:
    return article if isinstance(article, Facts) else facts_in(article, settings)


# The ids of the sources of a `diff`.
OLD, NEW = "old", "new"
# Minimum share of equal words in two versions of one sentence.
EDITED = 0.8


def compare_versions(
    old: Source,
    new: Source,
    summary: Source | Summary | None = None,
    *,
    names: tuple[str, str] | None = None,
    settings: Settings | None = None,
) -> VersionDiff:
    """Compare two versions of an article: its changed values, and its added and removed sentences.

    The result also lists the sentences of `summary` that the new version does not support. `names`: the file names of
    the versions.
    """
    settings = settings or Settings()
    verifier = verifier_for(facts_in({OLD: old, NEW: new}, settings), settings)
    before, after = verifier.within([OLD]), verifier.within([NEW])
    changed = list(_edited(before, after))
    edited = [value.sentence for change in changed for value in change.values]
    changed += [new for new in disagreements(verifier) if not any(value.sentence in edited for value in new.values)]
    verified = [] if summary is None else after.verify(text_of(summary, settings), origin="given")
    sources = verifier.facts.article.sources
    if names:
        sources = tuple(source.model_copy(update={"name": name}) for source, name in zip(sources, names, strict=True))
    result = VersionDiff(
        sources=sources,
        changed=tuple(changed),
        added=tuple(_unsupported(after, before, changed)),
        removed=tuple(_unsupported(before, after, changed)),
        outdated=tuple(candidate.sentence for candidate in verified if not candidate.sentence.passed),
        sentences=len(verified),
    )
    return with_views(result)


def _edited(before: Verifier, after: Verifier) -> Iterator[Disagreement]:
    """Yield values that differ between nearly equal sentences of the two versions."""
    for claim, new in claims_about(after.index, before.index):
        if before.index.verbatim(claim):
            continue
        words = new.evidence.text.split()
        for old in before.index.candidates(claim):
            if SequenceMatcher(None, old.evidence.text.split(), words, autojunk=False).ratio() < EDITED:
                continue
            for old_fact, new_fact in zip(_without(old.facts, new.facts), _without(new.facts, old.facts), strict=False):
                if old_fact.kind == new_fact.kind and old_fact.kind in REPLACEABLE:
                    yield Disagreement(
                        values=(
                            SourceValue(place=before.facts.article.evidence(old_fact), sentence=old.evidence),
                            SourceValue(place=after.facts.article.evidence(new_fact), sentence=new.evidence),
                        )
                    )
            break


def _without(facts: Sequence[Fact], known: Sequence[Fact]) -> list[Fact]:
    values = {(fact.kind, fact.value) for fact in known}
    return [fact for fact in facts if (fact.kind, fact.value) not in values]


def _unsupported(verifier: Verifier, other: Verifier, changed: Sequence[Disagreement]) -> Iterator[Evidence]:
    """Yield sentences of one article that the `other` does not support, without those in `changed`."""
    edited: list[Span] = [value.sentence for change in changed for value in change.values]
    claims = list(claims_about(verifier.index, other.index))
    results = check_claims([claim for claim, _ in claims], other.index, other.verdicts)
    for (_, source), sentence in zip(claims, results, strict=True):
        if sentence.verdict != "supported" and not any(source.evidence.overlaps(span) for span in edited):
            yield source.evidence
