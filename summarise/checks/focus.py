"""Measure the relevance of sentences to a question or topic, the focus, and whether an article answers it.

The answer head of the entailment model reads question and article together; of a long article, only the windows of
sentences with the best BM25 scores over stems (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework").
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest

from summarise.checks.entailment import EntailmentModel
from summarise.checks.entailment.reader import Window, answer_log_odds, parts_of, windows
from summarise.checks.languages import READ, languages_in
from summarise.checks.source_index import SourceIndex, SourceSentence
from summarise.checks.words import Word, words_of
from summarise.data import Article, Evidence
from summarise.data.article import Focus
from summarise.errors import NotAnsweredError, UsageError

MOST_CHARACTERS = 500


def parse_focus(text: str) -> str:
    """Return a question or topic on one line.

    Raises UsageError if it has over 500 characters, control characters or no content word.
    """
    line = " ".join(text.split())
    if len(line) > MOST_CHARACTERS:
        raise UsageError(f"the focus has {len(line):,} characters: give a question or topic of up to {MOST_CHARACTERS}")
    if not line.isprintable():
        raise UsageError("the focus has control characters: give a question or a topic as plain text")
    if not any(word.content for word in words_of(line)):
        raise UsageError("the focus says nothing to look for: give a question or a topic")
    return line


# Words of questions that an answer need not have.
_ASKING = frozenset("many long old say said tell told give happen happens happened".split())
# Parameters of BM25, and the share of a sentence's score that its neighbours get.
_SATURATION, _LENGTH, _NEAR = 1.2, 0.6, 0.3
# Maximum windows of sentences that the entailment model reads, best BM25 scores first.
_WINDOWS = 64
# Log odds below the best sentence at which relevance is 1/e; minimum relevance.
_DECAY, _SHARE = 2.0, 0.35
# An article answers the focus if its best sentence has at least these log odds; without a model, if a
# sentence has at least this share of the focus's words.
_ANSWERED, _COVERED = 0.7, 0.3
# Margin above that minimum from which a writing model that finds no answer is not believed.
_SURE = 1.8
REPHRASE = "ask in other words, or leave the focus out"


@dataclass(frozen=True)
class Relevance:
    """The relevance of each sentence to a focus, from 0 to 1; `answered` is negative if no sentence answers it."""

    sentences: tuple[float, ...]
    answered: float


def focused(index: SourceIndex, focus: str) -> Article:
    """Return the article with the relevance of its sentences to a focus. Raises NotAnsweredError if none answers it."""
    found = relevance(index, focus)
    if found.answered < 0.0:
        raise NotAnsweredError(f"the article does not answer “{focus}”: {REPHRASE}")
    about = tuple(value if value >= _SHARE else 0.0 for value in found.sentences)
    return index.facts.article.model_copy(update={"focus": Focus(relevance=about, sure=found.answered >= _SURE)})


def relevance(index: SourceIndex, focus: str) -> Relevance:
    """Return the relevance of an article's sentences to a question or topic.

    Only common words count if the article is not English or no model with an answer head is loaded.
    """
    body = [source for source in index.sources if source.sentence.role == "body"]
    rarity = _rarity(index.sources, _terms(focus))
    by_words = _spread(_bm25(index.sources, rarity), body)
    model = _model(index)
    if model is None:
        most = max(by_words, default=0.0) or 1.0
        return Relevance(tuple(value / most for value in by_words), _covered(body, rarity) - _COVERED)
    parts, owners = parts_of([_line(source.evidence) for source in body])

    def best_score(window: Window) -> float:
        return max(by_words[body[owner].index] for owner in owners[window.first : window.end])

    sources = [body[owner].evidence.source for owner in owners]
    breaks = {part for part in range(1, len(parts)) if sources[part] != sources[part - 1]}
    best_windows = sorted(nlargest(_WINDOWS, windows(parts, breaks=breaks), key=best_score))
    log_odds = answer_log_odds(model, focus, parts, best_windows)
    best = max(log_odds.values(), default=-math.inf)
    scores = [0.0] * len(by_words)
    for part, value in log_odds.items() if math.isfinite(best) else ():
        at = body[owners[part]].index
        scores[at] = max(scores[at], math.exp((value - best) / _DECAY))
    return Relevance(tuple(scores), best - _ANSWERED)


def unanswering(index: SourceIndex, focus: str, text: Sequence[str]) -> int | None:
    """Return None if a sentence of `text` answers the focus, else the index of the sentence that is least about it.

    Also None if `text` is empty, the article is not English, or no model with an answer head is loaded.
    """
    model = _model(index)
    if model is None or not text:
        return None
    parts, owners = parts_of(text)
    log_odds = answer_log_odds(model, focus, parts, windows(parts))
    if max(log_odds.values()) >= _ANSWERED:
        return None
    return owners[min(log_odds, key=log_odds.__getitem__)]


def _model(index: SourceIndex) -> EntailmentModel | None:
    model = index.reader and index.reader.model
    return model if model and model.finds_answers and languages_in(index.facts).main == READ else None


def _covered(body: Sequence[SourceSentence], rarity: Mapping[str, float]) -> float:
    """Return the weighted share of the terms in the sentence that contains most of them."""
    total = sum(rarity.values()) or 1.0
    return max((sum(rarity[stem] for stem in rarity.keys() & _stems(source)) / total for source in body), default=0.0)


def _line(evidence: Evidence) -> str:
    line = " ".join(evidence.text.split())
    return f"{evidence.speaker}: {line}" if evidence.speaker else line


def _terms(focus: str) -> frozenset[str]:
    words = [word for word in words_of(focus) if word.content]
    return frozenset(word.stem for word in words if word.folded not in _ASKING) or frozenset(w.stem for w in words)


def _words(source: SourceSentence) -> Sequence[Word]:
    return (*words_of(source.evidence.speaker or ""), *source.words)


def _stems(source: SourceSentence) -> frozenset[str]:
    return frozenset(word.stem for word in _words(source))


def _rarity(sources: Sequence[SourceSentence], terms: Iterable[str]) -> dict[str, float]:
    having = Counter(stem for source in sources for stem in _stems(source))
    return {stem: math.log1p((len(sources) - having[stem] + 0.5) / (having[stem] + 0.5)) for stem in sorted(terms)}


def _bm25(sources: Sequence[SourceSentence], rarity: Mapping[str, float]) -> list[float]:
    counts = [Counter(word.stem for word in _words(source) if word.content) for source in sources]
    mean = sum(map(Counter.total, counts)) / max(1, len(counts)) or 1.0
    return [
        sum(
            weight * count[stem] * (_SATURATION + 1) / (count[stem] + _SATURATION * room)
            for stem, weight in rarity.items()
        )
        for count in counts
        for room in [1 - _LENGTH + _LENGTH * count.total() / mean]
    ]


def _spread(scores: Sequence[float], body: Sequence[SourceSentence]) -> list[float]:
    """Add a share of the better neighbour's score to each body sentence; other sentences get 0."""
    around = [0.0, *scores, 0.0]
    spread = [0.0] * len(scores)
    for source in body:
        place = source.index
        spread[place] = scores[place] + _NEAR * max(around[place], around[place + 2])
    return spread
