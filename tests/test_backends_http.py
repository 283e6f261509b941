"""The HTTP client of model servers: headers, retries, time-outs, connections, refusals and bodies."""

import asyncio
import gzip
import json
import os
import time
import zlib
from typing import Any

import pytest
from asking import ASKED, GOOD, HANG, KEY, Ask, response
from fault_server import WELL, Fault, Seen, fault_server, saying, scripted_server
from pydantic import SecretStr

from summarise import SummariseError

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])


# Headers, secrets and addresses


@pytest.mark.parametrize("url", ["", "localhost:8080", "ftp://h/v1", "http://", "http://h:port/v1", "http://[::1/v1"])
def test_a_base_url_that_is_not_valid_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(SummariseError, match="write it like https://"):
        Ask(url)


async def test_a_response_has_its_request_id_attempts_and_time() -> None:
    async with scripted_server(lambda seen: response(500) if seen.number == 0 else response(request_id="r1")) as server:
        answer = await Ask(server).get("props")
    assert (answer.request_id, answer.attempts, answer.body) == ("r1", 2, GOOD)
    assert answer.seconds < 2
    assert server.seen[1].path == "/v1/props"
    assert server.seen[1].headers["authorization"] == f"Bearer {KEY}"
    assert server.seen[1].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("lifetime", ["60", "9" * 400])
async def test_no_cookie_is_read_or_kept(lifetime: str) -> None:
    """Reading it would give a warning: Python's cookie parser warns of the long lifetime."""
    cookie = f"account=1; Max-Age={lifetime}"
    async with scripted_server(lambda seen: response(200 if seen.number else 500, set_cookie=cookie)) as server:
        await Ask(server).replies()
    assert [seen.headers.get("cookie") for seen in server.seen] == [None, None]


@pytest.mark.parametrize(
    "location", ["http://[", "http://x\x01/", "http://\u0378.example/", "//", "http://" + "ä" * 99]
)
async def test_a_redirect_to_an_invalid_address_is_an_error_about_a_redirect(location: str) -> None:
    async with scripted_server(lambda _: response(307, "", location=location)) as server:
        error = await Ask(server).error()
    assert (error.status, error.attempts) == (307, 1)


async def test_a_redirect_to_another_host_is_not_followed() -> None:
    """The key is sent only to the configured host."""
    async with scripted_server(lambda _: response()) as other:
        elsewhere = other.url.replace("127.0.0.1", "localhost")
        async with scripted_server(lambda _: response(307, "", location=elsewhere)) as server:
            outcome = await Ask(server).outcome()
    assert outcome.startswith("RequestRefusedError: ")
    assert "localhost" in outcome
    assert other.seen == []


async def test_no_proxy_is_used_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTP_PROXY and the setting `proxy` do not apply to loopback addresses."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with scripted_server(lambda _: response()) as server:
        for proxy in (None, SecretStr("http://127.0.0.1:9")):
            await Ask(server, max_attempts=1, proxy=proxy).replies()


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("HTTPS_PROXY", "foo://me:word@bar", "proxy settings of the environment cannot be used (ValueError): check "),
        ("NO_PROXY", "::1/128", "proxy settings of the environment cannot be used (InvalidURL): check HTTP_PROXY"),
        ("SSL_CERT_FILE", "/nowhere", "certificates cannot be read (FileNotFoundError): check SSL_CERT_FILE"),
        ("SSL_CERT_FILE", os.devnull, "certificates cannot be read (SSLError): check SSL_CERT_FILE"),
    ],
)
async def test_an_unusable_environment_is_an_error_that_names_the_variables(
    variable: str, value: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their values, which may hold a password, are not shown."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(SummariseError) as caught:
        await Ask("https://example.org/v1").replies()
    assert message in str(caught.value)
    assert "word" not in str(caught.value)


# Retries and time-outs


@pytest.mark.parametrize("status", [408, 429, 503])
async def test_a_busy_server_is_called_again_after_growing_waits(status: int) -> None:
    async with scripted_server(lambda seen: response(status, "busy") if seen.number < 2 else response()) as server:
        ask = Ask(server)
        await ask.replies()
    assert len(server.seen) == 3
    assert 0.5 <= ask.waits[0] <= 1.0 <= ask.waits[1] <= 1.5


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": 502, "message": "Provider returned error"}, "OverloadedError"),
        ({"code": "429", "message": "busy"}, "RateLimitError"),
        ({"code": 402, "message": "Insufficient credits"}, "QuotaError"),
        ({"type": "overloaded_error", "message": "Overloaded"}, "OverloadedError"),
        ({"type": "authentication_error", "message": "no"}, "AuthenticationError"),
        ("the model runner has stopped", "OverloadedError"),
    ],
)
async def test_an_error_with_status_200_is_one_of_its_own_status(error: Any, kind: str) -> None:
    """OpenRouter sends such errors. They are retried like others."""
    async with scripted_server(lambda _: response(200, {"error": error})) as server:
        found = await Ask(server).error()
    assert type(found).__name__ == kind
    assert len(server.seen) == (3 if kind in ("OverloadedError", "RateLimitError") else 1)


@pytest.mark.parametrize(
    ("headers", "message", "seconds"),
    [
        ({"retry-after": "7"}, "", 7.0),
        ({"retry-after": " 1.5 "}, "", 1.5),
        ({"retry-after": "3600"}, "", 60.0),
        ({"llm_provider-retry-after": "4"}, "", 4.0),
        ({"retry-after": "3"}, "try again in 9 seconds", 3.0),
        ({}, "No deployments available for selected model, Try again in 2 seconds. Passed model=m", 2.0),
        ({}, "Rate limit reached: Limit 15000, Used 11972. Please try again in 5.289s. Visit a page", 5.289),
        ({}, "Please try again in 120ms.", 0.12),
        ({}, "Please try again in 0m7.5s.", 7.5),
        ({}, "Please retry after 33 seconds.", 33.0),
        ({}, "try again in 2 hours", 60.0),
        ({"retry-after": "soon"}, "", None),
        ({"retry-after": "-5"}, "", None),
        ({"retry-after": "Sat, 14 Mar 2026 12:00:20 GMT"}, "", None),
        ({}, "try again in 2 months", None),
        ({}, "try again later", None),
    ],
)
async def test_a_server_can_demand_a_wait(headers: dict[str, str], message: str, seconds: float | None) -> None:
    """Retry-After, LiteLLM's header or the error message state the seconds; at most a minute counts."""
    busy = Fault("", saying(said(message)), status=429, headers=tuple(headers.items()), framing="length")
    async with scripted_server(lambda seen: response() if seen.number else busy) as server:
        ask = Ask(server, total_timeout=100)
        await ask.replies()
    (wait,) = ask.waits
    assert wait == pytest.approx(seconds) if seconds is not None else 0.5 <= wait <= 1.0


async def test_a_wait_beyond_the_deadline_is_an_error_at_once() -> None:
    async with scripted_server(lambda _: response(429, "", retry_after="3600")) as server:
        ask = Ask(server)
        assert (await ask.outcome()).startswith("RateLimitError: ")
    assert (ask.waits, len(server.seen)) == ([], 1)


@pytest.mark.parametrize(("read", "total"), [(0.05, 30.0), (30.0, 0.05)])
async def test_a_time_out_is_longer_by_the_time_for_reasoning(read: float, total: float) -> None:
    """Two tokens add 0.08 s; the message gives the sum and this part."""
    async with scripted_server(lambda _: HANG) as server:
        ask = Ask(server, read_timeout=read, total_timeout=total, max_attempts=1)
        started = time.monotonic()
        outcome = await ask.outcome(ASKED.model_copy(update={"reasoning_room": 2}))
    assert "within 0.13 s (0.08 s of that for thinking)" in outcome
    assert time.monotonic() - started >= 0.125


@pytest.mark.slow
async def test_the_body_of_a_refusal_is_read_for_a_short_time() -> None:
    """The error shows the part that was received."""
    fault = Fault("", saying(b"out of order" + b" " * 99), status=503, cut=40, end="hang", framing="length")
    async with fault_server(fault) as server:
        started = time.perf_counter()
        assert "out of order" in await Ask(server, read_timeout=20, max_attempts=1).outcome()
        assert time.perf_counter() - started < 5


# Connections


async def test_consecutive_calls_share_a_connection() -> None:
    """After an error, too, the connection is used again."""
    async with fault_server(Fault("", saying({}), status=500), WELL) as server:
        await Ask(server).replies(ASKED, ASKED, ASKED)
        assert server.most_open == 1


@pytest.mark.slow
async def test_as_many_calls_run_at_once_as_the_setting_allows() -> None:
    """A second httpx client provides more connections."""
    async with fault_server(Fault("", late=2.0)) as server:
        ask = Ask(server, concurrency=120, read_timeout=20)
        async with ask.client:
            await asyncio.gather(*[ask.backend.complete(ASKED) for _ in range(125)])
        assert server.most_open == 120


@pytest.mark.slow
async def test_a_cancelled_call_releases_its_connection_and_its_slot() -> None:
    async with fault_server(Fault("", cut=9, end="hang"), WELL) as server:
        ask = Ask(server, concurrency=1, read_timeout=20)
        async with ask.client:
            call = asyncio.create_task(ask.backend.complete(ASKED))
            await asyncio.sleep(0.3)
            assert server.seen
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            async with asyncio.timeout(5):
                await ask.backend.complete(ASKED)
            await asyncio.sleep(0.1)
            assert server.open == 1


# Refusals, which are not retried


def said(message: str, **more: str) -> dict[str, Any]:
    return {"error": {"message": message, **more}}


WRONG = "AuthenticationError: HOST does not accept the key"
FORBIDDEN = "AuthenticationError: HOST forbids the request"
REFUSED = "RequestRefusedError: HOST refuses the request"
OVERFLOW = "ContextOverflowError: the request{} does not fit into the model's context{} at HOST: set a smaller"
NO_DATABASE = said("No connected db.", type="no_db_connection", code="400")


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (401, said(f"wrong key {KEY}"), f"{WRONG} (401): check MILL_KEY"),
        (403, said("Authentication failed: Please make sure your API Key is valid."), f"{WRONG} (403): check MILL_KEY"),
        (403, said("The security token included in the request is expired"), f"{WRONG} (403): check MILL_KEY"),
        (403, {"Message": "You have no access to it."}, f"{FORBIDDEN} (403: You have no access to it.): check"),
        (403, {}, f"{FORBIDDEN} (403): check the permissions of the key"),
        (400, said("Authentication failed"), f"{REFUSED} (400: Authentication failed): change the model or settings"),
        # LiteLLM's message is shown; a text that may quote the key is not.
        (400, NO_DATABASE, f"{WRONG} (400: No connected db.): check MILL_KEY"),
        (400, {"error": "Incorrect API key provided: xa***f3"}, f"{WRONG} (400): check MILL_KEY"),
        (404, "nothing here", f"{REFUSED} (404: nothing here): check the base URL (most end in /v1) and the model's"),
        (407, {}, "RequestRefusedError: the proxy on the way to HOST refuses (407): check the setting proxy"),
        (302, "", "RequestRefusedError: HOST redirects requests to another address: set the base URL of the right"),
        (402, {}, "QuotaError: HOST refuses (402): add credit to the account of the key, which has no credit left"),
        (429, said("x", code="insufficient_quota"), "QuotaError: HOST refuses (429: x): add credit to the account"),
        (400, said("", code="context_length_exceeded"), OVERFLOW.format("", "")),
        (
            400,
            {"error": {"type": "exceed_context_size_error", "n_prompt_tokens": 900, "n_ctx": 512}},
            OVERFLOW.format(" of 900 tokens", " of 512"),
        ),
        (400, said("Invalid model name passed in model=x."), f"{REFUSED} (400: Invalid model name passed in model=x.)"),
        (
            400,
            said("The model `x` does not exist"),
            f"{REFUSED} (400: The model `x` does not exist): check the model's",
        ),
        (400, said("unknown to this model"), f"{REFUSED} (400: unknown to this model): change the model or settings"),
        # Every form of an error: OpenAI, Ollama, FastAPI, bare messages, Google and plain text.
        (400, said("No such\nthing"), f"{REFUSED} (400: No such thing)"),
        (400, {"error": "it is loading"}, f"{REFUSED} (400: it is loading)"),
        (
            400,
            {"detail": [{"loc": ["body"], "msg": "extra"}]},
            f'{REFUSED} (400: [{{"loc": ["body"], "msg": "extra"}}])',
        ),
        (400, {"object": "error", "message": "out of memory"}, f"{REFUSED} (400: out of memory)"),
        (400, [{"error": {"code": 404, "message": "not found"}}], f"{REFUSED} (400: not found)"),
        (400, said('No JSON. Traceback (most recent call last):\n  File "a.py"'), f"{REFUSED} (400: No JSON.)"),
        (400, "Bad gateway", f"{REFUSED} (400: Bad gateway)"),
        (400, "<html><h1>502</h1></html>", f"{REFUSED} (400)"),
    ],
)
async def test_a_refusal_is_one_line_with_advice(status: int, body: Any, outcome: str) -> None:
    """HTML and tracebacks of the server are left out."""
    async with scripted_server(lambda _: response(status, body)) as server:
        found = (await Ask(server).outcome()).replace(server.url[7:-3], "HOST")
    assert found.startswith(outcome)
    assert found.endswith("[1]")
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("message", "advice"),
    [
        ("Internal Server Error", "try again later, or check key and model's name and see the server's log"),
        ("out of memory", "try again later"),
    ],
)
async def test_advice_on_a_failure_without_a_reason_mentions_key_and_models_name(message: str, advice: str) -> None:
    async with scripted_server(lambda _: response(500, said(message), request_id="r7")) as server:
        error = await Ask(server).error()
    assert (error.provider, error.status, error.request_id, error.attempts) == ("mill", 500, "r7", 3)
    assert str(error) == f"{server.url[7:-3]} is overloaded or broken (500: {message}): {advice}"


# Token limits that a server refuses


@pytest.mark.parametrize(
    ("message", "most"),
    [
        ("max_tokens is too large: 40009. This model supports at most 16384 completion tokens, not 40009.", 16384),
        ("max_tokens: 40009 > 8192, which is the maximum allowed number of output tokens for claude-3-5-haiku", 8192),
        ("Invalid max_tokens value, the valid range of max_tokens is [1, 8192]", 8192),
        ("`max_tokens` must be less than or equal to `32,768`", 32768),
        ("temperature must be at most 100", None),
        ("max_tokens is too large", None),
        ("max_tokens must be at most 50000", None),
    ],
)
async def test_a_limit_is_lowered_to_the_number_in_the_refusal(message: str, most: int | None) -> None:
    """Later requests keep the lower limit. If the refusal has no usable number, it is raised."""
    wide = ASKED.model_copy(update={"reasoning_room": 40_000})

    def script(seen: Seen) -> Fault:
        return response(400, said(message)) if seen.body["max_tokens"] > (most or 0) else response()

    async with scripted_server(script) as server:
        ask = Ask(server, max_attempts=1)
        if most is None:
            assert (await ask.outcome(wide)).startswith(REFUSED.partition(":")[0])
            return
        await ask.replies(wide, wide, ASKED)
    assert [body["max_tokens"] for body in server.asked] == [40_009, most, most, 9]


# Bodies


def raw_deflate(data: bytes) -> bytes:
    """Compress without the zlib header."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


WHOLE = json.dumps(GOOD).encode()


@pytest.mark.parametrize("piece", [1, 7, 10_000])
@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("identity", WHOLE),
        ("gzip", gzip.compress(WHOLE, mtime=0)),
        ("x-gzip", gzip.compress(WHOLE, mtime=0)),
        ("deflate", zlib.compress(WHOLE)),
        (" Deflate ", raw_deflate(WHOLE)),
    ],
)
async def test_a_compressed_body_is_decompressed(encoding: str, packed: bytes, piece: int) -> None:
    """Deflate may lack the zlib header, and pieces may have any size."""
    pieces = [packed[at : at + piece] for at in range(0, len(packed), piece)]
    async with fault_server(Fault("", lambda: pieces, headers=(("content-encoding", encoding),))) as server:
        (reply,) = await Ask(server, max_answer_bytes=max(len(WHOLE), len(packed))).replies()
    assert reply.text == "fine"


@pytest.mark.parametrize(
    ("body", "encoding", "fault"),
    [
        (b'{"a": "\xff"}', "", "is not UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "", "is not UTF-8"),
        (b" <!doctype html>", "", "is a page of HTML"),
        (b"busy", "", "is not a JSON object"),
        (b'data: {"a": 1}\n\n', "", "is not a JSON object"),
        (b'{"a": 1', "", "is not a JSON object"),
        (b"[" * 100_000, "", "is not a JSON object"),
        (b'{"a":' * 100_000, "", "is not a JSON object"),
        (b'{"choices": [{"message": {"content": 7}}]}', "", "contains no choice"),
        (b'{"error": {"message": "upstream failed"}}', "", "contains no choice (upstream failed)"),
        (b"no gzip at all", "gzip", "is not compressed as its headers say"),
        (b"\xff" * 16, "deflate", "is not compressed as its headers say"),
        (b"{}", "br", "is compressed in a way that was not requested ('br')"),
    ],
)
async def test_an_unusable_body_is_an_error_that_describes_it(body: bytes, encoding: str, fault: str) -> None:
    answer = Fault("", saying(body), headers=(("content-encoding", encoding),), framing="length")
    async with scripted_server(lambda _: answer) as server:
        outcome = await Ask(server, max_answer_bytes=2**20).outcome()
    assert outcome.startswith(f"MalformedAnswerError: the answer of {server.url[7:-3]} {fault}: ")
    assert outcome.endswith("[1]")


@pytest.mark.parametrize(
    "beside",
    [
        "1",
        '{"\\udfff": 1}',
        "9" * 5000,
        "-" + "9" * 5000,
        "[" * 99 + "1" + "]" * 99,
        '{"a":' * 101 + "1" + "}" * 101,
        '[{"a":"]}[{",\n"b":' * 20_000 + "1" + "}]" * 20_000,
    ],
    ids=lambda text: text[:12],
)
async def test_an_answer_is_read_although_other_fields_contain_odd_json(beside: str) -> None:
    """Examples are very long numbers and deep nesting. Lone surrogates become U+FFFD."""
    content = r"\ud83d\ude00, half \ud83d, half \uDE00, wrong \ude00\ud83d, \\ud83d is written so"
    body = f'{{"beside": {beside}, "choices": [{{"message": {{"content": "{content}"}}}}]}}'
    async with scripted_server(lambda _: response(200, body)) as server:
        (reply,) = await Ask(server).replies()
    assert reply.text == "😀, half \ufffd, half \ufffd, wrong \ufffd\ufffd, \\ud83d is written so"
