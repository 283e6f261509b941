"""Check whether a claim denies a statement of the article, or states something that the article denies.

It is an error if a clause of the claim and one of the article have the same words, except for an odd number of
negations. It is a note if other words differ, too.
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
# Minimum coverage of a claim by a sentence of the article that makes the same statement.
SAME_STATEMENT = 0.7
CLAUSE_END = re.compile(r"[,;:—–()]|\b(?:which|who|whose|when|while|because|but|although|though|after|before)\b", re.I)
# Number of units (content words, names) after a negation that it may deny.
REACH = 4
ASIDE = re.compile(r",[^,.;:]{2,40} (?:said|says|added|told \w+),")
# Words that may be between a negation and the denied word, like adverbs in "-ly".
SKIPPED_WORDS = frozenset("longer yet ever even all".split())
# Words in "-ly" that a negation may deny, as they are not adverbs.
NOT_ADVERBS = frozenset(
    "ally apply assembly comply family fly imply july multiply rally rely reply supply tally".split()
)
# Separators of clauses. Clauses with "when", "because" or "if" are not separated from the main clause.
CLAUSE_SEPARATOR = re.compile(
    r",(?!\d)|[;:—–()“”\"]|\b(?:which|who|whose|(?:(?:and|but) )?that|but|although|though)\b", re.I
)
# The rest of a word without its negation. Not listed: "didn't" (rest: "did") and words without a rest ("never").
WITHOUT_NEGATION = {"cannot": "can", "can't": "can", "won't": "will", "shan't": "shall", "without": "with"}
# Words that may be added or dropped together with a negation.
IGNORED_WORDS = frozenset("a an the any do does did".split())
# "Did not have" without its negation is "had".
HAVE = frozenset("have has had".split())
# Words that are removed with the "no" or "not" before them ("no longer").
DEPENDENT_WORDS = frozenset("longer yet ever even".split())
# "No" or "not" that denies nothing: "no later than", "not only", "No, …".
NEUTRAL = re.compile(
    r"\bnot? (?:fewer|less|more|later|earlier|sooner) than\b|\bnot (?:only|just|merely|simply|least)\b|\bno doubt\b|"
    r"\bno[,;:]|\bno\.? ?\d",
    re.I,
)


def check(claim: Claim, source_index: SourceIndex, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding if the claim denies a statement that all matching sentences affirm, or the reverse."""
    matching = [alignment for alignment in alignments if alignment.pairs and alignment.coverage >= SAME_STATEMENT]
    findings = [opposition(claim, alignment) for alignment in matching]
    if findings and findings[0] is not None and None not in findings:
        yield findings[0]


def opposition(claim: Claim, alignment: Alignment) -> Finding | None:
    """Return an error or note if only one of claim and sentence denies a word that both contain."""
    place = alignment.source.evidence
    ours = _Side(claim.words, claim.units, claim.text)
    theirs = _Side(alignment.source.words, alignment.source.units, place.text, place.start)
    first, denied = ours.denied({unit: number for number, (unit, _) in enumerate(alignment.pairs)})
    first_there, denied_there = theirs.denied({unit: number for number, (_, unit) in enumerate(alignment.pairs)})
    opposed = (first - denied_there) | (first_there - denied)
    if not opposed:
        return None
    pairs = [alignment.pairs[number] for number in sorted(opposed)]
    clauses = [(ours.clause(unit), theirs.clause(matched)) for unit, matched in pairs]
    sure = any(said == fact and (count - count_there) % 2 for (said, count), (fact, count_there) in clauses)
    words = Span(start=ours.negations[0].start, end=ours.negations[0].end) if ours.negations else claim.whole
    return Finding(code="negation", severity="error" if sure else "note", claim=claim.quote(words), article=place)


class _Side:
    """One of two compared sentences. Offsets in `words` and `units`, minus `offset`, are offsets in `text`."""

    def __init__(self, words: Sequence[Word], units: Sequence[Unit], text: str, offset: int = 0) -> None:
        self._words, self._units, self._text, self._offset = words, units, text, offset
        neutral = [(match.start() + offset, match.end() + offset) for match in NEUTRAL.finditer(text)]
        self.negations = [
            word
            for word in words
            if negates(word.folded) and not any(start <= word.start < end for start, end in neutral)
        ]

    def denied(self, matched: Mapping[Unit, int]) -> tuple[set[int], set[int]]:
        """Return the numbers of the units that are certainly denied, and of all that may be denied.

        `matched`: the units that the other sentence contains too, with a number for each.
        """
        first: set[int] = set()
        denied: set[int] = set()
        for negation in self.negations:
            # "It would not, she said, cut": the denied word follows the aside.
            aside = ASIDE.match(self._text, negation.end - self._offset)
            begin = aside.end() + self._offset if aside else negation.end
            following = [unit for unit in self._units if unit.start >= begin][:REACH]
            deniable = [unit for unit in following if self._may_be_denied(unit, begin)]
            denied.update(matched[unit] for unit in deniable if unit in matched)
            # A repeated word may be denied once and affirmed once.
            if deniable and deniable[0] in matched and sum(unit.key == deniable[0].key for unit in self._units) == 1:
                first.add(matched[deniable[0]])
        return first, denied

    def _may_be_denied(self, unit: Unit, begin: int) -> bool:
        word = self._text[unit.start - self._offset : unit.end - self._offset].casefold()
        adverb = word in SKIPPED_WORDS or (word.endswith("ly") and word not in NOT_ADVERBS)
        return not adverb and not CLAUSE_END.search(self._text, begin - self._offset, unit.start - self._offset)

    def clause(self, unit: Unit) -> tuple[list[tuple[str, bool]], int]:
        """Return the clause of a unit as (key, is past) pairs without negations, and the number of its negations.

        "It did not sell" and "It sold" give the same pairs.
        """
        offset = self._offset
        text = ASIDE.sub(lambda aside: " " * len(aside[0]), self._text)
        separators = [(match.start() + offset, match.end() + offset) for match in CLAUSE_SEPARATOR.finditer(text)]
        begin = max((after for _, after in separators if after <= unit.start), default=offset)
        end = min((before for before, _ in separators if before >= unit.end), default=offset + len(text))
        negations = {word.start for word in self.negations}
        pairs: list[tuple[str, bool]] = []
        count, past = 0, False
        previous: Unit | None = None
        # Words that are removed together with the negation before them.
        removed: frozenset[str] = frozenset()
        for word in self._words:
            if not begin <= word.start < end or text[word.start - offset].isspace():
                continue
            own = next((unit for unit in self._units if unit.start <= word.start < unit.end), None)
            if word.start in negations:
                count += 1
                stem = word.folded.removesuffix("n't") if word.folded.endswith("n't") else ""
                key = WITHOUT_NEGATION.get(word.folded, stem)
                past = past or key == "did" or word.folded.endswith("ed")
                pairs += [] if not key or key in IGNORED_WORDS else [(key, False)]
                # "Refused to sell" without its negation is "sold", "told not to sell" is "told to sell".
                removed = frozenset({"to"}) if own else DEPENDENT_WORDS
                continue
            if own and own is not previous and word.folded not in removed:
                pairs.append((own.key, past or word.folded.endswith("ed") or word.folded in BASES))
                past, previous = False, own
            elif not own and word.folded in HAVE:
                pairs.append(("have", past or word.folded == "had"))
                past = False
            elif not own and word.folded not in removed | IGNORED_WORDS:
                pairs.append((word.folded, False))
            past = past or word.folded == "did"
            removed = frozenset()
        return pairs, count


def negates(folded: str) -> bool:
    """Return whether a case-folded word is a negation."""
    return folded in NEGATIONS or folded.endswith("n't")
