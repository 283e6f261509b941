"""Decompressing and parsing response bodies."""

import gzip
import math
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.backends.http.bodies import (
    DEEPEST,
    BodyError,
    BrokenOffError,
    Unpacking,
    json_of,
    object_of,
)


def raw_deflate(data: bytes) -> bytes:
    """Compress without the zlib header."""
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
    return [data[at : at + size] for at in range(0, len(data), size)]


def unpack(data: bytes, encoding: str, *, size: int = 7, limit: int = 2**30) -> bytes:
    unpacking = Unpacking(encoding, limit=limit)
    unpacked = b"".join(out for piece in in_pieces(data, size) for out in unpacking.feed(piece))
    unpacking.end()
    return unpacked


@given(st.sampled_from(sorted(PACKED)), st.binary(max_size=300), st.integers(1, 50))
def test_what_was_packed_is_unpacked(encoding: str, data: bytes, size: int) -> None:
    """Every supported encoding works, in pieces of any size; deflate with or without its zlib header."""
    assert unpack(PACKED[encoding](data), encoding, size=size) == data


@pytest.mark.parametrize("encoding", sorted(PACKED))
def test_the_limit_counts_what_comes_out(encoding: str) -> None:
    """Exactly `limit` unpacked bytes are allowed."""
    data = bytes(range(256)) * 10
    assert unpack(PACKED[encoding](data), encoding, limit=2560) == data
    unpacking = Unpacking(encoding, limit=2559)
    out = bytearray()
    with pytest.raises(BodyError, match=r"is larger than 0\.00244 MiB"):  # noqa: PT012
        for piece in unpacking.feed(PACKED[encoding](data)):
            out += piece
    assert out == data[:2559]


def test_packed_bytes_that_unpack_to_nothing_are_counted() -> None:
    """An endless body of empty gzip members stops at the limit."""
    unpacking = Unpacking("gzip", limit=1024)
    with pytest.raises(BodyError, match="larger"):  # noqa: PT012
        for _ in range(100):
            assert list(unpacking.feed(gzip.compress(b""))) == []


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_what_is_not_packed_as_it_says_is_an_error(encoding: str) -> None:
    """A wrong encoding is a BodyError, a truncated body a BrokenOffError."""
    with pytest.raises(BodyError, match="not packed as it says"):
        unpack(b"\xff" * 16, encoding)
    for end in (1, 5, -1):
        with pytest.raises(BrokenOffError):
            unpack(PACKED[encoding](b"abc" * 9)[:end], encoding)


@pytest.mark.parametrize(
    ("data", "delimited", "what"),
    [
        (b'{"a": "\xff"}', True, "is not UTF-8"),
        (b" <!doctype html>", False, "is a page of HTML"),
        (b"busy", False, "is no JSON object"),
        (b'data: {"a": 1}\n\n', True, "is no JSON object"),
        (b"", True, "is no JSON object"),
        (b'{"a": 1', True, "is no JSON object"),
        (b'{"a": 1', False, "broke off"),
        (b"", False, "broke off"),
        (b'{"a":' * 100_000, True, "is no JSON object"),
        ('{"a": 1}'.encode("utf-16"), True, "is not UTF-8"),
    ],
)
def test_a_body_that_is_no_json_object_says_what_it_is(data: bytes, delimited: bool, what: str) -> None:
    """A truncated body counts as broken off only if its length was not given."""
    with pytest.raises(BodyError) as caught:
        object_of(data, delimited=delimited)
    assert caught.value.what == what
    assert isinstance(caught.value, BrokenOffError) is (what == "broke off")


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
    """An unpaired surrogate becomes U+FFFD, an escaped backslash stays, and a number that is too long is infinite."""
    found = json_of(text)
    assert read is None or found == read


@pytest.mark.parametrize("depth", [101, 20_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[{"a":"]}[{",\n"b":', "}]")])
def test_of_json_that_is_nested_deep_no_more_is_read_than_can_be_walked(depth: int, opening: str, closing: str) -> None:
    """JSON nested too deeply is cut at a depth that can be walked; its siblings are kept."""
    found = json_of(f'{{"deep": {opening * depth}1{closing * depth}, "beside": "[[["}}')
    assert found["beside"] == "[[["
    levels, one = 0, found["deep"]
    while isinstance(one, list | dict):
        levels, one = levels + 1, one[0] if isinstance(one, list) else one.get("a", one.get("b"))
    assert levels < DEEPEST
