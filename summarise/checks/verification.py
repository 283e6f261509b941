"""Check texts against an article: split into sentences, read each into facts, give each its verdict.

Does not decide what is shown. One function serves the model's drafts, the article's own words and summaries from
anywhere; the other two are what `check` does.
"""

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from summarise.article import read_claims
from summarise.backends.budget.call_records import sums
from summarise.backends.budget.metered import Paying
from summarise.backends.budget.reasoning_allowance import room_of
from summarise.backends.budget.spend_limiter import Purse, purse_for
from summarise.checks import Claim, Ground, check_claim
from summarise.checks.candidate import Candidate
from summarise.checks.entailment.reader import ClaimReader, loaded
from summarise.checks.judge_calls import at_once_of, budget_of, hear
from summarise.checks.key_facts import key_facts, omitted
from summarise.checks.languages import languages_in
from summarise.checks.llm_judge import ModelJudge
from summarise.checks.plugin_checks import NOTHING_ADDED, Added
from summarise.checks.provenance import origin_of, rewording_of
from summarise.checks.verdict import Judging
from summarise.data import Call, Fact, Facts, Origin, Quotation, Report, RunRecord, Sentence
from summarise.errors import ConfigurationError
from summarise.facts import extract
from summarise.observing.observer import Observer
from summarise.settings.model import Settings
from summarise.version import __version__


def check_text(summary: str, facts: Facts, settings: Settings, added: Added = NOTHING_ADDED) -> Report:
    """Check a summary that somebody wrote, sentence by sentence, against an article's facts."""
    started = time.perf_counter()
    ground = ground_of(facts, settings, added)
    return report_of(judge(summary, ground, origin="given"), ground, started=started)


async def check_text_by(
    summary: str,
    facts: Facts,
    judge_by: ModelJudge,
    settings: Settings,
    observer: Observer,
    added: Added = NOTHING_ADDED,
) -> Report:
    """Check a summary as `check_text` does, and ask a judge about each sentence, within the ceilings that are set."""
    started = time.perf_counter()
    ground = ground_of(facts, settings, added)
    checked = judge(summary, ground, origin="given")
    most = room_of(judge_by.backend, settings).allowing(budget_of(judge_by, len(checked)))
    purse = purse_for(most.capped(settings.max_calls), settings, judge_by.backend)
    asked = judge_by.asking(Paying(judge_by.backend, purse, observer))
    at_once = at_once_of(judge_by.backend, settings)
    progress = partial(observer.stage, "judge")
    results, calls = await hear(checked, ground, asked, concurrency=at_once, progress=progress)
    return report_of(results, ground, started=started, judge_by=judge_by, calls=calls, purse=purse)


def ground_of(facts: Facts, settings: Settings, added: Added = NOTHING_ADDED) -> Ground:
    """Return what claims are checked against, read by the entailment model where the settings name one.

    With what other packages have `added`, of which the extractors must have read the facts.
    Raises ConfigurationError where that model is not there.
    """
    entailment, sensitivity = settings.entailment, settings.sensitivity
    if entailment == "off":
        return Ground(facts, None, added, Judging(settings.verdict, read=False, sensitivity=sensitivity))
    try:
        model = loaded(entailment if isinstance(entailment, Path) else None, settings.entailment_threads)
    except ConfigurationError as error:
        # Another model to write would not help.
        error.of_judge = True
        raise
    judging = Judging(settings.verdict, read=True, sensitivity=sensitivity)
    return Ground(facts, ClaimReader(facts.article, model), added, judging)


def report_of(
    results: Sequence[Candidate],
    ground: Ground,
    *,
    started: float,
    judge_by: ModelJudge | None = None,
    calls: tuple[Call, ...] = (),
    purse: Purse | None = None,
) -> Report:
    """Return checked sentences as a report, with the record of how it came about since `started`."""
    keys, languages = key_facts(ground.facts), languages_in(ground.facts)
    report = Report(
        sentences=tuple(candidate.sentence for candidate in results),
        key_facts=len(keys),
        omitted=omitted(
            keys,
            [candidate.sentence.text for candidate in results],
            ground.reader.entailed_by if ground.reader else None,
        ),
        run=RunRecord(
            version=__version__,
            judge=judge_by.backend.id if judge_by else None,
            parser=ground.facts.parser,
            checker=ground.checker,
            plugins=ground.added.uses,
            prompts=(judge_by.prompt.use,) if judge_by else (),
            sampling=judge_by.sampling if judge_by else None,
            budget=purse.budget if purse else None,
            reached=purse.reached if purse else None,
            language=languages.main,
            foreign=languages.foreign,
            addressed=ground.facts.article.addressed,
            calls=calls,
            facts=len(ground.facts.facts),
            facts_checked=sum(len(candidate.facts) for candidate in results),
            **sums(calls),
            seconds=round(time.perf_counter() - started, 3),
        ),
    )
    return report.about(ground.facts)


def judge(
    text: str,
    ground: Ground,
    *,
    origin: Origin,
    first: int | None = None,
    cited: tuple[int, ...] = (),
    before: str = "",
) -> list[Candidate]:
    """Split a text into sentences and check each.

    `first` is the place of the first sentence among the model's, `cited` what the model says they rest on, `before`
    the sentence that stands before them.
    """
    results = []
    for index, claim in enumerate(claims_of(text, ground, before=before)):
        checked = check_claim(claim, ground, origin=origin)
        if origin != "given":
            whose = origin_of(checked.text, checked.evidence) if origin == "model" else origin
            rewording = rewording_of(checked.text, checked.evidence)
            checked = checked.model_copy(update={"origin": whose, "rewording": rewording})
        results.append(Candidate(checked, claim.facts, None if first is None else first + index, cited=cited))
    return results


def claims_of(text: str, ground: Ground, *, before: str = "") -> Iterator[Claim]:
    """Split a text into sentences and read each into facts, as those of an article are; yield the claims in order.

    `before` is the sentence that stands before them. ArticleError where there is nothing to check. A fact that runs
    on behind its sentence is cut there; a quotation has a part in each of its sentences.
    """
    own = extract(read_claims(text), known=ground.facts, more=ground.added.extractors)
    sentences = own.article.sentences
    facts_of: dict[int, list[Fact]] = defaultdict(list)
    for fact in own.resolved:
        index = fact.sentence
        facts_of[index].append(_part(fact, index, sentences[index]))
        while isinstance(fact, Quotation) and index + 1 < len(sentences) and sentences[index + 1].start < fact.end:
            index += 1
            facts_of[index].append(_part(fact, index, sentences[index]))
    for index, sentence in enumerate(own.article.sentences):
        claim = ground.claim(own.article.quote(sentence), tuple(facts_of[index]), before=before)
        before = claim.text
        yield claim


def _part(fact: Fact, index: int, sentence: Sentence) -> Fact:
    """Return the part of a fact that stands in a sentence, with offsets into it; its value stays that of the whole."""
    start, end = max(fact.start, sentence.start), min(fact.end, sentence.end)
    text = fact.text[start - fact.start : end - fact.start]
    place = {"sentence": index, "start": start - sentence.start, "end": end - sentence.start}
    return fact.model_copy(update={**place, "text": text})
