"""Makes the chosen sentences of a summary read as a text, without a model.

    sentences with their places ─► order ─► connectives, pronouns, descriptions, full names, acronyms ─► proposals

Proposes and does not judge: a changed sentence is checked like any other by whoever asked.
"""

from summarise.coherence.order import in_order
from summarise.coherence.proposing import Accepts, proposals
from summarise.coherence.retold import Sameness, say_the_same
from summarise.coherence.shown import Change, ChangeKind, Dangling, Proposal, Shown

__all__ = [
    "Accepts",
    "Change",
    "ChangeKind",
    "Dangling",
    "Proposal",
    "Sameness",
    "Shown",
    "in_order",
    "proposals",
    "say_the_same",
]
