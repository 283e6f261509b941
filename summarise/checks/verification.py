"""The verifier: text in; sentences with verdicts, findings and evidence out; and the report on a whole summary."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from typing import NoReturn

from summarise.article import ignored_line, read_again, read_claims, with_addressed
from summarise.backends.budget import MeteredBackend, SpendLimiter, limiter_for, sums
from summarise.backends.reasoning_allowance import reasoning_allowance
from summarise.checks import Check, Claim, SourceIndex, check_claims
from summarise.checks.entailment import EntailmentModel
from summarise.checks.entailment.reader import ClaimReader, folder_of, model_of
from summarise.checks.judge import ModelJudge, ask_judge, budget_of, max_concurrency
from summarise.checks.key_facts import key_facts, omitted
from summarise.checks.languages import languages_in
from summarise.checks.provenance import Candidate, origin_of, rewording_of
from summarise.checks.source_index import Alignment
from summarise.checks.verdict import VerdictModel, parameters_in
from summarise.data import (
    Article,
    Call,
    CheckedSentence,
    Fact,
    Facts,
    Finding,
    KeyFact,
    Origin,
    Quotation,
    Report,
    RunRecord,
    Sentence,
    Span,
    Writer,
)
from summarise.errors import ArticleError, ConfigurationError, SummariseError
from summarise.facts import extract
from summarise.facts.parser import load as load_parser
from summarise.facts.quotations import with_speakers
from summarise.observing.observer import Observer
from summarise.settings.model import Settings
from summarise.version import __version__


@dataclass(frozen=True)
class OwnCheck:
    """A user's check; `name` is MODULE:NAME."""

    name: str
    check: Check

    def __call__(
        self, claim: Claim, source_index: SourceIndex, alignments: tuple[Alignment, ...]
    ) -> tuple[Finding, ...]:
        """Return the findings. Raises ConfigurationError if the check fails or a finding is not valid."""
        try:
            findings = tuple(self.check(claim, source_index, alignments))
        except SummariseError as error:
            error.of_judge = True
            raise
        except Exception as error:
            self._refuse(f"failed ({type(error).__name__}): correct it, or leave it out", cause=error)
        article = source_index.facts.article
        for finding in findings:
            if not isinstance(finding, Finding):
                self._refuse(f"yields {type(finding).__name__}, not a Finding")
            if finding.code != "other":
                self._refuse(f"yields a finding with the code {finding.code}: give it the code other")
            if finding.article and article.quote(finding.article) != finding.article.text:
                self._refuse("quotes words that are not in the article: make them with `Article.evidence`")
            if claim.quote(finding.claim) != finding.claim:
                self._refuse("quotes words that are not in the claim: make them with `Claim.quote`")
        return findings

    def _refuse(self, problem: str, *, cause: Exception | None = None) -> NoReturn:
        error = ConfigurationError(f"the check {self.name} {problem}")
        # Another summary model would not help.
        error.of_judge = True
        raise error from cause


def own_checks(checks: Iterable[Check]) -> tuple[OwnCheck, ...]:
    """Return named checks. Raises TypeError if one is not callable."""
    return tuple(check if isinstance(check, OwnCheck) else OwnCheck(_name_of(check), check) for check in checks)


def _name_of(check: Check) -> str:
    if not callable(check):
        raise TypeError(f"a check is a function, not {type(check).__name__}")
    named = check if hasattr(check, "__qualname__") else type(check)
    return f"{named.__module__}:{named.__qualname__}"


def verifier_for(facts: Facts, settings: Settings, own_checks: Sequence[OwnCheck] = ()) -> "Verifier":
    """Return the verifier of an article.

    Raises ConfigurationError if the entailment model cannot be loaded.
    """
    model = model_of(settings)
    reader = None if model is None else ClaimReader(facts.article, model)
    verdicts = VerdictModel(
        parameters_in(folder_of(settings)),
        sensitivity=settings.sensitivity,
        writer=settings.writer or "strong",
        strict=settings.strict,
    )
    return Verifier(SourceIndex(facts, reader, own_checks), verdicts)


def story_of(article: Article, settings: Settings) -> Article:
    """Return an article without instructions to an AI, unless the settings keep them.

    The entailment model decides doubtful sentences. Raises ArticleError if nothing is left, ConfigurationError if the
    model cannot be loaded.
    """
    model = _load_models(settings)
    if settings.keep_addressed:
        return with_addressed(article)
    if model is not None and model.tells_addressed:
        article = read_again(article, model.addressed)
    if not article.sentences and (ignored := ignored_line(article.text, article.addressed)):
        raise ArticleError(f"{ignored}; nothing else is in the article. Keep it with --keep-addressed")
    return article


def _load_models(settings: Settings) -> EntailmentModel | None:
    if settings.entailment == "off":
        return None
    # Two threads cannot import numpy at once.
    for name in ("numpy", "onnxruntime", "tokenizers"):
        import_module(name)
    with ThreadPoolExecutor(max_workers=1) as pool:
        entailment = pool.submit(model_of, settings)
        load_parser()
        return entailment.result()


def facts_for(article: Article, settings: Settings) -> Facts:
    """Extract the facts of an article's story."""
    return extract(story_of(article, settings))


@dataclass(frozen=True)
class Verifier:
    """Checks texts against one article; `verdicts` decides for the writer of the texts."""

    index: SourceIndex
    verdicts: VerdictModel = field(default_factory=VerdictModel)

    def for_writer(self, writer: Writer, share: float | None = None) -> "Verifier":
        """Return a verifier for another writer, `share` of whose sentences are right."""
        return replace(self, verdicts=self.verdicts.for_writer(writer, share))

    @property
    def facts(self) -> Facts:
        """The facts of the article."""
        return self.index.facts

    @property
    def checker(self) -> str:
        """The versions of the verdict parameters and the entailment model."""
        reader = self.index.reader
        return f"{self.verdicts.version}, entailment {reader.model if reader else 'none'}"

    @property
    def own_checks(self) -> tuple[str, ...]:
        """The names of the user's checks."""
        return tuple(check.name for check in self.index.own_checks)

    def verify(
        self,
        text: str,
        *,
        origin: Origin,
        first: int | None = None,
        cited: tuple[int, ...] = (),
        before: str = "",
    ) -> list[Candidate]:
        """Split a text into sentences and check each.

        `first` is the draft index of the first sentence, `cited` are the indexes that the model cites, `before` is the
        sentence before the text.
        """
        results = []
        claims = list(claims_of(text, self.index, before=before))
        # The article's own words are not a model's, even if shortened.
        verdicts = self.verdicts.for_writer("strong") if origin == "article" else self.verdicts
        for place, (claim, checked) in enumerate(
            zip(claims, check_claims(claims, self.index, verdicts, origin=origin), strict=True)
        ):
            if origin != "given":
                whose = origin_of(checked.text, checked.evidence) if origin == "model" else origin
                rewording = rewording_of(checked.text, checked.evidence)
                checked = checked.model_copy(update={"origin": whose, "rewording": rewording})
            results.append(Candidate(checked, claim.facts, None if first is None else first + place, cited=cited))
        return results

    def omitted(self, key_facts: Sequence[KeyFact], shown: Sequence[Candidate]) -> tuple[KeyFact, ...]:
        """Return the key facts that the summary `shown` does not state.

        Contradicted sentences and the words of errors do not count.
        """
        # An empty sentence keeps the sentences around it apart.
        texts = [_undoubted(one.sentence) for one in shown]
        return omitted(key_facts, texts, self.index.reader.entailed_by if self.index.reader else None)

    def sentence_at(self, place: Span) -> int:
        """Return the index of the sentence in which a span begins."""
        return self.index.source_of(place).index


def _undoubted(sentence: CheckedSentence) -> str:
    if sentence.verdict == "contradicted":
        return ""
    places = [finding.claim for finding in sentence.errors]
    kept = (
        character
        for index, character in enumerate(sentence.text)
        if not any(place.start <= index < place.end for place in places)
    )
    return " ".join("".join(kept).split())


def claims_of(text: str, source_index: SourceIndex, *, before: str = "") -> Iterator[Claim]:
    """Split a text into sentences and yield a claim for each.

    A fact that crosses sentences is cut; a quotation has a part in each. Raises ArticleError if there is nothing to
    check.
    """
    own = extract(read_claims(text), known=source_index.facts)
    sentences = own.article.sentences
    facts_of: dict[int, list[Fact]] = defaultdict(list)
    for fact in with_speakers(own):
        index = fact.sentence
        facts_of[index].append(_part(fact, index, sentences[index]))
        while isinstance(fact, Quotation) and index + 1 < len(sentences) and sentences[index + 1].start < fact.end:
            index += 1
            facts_of[index].append(_part(fact, index, sentences[index]))
    for index, sentence in enumerate(own.article.sentences):
        claim = source_index.claim(own.article.quote(sentence), tuple(facts_of[index]), before=before)
        before = claim.text
        yield claim


def _part(fact: Fact, index: int, sentence: Sentence) -> Fact:
    """Return the part of a fact in a sentence, with offsets into it."""
    start, end = max(fact.start, sentence.start), min(fact.end, sentence.end)
    text = fact.text[start - fact.start : end - fact.start]
    place = {"sentence": index, "start": start - sentence.start, "end": end - sentence.start}
    return fact.model_copy(update={**place, "text": text})


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
