"""Makes the chosen sentences of a summary read as a text, without a model.

    sentences with their places ─► connectives cut, names put in, what still leans on something untold ─► proposals

Proposes and does not judge: a changed sentence is checked like any other by whoever asked. Whom a pronoun means is the
business of `facts.references`; only where that is certain a name is put in.
"""

from summarise.writing.coherence.proposals import Leaning, PlacedSentence, Proposal
from summarise.writing.coherence.proposing import Accepts, proposals
from summarise.writing.coherence.redundancy import Redundancy

__all__ = ["Accepts", "Leaning", "PlacedSentence", "Proposal", "Redundancy", "proposals"]
