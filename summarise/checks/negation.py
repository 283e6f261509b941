"""Check whether a claim denies a statement of the article, or states something that the article denies.

It is an error if a clause of the claim and one of the article have the same words, but numbers of negations that differ
by an odd number.
"""

import re
from collections.abc import Iterable, Sequence

from summarise.checks.source_index import Alignment, Claim, SourceIndex, Unit
from summarise.checks.words import Word
from summarise.data import Finding, Span
from summarise.facts.lexicon import BASES

NEGATIONS = frozenset(
    """
    not no never nobody nothing none nor neither cannot without hardly unable refuse refuses refused deny denies
    denied fail fails failed failing refusing
    """.split()
)
# Minimum coverage of a claim by a sentence that makes the same statement.
RETOLD = 0.7
ASIDE = re.compile(r",[^,.;:]{2,40} (?:said|says|added|told \w+),")
# Separators of clauses; a clause of time, reason or condition is not separated.
APART = re.compile(r",(?!\d)|[;:—–()“”\"]|\b(?:which|who|whose|(?:and )?that|but|although|though)\b", re.I)
# Rest of a word if its negation is removed; of other words, nothing or the part before "n't" remains.
LEFT = {"cannot": "can", "can't": "can", "won't": "will", "shan't": "shall", "without": "with"}
# Words that may be added or dropped together with a negation.
EMPTY = frozenset("a an the any do does did".split())
# "Did not have" without its negation is "had".
HAVE = frozenset("have has had".split())
# Words that depend on a "no" or "not" before them.
ADVERBS = frozenset("longer yet ever even".split())
# "No" or "not" that denies nothing: a bound, an addition or an answer.
NEUTRAL = re.compile(
    r"\bnot? (?:fewer|less|more|later|earlier|sooner) than\b|\bnot (?:only|just|merely|simply|least)\b|\bno doubt\b|"
    r"\bno[,;:]|\bno\.? ?\d",
    re.I,
)


def check(claim: Claim, source_index: SourceIndex, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield an error if the best matching sentence opposes the claim, and no other matching sentence agrees with it."""
    retold = [alignment for alignment in alignments if alignment.pairs and alignment.coverage >= RETOLD]
    ours = _Side(claim.words, claim.units, claim.text)
    odd = [ours.compared(alignment) for alignment in retold]
    if odd and 1 in odd[0] and {0} not in odd:
        words = Span(start=ours.negations[0].start, end=ours.negations[0].end) if ours.negations else claim.whole
        place = retold[0].source.evidence
        yield Finding(code="negation", severity="error", claim=claim.quote(words), article=place)


class _Side:
    """One of two compared sentences. `offset`: the start of `text` in the coordinates of `words` and `units`."""

    def __init__(self, words: Sequence[Word], units: Sequence[Unit], text: str, offset: int = 0) -> None:
        self._words, self._units, self._text, self._offset = words, units, text, offset
        neutral = [(match.start() + offset, match.end() + offset) for match in NEUTRAL.finditer(text)]
        self.negations = [
            word
            for word in words
            if negates(word.folded) and not any(start <= word.start < end for start, end in neutral)
        ]

    def compared(self, alignment: Alignment) -> set[int]:
        """Return, for each clause that is the same but for negations, the difference in their number modulo 2."""
        source = alignment.source
        other = _Side(source.words, source.units, source.evidence.text, source.evidence.start)
        if not (self.negations or other.negations):
            return {0}
        pairs = [(self.clause(one), other.clause(there)) for one, there in alignment.pairs]
        return {(count - counted) % 2 for (said, count), (fact, counted) in pairs if said == fact}

    def clause(self, unit: Unit) -> tuple[list[tuple[str, bool]], int]:
        """Return the clause of a unit as (key, is past) pairs without negations, and the number of negations.

        "Did not sell" without its negation is "sold".
        """
        offset = self._offset
        text = ASIDE.sub(lambda aside: " " * len(aside[0]), self._text)
        apart = [(match.start() + offset, match.end() + offset) for match in APART.finditer(text)]
        begin = max((after for _, after in apart if after <= unit.start), default=offset)
        end = min((before for before, _ in apart if before >= unit.end), default=offset + len(text))
        denying = {word.start for word in self.negations}
        left: list[tuple[str, bool]] = []
        count, past = 0, False
        taken: Unit | None = None
        behind: frozenset[str] = frozenset()
        for word in self._words:
            if not begin <= word.start < end or text[word.start - offset].isspace():
                continue
            one = next((one for one in self._units if one.start <= word.start < one.end), None)
            if word.start in denying:
                count += 1
                key = LEFT.get(word.folded, word.folded.partition("n't")[0] if word.folded.endswith("n't") else "")
                past = past or key == "did" or word.folded.endswith("ed")
                left += [] if not key or key in EMPTY else [(key, False)]
                # "Refused to sell" without its negation is "sold", "told not to sell" is "told to sell".
                behind = frozenset({"to"}) if one else ADVERBS
                continue
            if one and one is not taken and word.folded not in behind:
                left.append((one.key, past or word.folded.endswith("ed") or word.folded in BASES))
                past, taken = False, one
            elif not one and word.folded in HAVE:
                left.append(("have", past or word.folded == "had"))
                past = False
            elif not one and word.folded not in behind | EMPTY:
                left.append((word.folded, False))
            past = past or word.folded == "did"
            behind = frozenset()
        return left, count


def negates(folded: str) -> bool:
    """Return whether a case-folded word is a negation."""
    return folded in NEGATIONS or folded.endswith("n't")
