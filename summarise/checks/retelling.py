"""Note what is told in words of its own and could not be compared: who did what there is not verified.

Two kinds of sentences go without the note: one whose telling words all stand, in order, in one sentence of the article,
and one of which every clause relates the same people as a clause of the article, in words that the article has or that
may stand for its words.
"""

from collections.abc import Iterable

from summarise.checks.alignment import Alignment
from summarise.checks.attribution import SAYING
from summarise.checks.ground import Claim, Ground
from summarise.checks.pairing import Pair, closest
from summarise.checks.synonymy import alike
from summarise.checks.words import stem
from summarise.data import Finding

SAID = frozenset(map(stem, "said says saying told added adding".split()))
FRAMING = frozenset(map(stem, "also mr mrs ms dr however meanwhile".split()))
"""Stems that frame a statement without telling anything."""
OWN_WORDS = "told in words of its own"


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield one note where no sentence of the article has all that the claim tells, in the claim's order."""
    if not any(retold(alignment) for alignment in alignments) and not paraphrased(claim, ground, alignments):
        yield Finding(kind="who-did-what", severity="note", said=OWN_WORDS)


def paraphrased(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> bool:
    """Tell whether the article relates all that the claim does, and has all of its words or others for them."""
    coverage = {alignment.source.index: alignment for alignment in alignments}
    told = [relation for relation in claim.relations if relation.form != "apposition"]
    words = [word for word in claim.words if word.content]
    return (
        bool(told)
        and all(any(_whole(pair) for pair in closest(relation, coverage, ground)) for relation in told)
        and all(ground.has(word.stem) or any(map(ground.has, alike(word.folded))) for word in words)
    )


def _whole(pair: Pair) -> bool:
    """Tell whether the article has all who take part in the claim's relation, each in the same part."""
    kept = {ours for ours, theirs in pair.shared if ours.role == theirs.role}
    return pair.tight and all(argument in kept for argument in pair.ours.arguments)


def retold(alignment: Alignment) -> bool:
    """Tell whether a sentence has, in order, all units of the claim that tell something.

    One saying verb may stand for another, but not for "doubt".
    """
    framing = FRAMING | SAID if SAYING.search(alignment.source.evidence.text) else FRAMING
    return bool(alignment.pairs) and all(not unit.name and unit.key in framing for unit in alignment.missing)
