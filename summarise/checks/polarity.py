"""Check negation: is what the article denies still denied, and what it affirms still affirmed?

Does not parse: it speaks only where nearly all of the claim aligns with one sentence, so that a "not" on one side
and none on the other can be laid to the same statement.
"""

import re
from collections.abc import Iterable, Iterator

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground
from summarise.checks.words import Word
from summarise.data import Finding

ALIGNED = 0.8
"""From this coverage on, claim and sentence are taken to make the same statement."""
NEGATIONS = frozenset(
    """
    not no never nobody nothing none nor neither cannot without hardly unable refuse refuses refused deny denies
    denied fail fails failed
    """.split()
)
IMPLICIT = re.compile(
    r"\b(yet to|far from|rather than|instead of|unless|until|stop(s|ped)?|rul(e|es|ed) out|prevent\w*|avoid\w*|"
    r"and not|but not|doubt\w*|unlikely|oppos\w+|reject\w*|lack(s|ed)?|free of)\b|, not ",
    re.I,
)
"""Words that negate without a "not", or negate only a part: with them a count of negations accuses nobody."""
NEUTRAL = re.compile(
    r"\bnot? (?:fewer|less|more|later|earlier|sooner) than\b|\bnot (?:only|just|merely|simply|least)\b|\bno doubt\b|"
    r"\bno[,;:]",
    re.I,
)
"""Where a "no" or "not" denies nothing: it sets a bound, adds to something, or answers."""


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding where exactly one of the claim and the stretch that it aligns with is negated."""
    if not alignments or alignments[0].coverage < ALIGNED or not alignments[0].pairs:
        return
    best = alignments[0]
    # A negation after the last matched unit denies what follows, which the claim does not tell ("… without a permit").
    start, end = best.window[0], best.pairs[-1][1].end
    place = best.source.evidence
    theirs = [word for word in negations(best.source.words, place.text, place.start) if start <= word.start < end]
    ours = list(negations(claim.words, claim.text))
    if len(ours) == len(theirs):
        return
    # One negation among several may be a double one, or belong elsewhere, and "far from" or "rather than" negate
    # without a "not": enough to doubt, not to accuse.
    opposed = (not ours or not theirs) and not IMPLICIT.search(place.text) and not IMPLICIT.search(claim.text)
    yield Finding(
        kind="negation",
        severity="error",
        said=ours[0].folded if ours else "no negation",
        article_says=theirs[0].folded if theirs else "no negation",
        evidence=(best.source.evidence,) if opposed else (),
    )


def negations(words: tuple[Word, ...], text: str, offset: int = 0) -> Iterator[Word]:
    """Yield the words of a text that negate; `offset` is where the text begins in what the words point into."""
    neutral = [(match.start() + offset, match.end() + offset) for match in NEUTRAL.finditer(text)]
    for word in words:
        if negates(word) and not any(start <= word.start < end for start, end in neutral):
            yield word


def negates(word: Word) -> bool:
    """Tell whether a word negates what it stands with."""
    return word.folded in NEGATIONS or word.folded.endswith("n't")
