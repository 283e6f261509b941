"""Content of cassettes: full bodies, listed headers, no changing ports, no secrets."""

import gzip
import json
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
from vcr.matchers import requests_match
from vcr.request import Request
from vcr.serialize import deserialize, serialize

from summarise.observing.secrets import SHORTEST
from summarise.testing.cassettes import ReadableSerializer, clean_request, clean_response, leaking

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)
few = settings(max_examples=15)
KEYS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=SHORTEST)


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


@few
@given(JSON, JSON)
def test_json_comes_back_as_the_same_data(question: Any, answer: Any) -> None:
    sent, received, _ = through_a_cassette(asked(json.dumps(question)), answered(json.dumps(answer).encode()))
    assert json.loads(sent) == question
    assert json.loads(received) == answer


@few
@given(st.binary(min_size=1), st.binary())
def test_what_is_no_json_comes_back_as_it_was(question: bytes, answer: bytes) -> None:
    sent, received, _ = through_a_cassette(asked(b"=" + question), answered(b"<" + answer))
    assert (sent, received) == (b"=" + question, b"<" + answer)


@given(st.text())
def test_an_event_stream_comes_back_as_it_was(text: str) -> None:
    """Streams of other language-model clients are not changed."""
    said = {"choices": [{"delta": {"reasoning": text, "content": text}}]}
    stream = f"data: {json.dumps(said, ensure_ascii=False)}\n\ndata: [DONE]\n\n".encode(errors="replace")
    cleaned = clean_response(answered(stream, content_type="text/event-stream"))
    assert through_a_cassette(asked(), cleaned)[1] == stream


def test_a_cassette_of_vcrpys_own_can_be_read() -> None:
    from vcr.serializers import yamlserializer

    exchange = {"requests": [asked('{"a": 1}')], "responses": [answered(b'{"b": 2}')]}
    (request,), (response,) = deserialize(serialize(exchange, yamlserializer), ReadableSerializer)
    assert (request.body, response["body"]["string"]) == (b'{"a": 1}', b'{"b": 2}')


@pytest.mark.parametrize(
    ("uri", "kept"),
    [
        ("http://127.0.0.1:41234/v1/chat?a=1", "http://127.0.0.1/v1/chat?a=1"),
        ("http://localhost:8080/v1", "http://localhost/v1"),
        ("http://[::1]:8080/v1", "http://[::1]/v1"),
        ("http://gpu.example:8000/v1", "http://gpu.example:8000/v1"),
        ("https://me:secret@api.example/v1", "https://api.example/v1"),
    ],
)
def test_an_address_is_kept_without_the_port_of_the_day(uri: str, kept: str) -> None:
    """Ports on loopback change with each run; user names and passwords are never kept."""
    assert clean_request(asked(uri=uri)).uri == kept


def test_headers_are_kept_by_a_list() -> None:
    """Only headers known to be harmless are recorded."""
    request = asked(b"{}", Content_Type="application/json", Authorization="Bearer x", X_Api_Key="x", X_New="x")
    response = answered(b"{}", content_type="application/json", set_cookie="a=1", x_request_id="7", retry_after="9")
    assert dict(clean_request(request).headers) == {"Content-Type": "application/json"}
    assert clean_response(response)["headers"] == {"content-type": ["application/json"]}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ETag", '"33a64df5"'),
        ("last-modified", "Tue, 24 Nov 2026 08:00:00 GMT"),
        ("Cache-Control", "max-age=60"),
        ("location", "/articles/7?lang=en&page=2"),
        ("Location", "https://api.example:8443/articles;v=1?q=a%20b&empty="),
        ("link", '<https://api.example/all?page_token=abc>; rel="next", </all>; rel="first"'),
    ],
)
def test_what_a_client_goes_on_by_is_kept(name: str, value: str) -> None:
    """Headers for redirects, caching and pagination are recorded."""
    response = {**answered(b""), "headers": {name: [value], "X-Account": ["me"]}}
    assert clean_response(response)["headers"] == {name: [value]}


@pytest.mark.parametrize(
    ("location", "kept"),
    [
        ("https://me:secret@api.example/v1?a=1", "https://api.example/v1?a=1"),
        ("http://127.0.0.1:41234/v1", "http://127.0.0.1/v1"),
        ("https://a.example/?code=s3cret&lang=en", "https://a.example/?code=left-out&lang=en"),
        (
            "/f?a=1&X-Amz-Signature=s3cret&X-Amz-Credential=s3cret",
            "/f?a=1&X-Amz-Signature=left-out&X-Amz-Credential=left-out",
        ),
        ("/f?access%5Ftoken=s3cret;sig=s3cret", "/f?access%5Ftoken=left-out;sig=left-out"),
        ("/f?country_code=nl#access_token=s3cret", "/f?country_code=nl"),
    ],
)
def test_an_address_in_an_answer_is_kept_without_secrets(location: str, kept: str) -> None:
    """Credentials, loopback ports, fragments and secret query parameters are removed."""
    response = {**answered(b""), "headers": {"Location": [location], "Link": [f"<{location}>; rel=next"]}}
    cleaned = clean_response(response)
    assert cleaned["headers"] == {"Location": [kept], "Link": [f"<{kept}>; rel=next"]}
    assert clean_response(cleaned) == cleaned


@given(st.binary())
def test_any_answer_can_be_cleaned_and_is_then_clean(body: bytes) -> None:
    """Other bodies than a model's answer are unchanged, and cleaning is idempotent."""
    once = clean_response(answered(body, content_type="application/json", server="x"))
    assert once["body"]["string"] == body
    assert clean_response(once) == once


def test_of_likelihoods_the_number_is_kept() -> None:
    """Only log-probabilities are kept; tokens and alternatives are long and not read."""
    tokens = {"content": [{"token": "a", "logprob": -0.123456, "top_logprobs": []}]}
    body = {"choices": [{"logprobs": tokens}, {"logprobs": None}]}
    cleaned = json.loads(clean_response(answered(json.dumps(body).encode()))["body"]["string"])
    assert cleaned == {"choices": [{"logprobs": {"content": [{"logprob": -0.1235}]}}, {"logprobs": None}]}


def test_a_packed_answer_is_kept_unpacked(vcr_config: dict[str, Any]) -> None:
    """The encoding header is kept only if the body cannot be decompressed."""
    cleaned = VCR(**vcr_config).get_merged_config()["before_record_response"]
    response = cleaned(answered(gzip.compress(b'{"a": 1}'), content_type="application/json", content_encoding="gzip"))
    assert response["body"]["string"] == b'{"a": 1}'
    assert response["headers"] == {"content-type": ["application/json"]}
    unknown = cleaned(answered(b"\x8b\x01", content_encoding="zstd"))
    assert unknown["headers"] == {"content-encoding": ["zstd"]}


@given(KEYS, st.sampled_from(["question", "answer", "address", "header", "text"]))
def test_a_key_is_found_wherever_it_stands(key: str, place: str) -> None:
    """Keys are found in JSON or plain bodies, addresses and headers; their variables are returned."""
    import urllib.parse

    packed = json.dumps({"say": f"it is {key}."}).encode()
    exchange = {
        "question": (asked(packed), answered(b"{}")),
        "answer": (asked(b"{}"), answered(packed)),
        "address": (asked(uri=f"https://api.example/v1?key={urllib.parse.quote_plus(key)}"), answered(b"")),
        "header": (asked(b"", X_Odd=key), answered(None)),
        "text": (asked(b""), answered(f"it is {key}.".encode())),
    }[place]
    assert leaking([exchange], {"A_KEY": SecretStr(f" {key}\n"), "B_KEY": SecretStr("zz" + key + "zz")}) == ["A_KEY"]


def test_a_word_in_place_of_a_key_is_no_leak() -> None:
    """Local servers are often given "none" as a key, which may appear in any article."""
    exchange = (asked(b'{"say": "none"}'), answered(b'{"say": "there is none"}'))
    assert leaking([exchange], {"A_KEY": SecretStr("none"), "B_KEY": SecretStr("")}) == []


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
def test_whatever_is_asked_otherwise_is_another_question(vcr_config: dict[str, Any], changed: dict[str, Any]) -> None:
    """Requests match by method, scheme, host, path, query and body; the formatting of JSON is ignored."""
    matched = VCR(**vcr_config).get_merged_config()["match_on"]
    said = {"method": "POST", "uri": "https://api.example/v1/chat?a=1", "body": b'{"a": 1, "b": 2}'}
    kind = {"Content-Type": "application/json"}
    request = Request(**said, headers=kind)
    assert requests_match(request, Request(**{**said, "body": b'{"b":2,"a":1}'}, headers=kind), matched)
    assert not requests_match(request, Request(**{**said, **changed}, headers=kind), matched)


@loopback
def test_a_redirect_is_followed_in_a_replay(tmp_path: Path, vcr_config: dict[str, Any]) -> None:
    """A redirect is replayed without the server; filtered query parameters are not recorded."""

    def redirecting(asked: Asked) -> Reaction:
        if asked.path.startswith("/old"):
            return Reaction(status=307, headers=(("Location", f"{server.root}/new?a=1&token=s3cret"),))
        return Reaction(body=b'{"moved": true}')

    vcr = VCR(**vcr_config, filter_query_parameters=["token"])
    vcr.register_serializer("yaml", ReadableSerializer)
    with keyed_server(react=redirecting) as server, vcr.use_cassette(tmp_path / "a.yaml"):
        assert httpx.post(f"{server.root}/old", json={}, follow_redirects=True).json() == {"moved": True}
    with vcr.use_cassette(tmp_path / "a.yaml", record_mode="none"):
        assert httpx.post(f"{server.root}/old", json={}, follow_redirects=True).json() == {"moved": True}
    text = (tmp_path / "a.yaml").read_text(encoding="utf-8")
    assert "s3cret" not in text
    assert "http://127.0.0.1/new?a=1" in text
