"""Bodies of requests and answers: unpacked and read as JSON, within limits."""

import json
import re
import zlib
from collections.abc import Iterator
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


PIECE_BYTES = 64 * 1024
"""The most that is unpacked at once."""
_GZIP = 16 + zlib.MAX_WBITS
_KNOWN = ("", "identity", "gzip", "x-gzip", "deflate")
DEEPEST = 100
"""Of JSON, what stands in more lists and objects than these is read as null."""
LONGEST_NUMBER = 40
"""A whole number of more digits is read as a float: Python refuses whole numbers of 4,300 digits and more."""
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
_NESTING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)
_HALF = re.compile(r"\\u[dD][89a-fA-F]")


class BodyError(ValueError):
    """A body that cannot be used; `what` goes on from "the answer of SERVER", `advice` is what to do."""

    def __init__(self, what: str, *, advice: str = "check the base URL") -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice


class BrokenOffError(BodyError):
    """A body that ended before it was whole, so that asking again may help."""


class Unpacking:
    """Unpacks a body of that `encoding` (the Content-Encoding header) and counts: at most `limit` bytes come out.

    Of gzip, deflate and unpacked bodies, which are all that is read, no more than a piece is unpacked at once, so that
    a small body that unpacks to gigabytes takes no more memory than one that does not.
    """

    def __init__(self, encoding: str, *, limit: int) -> None:
        self._limit = limit
        self._packed = self._unpacked = 0
        self._encoding = encoding.strip().lower()
        if self._encoding not in _KNOWN:
            raise BodyError(f"is packed in a way that was not asked for ({self._encoding[:20]!r})")
        self._start = b""
        self._unpacker: zlib._Decompress | None = None

    def feed(self, packed: bytes) -> Iterator[bytes]:
        """Yield what the next bytes unpack to; BodyError past the limit, or where they are not packed as was said."""
        if self._encoding in ("", "identity"):
            yield from self._counted(packed)
            return
        self._packed += len(packed)
        if self._unpacker is None:
            packed = self._start = self._start + packed
            if len(packed) < 2:
                return
            self._unpacker = self._new(packed)
        while packed or not self._unpacker.eof:
            if self._unpacker.eof:  # Several packed bodies may follow each other.
                self._unpacker = self._new(packed)
            try:
                piece = self._unpacker.decompress(packed, PIECE_BYTES)
            except zlib.error:
                raise BodyError("is not packed as it says") from None
            yield from self._counted(piece)
            packed = self._unpacker.unconsumed_tail or self._unpacker.unused_data
            if not packed and len(piece) < PIECE_BYTES:
                break
        if self._packed > self._limit:
            raise self._too_large()

    def end(self) -> None:
        """Raise BrokenOffError where a packed body is not at its end."""
        if self._packed and not (self._unpacker and self._unpacker.eof):
            raise BrokenOffError("broke off")

    def _new(self, start: bytes) -> "zlib._Decompress":
        if self._encoding != "deflate":
            return zlib.decompressobj(_GZIP)
        # Some servers send "deflate" without the frame that it should have (RFC 1950, section 2.2).
        framed = start[0] & 15 == 8 and int.from_bytes(start[:2]) % 31 == 0
        return zlib.decompressobj(zlib.MAX_WBITS if framed else -zlib.MAX_WBITS)

    def _counted(self, piece: bytes) -> Iterator[bytes]:
        room = self._limit - self._unpacked
        self._unpacked += len(piece)
        if piece:
            yield piece if len(piece) <= room else piece[:room]
        if len(piece) > room:
            raise self._too_large()

    def _too_large(self) -> BodyError:
        return BodyError(
            f"is larger than {self._limit / 2**20:.3g} MiB", advice="check the base URL, or allow larger answers"
        )


def object_of(data: bytes, *, delimited: bool = True) -> dict[str, Any]:
    """Return the JSON object that a body is, whatever its content type says; BodyError if it is not one in UTF-8.

    `delimited` is whether the server gave the length of the body. If not, a cut body looks like a complete one, so
    that the error is a BrokenOffError.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BodyError("is not UTF-8") from None
    try:
        value = json_of(text)
    except ValueError:
        start = text.lstrip()[:1]
        if not delimited and start in ("", "{"):
            raise BrokenOffError("broke off") from None
        raise BodyError("is a page of HTML" if start == "<" else "is no JSON object") from None
    if not isinstance(value, dict):
        raise BodyError("is no JSON object")
    return value


def json_of(text: str) -> Any:
    """Return what JSON says; ValueError where it is none.

    Half a surrogate pair, which no text can hold, becomes U+FFFD, a number that is too long an infinite one, and what
    stands too deep null.
    """
    if _HALF.search(text):
        text = _ESCAPE.sub(lambda found: "\\ufffd" if found["half"] else found[0], text)
    if text.count("[") + text.count("{") > DEEPEST:
        text = _shallow(text)
    return json.loads(text, parse_int=_number)


def _shallow(text: str) -> str:
    """Return JSON in which no more than `DEEPEST` lists and objects stand in each other."""
    kept: list[str] = []
    depth = start = 0
    for found in _NESTING.finditer(text):
        sign = found[0][0]
        if sign in "[{":
            depth += 1
            if depth == DEEPEST + 1:
                kept += (text[start : found.start()], "null")
                start = len(text)
        elif sign in "]}":
            if depth == DEEPEST + 1:
                start = found.end()
            depth -= 1
    return "".join((*kept, text[start:])) if kept else text


def _number(digits: str) -> int | float:
    return int(digits) if len(digits) <= LONGEST_NUMBER else float(digits)


def written(body: dict[str, Any]) -> bytes:
    """Return JSON in UTF-8; half a surrogate pair, which UTF-8 cannot hold, becomes a question mark."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")
