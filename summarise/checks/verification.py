"""Check the sentences of a text against an article. Each gets a verdict, findings and evidence."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import import_module
from typing import NoReturn, cast

from summarise.article import ignored_line, read_claims, with_addressed, without_addressed
from summarise.article.sources import facts_within
from summarise.checks import hedges, negation, quotations
from summarise.checks.contrast import SURE, with_contrasts
from summarise.checks.entailment import Score
from summarise.checks.entailment.reader import ClaimReader, folder_of, model_of, scores_of
from summarise.checks.key_facts import omitted
from summarise.checks.kinds import compare_facts, extract
from summarise.checks.names import check_roles
from summarise.checks.source_index import Alignment, Check, Claim, SourceIndex, SourceSentence
from summarise.checks.verdict import VerdictModel, inputs_of, parameters_in
from summarise.data import (
    Action,
    Article,
    CheckedSentence,
    Evidence,
    Fact,
    Facts,
    Finding,
    KeyFact,
    Origin,
    Quotation,
    Rewording,
    Sentence,
    Span,
    Step,
    Writer,
)
from summarise.errors import ArticleError, ConfigurationError, SummariseError
from summarise.facts.parser import load as load_parser
from summarise.facts.quotations import with_speakers
from summarise.facts.salience import telling_words
from summarise.facts.spelling import NameList, Reading, Respelt
from summarise.settings.model import Settings


@dataclass(frozen=True)
class OwnCheck:
    """A user's check; `name` is that of its function ("my_checks:superlatives")."""

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
            self._fail(f"failed ({type(error).__name__}): correct it, or leave it out", cause=error)
        article = source_index.facts.article
        for finding in findings:
            if not isinstance(finding, Finding):
                self._fail(f"yields {type(finding).__name__}, not a Finding: make it yield findings only")
            if finding.code != "other":
                self._fail(f"yields a finding with the code `{finding.code}`: give it the code `other`")
            if finding.article and article.quote(finding.article) != finding.article.text:
                self._fail("quotes words that are not in the article: make the quote with `Article.evidence`")
            if claim.quote(finding.claim) != finding.claim:
                self._fail("quotes words that are not in the claim: make the quote with `Claim.quote`")
        return findings

    def _fail(self, problem: str, *, cause: Exception | None = None) -> NoReturn:
        error = ConfigurationError(f"the check {self.name} {problem}")
        # So that no other summary model is tried: the check would fail again.
        error.of_judge = True
        raise error from cause


def own_checks(checks: Iterable[Check]) -> tuple[OwnCheck, ...]:
    """Wrap each check with the name of its function. Raises TypeError for one that is not callable."""
    return tuple(check if isinstance(check, OwnCheck) else OwnCheck(_name_of(check), check) for check in checks)


def _name_of(check: Check) -> str:
    if not callable(check):
        raise TypeError(f"a check is a function, not {type(check).__name__}: pass the function itself")
    function = check if hasattr(check, "__qualname__") else type(check)
    return f"{function.__module__}:{function.__qualname__}"


CHECKS: tuple[Check, ...] = (compare_facts, negation.check, hedges.check, check_roles, quotations.check_speakers)
# Maximum sentences of evidence, and the minimum coverage of the claim by each of them, except the best.
EVIDENCE, SHOWN_COVERAGE = 3, 0.3


@dataclass(frozen=True, slots=True)
class PlacedClaim:
    """A claim with its matching sentences in the article.

    `same`: the sentence that equals the claim, or None. `alignments`: with the closest sentences; empty if `same` is
    English. `language`: the first other than English of the article, the claim and the closest sentence, or None.
    """

    claim: Claim
    same: SourceSentence | None
    alignments: tuple[Alignment, ...]
    language: str | None

    @classmethod
    def of(cls, claim: Claim, source_index: SourceIndex) -> "PlacedClaim":
        """Find the sentences of the article that a claim equals or aligns with."""
        same = source_index.verbatim(claim)
        language = source_index.language_of(claim) or (source_index.language_at(same) if same else None)
        alignments = () if same and not language else source_index.alignments(claim)
        if language is None and alignments:
            language = source_index.language_at(alignments[0].source)
        return cls(claim, same, alignments, language)

    @property
    def to_read(self) -> bool:
        """Whether the entailment model reads the claim: it is English, and not verbatim in the article."""
        return self.same is None and self.language is None

    def findings(self, source_index: SourceIndex) -> tuple[Finding, ...]:
        """Run the built-in checks and then the user's own checks.

        The built-in checks are left out if the claim is verbatim in the article. If the claim or the article is not
        English, `Literals.compare` replaces them.
        """
        claim, language, found = self.claim, self.language, list[Finding]()
        if language:
            found += source_index.literals.compare(claim.text, language)
        elif not self.same:
            found += [finding for check in CHECKS for finding in check(claim, source_index, self.alignments)]
        alignments = self.alignments
        if source_index.own_checks and not alignments:
            alignments = source_index.alignments(claim)
        for own in source_index.own_checks:
            found += own(claim, source_index, alignments)
        return tuple(dict.fromkeys(found))


def check_claims(
    claims: Sequence[Claim], source_index: SourceIndex, verdicts: VerdictModel, *, origin: Origin = "given"
) -> list[CheckedSentence]:
    """Check claims against an article."""
    return [checked for checked, _ in check_scored(claims, source_index, verdicts, origin=origin)]


def check_scored(
    claims: Sequence[Claim], source_index: SourceIndex, verdicts: VerdictModel, *, origin: Origin = "given"
) -> list[tuple[CheckedSentence, Score | None]]:
    """Check claims; return each checked sentence with its entailment score (None: not scored)."""
    placed = [PlacedClaim.of(claim, source_index) for claim in claims]
    # For a weak writer, contrasts other than removed denials change little: support needs a high score.
    with_values = origin == "given" or verdicts.writer != "weak"
    findings, scores = read_placed(placed, source_index, sure=SURE if with_values else 0.0)
    return [
        (_checked(claim, own, score, source_index, verdicts, origin), score)
        for claim, own, score in zip(placed, findings, scores, strict=True)
    ]


def read_placed(
    placed: Sequence[PlacedClaim], source_index: SourceIndex, *, sure: float = SURE
) -> tuple[list[tuple[Finding, ...]], list[Score | None]]:
    """Return the findings of each claim, and its entailment score (None: not scored).

    `sure`: see `contrasts`.
    """
    findings = [claim.findings(source_index) for claim in placed]
    # One batch is faster than one claim at a time.
    read = iter(scores_of([claim.claim for claim in placed if claim.to_read], source_index))
    scores = [next(read) if claim.to_read else None for claim in placed]
    aligned = [(claim.claim, claim.alignments) for claim in placed]
    findings = with_contrasts(aligned, findings, scores, source_index, sure=sure)
    return findings, [_explained(score, found) for score, found in zip(scores, findings, strict=True)]


def _explained(score: Score | None, findings: Iterable[Finding]) -> Score | None:
    """Leave out the words of computed values: the entailment model doubts what the article does not say."""
    computed = [finding.claim for finding in findings if finding.reason == "computed"]
    return score.without(computed) if score is not None and computed else score


def _checked(
    placed: PlacedClaim,
    findings: tuple[Finding, ...],
    score: Score | None,
    source_index: SourceIndex,
    verdicts: VerdictModel,
    origin: Origin,
) -> CheckedSentence:
    claim, english, alignments = placed.claim, placed.language is None, placed.alignments
    decision = verdicts.decide(
        inputs_of(findings, copied=source_index.copied(claim.words), score=score),
        findings,
        score,
        verbatim=placed.same is not None and english,
        readable=english and bool(alignments),
    )
    errors = [finding for finding in findings if finding.severity == "error"]
    if not english:
        findings += (Finding(code="language", severity="error", claim=claim.whole),)
    elif decision.verdict == "unverified" and not errors and (score is not None or not alignments):
        # The words that the entailment model finds unsupported, or the complete claim.
        runs = score.unsupported_runs() if score is not None and alignments else ()
        findings += (Finding(code="entailment", severity="error", claim=claim.quote(next(iter(runs), claim.whole))),)
    # The evidence is the sentences that errors quote, then those that cover most of the claim.
    evidence = [source_index.source_of(error.article).evidence for error in errors if error.article]
    if placed.same:
        evidence.insert(0, placed.same.evidence)
    else:
        near = [alignment for alignment in alignments if alignment.coverage >= SHOWN_COVERAGE]
        evidence += [alignment.source.evidence for alignment in near or alignments[:1]]
    return CheckedSentence(
        text=claim.text,
        verdict=decision.verdict,
        support=decision.support,
        probability=decision.probability,
        strength=decision.strength,
        origin=origin,
        findings=findings,
        evidence=tuple(dict.fromkeys(evidence))[:EVIDENCE],
    )


@dataclass(frozen=True)
class Candidate:
    """A checked sentence with its facts.

    `draft`: its index in the model's draft. `replaced`: whether the article's words replace the drafted ones. `cited`:
    the indexes of the article's sentences that the model cites. `given`: the original text, if a list of names changed
    the spelling.
    """

    sentence: CheckedSentence
    facts: tuple[Fact, ...] = ()
    draft: int | None = None
    replaced: bool = False
    cited: tuple[int, ...] = ()
    given: Respelt | None = None

    @property
    def as_given(self) -> CheckedSentence:
        """The sentence in its original spelling (`given`)."""
        if (given := self.given) is None:
            return self.sentence
        findings = []
        for finding in self.sentence.findings:
            place = given.moved(finding.claim, back=True)
            claim = place.model_copy(update={"text": given.original[place.start : place.end]})
            findings.append(finding.model_copy(update={"claim": claim}))
        return self.sentence.model_copy(update={"text": given.original, "findings": tuple(findings)})

    @property
    def place(self) -> Evidence | None:
        """The best evidence, or None without evidence."""
        return self.sentence.evidence[0] if self.sentence.evidence else None

    def after(self, action: Action, earlier: "Candidate") -> "Candidate":
        """Return a copy that replaces `earlier`: with its `draft`, `cited` and history, to which `action` is added."""
        before = earlier.sentence
        history = before.history or (_step("written", before),) if earlier.draft is not None else before.history
        history = (*history, _step(action, self.sentence))
        return replace(
            self,
            sentence=self.sentence.model_copy(update={"history": history, "item": self.sentence.item or before.item}),
            draft=earlier.draft,
            cited=earlier.cited,
        )

    @cached_property
    def words(self) -> frozenset[str]:
        """The longer words and the numbers of the sentence."""
        return telling_words(self.sentence.text)


def _step(action: Action, sentence: CheckedSentence) -> Step:
    return Step(action=action, text=sentence.text, verdict=sentence.verdict, findings=sentence.findings)


# Maximum number of edited words in a sentence that counts as the article's.
MOST_EDITS = 3
# Minimum number of longer words and numbers that a fused sentence has from a second sentence of the article.
FUSED = 2
_WORD = re.compile(r"\w+(?:['’]\w+)*")


def origin_of(text: str, places: Iterable[Evidence]) -> Origin:
    """Return `article` if a text is one of the sentences `places` with at most `MOST_EDITS` edits, else `model`."""
    ours = _folded_words(text)
    forms = (_folded_words(form) for place in places for form in (place.text, place.shown))
    return "article" if any(_edits(ours, theirs) <= MOST_EDITS for theirs in forms) else "model"


def rewording_of(text: str, places: Sequence[Evidence]) -> Rewording:
    """Return how a sentence was derived from its evidence.

    `copied`: with at most `MOST_EDITS` edits. `shortened`: words were only deleted. `fused`: it has at least `FUSED`
    longer words of a second sentence. Otherwise `reworded`.
    """
    if origin_of(text, places) == "article":
        return "copied"
    ours = _folded_words(text)
    theirs = [_folded_words(place.text) for place in places]
    if any(all(word in remaining for word in ours) for remaining in map(iter, theirs)):
        return "shortened"
    longer = {word for word in ours if len(word) > 3 or word.isdigit()}
    common = sorted((longer & set(words) for words in theirs), key=len, reverse=True)
    return "fused" if any(len(words - common[0]) >= FUSED for words in common[1:]) else "reworded"


def _edits(ours: list[str], theirs: list[str]) -> int:
    """Return how many words of `theirs` must be deleted or changed to get `ours`, or a number > `MOST_EDITS`.

    A banded edit distance without insertions, in linear time.
    """
    surplus = len(theirs) - len(ours)
    if not 0 <= surplus <= MOST_EDITS:
        return MOST_EDITS + 1
    # row[d]: the fewest edits that turn theirs[: i + d] into ours[:i], with d deletions.
    row = list(range(surplus + 1))
    for i, word in enumerate(ours):
        for deleted in range(surplus + 1):
            row[deleted] += word != theirs[i + deleted]
            if deleted:
                row[deleted] = min(row[deleted], row[deleted - 1] + 1)
    return row[surplus]


def _folded_words(text: str) -> list[str]:
    return [word.replace("’", "'").casefold() for word in _WORD.findall(text)]


def verifier_for(
    facts: Facts | Article, settings: Settings, own_checks: Sequence[OwnCheck] = (), names: NameList | None = None
) -> "Verifier":
    """Return a verifier for an article or its facts. `names`: the user's list, which corrects misspelt names.

    Raises ConfigurationError if the entailment model cannot be loaded.
    """
    reading = names.read(facts if isinstance(facts, Article) else facts.article) if names else None
    if isinstance(facts, Article) or (reading and reading.respelt.edits):
        facts = extract(reading.article if reading else cast("Article", facts))
    model = model_of(settings)
    reader = None if model is None else ClaimReader(facts.article, model)
    verdicts = VerdictModel(
        parameters_in(folder_of(settings)),
        sensitivity=settings.sensitivity,
        writer=settings.writer or "strong",
        strict=settings.strict,
    )
    return Verifier(SourceIndex(facts, reader, own_checks), verdicts, reading)


def story_of(article: Article, settings: Settings, *, alone: bool = True) -> Article:
    """Return an article without the sentences that instruct an AI or, if the settings keep them, with all sentences.

    An article with several sources is returned unchanged. Raises ArticleError if no sentence is left and the article is
    the only one (`alone`), ConfigurationError if the entailment model cannot be loaded.
    """
    model = None
    if settings.entailment != "off":
        # Two threads cannot import numpy at once.
        for name in ("numpy", "onnxruntime", "tokenizers"):
            import_module(name)
        with ThreadPoolExecutor(max_workers=1) as pool:
            loading = pool.submit(model_of, settings)
            load_parser()
            model = loading.result()
    if article.sources:
        return article
    if settings.keep_addressed:
        return with_addressed(article)
    if model is not None and model.tells_addressed:
        article = without_addressed(article, model.addressed)
    if alone and not article.sentences and (ignored := ignored_line(article.text, article.addressed)):
        raise ArticleError(f"{ignored}; nothing else is in the article. Add --keep-addressed to keep this text")
    return article


def facts_for(article: Article, settings: Settings) -> Facts:
    """Extract the facts of the article that `story_of` returns."""
    return extract(story_of(article, settings))


@dataclass(frozen=True)
class Verifier:
    """Checks texts against one article. `verdicts`: the verdict model for their writer.

    `reading`: the article with names spelt as in the user's list, which also corrects the texts (None: no list).
    """

    index: SourceIndex
    verdicts: VerdictModel = field(default_factory=VerdictModel)
    reading: Reading | None = None

    def for_writer(self, writer: Writer, share: float | None = None) -> "Verifier":
        """Return a verifier for another writer. For `share`, see `VerdictModel`."""
        return replace(self, verdicts=self.verdicts.for_writer(writer, share))

    def within(self, ids: Iterable[str]) -> "Verifier":
        """Return a verifier that checks only against the sources with these ids."""
        facts = facts_within(self.facts, frozenset(ids))
        reader = self.index.reader and ClaimReader(facts.article, self.index.reader.model)
        return replace(self, index=SourceIndex(facts, reader, self.index.own_checks))

    @property
    def facts(self) -> Facts:
        """The facts of the article."""
        return self.index.facts

    @property
    def checker(self) -> str:
        """The versions of the verdict parameters and the entailment model."""
        reader = self.index.reader
        return f"{self.verdicts.version}, entailment {reader.model.name if reader else 'none'}"

    @property
    def own_checks(self) -> tuple[str, ...]:
        """The names of the user's checks."""
        return tuple(check.name for check in self.index.own_checks)

    def verify(
        self, text: str, *, origin: Origin, first: int | None = None, cited: tuple[int, ...] = (), before: str = ""
    ) -> list[Candidate]:
        """Split a text into sentences, and check each.

        `first`: the index of the text's first sentence in the model's draft. `cited`: as in `Candidate`. `before`: the
        sentence before the text.
        """
        read = read_claims(text)
        respelt = self.reading.names.read(read, about=self.reading) if self.reading else None
        claims = list(claims_of(respelt.article if respelt else read, self.index, before=before))
        # The article's own sentences are right as often as those of a strong writer.
        verdicts = self.verdicts.for_writer("strong") if origin == "article" else self.verdicts
        results = []
        for place, checked in enumerate(check_claims(claims, self.index, verdicts, origin=origin)):
            given = respelt.respelt.cut(read.sentences[place]) if respelt and origin == "given" else None
            if origin != "given":
                detected = origin_of(checked.text, checked.evidence) if origin == "model" else origin
                rewording = rewording_of(checked.text, checked.evidence)
                checked = checked.model_copy(update={"origin": detected, "rewording": rewording})
            draft = None if first is None else first + place
            results.append(Candidate(checked, claims[place].facts, draft, cited=cited, given=given))
        return results

    def omitted(self, key_facts: Sequence[KeyFact], shown: Sequence[Candidate]) -> tuple[KeyFact, ...]:
        """Return the key facts that the sentences `shown` do not state.

        Contradicted sentences and words with an error do not count.
        """
        texts = [_without_errors(candidate.sentence) for candidate in shown]
        return omitted(key_facts, texts, self.index.reader.entailed_by if self.index.reader else None)

    def sentence_at(self, place: Span) -> int:
        """Return the index of the sentence in which a span begins."""
        return self.index.source_of(place).index


def _without_errors(sentence: CheckedSentence) -> str:
    if sentence.verdict == "contradicted":
        # Empty text instead of no text: the sentences before and after it stay apart.
        return ""
    wrong = {index for error in sentence.errors for index in range(error.claim.start, error.claim.end)}
    kept = (character for index, character in enumerate(sentence.text) if index not in wrong)
    return " ".join("".join(kept).split())


def claims_of(text: str | Article, source_index: SourceIndex, *, before: str = "") -> Iterator[Claim]:
    """Yield a claim for each sentence of a text (a string, or the result of `read_claims`).

    Of a fact that extends over several sentences, only the part in the first sentence is kept; a quotation is divided
    among its sentences. Raises ArticleError if the text is empty.
    """
    own = extract(read_claims(text) if isinstance(text, str) else text, known=source_index.facts)
    sentences = own.article.sentences
    facts_of: dict[int, list[Fact]] = defaultdict(list)
    for fact in with_speakers(own):
        index = fact.sentence
        facts_of[index].append(part_of_fact(fact, index, sentences[index]))
        while isinstance(fact, Quotation) and index + 1 < len(sentences) and sentences[index + 1].start < fact.end:
            index += 1
            facts_of[index].append(part_of_fact(fact, index, sentences[index]))
    for index, sentence in enumerate(sentences):
        claim = source_index.claim(own.article.quote(sentence), tuple(facts_of[index]), before=before)
        before = claim.text
        yield claim


def part_of_fact(fact: Fact, index: int, sentence: Sentence) -> Fact:
    """Return the part of a fact inside a sentence, with offsets relative to the sentence."""
    start, end = max(fact.start, sentence.start), min(fact.end, sentence.end)
    text = fact.text[start - fact.start : end - fact.start]
    place = {"sentence": index, "start": start - sentence.start, "end": end - sentence.start}
    return fact.model_copy(update={**place, "text": text})
