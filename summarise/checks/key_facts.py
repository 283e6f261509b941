"""Rank an article's key facts (the statements that a summary should contain), and find those that a summary omits."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from math import exp, log1p
from statistics import fmean

from summarise.article.sources import facts_within
from summarise.checks.entailment.model import log_odds
from summarise.checks.kinds import REPLACEABLE
from summarise.checks.languages import READ, languages_in
from summarise.checks.words import content_stems
from summarise.data import Date, Fact, Facts, KeyFact, Name, Quantity, Statement
from summarise.facts.salience import fitness, relevance_of, statements, telling_words, worth

# Minimum coverage (share of a key fact's content words in the summary) to count as stated without the model.
CERTAIN = 0.8
# The same if there is no model.
ENOUGH = 0.4
# Below CERTAIN, it counts as stated if the model's log odds + WORDS * coverage >= THRESHOLD.
WORDS, THRESHOLD = 10.7, 0.3
# Called with sentences and claims; returns the probability that the sentences entail each claim.
Reader = Callable[[Sequence[str], Sequence[str]], Sequence[float]]


def stated(statements: Sequence[str], summary: Sequence[str], reader: Reader | None = None) -> list[bool]:
    """Return for each statement whether the sentences of a summary state it.

    A coverage of at least `CERTAIN` is sufficient. Below that, the coverage and the probability from `reader` decide,
    or, without a `reader`, a coverage of at least `ENOUGH`.
    """
    covered = coverages(statements, summary)
    sentences = [text for text in summary if text]
    if reader is None or not sentences:
        return [share >= ENOUGH for share in covered]
    found = [share >= CERTAIN for share in covered]
    unsure = [index for index, is_certain in enumerate(found) if not is_certain]
    scores = reader(sentences, [statements[index] for index in unsure]) if unsure else []
    for index, score in zip(unsure, scores, strict=True):
        found[index] = log_odds(score) + WORDS * covered[index] >= THRESHOLD
    return found


def coverages(statements: Iterable[str], summary: Iterable[str]) -> list[float]:
    """Return for each statement the highest share of its content words in two adjacent sentences of the summary."""
    stems = [content_stems(sentence) for sentence in summary]
    windows = [first | second for first, second in pairwise(stems)] or stems
    found = []
    for statement in statements:
        wanted = content_stems(statement)
        found.append(max((len(wanted & window) / max(1, len(wanted)) for window in windows), default=0.0))
    return found


# Minimum and maximum number of key facts, and words of the article for each.
FEWEST, MOST, WORDS_PER_FACT = 3, 8, 100
# Minimum share of a key fact's words that no key fact before it has, and the exponent of this share in the weight.
NEW, NEWNESS = 0.4, 0.5
# Minimum weight of each key fact after the first TOP, relative to the mean weight of those.
TOP, LEAST = 3, 0.4
# Position factor: LATE + (1 - LATE) * exp(-index / (LEAD + sentences / STRETCH)).
LEAD, STRETCH, LATE = 6.0, 20.0, 0.3
# Coverage from which another source counts as stating a key fact.
SHARED = 0.6
# Exponent of all weights; below 1, so that light statements count more.
SPREAD = 0.75
# Factor on the weight of the first sentence of the body.
OPENING = 1.2
# Minimum weight of plans and forecasts, without and with a date: news reports put them last.
COMES_NEXT, COMES_NEXT_DATED = 0.3, 0.5
# Minimum weight of a denial: news reports put it late.
DENIED = 0.35
_NEXT = re.compile(
    r"\b(?:will|’ll|'ll|due|set|plan(?:s|ned|ning)?|expect(?:s|ed|ing)?|scheduled|promis(?:es?|ed|ing)|pledg(?:es?|ed)"
    r"|vow(?:s|ed)?|intends?|agreed|forecasts?)\b",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|rejects?|rejected|disputes?|disputed|refutes?|refuted)\b", re.IGNORECASE
)
_QUOTED = re.compile(r"[\"“][^\"“”]*[\"”]")
_POINTS_BACK = re.compile(
    r"\W*(?:(?:but|and|so|yet|or|because)\s+)?"
    r"(?:he|she|they|it|his|her|its|their|this|that|these|those|there|for (?:instance|example))\b",
    re.IGNORECASE,
)
_POINTS_BACK_AT_END = re.compile(r"\b(?:that|this|it|them|so)\W*$", re.IGNORECASE)
_TO_THE_READER = re.compile(r"\b(?:i|my|me|myself|we|you|your)\b", re.IGNORECASE)
_CAPTION = re.compile(r"[^:.,]{3,30}\s?: ")
_FEW_WORDS = 6


def key_facts(facts: Facts, *, most: int | None = None) -> tuple[KeyFact, ...]:
    """Return the article's key facts, most important first, with weights relative to the first.

    `most`: their maximum number, by default one per 100 words, from three to eight. Empty if the article is not
    English. Facts that several sources state weigh more. With a focus, only key facts about it are returned. Greedy
    selection by weight and novelty (Carbonell and Goldstein 1998, "The use of MMR").
    """
    if languages_in(facts).main != READ:
        return ()
    limit = min(MOST, max(FEWEST, round(facts.article.words / WORDS_PER_FACT))) if most is None else most
    weighed = _weighed_by_source(facts) if facts.article.sources else _weighed(facts)
    relevance = relevance_of(facts.article)
    free = [
        (weight * relevance[statement.sentence], content_stems(statement.text), statement)
        for weight, statement in weighed
        if weight * relevance[statement.sentence] > 0.0
    ]
    picked: list[tuple[float, Statement]] = []
    known: frozenset[str] = frozenset()
    while len(picked) < limit:
        # The share of new words never increases, so statements left out here cannot be picked later.
        free = [one for one in free if len(one[1] - known) >= NEW * len(one[1])]
        worth_now = [weight * (len(stems - known) / max(1, len(stems))) ** NEWNESS for weight, stems, _ in free]
        best = max(range(len(free)), key=lambda index: (worth_now[index], -index), default=-1)
        if best < 0 or (len(picked) >= TOP and worth_now[best] < LEAST * fmean(weight for weight, _ in picked[:TOP])):
            break
        _, stems, statement = free.pop(best)
        picked.append((worth_now[best], statement))
        known |= stems
    return tuple(
        KeyFact(**dict(statement), weight=min(1.0, round(weight / picked[0][0], 3))) for weight, statement in picked
    )


def _weighed(facts: Facts) -> Iterator[tuple[float, Statement]]:
    article = facts.article
    sentences = _sentence_weights(facts)
    headline = telling_words(" ".join(article.quote(one) for one in article.sentences if one.role == "headline"))
    known = _ArticleFacts(facts)
    order: Counter[int] = Counter()
    lead = next((index for index, one in enumerate(article.sentences) if one.role == "body"), 0)
    for statement in statements(facts):
        if article.sentences[statement.sentence].role == "body":
            place = order[statement.sentence]
            order[statement.sentence] += 1
            shared = len(telling_words(statement.text) & headline)
            weight = sentences[statement.sentence] * (1 + 0.1 * min(shared, 4)) * 0.93**place
            if statement.sentence == lead:
                weight *= OPENING
            yield _weight(statement, weight, known), statement


def _weighed_by_source(facts: Facts) -> Iterator[tuple[float, Statement]]:
    """Yield (weight, statement): the weight within the source, times the number of sources that state it."""
    ids = [source.id for source in facts.article.sources]
    sources = {name: facts_within(facts, [name]) for name in ids}
    texts = {name: [one.article.quote(s) for s in one.article.body] for name, one in sources.items()}
    index_of = {sentence.start: index for index, sentence in enumerate(facts.article.sentences)}
    for name, source in sources.items():
        weighed = list(_weighed(source))
        shares = [coverages([one.text for _, one in weighed], texts[other]) for other in ids if other != name]
        for place, (weight, statement) in enumerate(weighed):
            stating = 1 + sum(share[place] >= SHARED for share in shares)
            start = source.article.sentences[statement.sentence].start
            yield weight * stating, statement.model_copy(update={"sentence": index_of[start]})


def _weight(statement: Statement, weight: float, known: "_ArticleFacts") -> float:
    text, facts = statement.text, known.within(statement)
    if _NEXT.search(text):
        weight = max(weight, COMES_NEXT_DATED if any(isinstance(one, Date) for one in facts) else COMES_NEXT)
    if _DENIAL.search(text):
        weight = 1.1 * max(weight, DENIED)
    if _POINTS_BACK.match(text) or _POINTS_BACK_AT_END.search(text):
        weight *= 0.75
    if (words := len(text.split())) < _FEW_WORDS:
        weight *= 0.5 if words > 2 else 0.0
    if _TO_THE_READER.search(_QUOTED.sub("", text)) or _CAPTION.match(text):
        weight *= 0.4
    if not facts:
        weight *= 0.7
    # An odd number of marks: the statement begins or ends inside a quotation.
    quoted = 1.0 if text.count('"') % 2 else sum(map(len, _QUOTED.findall(text))) / len(text)
    weight *= 1 - 0.7 * min(1.0, 1.5 * quoted)
    weight *= 1 + 0.15 * min(3, sum(isinstance(one, Quantity) for one in facts))
    weight *= 0.8 + 0.5 * max((known.frequency(one.value) for one in facts if isinstance(one, Name)), default=0.0)
    return float(weight**SPREAD)


def _sentence_weights(facts: Facts) -> list[float]:
    article = facts.article
    texts = [article.quote(sentence) for sentence in article.sentences]
    reach = LEAD + len(texts) / STRETCH
    raw = [
        value / fitness(text) * (LATE + (1 - LATE) * exp(-index / reach))
        for index, (value, text) in enumerate(zip(worth(texts), texts, strict=True))
    ]
    most = max((raw[index] for index, one in enumerate(article.sentences) if one.role == "body"), default=0.0) or 1.0
    return [min(1.0, value / most) for value in raw]


class _ArticleFacts:
    def __init__(self, facts: Facts) -> None:
        self._facts: dict[int, list[Fact]] = defaultdict(list)
        for fact in facts.facts:
            if fact.kind in REPLACEABLE:
                self._facts[fact.sentence].append(fact)
        # Repetitions within a sentence are one mention.
        mentions = {(one.sentence, one.value) for some in self._facts.values() for one in some if isinstance(one, Name)}
        self._mentions = Counter(value for _, value in mentions)
        self._most = max(self._mentions.values(), default=1)

    def within(self, statement: Statement) -> Sequence[Fact]:
        found = self._facts[statement.sentence]
        return [fact for fact in found if any(piece.contains(fact) for piece in statement.pieces)]

    def frequency(self, name: str) -> float:
        return log1p(self._mentions[name]) / log1p(self._most)


def omitted(ranked: Sequence[KeyFact], summary: Sequence[str], reader: Reader | None = None) -> tuple[KeyFact, ...]:
    """Return the key facts that the sentences of a summary do not state."""
    is_stated = stated([key.text for key in ranked], summary, reader)
    return tuple(key for key, found in zip(ranked, is_stated, strict=True) if not found)
