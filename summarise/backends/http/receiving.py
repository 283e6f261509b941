"""Reading the body of one answer as it arrives, within bounds of size and time."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

from summarise.backends.http.bodies import Unpacking

REFUSAL_BYTES = 64 * 1024
"""The most that is read of an answer which is no success."""
REFUSAL_SECONDS = 2.0
"""How long the words of such an answer are waited for."""


async def read_body(pieces: AsyncGenerator[bytes, None], *, encoding: str, limit: int) -> bytes:
    """Return the unpacked body; BodyError if it is larger than `limit` bytes or not packed as `encoding` says."""
    body = bytearray()
    await _unpack(pieces, body, encoding=encoding, limit=limit)
    return bytes(body)


async def read_words(pieces: AsyncGenerator[bytes, None], *, encoding: str) -> str:
    """Return the text of a refusal as far as it arrives: what breaks off, hangs or is too long is cut there."""
    words = bytearray()
    with suppress(Exception):
        async with asyncio.timeout(REFUSAL_SECONDS):
            await _unpack(pieces, words, encoding=encoding, limit=REFUSAL_BYTES)
    return words.decode("utf-8", "replace")


async def _unpack(pieces: AsyncGenerator[bytes, None], body: bytearray, *, encoding: str, limit: int) -> None:
    """Append the unpacked pieces to `body`; if it fails, `body` has what arrived before."""
    async with aclosing(pieces):
        unpacking = Unpacking(encoding, limit=limit)
        async for packed in pieces:
            for piece in unpacking.feed(packed):
                body += piece
        unpacking.end()
