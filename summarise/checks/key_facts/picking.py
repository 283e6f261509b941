"""Pick an article's key facts: the statements that matter most, none told twice.

Knows an article's statements and its single facts (names, amounts, dates). The numbers are set by hand, by reading what
comes of them (benchmarks/readings).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import exp, log1p
from statistics import fmean

from summarise.checks.key_facts.matching import content_stems
from summarise.checks.languages import READ, languages_in
from summarise.data import Date, Facts, Figure, KeyFact, Money, Name, Statement
from summarise.facts.salience import fitness, telling_words, worth
from summarise.facts.statements import statements

FEWEST, MOST, WORDS_PER_FACT = 3, 8, 100
"""How many key facts an article has at most, and one for so many words."""
NEW, NEWNESS = 0.4, 0.5
"""The share of a statement's words that must stand in no key fact yet, and the power to which it counts."""
TOP, LEAST = 3, 0.4
"""The weight, beside the mean of so many that are picked first, below which a further statement is not key."""
LEAD, STRETCH, LATE = 6.0, 20.0, 0.3
"""After how many sentences news has told what matters (more in a long article), and what the last ones still count."""
SPREAD = 0.75
"""Power to which weights are taken: below 1, what comes later counts more beside the very first."""
OPENING = 1.2
"""What the first sentence of the body counts beside others: news begins with what matters most."""
COMES_NEXT, COMES_NEXT_DATED = 0.3, 0.5
"""What a statement of what comes next counts at least, and one with a date: news puts these last."""
DENIED = 0.35
"""What a denial counts at least: the other side, which news puts late."""
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
    """Return the article's key facts, most important first, each with its weight beside the first.

    At most `most`, by default one for 100 words, from three to eight; none where no sentence of the body states
    anything, or the article is in a language that statements are not read in. Greedy: each next one is the one that
    weighs most, less what it has in common with those that are picked (Carbonell and Goldstein 1998, "The use of MMR").
    Linear in the length of the article.
    """
    if languages_in(facts).main != READ:
        return ()
    limit = most_of(facts.article.words) if most is None else most
    free = [(weight, content_stems(one.text), one) for weight, one in _weighed(facts) if weight > 0.0]
    picked: list[tuple[float, Statement]] = []
    known: frozenset[str] = frozenset()
    while len(picked) < limit:
        # What has little that is new is told already, and never gains by what else is picked.
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


def most_of(words: int) -> int:
    """Return how many key facts an article of so many words has at most."""
    return min(MOST, max(FEWEST, round(words / WORDS_PER_FACT)))


def _weighed(facts: Facts) -> Iterator[tuple[float, Statement]]:
    """Yield the statements of the article's body with what each weighs."""
    article = facts.article
    sentences = _sentence_weights(facts)
    headline = telling_words(" ".join(article.quote(one) for one in article.sentences if one.role == "headline"))
    told = _Told(facts)
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
            yield _weight(statement, weight, told), statement


def _weight(statement: Statement, weight: float, told: "_Told") -> float:
    text, facts = statement.text, told.within(statement)
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
    # One mark alone: the statement begins or ends inside a quotation.
    quoted = 1.0 if text.count('"') % 2 else sum(map(len, _QUOTED.findall(text))) / len(text)
    weight *= 1 - 0.7 * min(1.0, 1.5 * quoted)
    weight *= 1 + 0.15 * min(3, sum(isinstance(one, Figure | Money) for one in facts))
    weight *= 0.8 + 0.5 * max((told.recurs(one.value) for one in facts if isinstance(one, Name)), default=0.0)
    return float(weight**SPREAD)


def _sentence_weights(facts: Facts) -> list[float]:
    """Return what each sentence weighs, 1 at most: its part in the story and its place."""
    article = facts.article
    texts = [article.quote(sentence) for sentence in article.sentences]
    reach = LEAD + len(texts) / STRETCH
    raw = [
        value / fitness(text) * (LATE + (1 - LATE) * exp(-index / reach))
        for index, (value, text) in enumerate(zip(worth(texts), texts, strict=True))
    ]
    most = max((raw[index] for index, one in enumerate(article.sentences) if one.role == "body"), default=0.0) or 1.0
    return [min(1.0, value / most) for value in raw]


class _Told:
    """The single facts of an article by sentence, and how often each name recurs."""

    def __init__(self, facts: Facts) -> None:
        self._facts: dict[int, list[Name | Figure | Money | Date]] = defaultdict(list)
        for fact in facts.facts:
            if isinstance(fact, Name | Figure | Money | Date):
                self._facts[fact.sentence].append(fact)
        # A name thrice in one sentence is one mention.
        mentions = {(one.sentence, one.value) for some in self._facts.values() for one in some if isinstance(one, Name)}
        self._mentions = Counter(value for _, value in mentions)
        self._most = max(self._mentions.values(), default=1)

    def within(self, statement: Statement) -> Sequence[Name | Figure | Money | Date]:
        """Return the facts that stand in a statement's words."""
        found = self._facts[statement.sentence]
        return [fact for fact in found if any(piece.contains(fact) for piece in statement.pieces)]

    def recurs(self, bearer: str) -> float:
        """Return how often a bearer is named, beside the one who is named oftenest."""
        return log1p(self._mentions[bearer]) / log1p(self._most)
