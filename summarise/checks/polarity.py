"""Check negation: is what the article denies still denied, and what it affirms still affirmed?

Does not parse: it speaks only where nearly all of the claim aligns with one sentence, so that a "not" on one side
and none on the other can be laid to the same statement.
"""

from collections.abc import Iterable

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


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding where exactly one of the claim and the stretch that it aligns with is negated."""
    if not alignments or alignments[0].coverage < ALIGNED or not alignments[0].pairs:
        return
    best = alignments[0]
    start, end = best.window
    theirs = [word for word in best.source.words if negates(word) and start <= word.start < end]
    ours = [word for word in claim.words if negates(word)]
    if len(ours) == len(theirs):
        return
    # One negation among several may be a double one, or belong elsewhere: enough to doubt, not to accuse.
    opposed = not ours or not theirs
    yield Finding(
        kind="negation",
        severity="error",
        said=ours[0].folded if ours else "no negation",
        article_says=theirs[0].folded if theirs else "no negation",
        evidence=(best.source.evidence,) if opposed else (),
    )


def negates(word: Word) -> bool:
    """Tell whether a word negates what it stands with."""
    return word.folded in NEGATIONS or word.folded.endswith("n't")
