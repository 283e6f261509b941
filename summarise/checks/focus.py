"""Measure how relevant sentences are to the focus (a question or topic), and decide whether an article answers it.

The answer head of the entailment model reads the question together with windows of sentences: all windows of a short
article, or the best of a long one by BM25 over stems (Robertson and Zaragoza 2009, "The Probabilistic Relevance
Framework").
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest

from summarise.checks.entailment import EntailmentModel
from summarise.checks.entailment.reader import Window, answer_log_odds, parts_of, windows
from summarise.checks.languages import READ, languages_in
from summarise.checks.source_index import SourceIndex, SourceSentence
from summarise.checks.words import Word, content_words, words_of
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
    if not content_words(line):
        raise UsageError("the focus has no word to look for: give a question or a topic")
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
# With this margin above that minimum, there is an answer even if the writing model finds none.
_SURE = 1.8
REPHRASE = "ask in other words, or leave the focus out"


@dataclass(frozen=True)
class Relevance:
    """The relevance of each sentence to a focus, from 0 to 1. `answered`: 0 or more if a sentence answers the focus."""

    sentences: tuple[float, ...]
    answered: float


def focused(index: SourceIndex, focus: str) -> Article:
    """Return the article with the relevance of its sentences to a focus.

    Raises NotAnsweredError if no sentence answers it.
    """
    found = relevance(index, focus)
    if found.answered < 0.0:
        raise NotAnsweredError(f"the article does not answer “{focus}”: {REPHRASE}")
    about = tuple(value if value >= _SHARE else 0.0 for value in found.sentences)
    return index.facts.article.model_copy(update={"focus": Focus(relevance=about, sure=found.answered >= _SURE)})


def relevance(index: SourceIndex, focus: str) -> Relevance:
    """Return the relevance of an article's sentences to a focus.

    Only shared words count if the article is not English or no model with an answer head is loaded.
    """
    body = [source for source in index.sources if source.sentence.role == "body"]
    words = [(*words_of(source.evidence.speaker or ""), *source.words) for source in index.sources]
    rarity = _rarity(words, focus)
    by_words = _spread(_bm25(words, rarity), body)
    model = _model(index)
    if model is None:
        most, total = max(by_words, default=0.0) or 1.0, sum(rarity.values()) or 1.0
        # The weighted share of the focus's words in the sentence that contains most of them.
        stems = ({word.stem for word in words[source.index]} for source in body)
        covered = max((sum(rarity[stem] for stem in rarity.keys() & own) / total for own in stems), default=0.0)
        return Relevance(tuple(value / most for value in by_words), covered - _COVERED)
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
    """Return None if a sentence of `text` answers the focus, else the index of the least relevant sentence.

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


def _line(evidence: Evidence) -> str:
    line = " ".join(evidence.text.split())
    return f"{evidence.speaker}: {line}" if evidence.speaker else line


def _rarity(sentences: Sequence[Sequence[Word]], focus: str) -> dict[str, float]:
    words = content_words(focus)
    terms = {word.stem for word in words if word.folded not in _ASKING} or {word.stem for word in words}
    having = Counter(stem for sentence in sentences for stem in {word.stem for word in sentence})
    return {stem: math.log1p((len(sentences) - having[stem] + 0.5) / (having[stem] + 0.5)) for stem in sorted(terms)}


def _bm25(sentences: Sequence[Sequence[Word]], rarity: Mapping[str, float]) -> list[float]:
    counts = [Counter(word.stem for word in sentence if word.content) for sentence in sentences]
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
    around = [0.0, *scores, 0.0]
    spread = [0.0] * len(scores)
    for source in body:
        place = source.index
        spread[place] = scores[place] + _NEAR * max(around[place], around[place + 2])
    return spread
