"""The verifier: a text goes in, its sentences come out, each with its verdict and the article's words for it.

Does not decide what is shown. One class serves the model's drafts, the article's own words and summaries from anywhere.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from weakref import WeakValueDictionary

from summarise.article import ignored_line, read_again, read_claims, with_addressed
from summarise.checks import Claim, SourceIndex, check_claims
from summarise.checks.candidate import Candidate
from summarise.checks.entailment import EntailmentModel
from summarise.checks.entailment.reader import ClaimReader, model_of
from summarise.checks.key_facts import omitted
from summarise.checks.own_checks import OwnCheck
from summarise.checks.provenance import origin_of, rewording_of
from summarise.checks.verdict import VerdictModel
from summarise.data import Article, Fact, Facts, KeyFact, Origin, Quotation, Sentence, Span
from summarise.errors import ArticleError
from summarise.facts import extract
from summarise.facts.inferences import with_speakers
from summarise.facts.parser import load as load_parser
from summarise.settings.model import Settings

_STORIES: WeakValueDictionary[tuple[int, int], Article] = WeakValueDictionary()
"""Articles that an entailment model has read already, by the identity of both."""


def verifier_for(facts: Facts, settings: Settings, own_checks: Sequence[OwnCheck] = ()) -> "Verifier":
    """Return the verifier of an article, with the entailment model where the settings name one.

    Raises ConfigurationError where that model is not there.
    """
    model = model_of(settings)
    judging = VerdictModel(settings.verdict, read=model is not None, sensitivity=settings.sensitivity)
    reader = None if model is None else ClaimReader(facts.article, model)
    return Verifier(SourceIndex(facts, reader, own_checks, judging))


def story_of(article: Article, settings: Settings) -> Article:
    """Return an article without the sentences that look like instructions to an AI, or with them, as the settings say.

    The entailment model reads again what the words leave in doubt. ArticleError if nothing else is in the article;
    ConfigurationError if the entailment model is missing.
    """
    model = _load_models(settings)
    if settings.keep_addressed:
        return with_addressed(article)
    if model is not None and model.tells_addressed and _STORIES.get((id(article), id(model))) is not article:
        article = read_again(article, model.addressed)
        _STORIES[id(article), id(model)] = article
    if not article.sentences and (ignored := ignored_line(article.text, article.addressed)):
        raise ArticleError(f"{ignored}; nothing else is in the article. Keep it with --keep-addressed")
    return article


def _load_models(settings: Settings) -> EntailmentModel | None:
    """Load the parser and the entailment model side by side. Returns the entailment model, as `model_of` does."""
    if settings.entailment == "off":
        return None
    with ThreadPoolExecutor(max_workers=1) as pool:
        entailment = pool.submit(model_of, settings)
        load_parser()
        return entailment.result()


def facts_for(article: Article, settings: Settings) -> Facts:
    """Return the facts of an article's story."""
    return extract(story_of(article, settings))


@dataclass(frozen=True)
class Verifier:
    """Checks texts against one article: a text goes in, its sentences come out, each with its verdict and evidence.

    All that a run knows of checking. `index` is the article as the checks see it.
    """

    index: SourceIndex

    @property
    def facts(self) -> Facts:
        """The facts of the article."""
        return self.index.facts

    @property
    def checker(self) -> str:
        """What judges: the verdict's parameters and the entailment model."""
        return self.index.checker

    @property
    def own_checks(self) -> tuple[str, ...]:
        """The names of the user's own checks."""
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

        `first` is the place of the first sentence among the model's, `cited` what the model says they rest on,
        `before` the sentence that stands before them.
        """
        results = []
        claims = list(claims_of(text, self.index, before=before))
        for place, (claim, checked) in enumerate(
            zip(claims, check_claims(claims, self.index, origin=origin), strict=True)
        ):
            if origin != "given":
                whose = origin_of(checked.text, checked.evidence) if origin == "model" else origin
                rewording = rewording_of(checked.text, checked.evidence)
                checked = checked.model_copy(update={"origin": whose, "rewording": rewording})
            results.append(Candidate(checked, claim.facts, None if first is None else first + place, cited=cited))
        return results

    def omitted(self, key_facts: Sequence[KeyFact], shown: Sequence[Candidate]) -> tuple[KeyFact, ...]:
        """Return the key facts that a summary leaves out, whose sentences are `shown`.

        A sentence that the article contradicts states none.
        """
        # Its place stays empty: those beside it are no neighbours.
        texts = ["" if one.sentence.verdict == "contradicted" else one.sentence.text for one in shown]
        return omitted(key_facts, texts, self.index.reader.entailed_by if self.index.reader else None)

    def sentence_at(self, place: Span) -> int:
        """Return which sentence of the article a place begins in, by its index."""
        return self.index.source_of(place).index


def claims_of(text: str, source_index: SourceIndex, *, before: str = "") -> Iterator[Claim]:
    """Split a text into sentences and read each into facts, as those of an article are; yield the claims in order.

    `before` is the sentence that stands before them. ArticleError where there is nothing to check. A fact that runs
    on behind its sentence is cut there; a quotation has a part in each of its sentences.
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
    """Return the part of a fact that stands in a sentence, with offsets into it; its value stays that of the whole."""
    start, end = max(fact.start, sentence.start), min(fact.end, sentence.end)
    text = fact.text[start - fact.start : end - fact.start]
    place = {"sentence": index, "start": start - sentence.start, "end": end - sentence.start}
    return fact.model_copy(update={**place, "text": text})
