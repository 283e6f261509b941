"""Reading the pieces of one answer as they come, within bounds of size and time."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import Any, Protocol

from summarise.backends.http.bodies import Unpacking

GRACE = 2.0
"""Seconds that the rest of a stream is waited for once the answer is whole, and the words of a refusal in all."""
REFUSAL_BYTES = 64 * 1024
"""The most that is read of an answer which is no success."""


class Receiver(Protocol):
    """What takes in the unpacked bytes of one answer and makes a JSON object of them."""

    def feed(self, data: bytes) -> None:
        """Take in the next bytes; BodyError where they cannot belong to an answer."""
        ...

    def end(self) -> None:
        """Say that nothing more comes; BodyError where there is no whole answer then."""
        ...

    @property
    def whole(self) -> bool:
        """Whether there is a whole answer, whatever may still come."""
        ...

    @property
    def body(self) -> dict[str, Any]:
        """The answer; asked for only when it is whole."""
        ...


async def receive(pieces: AsyncGenerator[bytes, None], receiver: Receiver, *, encoding: str, limit: int) -> None:
    """Give the pieces to the receiver, unpacked, to their end; what goes wrong on the way is raised.

    Once the receiver has a whole answer, what still comes is taken in for `GRACE` seconds at most, and nothing that
    goes wrong matters any more. BodyError past `limit` bytes.
    """
    try:
        async with asyncio.timeout(None) as grace, aclosing(pieces):
            unpacking = Unpacking(encoding, limit=limit)
            async for packed in pieces:
                for piece in unpacking.feed(packed):
                    receiver.feed(piece)
                if grace.when() is None and receiver.whole:
                    grace.reschedule(asyncio.get_running_loop().time() + GRACE)
            unpacking.end()
            receiver.end()
    except Exception:
        if not receiver.whole:
            raise


async def read_words(pieces: AsyncGenerator[bytes, None], *, encoding: str) -> str:
    """Return the text of a refusal as far as it comes: what breaks off, hangs or is too long is cut there."""
    words = bytearray()
    with suppress(Exception):
        async with asyncio.timeout(GRACE), aclosing(pieces):
            unpacking = Unpacking(encoding, limit=REFUSAL_BYTES)
            async for packed in pieces:
                for piece in unpacking.feed(packed):
                    words += piece
    return words.decode("utf-8", "replace")
