"""Bodies of requests and responses: decompressed and parsed as JSON, within limits."""

import json
import re
import zlib
from collections.abc import Iterator
from typing import Any

from summarise.data import Record


class JSONResponse(Record):
    """A JSON object from a server; `seconds` is the time from sending to the end of reading."""

    body: dict[str, Any]
    request_id: str | None
    seconds: float
    attempts: int = 1


# Decompressed at once.
PIECE_BYTES = 64 * 1024
_GZIP = 16 + zlib.MAX_WBITS
_KNOWN = ("", "identity", "gzip", "x-gzip", "deflate")
# Deeper JSON is parsed as null.
DEEPEST = 100
# Longer integers are parsed as floats: Python refuses those of more than 4,300 digits.
LONGEST_NUMBER = 40
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
_NESTING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)
_HALF = re.compile(r"\\u[dD][89a-fA-F]")


class BodyError(ValueError):
    """An invalid body; `what` completes "the answer of SERVER"."""

    def __init__(self, what: str, *, advice: str = "check the base URL") -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice


class BrokenOffError(BodyError):
    """A truncated body; a retry may help."""


class Unpacking:
    """Decompresses gzip and deflate bodies to at most `limit` bytes.

    Works piece by piece, so that a decompression bomb does not exhaust memory.
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
        """Yield decompressed pieces. Raises BodyError past the limit or for invalid data."""
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
            if self._unpacker.eof:  # Compressed members may be concatenated.
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
        """Raise BrokenOffError if the compressed data is incomplete."""
        if self._packed and not (self._unpacker and self._unpacker.eof):
            raise BrokenOffError("broke off")

    def _new(self, start: bytes) -> "zlib._Decompress":
        if self._encoding != "deflate":
            return zlib.decompressobj(_GZIP)
        # Some servers send raw deflate without the zlib header (RFC 1950, section 2.2).
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
    """Parse a body as a UTF-8 JSON object. Raises BodyError.

    Without a given length (`delimited`), invalid JSON may be truncated and raises BrokenOffError.
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
    """Parse JSON. Raises ValueError.

    Lone surrogates become U+FFFD, overlong integers floats, values nested too deep null.
    """
    if _HALF.search(text):
        text = _ESCAPE.sub(lambda found: "\\ufffd" if found["half"] else found[0], text)
    if text.count("[") + text.count("{") > DEEPEST:
        text = _shallow(text)
    return json.loads(text, parse_int=_number)


def _shallow(text: str) -> str:
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
    """Serialise a body as UTF-8 JSON; lone surrogates become question marks."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")
