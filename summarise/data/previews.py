"""A request as a run would make it, shown without being sent."""

from dataclasses import dataclass

from summarise.data.exchange import Request, WireRequest


@dataclass(frozen=True)
class PromptPreview:
    """A request as it would be made, the so-manieth (from 1) of all that the article takes by this prompt.

    `backend` is who would be asked, in words; `sent` is what would go over the wire, None where the backend does not
    tell. `remarks` are sentences on what a run would do otherwise.
    """

    backend: str
    request: Request
    number: int
    of: int
    sent: WireRequest | None
    remarks: tuple[str, ...]
