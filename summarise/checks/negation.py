"""Check negation: is what the article denies still denied, and what it affirms still affirmed?

Does not parse: it speaks only where nearly all of the claim aligns with one sentence, so that a "not" on one side
and none on the other can be laid to the same statement.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground, Unit
from summarise.checks.words import Word
from summarise.data import Finding, Span

NEGATIONS = frozenset(
    """
    not no never nobody nothing none nor neither cannot without hardly unable refuse refuses refused deny denies
    denied fail fails failed failing refusing
    """.split()
)
IMPLICIT = re.compile(
    r"\b(yet to|far from|rather than|instead of|unless|until|stop(s|ped)?|rul(e|es|ed) out|prevent\w*|avoid\w*|"
    r"and not|but not|few|little|decline[sd]?|doubt\w*|unlikely|oppos\w+|reject\w*|lack(s|ed)?|free of)\b|, not ",
    re.I,
)
"""Words that negate without a "not", or negate only a part: with them a count of negations accuses nobody."""
RETOLD = 0.7
"""From this coverage on, claim and sentence are taken to make one statement, if both have what is denied."""
DOUBLE = re.compile(
    r"(?:\b(?:not|never|cannot)|n't) (?:deny|denied|denying|refuse|fail|dispute|rule out|ruled? out|reject(?:ed)?)\b",
    re.I,
)
"""A denial denied."""
CLAUSE_END = re.compile(r"[,;:—–()]|\b(?:which|who|whose|when|while|because|but|although|though|after|before)\b", re.I)
REACH = 4
"""How many units behind a negation it may deny."""
ASIDE = re.compile(r",[^,.;:]{2,40} (?:said|says|added|told \w+),")
NEARBY = 50
"""Characters around a negation in which another way of negating may belong to it."""
PASSED_OVER = ("ly", "longer", "yet", "ever", "even", "all")
"""How words end that stand between a negation and what it denies."""
NEUTRAL = re.compile(
    r"\bnot? (?:fewer|less|more|later|earlier|sooner) than\b|\bnot (?:only|just|merely|simply|least)\b|\bno doubt\b|"
    r"\bno[,;:]|\bno\.? ?\d",
    re.I,
)
"""Where a "no" or "not" denies nothing: it sets a bound, adds to something, or answers."""


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding where the claim denies what every sentence that it retells affirms, or the reverse."""
    retold = [alignment for alignment in alignments if alignment.pairs and alignment.coverage >= RETOLD]
    opposed = [opposition(claim, alignment) for alignment in retold]
    if opposed and opposed[0] is not None and None not in opposed:
        yield opposed[0]


def opposition(claim: Claim, alignment: Alignment) -> Finding | None:
    """Return a finding where one side denies a unit that both have and the other side does not."""
    place = alignment.source.evidence
    ours = list(negations(claim.words, claim.text))
    theirs = list(negations(alignment.source.words, place.text, place.start))
    here = {pair[0]: index for index, pair in enumerate(alignment.pairs)}
    there = {pair[1]: index for index, pair in enumerate(alignment.pairs)}
    first, denied = _denied(ours, claim.units, claim.text, 0, here)
    first_there, denied_there = _denied(theirs, alignment.source.units, place.text, place.start, there)
    doubled = bool(DOUBLE.search(claim.text)) != bool(DOUBLE.search(place.text))
    if not (first - denied_there or first_there - denied or doubled):
        return None
    # "Far from" or "rather than" negate without a "not", and where both sides deny something, "no payment was made" may
    # be told as "a payment was not made".
    where = theirs[0].start - place.start if theirs else 0
    implicit = IMPLICIT.search(place.text, max(0, where - NEARBY), where + NEARBY if theirs else len(place.text))
    harmless = not doubled and (bool(implicit) or bool(IMPLICIT.search(claim.text)) or bool(ours and theirs))
    words = Span(start=ours[0].start, end=ours[0].end) if ours else claim.whole
    return Finding(code="negation", severity="note" if harmless else "error", claim=claim.quote(words), article=place)


def _denied(
    negations: Sequence[Word], units: Sequence[Unit], text: str, offset: int, matched: Mapping[Unit, int]
) -> tuple[set[int], set[int]]:
    """Return which matched units are denied first by a negation, and which may be denied by one at all.

    `offset` is where `text` begins in what the words and units point into; `matched` gives the number of a pair.
    """
    first: set[int] = set()
    denied: set[int] = set()
    for negation in negations:
        # "It would not, she said, cut": what is denied stands behind the parenthesis.
        aside = ASIDE.match(text, negation.end - offset)
        begins = aside.end() + offset if aside else negation.end
        reached = [unit for unit in units if unit.start >= begins][:REACH]
        told = [
            unit
            for unit in reached
            if not CLAUSE_END.search(text, begins - offset, unit.start - offset)
            and not text[unit.start - offset : unit.end - offset].endswith(PASSED_OVER)
        ]
        denied.update(matched[unit] for unit in told if unit in matched)
        # A word that is said twice may be denied once and affirmed once.
        if told and told[0] in matched and sum(unit.key == told[0].key for unit in units) == 1:
            first.add(matched[told[0]])
    return first, denied


def negations(words: tuple[Word, ...], text: str, offset: int = 0) -> Iterator[Word]:
    """Yield the words of a text that negate; `offset` is where the text begins in what the words point into."""
    neutral = [(match.start() + offset, match.end() + offset) for match in NEUTRAL.finditer(text)]
    for word in words:
        if negates(word) and not any(start <= word.start < end for start, end in neutral):
            yield word


def negates(word: Word) -> bool:
    """Tell whether a word negates what it stands with."""
    return word.folded in NEGATIONS or word.folded.endswith("n't")
