"""What a server answered: a JSON object, and what is known of the exchange. Reads and sends nothing."""

from typing import Any

from summarise.data import Record


class JSONResponse(Record):
    """A JSON object that a server sent.

    `request_id` stands in its headers, `seconds` are those from sending to reading, `attempts` how often it was tried.
    """

    body: dict[str, Any]
    request_id: str | None
    seconds: float
    attempts: int = 1
