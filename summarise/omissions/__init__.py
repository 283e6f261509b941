"""Which key facts an article has, and which of them a summary leaves out.

Needs no model. Does not judge faithfulness: leaving out is no error, and how certain a summary puts what it states is
not asked. The two are never mixed into one number.
"""

from collections.abc import Iterable, Sequence

from summarise.data import Fact, Facts, KeyFact
from summarise.omissions.picking import key_facts
from summarise.omissions.stating import Said

__all__ = ["key_facts", "omitted"]


def omitted(ranked: Sequence[KeyFact], said: Iterable[Fact], facts: Facts) -> tuple[KeyFact, ...]:
    """Return the key facts of an article's `facts` that no sentence of the summary states, in their order.

    `said` are the summary's facts as the program takes them (`Facts.resolved`), under the names by which the article
    knows their bearers.
    """
    told = Said(said)
    return tuple(key for key in ranked if not told.states(facts.taken(key.fact)))
