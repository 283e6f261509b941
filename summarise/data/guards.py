"""What was wrong with an answer of a model, apart from what it says of the article: one event for each thing.

Says nothing of facts: whether a sentence holds is a matter of findings.
"""

from typing import Literal

from summarise.data.base import Record

GuardKind = Literal[
    "repetition",
    "echo",
    "special tokens",
    "refusal",
    "language",
    "too long",
    "cut off",
    "malformed",
    "lead copy",
    "empty",
    "leak",
    "filter",
]


class GuardEvent(Record):
    """One thing that was wrong with an answer.

    `said` is the piece of the answer concerned, at most 200 characters of it, empty where it is no piece of it.
    `recovered` tells whether something of the answer could be used in spite of it.
    """

    kind: GuardKind
    said: str = ""
    recovered: bool = False
