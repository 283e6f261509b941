"""Select evidence for claims, score the claims with the entailment model, and find sentences that answer a question.

Evidence is selected by greedy maximal coverage (Takamura and Okumura 2009, "Text Summarization Model based on Maximum
Coverage Problem"). Before scoring, values in a claim are written as in the article. A claim that starts with a pronoun
is read together with the previous claim. A claim with a low score is read again, with more evidence.

To find answers, the model reads windows of sentences together with the question. A sentence gets the log-sum-exp of its
tokens' log odds of being part of an answer.
"""

import math
import re
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from functools import cache
from heapq import heappop, heappush
from pathlib import Path
from textwrap import wrap
from typing import NamedTuple

from summarise.article.boilerplate import datelines
from summarise.checks import dates
from summarise.checks.amounts import ratio_verb
from summarise.checks.entailment.model import EntailmentModel, Pair, Score, WordScore
from summarise.checks.source_index import Claim, SourceIndex
from summarise.checks.words import Word, words_of
from summarise.data import Article, Date, Evidence, Fact, Figure
from summarise.errors import ConfigurationError
from summarise.facts.numbers import TEENS, UNITS
from summarise.settings.model import Settings

# Maximum words of a window, and characters of a part of a long sentence.
WINDOW_WORDS, PART = 90, 450
# Maximum words of evidence for a short claim.
BUDGET = 80
# Maximum words of evidence for each word of a longer claim.
FOR_EACH_WORD = 3
# Factor on the weight of a word for each chosen sentence that contains the word.
SEEN_AGAIN = 0.5
# Factor on the weight of names and figures.
CAPITAL = 2.0
# The score of a sentence is divided by its length to this power.
LENGTH = 0.35
# Minimum score of a chosen sentence, relative to the first chosen one.
ENOUGH = 0.3
PRONOUNS = frozenset("he she it they his her their its him them this these those".split())
NUMBERS = {word: str(value) for word, value in (UNITS | TEENS | {"twenty": 20}).items() if value}
# Number of first words among which a pronoun refers to the previous sentence.
OPENING_WORDS = 3


class EvidenceIndex:
    """The sentences of an article, indexed by word."""

    def __init__(self, sentences: Sequence[str]) -> None:
        words = [words_of(sentence) for sentence in sentences]
        self.sentences = sentences
        self._lengths = [max(1, len(sentence.split())) for sentence in sentences]
        self._opens_with_pronoun = [opens_with_pronoun(sentence) for sentence in words]
        self._keys = [frozenset(_key(word) for word in sentence if word.content) for sentence in words]
        self._sentences_with: dict[str, list[int]] = defaultdict(list)
        for index, keys in enumerate(self._keys):
            for key in keys:
                self._sentences_with[key].append(index)

    def pair(self, claim: str, before: str = "", budget: int | None = None) -> Pair:
        """Pair a claim with its evidence and, if the claim starts with a pronoun, with the previous claim, `before`.

        `budget` is in words (None: by the claim's length).
        """
        context = before if opens_with_pronoun(words_of(claim)) else ""
        found = self.find(claim, before=context, budget=budget_for(claim) if budget is None else budget)
        return Pair(" ".join(self.sentences[index] for index in found), claim, context)

    def find(self, claim: str, *, before: str = "", budget: int = BUDGET) -> tuple[int, ...]:
        """Return the indexes, ascending, of the sentences that are evidence for a claim.

        Words of the previous claim, `before`, count half. `budget`: the maximum number of words, but one sentence is
        always chosen. The rest of the budget is filled with adjacent sentences, then from the start of the article.
        Lazy greedy: Minoux 1978, "Accelerated greedy algorithms for maximizing submodular set functions".
        """
        chosen: list[int] = []
        left = budget

        def take(index: int) -> bool:
            nonlocal left
            if not 0 <= index < len(self._lengths) or index in chosen or (chosen and self._lengths[index] > left):
                return False
            chosen.append(index)
            left -= self._lengths[index]
            return True

        weights = self._weights(claim, before)
        # A sorted list is a heap.
        candidates = {index for key in weights for index in self._sentences_with[key]}
        waiting = sorted((-self._gain(index, weights), index) for index in candidates)
        least = 0.0
        while waiting:
            _, index = heappop(waiting)
            gain = self._gain(index, weights)
            if waiting and (-gain, index) > waiting[0]:
                heappush(waiting, (-gain, index))
                continue
            if gain < least:
                break
            least = least or ENOUGH * gain
            if not take(index):
                continue
            if self._opens_with_pronoun[index]:
                take(index - 1)
            for key in self._keys[index] & weights.keys():
                weights[key] *= SEEN_AGAIN
        for index in [*chosen]:
            take(index - 1)
            take(index + 1)
        for index in range(len(self._lengths)):
            if not take(index) and index not in chosen:
                break
        return tuple(sorted(chosen))

    def _gain(self, index: int, weights: Mapping[str, float]) -> float:
        added: float = sum(weights[key] for key in sorted(self._keys[index] & weights.keys()))
        return added / math.pow(self._lengths[index], LENGTH)

    def _weights(self, claim: str, before: str) -> dict[str, float]:
        weights: dict[str, float] = {}
        for text, share in ((before, 0.5), (claim, 1.0)):
            for word in words_of(text):
                key = _key(word)
                if word.content and key in self._sentences_with:
                    rarity = math.log((len(self._lengths) + 1) / (len(self._sentences_with[key]) + 0.5))
                    marked = text[word.start].isupper() or text[word.start].isdigit()
                    weights[key] = max(weights.get(key, 0.0), share * rarity * (CAPITAL if marked else 1.0))
        return weights


def budget_for(claim: str) -> int:
    """Return the maximum number of words of evidence for a claim."""
    return max(BUDGET, FOR_EACH_WORD * len(claim.split()))


def opens_with_pronoun(words: Sequence[Word]) -> bool:
    """Return whether one of the first three words of a sentence is a pronoun."""
    return any(word.folded in PRONOUNS for word in words[:OPENING_WORDS])


def _key(word: Word) -> str:
    return NUMBERS.get(word.folded, word.stem)


# Combined log odds below which a claim is read again.
UNSURE_BELOW = 0.0
# Words of evidence in the second reading by a model of FULL_TOKENS tokens; fewer for a smaller model.
WIDER, FULL_TOKENS = 280, 512
# Maximum words of evidence if the evidence is a summary.
WHOLE_SUMMARY = 250


class Window(NamedTuple):
    """Indexes of sentences to read together, `start` to `end` (exclusive). Those before `first` are not scored."""

    start: int
    first: int
    end: int


class ClaimReader:
    """Scores claims against the sentences of one article with the entailment model."""

    def __init__(self, article: Article, model: EntailmentModel) -> None:
        dateline_before = datelines(article)
        self._index = EvidenceIndex(
            [
                f"{dateline_before.get(sentence.start, '')} {premise_of(article.evidence(sentence))}".lstrip()
                for sentence in article.sentences
            ]
        )
        self.model = model

    def entailed_by(self, sentences: Sequence[str], claims: Sequence[str]) -> list[float]:
        """Return for each claim the probability that the given sentences, not the article's, entail it."""
        return entailed_by(self.model, sentences, claims)

    def entailed_by_others(self, sentences: Sequence[str]) -> list[float]:
        """Return for each of the sentences the probability that the others entail it."""
        pairs = []
        for place, sentence in enumerate(sentences):
            others = [*sentences[:place], *sentences[place + 1 :]]
            pairs.append(EvidenceIndex(others).pair(sentence, budget=WHOLE_SUMMARY))
        return [score.entailed for score in self.model.score(pairs)]

    def read(self, claims: Sequence[tuple[str, str]]) -> list[Score]:
        """Score (claim, previous claim) pairs against the article's sentences."""
        return _scores(self.model, self._index, claims)

    def read_beside(self, claims: Sequence[tuple[str, str]], texts: Sequence[Sequence[str]]) -> list[list[float]]:
        """Return for each claim the probabilities that its evidence entails other texts, `texts[i]` for `claims[i]`.

        `claims`: (claim, previous claim) pairs, as in `read`.
        """
        pairs = [self._index.pair(*claim) for claim in claims]
        beside = [replace(pair, claim=text) for pair, own in zip(pairs, texts, strict=True) for text in own]
        scores = iter(self.model.score(beside))
        return [[next(scores).entailed for _ in own] for own in texts]


# Pronouns of a speaker's first person, and the third person that replaces them.
_THIRD_PERSON = tuple(
    (re.compile(rf"\b(?:{first})\b"), third)
    for first, third in (
        ("I['’]m|I am", "{} is"), ("I['’]ve|I have", "{} has"), ("I['’]ll", "{} will"), ("I['’]d", "{} would"),
        ("I don['’]t", "{} doesn't"), ("I do", "{} does"), ("I|me|myself", "{}"), ("[Mm]y", "{}'s"),
    )
)  # fmt: skip


def premise_of(evidence: Evidence) -> str:
    """Return evidence as a premise for the model; a speaker's words are put in the third person, after the name."""
    speaker, text = evidence.speaker, evidence.text
    if not speaker:
        return text
    for first, third in _THIRD_PERSON:
        text = first.sub(lambda _, third=third: third.format(speaker), text)  # type: ignore[misc]
    return f"{speaker} said: {text}"


def pairs_of(
    sentences: Sequence[str], claims: Sequence[str], *, budget: int | None = None, index: EvidenceIndex | None = None
) -> list[Pair]:
    """Pair the claims of one summary with their evidence.

    `budget` is in words (None: by the claim's length); `index` is an existing index of `sentences`.
    """
    index = index or EvidenceIndex(sentences)
    return [index.pair(claim, before, budget) for claim, before in zip(claims, ("", *claims), strict=False)]


def score_claims(
    model: EntailmentModel, sentences: Sequence[str], claims: Sequence[str], *, index: EvidenceIndex | None = None
) -> list[Score]:
    """Score the claims of one summary against sentences."""
    return _scores(model, index or EvidenceIndex(sentences), list(zip(claims, ("", *claims), strict=False)))


def _scores(model: EntailmentModel, index: EvidenceIndex, claims: Sequence[tuple[str, str]]) -> list[Score]:
    """Score claims. A claim with a low score is scored again with more evidence, and gets the mean of both scores."""
    pairs = [index.pair(*claim) for claim in claims]
    scores = model.score(pairs)
    wider: dict[int, Pair] = {}
    most = min(WIDER, WIDER * model.max_tokens // FULL_TOKENS)
    for place, (claim, before) in enumerate(claims):
        if scores[place].combined_log_odds < UNSURE_BELOW:
            pair = index.pair(claim, before, max(most, budget_for(claim)))
            # In a short article, the first pair already has all sentences.
            if pair != pairs[place]:
                wider[place] = pair
    for place, again in zip(wider, model.score(list(wider.values())), strict=True):
        scores[place] = scores[place].mean_with(again)
    return scores


def entailed_by(model: EntailmentModel, sentences: Sequence[str], claims: Sequence[str]) -> list[float]:
    """Return for each claim the probability that the sentences entail it."""
    index = EvidenceIndex(sentences)
    pairs = [index.pair(claim, budget=WHOLE_SUMMARY) for claim in claims]
    return [score.entailed for score in model.score(pairs)]


def model_of(settings: Settings) -> EntailmentModel | None:
    """Return the entailment model that the settings name, or None if it is off.

    Raises ConfigurationError if it cannot be loaded.
    """
    if settings.entailment == "off":
        return None
    try:
        return loaded(folder_of(settings), settings.entailment_threads)
    except ConfigurationError as error:
        # Trying another summary model would not help.
        error.of_judge = True
        raise


def folder_of(settings: Settings) -> Path | None:
    """Return the folder of the model that the settings name, or None for the built-in model."""
    return settings.entailment if isinstance(settings.entailment, Path) else None


@cache
def loaded(folder: Path | None, threads: int = 0) -> EntailmentModel:
    """Load a model once per process (folder None: built-in; threads 0: all cores)."""
    return EntailmentModel.load(folder, threads=threads)


RISE = re.compile(
    r"\b(?:rose|risen|increased|grew|grown|climbed|jumped|gone up|went up|fell|fallen|dropped|decreased|gone down)"
    r" (?:by )?(?:exactly )?$"
)


class Replaced(NamedTuple):
    """A replaced span of the claim, and the span of the replacement in the text that the model reads."""

    start: int
    end: int
    read_start: int
    read_end: int


def scores_of(claims: Sequence[Claim], source_index: SourceIndex) -> list[Score | None]:
    """Score claims with the entailment model, after replacing their values by `in_article_form`.

    All scores are None without a model.
    """
    if source_index.reader is None:
        return [None] * len(claims)
    reworded = [in_article_form(claim, source_index) for claim in claims]
    scores = source_index.reader.read([(text, claim.before) for (text, _), claim in zip(reworded, claims, strict=True)])
    return [_in_claim(score, replaced) for score, (_, replaced) in zip(scores, reworded, strict=True)]


def in_article_form(claim: Claim, source_index: SourceIndex) -> tuple[str, list[Replaced]]:
    """Return a claim with values as written in the article ("seven days" for "a week"), and the replaced spans."""
    text, position, places = "", 0, []
    for fact in sorted(claim.facts, key=lambda fact: fact.start):
        start, form = fact.start, _article_form(fact, source_index)
        if form is None and (rise := RISE.search(claim.text, 0, fact.start)) and isinstance(fact, Figure):
            start, form = rise.start(), _verb(fact, source_index)
        if form is not None and start >= position:
            text += claim.text[position:start]
            places.append(Replaced(start, fact.end, len(text), len(text) + len(form)))
            text, position = text + form, fact.end
    return text + claim.text[position:], places


def _article_form(fact: Fact, source_index: SourceIndex) -> str | None:
    key = _value_of(fact)
    if key is None:
        return None
    others = source_index.facts.once(dates.ArticleDates).in_text if isinstance(fact, Date) else source_index.amounts
    same = [other.text for other in others if _value_of(other) == key]
    written_so = fact.text.casefold() in map(str.casefold, same)
    return same[0] if same and not written_so else None


def _value_of(fact: Fact) -> tuple[object, ...] | None:
    """Return the value of a duration or percentage, equal for all spellings of it; None for other facts."""
    if isinstance(fact, Date) and fact.value.startswith("duration:") and (lengths := dates.lengths(fact)) is not None:
        return (lengths, fact.qualifier, fact.value.partition("/")[2])
    if isinstance(fact, Figure) and fact.unit == "per cent" and fact.upper is None:
        return (fact.amount, fact.qualifier)
    return None


def _verb(fact: Figure, source_index: SourceIndex) -> str | None:
    verb = ratio_verb(fact)
    found = verb and next(filter(None, (verb.search(source.evidence.text) for source in source_index.sources)), None)
    return found[0] if found else None


def _in_claim(score: Score, places: Sequence[Replaced]) -> Score:
    """Map the words of a score to the claim as written. The words of a replacement become one, the replaced span."""
    words: list[WordScore] = []
    for word in score.words:
        last = next((place for place in reversed(places) if place.read_start <= word.start), Replaced(0, 0, 0, 0))
        if word.start >= last.read_end:
            shift = last.end - last.read_end
            words.append(replace(word, start=word.start + shift, end=word.end + shift))
        elif words and words[-1].start == last.start:
            words[-1] = replace(words[-1], unsupported=max(words[-1].unsupported, word.unsupported))
        else:
            words.append(replace(word, start=last.start, end=last.end))
    return replace(score, words=tuple(words))


def windows(sentences: Sequence[str], *, breaks: Container[int] = ()) -> list[Window]:
    """Divide sentences into windows of up to `WINDOW_WORDS` words, or of one longer sentence.

    `breaks`: indexes at which a window must begin. Other windows repeat the previous one's last sentence as context.
    """
    lengths = [len(sentence.split()) for sentence in sentences]
    found: list[Window] = []
    first = 0
    while first < len(sentences):
        start = first if first in breaks else max(0, first - 1)
        words = sum(lengths[start:first])
        end = first
        while end < len(sentences) and (end == first or (end not in breaks and words + lengths[end] <= WINDOW_WORDS)):
            words += lengths[end]
            end += 1
        found.append(Window(start, first, end))
        first = end
    return found


def window_text(sentences: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """Join the sentences of a window; returns the text and the span of each sentence."""
    spans, start = [], 0
    for sentence in sentences:
        spans.append((start, start + len(sentence)))
        start += len(sentence) + 1
    return " ".join(sentences), spans


def parts_of(sentences: Sequence[str]) -> tuple[list[str], list[int]]:
    """Cut sentences into parts of up to `PART` characters. Returns the parts and the index of each part's sentence."""
    parts = [(part, index) for index, sentence in enumerate(sentences) for part in wrap(sentence, PART)]
    return [part for part, _ in parts], [index for _, index in parts]


def answer_log_odds(
    model: EntailmentModel, question: str, sentences: Sequence[str], chosen: Sequence[Window]
) -> dict[int, float]:
    """Return for each sentence of the chosen windows, by index, the log odds that it answers a question."""
    texts = [window_text(sentences[start:end]) for start, _, end in chosen]
    read = model.answer_tokens([text for text, _ in texts], question)
    log_odds: dict[int, float] = {}
    for (start, first, end), (_, spans), tokens in zip(chosen, texts, read, strict=True):
        for index in range(first, end):
            low, high = spans[index - start]
            log_odds[index] = _log_sum_exp([logit for at, logit in tokens if low <= at < high])
    return log_odds


def _log_sum_exp(values: Sequence[float]) -> float:
    highest = max(values, default=-math.inf)
    if math.isinf(highest):
        return highest
    return highest + math.log(sum(math.exp(value - highest) for value in values))
