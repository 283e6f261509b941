"""Note words that the article does not contain at all: what is new cannot have come from it.

Does not accuse: a paraphrase has new words too. The note tells the reader where to look.
"""

from collections.abc import Iterable

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground
from summarise.data import Finding


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield one note that lists the claim's content words of which the article has not even the stem."""
    factual = [(fact.start, fact.end) for fact in claim.facts if fact.kind in ("name", "figure", "money", "date")]
    new = [
        claim.text[word.start : word.end]
        for word in claim.words
        if word.content
        and not ground.knows(word.stem)
        and not any(start < word.end and word.start < end for start, end in factual)
    ]
    if new:
        yield Finding(kind="invented", severity="note", said=", ".join(new))
