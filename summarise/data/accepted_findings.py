"""What a person has looked at and accepted: sentences that the checks do not support, each with the reason."""

from typing import Annotated

from pydantic import Field, StringConstraints

from summarise.data.base import Record

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Code = Annotated[str, StringConstraints(min_length=1)]


class AcceptedFinding(Record):
    """One sentence of a summary that a person accepted although the checks do not support it.

    `article` is the SHA-256 of the article's text, `claim` that of the sentence with every run of white space folded
    into a blank, both of UTF-8. `codes` are the codes of the errors that are accepted: it covers the sentence only as
    long as no error of another code is found. `text` is the sentence, for people; it decides nothing.
    """

    article: Sha256
    claim: Sha256
    text: str = ""
    codes: tuple[Code, ...]
    reason: Reason


class Accepted(Record):
    """All that was accepted, as it was written down; of several that cover a sentence the first counts."""

    entries: tuple[AcceptedFinding, ...] = Field(default=())
