"""Hostile requests get an error status, and the server writes no text from them."""

import base64
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from invented import BRIDGE
from served import Held, Served, serving

from summarise.serving.server import hosts_of

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
SECRET = "zanzibar-7731"
"""Sent to the server, which must never write it."""
LIMITS: dict[str, Any] = {
    "body_bytes": 100_000,
    "head_bytes": 4096,
    "body_seconds": 0.3,
    "wrong_tokens_per_minute": 1000,
}
BODY = {"article": {"text": f"{BRIDGE} {SECRET}"}}
Ask = Callable[[Served], int]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Run a server with small limits, and with files in its folder of runs that it must not return."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "secret.json").write_text(SECRET, encoding="utf-8")
    runs = folder / "runs"
    runs.mkdir()
    (runs / "20260101T000000-00000000.json").symlink_to(folder / "secret.json")
    (runs / "other.json").write_text(SECRET, encoding="utf-8")
    with serving(runs, **LIMITS) as served:
        assert served.ask("POST", "/v1/facts", BODY).status == 200
        yield served


def facts(**headers: str | None) -> Ask:
    return lambda server: server.ask("POST", "/v1/facts", BODY, **headers).status


def sent(body: Any, path: str = "/v1/facts", **headers: str | None) -> Ask:
    return lambda server: server.ask("POST", path, body, **headers).status


def got(path: str, method: str = "GET", **headers: str | None) -> Ask:
    return lambda server: server.ask(method, path, **headers).status


def fetched(url: str) -> Ask:
    """Make the server fetch an address. PORT is replaced by the server's port."""
    return lambda server: (
        server.ask("POST", "/v1/facts", {"article": {"url": url.replace("PORT", str(server.port))}}).status
    )


def raw(text: str, *more: bytes) -> Ask:
    """Send a request verbatim, with HOST and TOKEN filled in."""

    def ask(server: Served) -> int:
        filled = text.replace("HOST", server.host).replace("TOKEN", server.token).replace("\n", "\r\n")
        return status(server.raw(filled.encode("latin-1"), *more))

    return ask


def status(answer: bytes) -> int:
    found = re.match(rb"HTTP/1\.1 ([0-9]{3}) ", answer)
    assert found, answer[:80]
    return int(found[1])


def slow_body(server: Served) -> int:
    """Send a request with an incomplete body."""
    head = f"POST /v1/facts HTTP/1.1\r\nHost: {server.host}\r\nAuthorization: Bearer {server.token}\r\n"
    return status(server.raw(f"{head}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{".encode()))


AUTHORISED = "Host: HOST\nAuthorization: Bearer TOKEN\n"
POSTED = f"POST /v1/facts HTTP/1.1\n{AUTHORISED}Content-Type: application/json\n"
HOSTILE: dict[str, tuple[Ask, int]] = {
    # DNS rebinding: another name for this address.
    "another host": (facts(Host="evil.example"), 421),
    "a host that begins like ours": (lambda server: facts(Host=f"localhost.evil.example:{server.port}")(server), 421),
    "our host without its port": (facts(Host="127.0.0.1"), 421),
    "no host": (raw("GET /v1/runs HTTP/1.0\nAuthorization: Bearer TOKEN\n\n"), 421),
    "two hosts": (raw(f"GET /v1/runs HTTP/1.1\nHost: evil.example\n{AUTHORISED}\n"), 400),
    "another host in the target": (raw(f"GET http://evil.example/ HTTP/1.1\n{AUTHORISED}Connection: close\n\n"), 404),
    # CSRF: another page in the same browser.
    "another origin": (facts(Origin="http://evil.example"), 403),
    "the origin null": (facts(Origin="null"), 403),
    "another port of this machine": (facts(Origin="http://127.0.0.1:1"), 403),
    "another site, by Sec-Fetch-Site": (facts(Sec_Fetch_Site="cross-site"), 403),
    "the page as a script of another site": (got("/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="no-cors"), 403),
    "a preflight of another origin": (got("/v1/facts", "OPTIONS", Origin="http://evil.example"), 403),
    "a form as plain text": (facts(Content_Type="text/plain"), 415),
    # A missing or wrong token.
    "no token": (facts(Authorization=None), 401),
    "a wrong token": (facts(Authorization=f"Bearer {SECRET}"), 401),
    "an empty token": (facts(Authorization="Bearer "), 401),
    "a token with non-ASCII letters": (facts(Authorization="Bearer tök\xe9n"), 401),
    "the token with the scheme Basic": (lambda server: facts(Authorization=f"Basic {server.token}")(server), 401),
    "the token in the address": (lambda server: got(f"/v1/runs?token={server.token}", Authorization=None)(server), 401),
    "two tokens": (raw(f"GET /v1/runs HTTP/1.1\n{AUTHORISED}Authorization: Bearer x\nConnection: close\n\n"), 401),
    "MCP without a token": (sent({}, "/mcp", Authorization=None), 401),
    "a WebSocket without a token": (
        got("/mcp", Authorization=None, Upgrade="websocket", Connection="Upgrade", Sec_WebSocket_Key="x"),
        401,
    ),
    # Too large, or malformed.
    "a body that is too large": (sent({"article": {"text": SECRET * 10_000}}), 413),
    "a length that is too large": (raw(f"{POSTED}Content-Length: 99999999999\n\n"), 413),
    "chunks that are too large": (
        raw(f"{POSTED}Transfer-Encoding: chunked\n\n", b"1f000\r\n" + b"x" * 0x1F000 + b"\r\n"),
        413,
    ),
    "a chunk without a length": (raw(f"{POSTED}Transfer-Encoding: chunked\n\n", b"zz\r\n\r\n"), 400),
    "a head that is too large": (raw(f"GET / HTTP/1.1\nHost: HOST\nX: {'x' * 9000}\nConnection: close\n\n"), 431),
    "a target that is too large": (raw(f"GET /{'x' * 9000} HTTP/1.1\n{AUTHORISED}Connection: close\n\n"), 431),
    "a head that is far too large": (raw(f"GET / HTTP/1.1\nHost: HOST\nX: {'x' * 90_000}"), 400),
    "a compressed body": (facts(Content_Encoding="gzip"), 415),
    "a non-JSON body": (sent(b"article=x"), 400),
    "JSON that is too deep": (sent(b"[" * 50_000), 400),
    "a wrong type": (sent({"article": [SECRET]}), 422),
    "an unknown field": (sent({**BODY, SECRET: 1}), 422),
    "a name that is too long": (sent({**BODY, "model": "x" * 5000}, "/v1/summaries"), 422),
    "invalid base64": (sent({"article": {"name": "x", "base64": "%%%"}}), 422),
    "a lone surrogate": (sent(b'{"article": {"text": "\\ud800"}}'), 400),
    "an invalid document": (
        sent({"article": {"name": "x.docx", "base64": base64.b64encode(b"PK\x03\x04" + b"\0" * 99).decode()}}),
        422,
    ),
    # Too slow.
    "a body that never ends": (slow_body, 408),
    # Files that the server must not read.
    "a parent folder": (got("/v1/runs/../../etc/passwd"), 404),
    "an encoded parent folder": (got("/v1/runs/..%2f..%2fetc%2fpasswd"), 404),
    "a path with NUL": (got("/v1/runs/20260101T000000-00000000%00"), 404),
    "a file beside the runs": (got("/v1/runs/other/file"), 404),
    "a link out of the folder": (got("/v1/runs/20260101T000000-00000000/file"), 404),
    "a model that is a file": (sent({**BODY, "model": "local:/etc/passwd"}, "/v1/summaries"), 403),
    "a judge that is a file": (sent({**BODY, "summary": "x", "judge": " local:../x.gguf"}, "/v1/checks"), 403),
    "a model of the Hub": (sent({**BODY, "model": "hf:a/b/x.gguf"}, "/v1/summaries"), 403),
    "a judge of the Hub": (sent({**BODY, "summary": "x", "judge": " hf:a/b/x.gguf@main"}, "/v1/checks"), 403),
    # Addresses that the server must not fetch.
    "this server": (fetched("http://127.0.0.1:PORT/"), 422),
    "a file as an address": (fetched("file:///etc/passwd"), 422),
    # Unknown methods, formats and views.
    "another method": (got("/v1/facts", "PUT"), 405),
    "another media type": (facts(Accept="image/png"), 406),
    "an unknown view": (sent(BODY, "/v1/checks?views=../page"), 400),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_request_is_refused(server: Served, name: str) -> None:
    ask, expected = HOSTILE[name]
    assert ask(server) == expected


def test_a_refusal_repeats_nothing_of_the_request(server: Served) -> None:
    """The name of an unknown field is an exception."""
    answers = [
        server.ask("POST", "/v1/facts", {**BODY, "unknown": SECRET}),
        server.ask("POST", "/v1/facts", {"article": {"text": [SECRET]}}),
        server.ask("POST", "/v1/facts", {"article": {"base64": f"{SECRET}!"}}),
        server.ask("GET", f"/{SECRET}"),
        server.ask("GET", f"/v1/runs/{SECRET}"),
        server.ask("GET", "/", Host=SECRET),
        server.ask("GET", "/v1/runs", Authorization=f"Bearer {SECRET}"),
    ]
    for answer in answers:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json["code"] == 2
        assert SECRET not in answer.body.decode()


def test_an_error_for_clients_does_not_say_how_to_allow_private_addresses(server: Served) -> None:
    """The error for a private address leaves out the command's advice to allow it."""
    problem = server.ask("POST", "/v1/facts", {"article": {"url": "http://10.0.0.1/"}}).json
    assert (problem["code"], problem["error"]) == (3, "ArticleError")
    assert "private network" in problem["detail"]
    assert "allow" not in problem["detail"]


def test_every_response_has_the_security_headers(server: Served) -> None:
    for answer in (server.ask("GET", "/"), server.ask("GET", "/v1/runs"), server.ask("GET", "/nothing")):
        headers = answer.headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"
        assert "access-control-allow-origin" not in headers
        assert "server" not in headers


@pytest.mark.slow
@pytest.mark.parametrize(("form", "status"), [("application/json", 408), ("text/event-stream", 200)])
def test_a_disconnected_client_blocks_no_other(tmp_path: Path, form: str, status: int) -> None:
    """The work of a disconnected client is cancelled, which frees the only worker."""
    begun, never = threading.Event(), threading.Event()
    sent = json.dumps(BODY).encode()
    with serving(tmp_path / "runs", make_worker=lambda _: Held(begun, never), **LIMITS) as server:
        head = f"POST /v1/facts HTTP/1.1\r\nHost: {server.host}\r\nAuthorization: Bearer {server.token}\r\n"
        head += f"Accept: {form}\r\nContent-Type: application/json\r\nContent-Length: {len(sent)}\r\n\r\n"
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(head.encode() + sent)
            assert begun.wait(30)
        assert server.ask("POST", "/v1/facts", BODY).status == 200
    # Lines of the log follow the answers, but all are written once the server has ended.
    assert server.log_lines == [f"POST /v1/facts {status}", "POST /v1/facts 200"]


@pytest.mark.slow
def test_nothing_of_a_request_is_logged(tmp_path: Path) -> None:
    with serving(tmp_path / "runs", **LIMITS) as server:
        for name in ("a wrong token", "an unknown field", "a non-JSON body", "two hosts", "an encoded parent folder"):
            HOSTILE[name][0](server)
        server.ask("GET", f"/{SECRET}?{SECRET}", X_Secret=SECRET)
        server.ask("POST", "/v1/summaries", BODY)
        written = server.ended()
    assert len(written) == 6
    for line in written:
        assert re.fullmatch(r"(GET|POST) (/v1/[a-z]+|/v1/runs/…|…) [0-9]{3}", line), line


# names, rates and faults


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Run a server behind a proxy."""
    names = ("Summaries.example.org", "other.example.org:8443")
    with serving(tmp_path_factory.mktemp("named"), names=names) as served:
        yield served


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("summaries.example.org", "https://summaries.example.org", 200),
        ("Summaries.Example.ORG", "https://summaries.example.org", 200),
        ("summaries.example.org:PORT", "http://summaries.example.org:PORT", 200),
        ("other.example.org:8443", "https://other.example.org:8443", 200),
        ("summaries.example.org:8443", "https://summaries.example.org", 421),
        ("other.example.org", "https://other.example.org", 421),
        ("127.0.0.1", "http://127.0.0.1", 421),
        ("summaries.example.org", "https://elsewhere.example.org", 403),
        ("summaries.example.org", "https://summaries.example.org:8443", 403),
    ],
)
def test_a_proxy_must_use_an_allowed_name(named: Served, host: str, origin: str, status: int) -> None:
    """A name without a port is also allowed with the server's port."""
    host, origin = (text.replace("PORT", str(named.port)) for text in (host, origin))
    assert named.ask("GET", "/v1/runs", Host=host, Origin=origin).status == status


@pytest.mark.parametrize("name", ["2001:DB8::1", "[2001:db8::1]", "[2001:db8::1]:443"])
def test_an_ipv6_address_is_in_brackets(name: str) -> None:
    """`--allow-host` takes the address with or without brackets and port."""
    ports = {"[2001:db8::1]:443"} if name.endswith("443") else {"[2001:db8::1]", "[2001:db8::1]:8765"}
    assert hosts_of("2001:db8::2", 8765, (name,)) == {*ports, "[2001:db8::2]:8765"}


@pytest.mark.slow
def test_a_client_that_asks_too_often_has_to_wait(tmp_path: Path) -> None:
    """Requests without the right token do not count against the rate of requests with it."""
    with serving(tmp_path / "runs", requests_per_minute=5, wrong_tokens_per_minute=3) as server:

        def asked(times: int, client: str, path: str = "/v1/runs", **headers: str | None) -> list[int]:
            return [server.ask("GET", path, client=client, **headers).status for _ in range(times)]

        assert asked(6, "127.0.0.1") == [200] * 5 + [429]
        assert asked(6, "127.0.0.2", "/", Authorization=None) == [200] * 5 + [429]
        assert asked(1, "127.0.0.2") == [200]
        assert asked(4, "127.0.0.3", Authorization="Bearer wrong") == [401] * 3 + [429]
        assert asked(1, "127.0.0.3") == [200]
        assert asked(1, "127.0.0.4", Authorization="Bearer wrong") == [401]
        waiting = server.ask("GET", "/v1/runs", client="127.0.0.3", Authorization="Bearer wrong")
        assert int(waiting.headers["retry-after"]) <= 20


def test_a_fault_reveals_only_its_type_and_exit_code(server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the text of an article")

    monkeypatch.setattr("summarise.serving.service.available_backends", broken)
    answer = server.ask("GET", "/v1/models")
    assert (answer.status, answer.json["code"]) == (500, 70)
    assert b"RuntimeError" in answer.body
    assert b"article" not in answer.body
