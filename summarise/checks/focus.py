"""The focus of a summary: the relevance of sentences to a question or topic, and whether an article answers it.

Sentences are ranked by BM25 over stems (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework"); the
entailment model then reads the best ones. A question is read as the statement that any answer entails: "Who resigned?"
as "Somebody resigned."
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from summarise.checks.entailment.model import log_odds
from summarise.checks.entailment.reader import premise_of
from summarise.checks.languages import READ, languages_in
from summarise.checks.source_index import SourceIndex, SourceSentence
from summarise.checks.words import Word, words_of
from summarise.errors import NotAnsweredError, UsageError
from summarise.facts.parser import read
from summarise.facts.salience import FocusedArticle

MOST_CHARACTERS = 500


def parse_focus(text: str) -> str:
    """Return a question or topic on one line. Raises UsageError if it has no content word, or is too long."""
    line = " ".join(text.split())
    if len(line) > MOST_CHARACTERS:
        raise UsageError(f"the focus has {len(line):,} characters: give a question or topic of up to {MOST_CHARACTERS}")
    if not line.isprintable():
        raise UsageError("the focus has control characters: give a question or a topic as plain text")
    if not any(word.content for word in words_of(line)):
        raise UsageError("the focus says nothing to look for: give a question or a topic")
    return line


_AUXILIARIES = frozenset("did do does is are was were will would has have had can could may might should must".split())
# An interrogative phrase, and its indefinite counterpart in a statement.
_INDEFINITE = tuple(
    (re.compile(phrase, re.IGNORECASE), indefinite)
    for phrase, indefinite in (
        (r"\bhow many$", "a certain number"),
        (r"\bhow many\b", "a certain number of"),
        (r"\bhow much$", "an amount of money"),
        (r"\bhow much\b", "an amount of"),
        (r"\bhow long$", "a certain time"),
        (r"\bhow old$", "a certain age"),
        (r"\bhow often$", "a certain number of times"),
        (r"\bhow (\w+)$", r"\1 to a certain degree"),
        (r"\bhow (\w+)\b", r"a certain \1"),
        (r"\bhow$", "in a certain way"),
        (r"\bwhose\b", "somebody's"),
        (r"\bwhom?\b", "somebody"),
        (r"\b(?:what|which)$", "something"),
        (r"\b(?:what|which)\b", "a certain"),
        (r"\bwhen$", "at a certain time"),
        (r"\bwhere$", "in a certain place"),
        (r"\bwhy$", "for a certain reason"),
    )
)
_INTERROGATIVES = frozenset("who whom whose what which when where why how".split())
# Tags and words between a subject and its verb: "have been offered", "not have to".
_BEFORE = frozenset(("TO", "RB", "be", "been", "being", "have", "had"))
# Auxiliaries are sought among the first words of a question.
_PHRASE = 8


def statement_of(focus: str) -> str | None:
    """Return the statement that any answer to a question entails, or None for a topic."""
    text = focus.rstrip("?!. ")
    tokens = read([text])[0]
    words = [token.text.casefold() for token in tokens]
    # "In which year" asks; "people who died" does not.
    asks = not _INTERROGATIVES.isdisjoint(words[: 2 if tokens and tokens[0].tag == "IN" else 1])
    if not asks and (not words or words[0] not in _AUXILIARIES):
        return None

    def span(first: int, last: int) -> str:
        return text[tokens[first].start : tokens[last - 1].end] if first < last else ""

    count = len(tokens)
    verbs = [index for index, token in enumerate(tokens) if token.tag.startswith("VB")]
    auxiliary = next((index for index, word in enumerate(words[:_PHRASE]) if word in _AUXILIARIES), None)
    if auxiliary is None and words[0] in ("how", "why", "when", "where") and words[1:2] not in (["many"], ["much"]):
        return None
    follows = tokens[auxiliary + 1].tag if auxiliary is not None and auxiliary + 1 < count else ""
    if auxiliary is None or (auxiliary and follows.startswith(("VB", "TO", "RB", "IN"))):
        # The phrase is the subject: "Who resigned", "How many were hurt".
        end = auxiliary if auxiliary is not None else next((index for index in verbs if index), 1)
        parts = [_indefinite(span(0, end)), span(end, count)]
    else:
        head = tokens[auxiliary].head
        verb = head if head > auxiliary + 1 else next((index for index in verbs if index > auxiliary + 1), count)
        while verb < count and verb > auxiliary + 2 and (tokens[verb - 1].tag in _BEFORE or words[verb - 1] in _BEFORE):
            verb -= 1
        # The model reads "The fire start" more reliably than "The fire did start".
        support = "" if words[auxiliary] in ("do", "does", "did") else words[auxiliary]
        parts = [span(auxiliary + 1, verb), support, span(verb, count), _indefinite(span(0, auxiliary))]
    statement = re.sub(r"\bany(?=body\b|one\b|thing\b|\b)", "some", " ".join(filter(None, parts)))
    return f"{statement[:1].upper()}{statement[1:]}."


def _indefinite(phrase: str) -> str:
    phrase = f"{phrase[:1].lower()}{phrase[1:]}"
    for interrogative, indefinite in _INDEFINITE:
        if interrogative.search(phrase):
            return interrogative.sub(indefinite, phrase, count=1)
    return phrase


# Words of questions that an answer need not have.
_ASKING = frozenset("many long old say said tell told give happen happens happened".split())
# Parameters of BM25, and the share of a sentence's score that its neighbours get.
_SATURATION, _LENGTH, _NEAR = 1.2, 0.6, 0.3
# Sentences that the entailment model reads: the best by their words.
_READ = 16
# Weight of the model's probability beside the share of the best BM25 score.
_ENTAILED = 5.0
# Minimum score of a relevant sentence, relative to the best one; more than what a neighbour alone gives.
_SHARE = 0.35
# Weight of the share of a focus that a sentence has, beside the model's log odds; their minimum sum for an answer to a
# question, and for a sentence about a topic.
_COVERED, _ANSWERED, _ABOUT = 5.0, -0.6, -1.5
# Minimum of that share without a model.
_ENOUGH = 0.3
# How far beyond the minimum an answer is so certain that a model which finds none is not believed.
_SURE = 4.0
REPHRASE = "ask otherwise, or leave the focus out"


@dataclass(frozen=True)
class Relevance:
    """The relevance of each sentence to a focus, from 0 to 1; `answered` is negative if none answers it."""

    sentences: tuple[float, ...]
    answered: float


def focused(index: SourceIndex, focus: str) -> FocusedArticle:
    """Return the article with the relevance of its sentences to a focus. Raises NotAnsweredError."""
    found = relevance(index, focus)
    if found.answered < 0.0:
        raise NotAnsweredError(f"the article does not answer “{focus}”: {REPHRASE}")
    about = tuple(value if value >= _SHARE else 0.0 for value in found.sentences)
    article = index.facts.article
    fields = {name: getattr(article, name) for name in type(article).model_fields}
    return FocusedArticle(**fields, relevance=about, sure=found.answered >= _SURE)


def relevance(index: SourceIndex, focus: str) -> Relevance:
    """Rank the sentences of an article by a question or topic.

    By words alone if there is no entailment model or the article is not English.
    """
    body = [source for source in index.sources if source.sentence.role == "body"]
    rarity = _rarity(index.sources, _terms(focus))
    total = sum(rarity.values()) or 1.0
    covered = {source.index: sum(rarity[stem] for stem in rarity.keys() & _stems(source)) / total for source in body}
    scores = _spread(_by_words(index.sources, rarity), body)
    most = max(scores, default=0.0) or 1.0
    scores = [value / most for value in scores]
    if index.reader is None or languages_in(index.facts).main != READ:
        return Relevance(tuple(scores), max(covered.values(), default=0.0) - _ENOUGH)
    best = sorted(body, key=lambda source: -scores[source.index])[:_READ]
    statement = statement_of(focus)
    claim, least = (f"This is about {focus}.", _ABOUT) if statement is None else (statement, _ANSWERED)
    entailed = index.reader.entailments([(premise_of(source.evidence), claim) for source in best])
    answered = -math.inf
    for source, probability in zip(best, entailed, strict=True):
        scores[source.index] += _ENTAILED * probability
        answered = max(answered, log_odds(probability) + _COVERED * covered[source.index] - least)
    most = max(scores, default=0.0) or 1.0
    return Relevance(tuple(value / most for value in scores), answered)


def _terms(focus: str) -> frozenset[str]:
    words = [word for word in words_of(focus) if word.content]
    return frozenset(word.stem for word in words if word.folded not in _ASKING) or frozenset(w.stem for w in words)


def _words(source: SourceSentence) -> Sequence[Word]:
    """Return the words of a sentence, after those of its speaker."""
    return (*words_of(source.evidence.speaker or ""), *source.words)


def _stems(source: SourceSentence) -> frozenset[str]:
    return frozenset(word.stem for word in _words(source))


def _rarity(sources: Sequence[SourceSentence], terms: Iterable[str]) -> dict[str, float]:
    """Return the inverse document frequency of each term."""
    having = Counter(stem for source in sources for stem in _stems(source))
    return {stem: math.log1p((len(sources) - having[stem] + 0.5) / (having[stem] + 0.5)) for stem in sorted(terms)}


def _by_words(sources: Sequence[SourceSentence], rarity: Mapping[str, float]) -> list[float]:
    """Return the BM25 score of each sentence."""
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
    """Return scores that include a share of the better neighbour's; 0 outside the story."""
    around = [0.0, *scores, 0.0]
    spread = [0.0] * len(scores)
    for source in body:
        place = source.index
        spread[place] = scores[place] + _NEAR * max(around[place], around[place + 2])
    return spread
