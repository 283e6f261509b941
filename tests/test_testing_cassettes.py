"""Cassettes keep complete bodies and some headers, but no ports and secrets; messages about replays."""

import gzip
import json
import shlex
import urllib.parse
from pathlib import Path
from typing import Any

import httpx
import pytest
from command_line import loopback
from hypothesis import given, settings
from hypothesis import strategies as st
from keyed_server import Asked, Reaction, keyed_server
from pydantic import SecretStr
from vcr import VCR
from vcr.cassette import Cassette
from vcr.errors import CannotOverwriteExistingCassetteException
from vcr.matchers import requests_match
from vcr.record_mode import RecordMode
from vcr.request import Request
from vcr.serialize import deserialize, serialize

from summarise.testing.cassettes import (
    LONGEST,
    WIDTH,
    ReadableSerializer,
    clean_request,
    clean_response,
    difference,
    leaking,
    recording,
    unmatched,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)
few = settings(max_examples=15)
KEYS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8)


def asked(body: Any = b"", uri: str = "https://api.example/v1/chat", **headers: str) -> Request:
    return Request("POST", uri, body, {name.replace("_", "-"): value for name, value in headers.items()})


def answered(body: bytes | None, **headers: str) -> dict[str, Any]:
    named = {name.replace("_", "-"): [value] for name, value in headers.items()}
    return {"status": {"code": 200, "message": "OK"}, "headers": named, "body": {"string": body}}


def through_a_cassette(request: Request, response: dict[str, Any]) -> tuple[Any, Any, str]:
    """Return both bodies after a round trip, and the cassette's text."""
    text = serialize({"requests": [request], "responses": [response]}, ReadableSerializer)
    (request,), (response,) = deserialize(text, ReadableSerializer)
    return request.body, response["body"]["string"], text


def recorded(body: bytes, **headers: str) -> bytes:
    """Return a response's body as a cassette stores it."""
    found = clean_response(answered(body, **headers))["body"]["string"]
    assert isinstance(found, bytes)
    return found


@few
@given(JSON, JSON)
def test_json_bodies_survive_a_cassette(question: Any, answer: Any) -> None:
    sent, received, _ = through_a_cassette(asked(json.dumps(question)), answered(json.dumps(answer).encode()))
    assert (json.loads(sent), json.loads(received)) == (question, answer)


@few
@given(st.binary(min_size=1), st.binary(), st.text())
def test_other_bodies_are_unchanged_by_a_cassette(question: bytes, answer: bytes, text: str) -> None:
    """Bodies that are not JSON, such as the event streams of other clients, are stored unchanged."""
    chunk = {"choices": [{"delta": {"reasoning": text, "content": text}}]}
    stream = f"data: {json.dumps(chunk, ensure_ascii=False)}\n\ndata: [DONE]\n\n".encode(errors="replace")
    for body in (b"<" + answer, stream):
        sent, received, _ = through_a_cassette(asked(b"=" + question), answered(recorded(body)))
        assert (sent, received) == (b"=" + question, body)


def test_a_cassette_of_vcrpy_can_be_read() -> None:
    from vcr.serializers import yamlserializer

    exchange = {"requests": [asked('{"a": 1}')], "responses": [answered(b'{"b": 2}')]}
    (request,), (response,) = deserialize(serialize(exchange, yamlserializer), ReadableSerializer)
    assert (request.body, response["body"]["string"]) == (b'{"a": 1}', b'{"b": 2}')


@pytest.mark.parametrize(
    ("uri", "cleaned"),
    [
        ("http://127.0.0.1:41234/v1/chat?a=1", "http://127.0.0.1/v1/chat?a=1"),
        ("http://localhost:8080/v1", "http://localhost/v1"),
        ("http://[::1]:8080/v1", "http://[::1]/v1"),
        ("http://gpu.example:8000/v1", "http://gpu.example:8000/v1"),
        ("https://me:secret@api.example/v1", "https://api.example/v1"),
    ],
)
def test_a_recorded_address_has_no_loopback_port(uri: str, cleaned: str) -> None:
    """These ports change with each run. User names and passwords are not recorded either."""
    assert clean_request(asked(uri=uri)).uri == cleaned


def test_only_the_content_type_of_a_request_is_recorded() -> None:
    request = asked(b"{}", Content_Type="application/json", Authorization="Bearer x", X_Api_Key="x", X_New="x")
    assert dict(clean_request(request).headers) == {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("name", "value", "cleaned"),
    [
        ("content-type", "application/json", "application/json"),
        ("ETag", '"33a64df5"', '"33a64df5"'),
        ("location", "/articles/7?lang=en&page=2", "/articles/7?lang=en&page=2"),
        ("Location", "https://me:secret@api.example/v1?a=1", "https://api.example/v1?a=1"),
        ("Location", "http://127.0.0.1:41234/v1", "http://127.0.0.1/v1"),
        ("Location", "https://a.example/?code=s3cret&lang=en", "https://a.example/?code=left-out&lang=en"),
        ("Location", "/f?X-Amz-Signature=s&X-Amz-Date=1", "/f?X-Amz-Signature=left-out&X-Amz-Date=1"),
        ("Location", "/f?access%5Ftoken=s;sig=s#token=s", "/f?access%5Ftoken=left-out;sig=left-out"),
        ("Location", "/f?country_code=nl", "/f?country_code=nl"),
    ],
)
def test_only_harmless_headers_of_a_response_are_recorded(name: str, value: str, cleaned: str) -> None:
    """These are for types, redirects and caching. Addresses have no credentials, loopback ports and secrets."""
    others = {"X-Account": ["me"], "set-cookie": ["a=1"], "x-request-id": ["7"], "retry-after": ["9"]}
    response = clean_response({**answered(b""), "headers": {name: [value], **others}})
    assert response["headers"] == {name: [cleaned]}
    assert clean_response(response) == response


def test_an_invalid_location_is_left_out() -> None:
    assert clean_response({**answered(b""), "headers": {"location": ["http://[x"]}})["headers"] == {}


def test_only_the_numbers_of_log_probabilities_are_recorded() -> None:
    """Tokens and alternatives are long, and are not read."""
    tokens = {"content": [{"token": "a", "logprob": -0.123456, "top_logprobs": []}]}
    body = {"choices": [{"logprobs": tokens}, {"logprobs": None}]}
    cleaned = json.loads(clean_response(answered(json.dumps(body).encode()))["body"]["string"])
    assert cleaned == {"choices": [{"logprobs": {"content": [{"logprob": -0.1235}]}}, {"logprobs": None}]}


def test_a_compressed_response_is_stored_decompressed(vcr_config: dict[str, Any]) -> None:
    """The encoding header is kept only if the body cannot be decompressed."""
    cleaned = VCR(**vcr_config).get_merged_config()["before_record_response"]
    response = cleaned(answered(gzip.compress(b'{"a": 1}'), content_type="application/json", content_encoding="gzip"))
    assert response["body"]["string"] == b'{"a": 1}'
    assert response["headers"] == {"content-type": ["application/json"]}
    unknown = cleaned(answered(b"\x8b\x01", content_encoding="zstd"))
    assert unknown["headers"] == {"content-encoding": ["zstd"]}


@few
@given(KEYS)
def test_a_key_is_found_in_every_part_of_an_exchange(key: str) -> None:
    """`leaking` searches bodies, addresses and headers, and returns the variable. A short word is no key."""
    packed = json.dumps({"say": f"it is {key}."}).encode()
    for exchange in (
        (asked(packed), answered(b"{}")),
        (asked(b"{}"), answered(packed)),
        (asked(uri=f"https://api.example/v1?key={urllib.parse.quote_plus(key)}"), answered(b"")),
        (asked(b"", X_Odd=key), answered(None)),
        (asked(b""), answered(f"it is {key}.".encode())),
    ):
        keys = {"A_KEY": f" {key}\n", "B_KEY": f"zz{key}zz", "C_KEY": "it is", "D_KEY": ""}
        assert leaking([exchange], {name: SecretStr(value) for name, value in keys.items()}) == ["A_KEY"]


@pytest.mark.parametrize(
    "changed",
    [
        {"method": "PUT"},
        {"uri": "http://api.example/v1/chat?a=1"},
        {"uri": "https://other.example/v1/chat?a=1"},
        {"uri": "https://api.example/v2/chat?a=1"},
        {"uri": "https://api.example/v1/chat?a=2"},
        {"body": b'{"b": 3}'},
    ],
)
def test_a_request_that_differs_does_not_match(vcr_config: dict[str, Any], changed: dict[str, Any]) -> None:
    """Requests match by method, scheme, host, path, query and body; the formatting of JSON is ignored."""
    matched = VCR(**vcr_config).get_merged_config()["match_on"]
    fields = {"method": "POST", "uri": "https://api.example/v1/chat?a=1", "body": b'{"a": 1, "b": 2}'}
    kind = {"Content-Type": "application/json"}
    request = Request(**fields, headers=kind)
    assert requests_match(request, Request(**{**fields, "body": b'{"b":2,"a":1}'}, headers=kind), matched)
    assert not requests_match(request, Request(**{**fields, **changed}, headers=kind), matched)


@loopback
def test_a_redirect_is_followed_in_a_replay(tmp_path: Path, vcr_config: dict[str, Any]) -> None:
    """A redirect is replayed without the server, from an address without the port."""

    def redirecting(asked: Asked) -> Reaction:
        if asked.path.startswith("/old"):
            return Reaction(status=307, headers=(("Location", f"{server.root}/new?a=1"),))
        return Reaction(body=b'{"moved": true}')

    vcr = VCR(**vcr_config)
    vcr.register_serializer("yaml", ReadableSerializer)
    with keyed_server(react=redirecting) as server, vcr.use_cassette(tmp_path / "a.yaml"):
        assert httpx.post(f"{server.root}/old", json={}, follow_redirects=True).json() == {"moved": True}
    with vcr.use_cassette(tmp_path / "a.yaml", record_mode="none"):
        assert httpx.post(f"{server.root}/old", json={}, follow_redirects=True).json() == {"moved": True}
    assert "http://127.0.0.1/new?a=1" in (tmp_path / "a.yaml").read_text(encoding="utf-8")


# Messages

CHANGED = "test_news.py::test_it"
LONG = "The harbour of Vesterholm is dredged again this spring. " * 12


def chat(*texts: str, uri: str = "https://api.example/v1/chat", **fields: Any) -> Request:
    return asked(json.dumps({"messages": [{"role": "user", "content": text} for text in texts], **fields}), uri)


def cassette(config: dict[str, Any], *requests: Request, mode: RecordMode = RecordMode.NONE) -> Cassette:
    """Return an open cassette with these requests, each with an empty response."""
    merged = VCR(**config).get_merged_config()
    matched = {name: merged[name] for name in ("match_on", "before_record_request", "before_record_response")}
    opened = Cassette("any.yaml", record_mode=mode, **matched)
    for request in requests:
        opened.append(request, answered(b"{}"))
    return opened


def failure(opened: Cassette, request: Request) -> str:
    """Return the message for a request that the cassette does not answer."""
    return unmatched(CannotOverwriteExistingCassetteException(cassette=opened, failed_request=request), CHANGED)


@pytest.mark.parametrize("test", [CHANGED, "test_a.py::test_b[it's $HOME]", "my tests/test_a.py::test_b[`x`]"])
def test_the_command_can_be_pasted(test: str) -> None:
    command = recording(test).removeprefix("run `").removesuffix("`")
    assert shlex.split(command) == ["pytest", "--record-mode=rewrite", test]


def test_a_changed_request_is_compared_with_the_nearest_recorded_one(vcr_config: dict[str, Any]) -> None:
    """The message shows the changed part of a long line, or a changed setting by its name."""
    before, after = (f"1\n{LONG}The toll is {toll} a car. {LONG}\n3" for toll in ("€50", "€51"))
    opened = cassette(vcr_config, chat("Something else."), chat(before, seed=1), chat("Nothing of it."))
    first, *lines, last = failure(opened, chat(after, seed=1)).splitlines()
    shown = [line for line in lines if line.startswith(("- ", "+ "))]
    assert [line[0] for line in shown] == ["-", "+"]
    assert "€50" in shown[0]
    assert "€51" in shown[1]
    assert "Ignore the hints above" in first
    assert last.startswith("a prompt, an article, a setting or the server's address has changed")
    assert last.endswith("if that is intended, run `pytest --record-mode=rewrite test_news.py::test_it`")
    assert '- "seed": 1\n+ "seed": 2\n' in failure(opened, chat(before, seed=2))


def test_another_server_than_the_recorded_one_is_named(vcr_config: dict[str, Any]) -> None:
    """The message has both addresses without credentials; loopback ports are ignored."""
    opened = cassette(vcr_config, chat("Hello.", uri="http://127.0.0.1:8977/v1/chat"))
    message = failure(opened, chat("Hello.", uri="https://me:secret@api.example/v1/chat"))
    assert "- POST http://127.0.0.1/v1/chat\n+ POST https://api.example/v1/chat\n" in message
    assert "the server's address has changed since the recording" in message
    assert "secret" not in message
    assert "POST" not in failure(opened, chat("Bye.", uri="http://127.0.0.1:1234/v1/chat"))


@few
@given(st.lists(st.text(max_size=300), max_size=30), st.lists(st.text(max_size=300), max_size=30))
def test_a_difference_is_short_and_empty_for_equal_requests(before: list[str], after: list[str]) -> None:
    lines = difference(chat(*after), [chat(*before)])
    assert len(lines) <= LONGEST
    assert all(len(line) <= WIDTH + 2 for line in lines)
    assert difference(chat(*after), [chat(*before), chat(*after)]) == []
