"""Check whether a claim denies a statement of the article, or states something that the article denies.

It is an error if a clause of the claim and one of the article have the same words, but numbers of negations that differ
by an odd number. Other differences give a note, because "against" or "only" may replace "not". It is also an error if
one side denies with "nobody" or "no" what the other affirms in the same words.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from summarise.checks.source_index import Alignment, Claim, SourceIndex, Unit
from summarise.checks.words import STOP_WORDS, Word, words_of
from summarise.data import Finding, Span
from summarise.facts.lexicon import BASES, SINGULARS
from summarise.facts.numbers import TEENS, TENS, UNITS
from summarise.facts.references import is_person

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
APART = re.compile(r",(?!\d)|[;:—–()“”\"]|\b(?:which|who|whose|but|although|though)\b", re.I)
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
# A denial of persons (group 1), of things (group 2), or of the noun after it (no group).
NONE = re.compile(r"(?i)\b(?:(nobody|no[ -]one|none(?! of))|(nothing)|no|none of (?:the|its))\b(?![,;:]|\.? ?\d)")
NUMBERS = "|".join([*UNITS, *TEENS, *TENS][1:])
SOME = rf"(?:[1-9]\S*|{NUMBERS}|an?|the|some|several|many|most|all|both|(?:some|every)(?:one|body))"
# Signs that a statement is not asserted, or is about another time.
UNSURE = re.compile(r"\b(?:if|whether|claim|false|fear|ago|earlier|previous|similar|another|last|[12]\d{3})", re.I)
# Words before a subject.
BEGIN = r"(?:^|\b(?:and|but|while|although|because|so|when|that|said|least|about|over|than) )"


def check(claim: Claim, source_index: SourceIndex, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield at most one finding: if the claim denies a statement that all matching sentences affirm, or the reverse."""
    denial, keys = NONE.search(claim.text), {unit.key for unit in claim.units}
    opposing = [one.source for one in alignments if bool(NONE.search(one.source.evidence.text)) != bool(denial)]
    near = [one.source for one in alignments if 2 * len(keys & {unit.key for unit in one.source.units}) >= len(keys)]
    # Near sentences may agree: "Nobody was injured" with "Nobody was hurt".
    for place in (source.evidence for source in opposing if all(one in opposing for one in near)):
        if excluded(claim.text, place.text) if denial else excluded(place.text, claim.text):
            said = claim.quote(Span(start=denial.start(), end=denial.end())) if denial else claim.whole
            yield Finding(code="negation", severity="error", claim=said, article=place)
            return
    retold = [alignment for alignment in alignments if alignment.pairs and alignment.coverage >= RETOLD]
    opposed = [opposition(claim, alignment) for alignment in retold]
    if opposed and opposed[0] is not None and None not in opposed:
        yield opposed[0]


def excluded(none: str, some: str) -> bool:
    """Return whether `some` affirms what `none` denies in the same words ("Two people fell", "Nobody fell")."""
    if not (denial := NONE.search(none)) or UNSURE.findall(none) != UNSURE.findall(some):
        return False
    before = _plain(APART.split(none[: denial.start()].rstrip(" ,"))[-1])
    after = _plain(APART.split(none[denial.end() :])[0])
    begins, kind = re.search(f"{BEGIN}$", before), denial.lastindex
    said = [*([] if begins else before.split()), *after.split()]
    head = re.escape("".join(f"{word} " for word in after.split()[: 2 if kind else 3]))
    left = BEGIN if begins else rf"\b{re.escape(before.split()[-1])} "
    stated = re.compile(rf"{left}{SOME} ((?:\S+ ){{{0 if head else 1},4}}?){head}")
    needed = {*said} - STOP_WORDS
    if not needed or needed - {*_plain(some).split()} or len(said) <= (not kind) or any(map(negates, said)):
        return False
    clauses = (part for part in map(_plain, APART.split(some)) if not any(map(negates, f"{before}{part}".split())))
    nouns = [match[1].split() for clause in clauses if (match := stated.search(clause))]
    return any(not kind or (kind == 1) == (not noun or is_person(noun[-1])) for noun in nouns)


def _plain(text: str) -> str:
    """Return the words of a text, each with a space after it; plurals become singular, "has been" becomes "was"."""
    words = words_of(re.sub(r"\b(?:ha(?:s|ve) been|were)\b", "was", text))
    return "".join(f"{SINGULARS.get(w.folded, w.folded.removesuffix('s' if w.content else ''))} " for w in words)


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
