"""The bytes of an answer: unpacking, lines, JSON, and the forms of a stream; pure functions."""

import gzip
import json
import math
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.backends.http.bodies import (
    DEEPEST,
    BodyError,
    BrokenOffError,
    JsonBody,
    Lines,
    Unpacking,
    json_of,
)
from summarise.backends.http.stream_events import Event
from summarise.backends.http.streaming import StreamedBody


def raw_deflate(data: bytes) -> bytes:
    """Pack without the frame of zlib."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "identity": bytes,
    "gzip": gzip.compress,
    "x-gzip": lambda data: gzip.compress(data[:5]) + gzip.compress(data[5:]),
    "deflate": zlib.compress,
    " Deflate ": raw_deflate,
}


def in_pieces(data: bytes, size: int) -> list[bytes]:
    """Cut into pieces."""
    return [data[at : at + size] for at in range(0, len(data), size)]


def unpack(data: bytes, encoding: str, *, size: int = 7, limit: int = 2**30) -> bytes:
    """Unpack what comes in pieces, to the end."""
    unpacking = Unpacking(encoding, limit=limit)
    unpacked = b"".join(out for piece in in_pieces(data, size) for out in unpacking.feed(piece))
    unpacking.end()
    return unpacked


@given(st.sampled_from(sorted(PACKED)), st.binary(max_size=300), st.integers(1, 50))
def test_what_was_packed_is_unpacked(encoding: str, data: bytes, size: int) -> None:
    """In any encoding that is known, with and without the frame of deflate, in pieces of any size."""
    assert unpack(PACKED[encoding](data), encoding, size=size) == data


@pytest.mark.parametrize("encoding", sorted(PACKED))
def test_the_limit_counts_what_comes_out(encoding: str) -> None:
    """As much as is allowed comes out, and not one byte more."""
    data = bytes(range(256)) * 10
    assert unpack(PACKED[encoding](data), encoding, limit=2560) == data
    unpacking = Unpacking(encoding, limit=2559)
    out = bytearray()
    with pytest.raises(BodyError, match=r"is larger than 0\.00244 MiB"):  # noqa: PT012
        for piece in unpacking.feed(PACKED[encoding](data)):
            out += piece
    assert out == data[:2559]


def test_packed_bytes_that_unpack_to_nothing_are_counted() -> None:
    """An endless body of empty packings ends at the limit."""
    unpacking = Unpacking("gzip", limit=1024)
    with pytest.raises(BodyError, match="larger"):  # noqa: PT012
        for _ in range(100):
            assert list(unpacking.feed(gzip.compress(b""))) == []


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_what_is_not_packed_as_it_says_is_an_error(encoding: str) -> None:
    """And what ends early has broken off."""
    with pytest.raises(BodyError, match="not packed as it says"):
        unpack(b"\xff" * 16, encoding)
    for end in (1, 5, -1):
        with pytest.raises(BrokenOffError):
            unpack(PACKED[encoding](b"abc" * 9)[:end], encoding)


@given(st.text(), st.integers(1, 9))
def test_lines_end_with_cr_and_lf_only(text: str, size: int) -> None:
    """Wherever the bytes are cut; no other character ends a line."""
    lines = Lines()
    data = text.encode()
    found = [line for piece in in_pieces(data, size) for line in lines.feed(piece)]
    expected = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert [*found, *lines.feed(b"", final=True)] == expected


@pytest.mark.parametrize(
    ("data", "delimited", "what"),
    [
        (b'{"a": "\xff"}', True, "is not UTF-8"),
        (b" <!doctype html>", False, "is a page of HTML"),
        (b"busy", False, "is no JSON object"),
        (b"", True, "is no JSON object"),
        (b'{"a": 1', True, "is no JSON object"),
        (b'{"a": 1', False, "broke off"),
        (b"", False, "broke off"),
        (b'{"a":' * 100_000, True, "is no JSON object"),
        ('{"a": 1}'.encode("utf-16"), True, "is not UTF-8"),
    ],
)
def test_a_body_that_is_no_json_object_says_what_it_is(data: bytes, delimited: bool, what: str) -> None:
    """Only where its length was not told may a cut body have broken off."""
    body = JsonBody(delimited=delimited)
    body.feed(data)
    with pytest.raises(BodyError) as caught:
        body.end()
    assert caught.value.what == what
    assert isinstance(caught.value, BrokenOffError) is (what == "broke off")
    assert not body.whole


class Joining:
    """An assembler of our own: joins what the events hold under "t" and is whole at "end"."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.whole = False

    def feed(self, event: Event) -> None:
        """Take in one event."""
        value = json.loads(event.data)
        self.said.append(value.get("t", ""))
        self.whole |= "end" in value

    @property
    def body(self) -> dict[str, Any]:
        """The body."""
        return {"said": "".join(self.said)}


EVENTS = [{"t": "“Brü"}, {"t": "cke”\u2028"}, {"t": "x", "end": 1}]
SSE = "".join(f"data: {json.dumps(value, ensure_ascii=False)}\n\n" for value in EVENTS).encode()
LINES = "\n".join(json.dumps(value, ensure_ascii=False) for value in EVENTS).encode()
SAID = {"said": "“Brücke”\u2028x"}


def streamed(data: bytes, kind: str = "", *, size: int = 5, delimited: bool = True) -> dict[str, Any]:
    """Return the body that a stream amounts to."""
    received = StreamedBody(Joining(), content_type=kind, delimited=delimited)
    for piece in in_pieces(data, size):
        received.feed(piece)
    received.end()
    assert received.whole
    return received.body


@pytest.mark.parametrize("size", [1, 5, 10_000])
@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (SSE, "text/event-stream"),
        (SSE, "application/json"),
        (SSE, "application/x-ndjson"),
        (b"\xef\xbb\xbf" + SSE, "text/plain"),
        (b"\n\n: hello\n\n" + SSE, "text/plain"),
        (b"other: field\n" + SSE, "text/event-stream"),
        (SSE.replace(b"\n", b"\r\n"), "text/event-stream"),
        (SSE.replace(b"\n", b"\r"), "text/event-stream"),
        (LINES, "application/x-ndjson"),
        (LINES, "application/json"),
    ],
)
def test_a_stream_is_read_in_every_form(data: bytes, kind: str, size: int) -> None:
    """Server-sent events and JSON lines, whatever their label, however they are cut."""
    assert streamed(data, kind, size=size) == SAID


@pytest.mark.parametrize(("kind", "size"), [("application/json", 3), ("text/event-stream", 10_000), ("", 3)])
def test_one_json_object_is_the_body_itself(kind: str, size: int) -> None:
    """A server that does not stream is taken at its word, also where its JSON has several lines."""
    body = {"a": [1, {"data: ": "“"}], "b": {}}
    assert streamed(json.dumps(body, indent=2).encode(), kind, size=size) == body


@pytest.mark.parametrize(("data", "kind"), [(SSE, "text/event-stream"), (LINES + b"\n", "application/x-ndjson")])
def test_no_part_of_a_stream_is_taken_for_the_whole(data: bytes, kind: str) -> None:
    """Wherever it ends before its last event does, it has ended too early."""
    for end in range(len(data) - 3):
        with pytest.raises(BrokenOffError, match="before it was whole") if end > 20 else pytest.raises(BodyError):
            streamed(data[:end], kind)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"data: {oops\n\n", "holds an event that cannot be understood"),
        (b'data: {"t": "\xff"}\n\n', "is not UTF-8"),
        (b"<html></html>", "is a page of HTML"),
        (b"nothing of use", "is no JSON object"),
    ],
)
def test_a_stream_that_is_none_says_what_it_is(data: bytes, what: str) -> None:
    """And has not broken off, so that it is not asked for again."""
    with pytest.raises(BodyError, match=what) as caught:
        streamed(data, "text/plain")
    assert not isinstance(caught.value, BrokenOffError)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ('"the \\ud83d\\ude00 smile"', "the 😀 smile"),
        ('"half \\ud83d, half \\uDE00."', "half \ufffd, half \ufffd."),
        ('"\\ude00\\ud83d"', "\ufffd\ufffd"),
        ('"\\\\ud83d is written so"', "\\ud83d is written so"),
        ('{"\\udfff": 1}', {"\ufffd": 1}),
        ("9" * 5000, math.inf),
        ("-" + "9" * 5000, -math.inf),
        ("[" * 100 + "]" * 100, None),
    ],
)
def test_json_is_read_whatever_stands_in_its_texts_and_numbers(text: str, read: object) -> None:
    """Half a surrogate pair is U+FFFD, what is written with backslashes stays, and a number too long is infinite."""
    found = json_of(text)
    assert read is None or found == read


@pytest.mark.parametrize("depth", [101, 20_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[{"a":"]}[{",\n"b":', "}]")])
def test_of_json_that_is_nested_deep_no_more_is_read_than_can_be_walked(depth: int, opening: str, closing: str) -> None:
    """And what stands beside it is there."""
    found = json_of(f'{{"deep": {opening * depth}1{closing * depth}, "beside": "[[["}}')
    assert found["beside"] == "[[["
    levels, one = 0, found["deep"]
    while isinstance(one, list | dict):
        levels, one = levels + 1, one[0] if isinstance(one, list) else one.get("a", one.get("b"))
    assert levels < DEEPEST
