"""Note what is no statement: words without a clause, a saying without what was said, a sentence that breaks off.

Reads relations; where rules read the sentences there are none, and only what breaks off is told. It never accuses: a
headline has no verb either, and is no error.
"""

import re
from collections.abc import Iterable

from summarise.checks.alignment import Alignment
from summarise.checks.ground import Claim, Ground
from summarise.data import Attribution, Finding, Quotation
from summarise.lexicon.speech import base_of

OPEN_END = re.compile(
    r"\b(?:that|the|an?|of|and|or|but|to|which|who|whose|its|their|his|than|because|although|while|whether)"
    r"[.!?…”’\"']*$",
    re.I,
)
"""Words after which something must follow."""
FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|does|did|will|would|can|could|may|might|must|should|shall)\b|n[’']t\b", re.I
)
"""Verbs that make a clause even where no relation was read from it."""


def check(claim: Claim, ground: Ground, alignments: tuple[Alignment, ...]) -> Iterable[Finding]:
    """Yield one note where a claim tells nothing."""
    end = OPEN_END.search(claim.text)
    # A verb that was not read in the article ("they amount to half") is not read in the claim either.
    read = bool(alignments) and any(
        clause.form == "clause" for clause in ground.relations_in(alignments[0].source.index)
    )
    if end or (read and not states(claim)):
        yield Finding(
            kind="who-did-what", severity="note", said=f"no whole statement: {end[0]}" if end else "no clause"
        )


def states(claim: Claim) -> bool:
    """Tell whether a claim has a clause that says something, beside one that only tells who says it."""
    clauses = [relation for relation in claim.relations if relation.form == "clause"]
    if any(base_of(relation.text) is None or relation.those("patient", "complement") for relation in clauses):
        return True
    if any(isinstance(fact, Attribution | Quotation) for fact in claim.facts):
        return True
    saying = {word for relation in clauses for word in range(relation.start, relation.end)}
    return any(match.start() not in saying for match in FINITE.finditer(claim.text))
