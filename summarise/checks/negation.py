"""Check whether a claim denies a statement of the article, or states something that the article denies.

It is an error if a clause of the claim and one of the article have the same words, but numbers of negations that differ
by an odd number. Other differences give a note, because "against" or "only" may replace "not".
"""

import re
from collections.abc import Iterable, Mapping, Sequence

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
CLAUSE_END = re.compile(r"[,;:—–()]|\b(?:which|who|whose|when|while|because|but|although|though|after|before)\b", re.I)
# Number of units (content words, names) after a negation that it may deny.
REACH = 4
ASIDE = re.compile(r",[^,.;:]{2,40} (?:said|says|added|told \w+),")
# Words that may occur between a negation and the denied word, as may adverbs in "-ly".
PASSED_OVER = frozenset("longer yet ever even all".split())
# Verbs and nouns in "-ly", which a negation may deny.
NO_ADVERBS = frozenset(
    "ally apply assembly comply family fly imply july multiply rally rely reply supply tally".split()
)
# Separators of clauses; a clause of time, reason or condition is not separated.
APART = re.compile(r",(?!\d)|[;:—–()“”\"]|\b(?:which|who|whose|(?:(?:and|but) )?that|but|although|though)\b", re.I)
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
    """Yield at most one finding: if the claim denies a statement that all matching sentences affirm, or the reverse."""
    retold = [alignment for alignment in alignments if alignment.pairs and alignment.coverage >= RETOLD]
    opposed = [opposition(claim, alignment) for alignment in retold]
    if opposed and opposed[0] is not None and None not in opposed:
        yield opposed[0]


def opposition(claim: Claim, alignment: Alignment) -> Finding | None:
    """Return an error or note if only the claim, or only the sentence, denies a word that both contain, else None."""
    place = alignment.source.evidence
    ours = _Side(claim.words, claim.units, claim.text)
    theirs = _Side(alignment.source.words, alignment.source.units, place.text, place.start)
    first, denied = ours.denied({unit: number for number, (unit, _) in enumerate(alignment.pairs)})
    first_there, denied_there = theirs.denied({unit: number for number, (_, unit) in enumerate(alignment.pairs)})
    opposed = (first - denied_there) | (first_there - denied)
    if not opposed:
        return None
    pairs = [alignment.pairs[number] for number in sorted(opposed)]
    clauses = [(ours.clause(one), theirs.clause(other)) for one, other in pairs]
    sure = any(said == fact and (no - denials) % 2 for (said, no), (fact, denials) in clauses)
    words = Span(start=ours.negations[0].start, end=ours.negations[0].end) if ours.negations else claim.whole
    return Finding(code="negation", severity="error" if sure else "note", claim=claim.quote(words), article=place)


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

    def denied(self, matched: Mapping[Unit, int]) -> tuple[set[int], set[int]]:
        """Return two sets of numbers from `matched`: of the units denied directly, and of all that may be denied."""
        first: set[int] = set()
        denied: set[int] = set()
        for negation in self.negations:
            # "It would not, she said, cut": the denied word follows the aside.
            aside = ASIDE.match(self._text, negation.end - self._offset)
            begins = aside.end() + self._offset if aside else negation.end
            reached = [unit for unit in self._units if unit.start >= begins][:REACH]
            deniable = [unit for unit in reached if self._may_be_denied(unit, begins)]
            denied.update(matched[unit] for unit in deniable if unit in matched)
            # A repeated word may be denied once and affirmed once.
            if deniable and deniable[0] in matched and sum(unit.key == deniable[0].key for unit in self._units) == 1:
                first.add(matched[deniable[0]])
        return first, denied

    def _may_be_denied(self, unit: Unit, begins: int) -> bool:
        word = self._text[unit.start - self._offset : unit.end - self._offset].casefold()
        adverb = word in PASSED_OVER or (word.endswith("ly") and word not in NO_ADVERBS)
        ended = CLAUSE_END.search(self._text, begins - self._offset, unit.start - self._offset)
        return ended is None and not adverb

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
