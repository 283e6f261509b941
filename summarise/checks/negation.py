"""Check negation: is what the article denies still denied, and what it affirms still affirmed?

Does not parse: it speaks only where nearly all of the claim aligns with one sentence. An error is a clause that both
have in the same words, denied an odd number of times more on one side than on the other. Whatever else differs, a word
such as "against" or "only" may do what the "not" did, and there is a note.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from summarise.checks.alignment import Alignment
from summarise.checks.source_index import Claim, SourceIndex, Unit
from summarise.checks.words import Word
from summarise.data import Finding, Span
from summarise.facts.lexicon.irregular import BASES

NEGATIONS = frozenset(
    """
    not no never nobody nothing none nor neither cannot without hardly unable refuse refuses refused deny denies
    denied fail fails failed failing refusing
    """.split()
)
RETOLD = 0.7
"""From this coverage on, claim and sentence are taken to make one statement, if both have what is denied."""
CLAUSE_END = re.compile(r"[,;:—–()]|\b(?:which|who|whose|when|while|because|but|although|though|after|before)\b", re.I)
REACH = 4
"""How many units behind a negation it may deny."""
ASIDE = re.compile(r",[^,.;:]{2,40} (?:said|says|added|told \w+),")
PASSED_OVER = ("ly", "longer", "yet", "ever", "even", "all")
"""How words end that stand between a negation and what it denies."""
APART = re.compile(r",(?!\d)|[;:—–()“”\"]|\b(?:which|who|whose|but|although|though)\b", re.I)
"""What parts a clause from those that say nothing of when, why or under which condition it holds."""
LEFT = {"cannot": "can", "can't": "can", "won't": "will", "shan't": "shall", "without": "with"}
"""What words that negate leave where the negation is taken out; others leave nothing, or what stands before "n't"."""
EMPTY = frozenset("a an the any do does did".split())
"""Words that come and go with a negation."""
ADVERBS = frozenset("longer yet ever even".split())
"""Words that go with a "no" or "not" that stands right before them."""
NEUTRAL = re.compile(
    r"\bnot? (?:fewer|less|more|later|earlier|sooner) than\b|\bnot (?:only|just|merely|simply|least)\b|\bno doubt\b|"
    r"\bno[,;:]|\bno\.? ?\d",
    re.I,
)
"""Where a "no" or "not" denies nothing: it sets a bound, adds to something, or answers."""


def check(claim: Claim, source_index: SourceIndex, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
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
    opposed = (first - denied_there) | (first_there - denied)
    if not opposed:
        return None
    clauses = [
        (
            _clause(one, claim.words, claim.units, ours, claim.text, 0),
            _clause(other, alignment.source.words, alignment.source.units, theirs, place.text, place.start),
        )
        for one, other in (alignment.pairs[index] for index in sorted(opposed))
    ]
    sure = any(said == told and (no - denials) % 2 for (said, no), (told, denials) in clauses)
    words = Span(start=ours[0].start, end=ours[0].end) if ours else claim.whole
    return Finding(code="negation", severity="error" if sure else "note", claim=claim.quote(words), article=place)


def _clause(
    unit: Unit, words: Sequence[Word], units: Sequence[Unit], negations: Sequence[Word], text: str, offset: int
) -> tuple[list[tuple[str, bool]], int]:
    """Return the clause around a unit without its negations, and how many those are.

    Each word has its key, and whether it is a form of the past. Articles and "do" are left out: "did not sell" without
    its negation is "sold".
    """
    text = ASIDE.sub(lambda aside: " " * len(aside[0]), text)
    apart = [(match.start() + offset, match.end() + offset) for match in APART.finditer(text)]
    begin = max((after for _, after in apart if after <= unit.start), default=offset)
    end = min((before for before, _ in apart if before >= unit.end), default=offset + len(text))
    denying = {word.start for word in negations}
    left: list[tuple[str, bool]] = []
    count, past = 0, False
    taken: Unit | None = None
    behind: frozenset[str] = frozenset()
    for word in words:
        if not begin <= word.start < end or text[word.start - offset].isspace():
            continue
        one = next((one for one in units if one.start <= word.start < one.end), None)
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
        elif not one and word.folded not in behind | EMPTY:
            left.append((word.folded, False))
        past = past or word.folded == "did"
        behind = frozenset()
    return left, count


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


def negations(words: Sequence[Word], text: str, offset: int = 0) -> Iterator[Word]:
    """Yield the words of a text that negate; `offset` is where the text begins in what the words point into."""
    neutral = [(match.start() + offset, match.end() + offset) for match in NEUTRAL.finditer(text)]
    for word in words:
        if negates(word.folded) and not any(start <= word.start < end for start, end in neutral):
            yield word


def negates(folded: str) -> bool:
    """Tell whether a folded word negates what it stands with."""
    return folded in NEGATIONS or folded.endswith("n't")
