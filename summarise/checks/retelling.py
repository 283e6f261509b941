"""Note what is told in words of its own: who did what there is not verified.

Names, figures, dates and quotations of a paraphrase are checked; whether it relates them as the article does is not,
until relations are read. Only a sentence whose telling words all stand, in order, in one sentence of the article goes
without the note.
"""

from collections.abc import Iterable

from summarise.checks.alignment import Alignment
from summarise.checks.attribution import SAYING
from summarise.checks.ground import Claim, Ground
from summarise.checks.words import stem
from summarise.data import Finding

SAID = frozenset(map(stem, "said says saying told added adding".split()))
FRAMING = frozenset(map(stem, "also mr mrs ms dr however meanwhile".split()))
"""Stems that frame a statement without telling anything."""
OWN_WORDS = "told in words of its own"


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield one note where no sentence of the article has all that the claim tells, in the claim's order."""
    if not any(retold(alignment) for alignment in alignments):
        yield Finding(kind="who-did-what", severity="note", said=OWN_WORDS)


def retold(alignment: Alignment) -> bool:
    """Tell whether a sentence has, in order, all units of the claim that tell something.

    One saying verb may stand for another, but not for "doubt".
    """
    framing = FRAMING | SAID if SAYING.search(alignment.source.evidence.text) else FRAMING
    return bool(alignment.pairs) and all(not unit.name and unit.key in framing for unit in alignment.missing)
