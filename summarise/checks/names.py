"""Check names: does the article know this bearer at all?

Does not judge who did what; a name that the article knows may still stand in the wrong place.
"""

from collections.abc import Iterable

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground
from summarise.checks.words import STOP_WORDS, words_of
from summarise.data import Finding, Name

SURE = 0.5
"""Names that the extractor is less sure of accuse nobody."""


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield a finding for each name of which the article has neither the value nor all the words."""
    for said in claim.facts:
        if not isinstance(said, Name) or said.confidence < SURE:
            continue
        if ground.bearer(said).casefold() in ground.values["name"]:
            continue
        words = [word for word in words_of(said.text) if word.folded not in STOP_WORDS]
        if all(ground.knows(word.stem) for word in words):
            continue
        yield Finding(kind="name", severity="error", said=said.text)
