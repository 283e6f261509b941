"""Which key facts an article has, and which of them a summary leaves out.

Does not judge faithfulness: leaving out is no error, and the two are never mixed into one number.
"""

from collections.abc import Sequence

from summarise.checks.key_facts.matching import Reader, stated
from summarise.checks.key_facts.picking import key_facts
from summarise.data import KeyFact

__all__ = ["key_facts", "omitted"]


def omitted(ranked: Sequence[KeyFact], summary: Sequence[str], reader: Reader | None = None) -> tuple[KeyFact, ...]:
    """Return the key facts that the sentences of a summary do not state, in their order; `reader` as in `stated`."""
    told = stated([key.text for key in ranked], summary, reader)
    return tuple(key for key, is_told in zip(ranked, told, strict=True) if not is_told)
