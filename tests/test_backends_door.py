"""The HTTP client: headers, secrets, time-outs, connections and sizes."""

import asyncio
import os
import time

import pytest
from asking import KEY, Answer, Ask, serving
from fault_server import WELL, Fault, fault_server, saying
from pydantic import SecretStr

from summarise import Settings
from summarise.backends.http.client import JSONClient
from summarise.backends.http.credentials import valid_headers
from summarise.backends.http.transport import PLACES_A_CLIENT, REFUSAL_SECONDS
from summarise.errors import ConfigurationError, MalformedAnswerError, OverloadedError, RequestRefusedError

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

OTHER = 'k/0987"654\\321-other'
PATIENT = Settings(read_timeout=20, max_attempts=1)
PATH = "chat/completions"


async def test_headers_go_with_every_request_and_their_secrets_into_no_message() -> None:
    """Secrets are removed from errors, whether the server repeats them as text or as JSON."""
    said = f"no: {OTHER}, {KEY}"
    for answer in (Answer(400, {"error": {"message": said}}), Answer(400, said), Answer(400, {"error": [said]})):
        async with serving(lambda _, answer=answer: answer) as server:  # type: ignore[misc]
            headers: dict[str, SecretStr | str] = {
                "x-api-key": SecretStr(f" {OTHER}\n"),
                "X-Version": "2",
                "X-Empty": SecretStr(""),
            }
            async with JSONClient(server.url, settings=PATIENT, headers=headers, api_key=SecretStr(KEY)) as client:
                with pytest.raises(RequestRefusedError) as caught:
                    await client.post(PATH, {"a": "“"})
        (seen,) = server.seen
        assert seen.headers["x-api-key"] == OTHER
        assert seen.headers["x-version"] == "2"
        assert seen.headers["authorization"] == f"Bearer {KEY}"
        assert seen.headers["accept-encoding"] == "identity"
        assert seen.body == {"a": "“"}
        assert "x-empty" not in seen.headers
        assert "no: …, …" in str(caught.value)
        for secret in (KEY, OTHER, OTHER.replace("\\", "\\\\")):
            assert secret not in repr(caught.value)


@pytest.mark.parametrize(
    ("name", "value"), [("x y", "k7"), ("", "k7"), ("x", "k7\r\nb: c"), ("x", "schlüssel"), ("x", ""), ("x:", "k7")]
)
def test_a_header_that_cannot_be_sent_is_refused_without_showing_it(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match="cannot be sent") as caught:
        valid_headers({name: value})
    assert not value or value not in str(caught.value)
    assert "k7" not in str(caught.value)


async def test_an_answer_tells_how_it_came() -> None:
    """A response has its request id and the number of attempts."""
    async with serving(lambda seen: Answer(500) if seen.number == 0 else Answer(request_id="r1")) as server:
        ask = Ask(server)
        async with ask.client:
            answer = await ask.client.get("props")
    assert (answer.request_id, answer.attempts) == ("r1", 2)
    assert answer.seconds < 2
    assert server.seen[1].path == "/v1/props"


@pytest.mark.slow
async def test_the_words_of_a_refusal_are_waited_for_a_moment_only() -> None:
    """The body of an error response is awaited briefly; the error includes what was received."""
    fault = Fault("", saying(b"out of order" + b" " * 99), status=503, cut=40, end="hang", framing="length")
    async with fault_server(fault) as server:
        started = time.perf_counter()
        async with JSONClient(server.url, settings=PATIENT) as client:
            with pytest.raises(OverloadedError, match="out of order"):
                await client.post(PATH, {})
        assert time.perf_counter() - started < REFUSAL_SECONDS + 3


async def test_connections_are_used_again() -> None:
    """Consecutive calls share a connection, even after an error."""
    busy = Fault("", saying({}), status=500)
    async with fault_server(busy, WELL) as server:
        ask = Ask(server.url)
        async with ask.client as client:
            for _ in range(3):
                await client.post(PATH, {})
                assert server.open == 1


@pytest.mark.slow
async def test_as_many_calls_are_under_way_as_were_allowed() -> None:
    """`concurrency` calls run at once, even if one pool has fewer connections."""
    count = 2 * PLACES_A_CLIENT + 20
    async with fault_server(Fault("", late=2.0)) as server:
        async with JSONClient(server.url, settings=PATIENT, concurrency=count) as client:
            await asyncio.gather(*[client.post(PATH, {}) for _ in range(count + 5)])
        assert server.most_open == count


async def test_a_call_that_is_cancelled_leaves_nothing_behind() -> None:
    """A cancelled call releases its connection and its slot."""
    hang = Fault("", cut=9, end="hang")
    async with fault_server(hang, WELL) as server, JSONClient(server.url, settings=PATIENT, concurrency=1) as client:
        call = asyncio.create_task(client.post(PATH, {}))
        await asyncio.sleep(0.3)
        assert server.asked
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        async with asyncio.timeout(5):
            await client.post(PATH, {})
        await asyncio.sleep(0.1)
        assert server.open == 1


async def test_an_answer_is_as_large_as_the_settings_allow() -> None:
    """A response above `max_answer_bytes` is an error that states the limit."""
    async with fault_server(Fault("", saying({"a": "x" * 3000}))) as server:
        async with JSONClient(server.url, settings=PATIENT) as client:
            assert len((await client.post(PATH, {})).body["a"]) == 3000
        async with JSONClient(server.url, settings=PATIENT.model_copy(update={"max_answer_bytes": 2048})) as client:
            with pytest.raises(MalformedAnswerError, match=r"larger than 0\.00195 MiB: .* allow larger answers"):
                await client.post(PATH, {})


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("HTTPS_PROXY", "foo://me:word@bar", "proxy settings of the environment cannot be used (ValueError): check "),
        ("NO_PROXY", "::1/128", "proxy settings of the environment cannot be used (InvalidURL): check HTTP_PROXY"),
        ("SSL_CERT_FILE", "/nowhere", "certificates cannot be read (FileNotFoundError): check SSL_CERT_FILE"),
        ("SSL_CERT_FILE", os.devnull, "certificates cannot be read (SSLError): check SSL_CERT_FILE"),
    ],
)
async def test_an_environment_that_is_of_no_use_is_told(
    variable: str, value: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error for unusable proxy or certificate variables names them, but not their values."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError) as caught:
        async with JSONClient("https://example.org/v1", settings=PATIENT):
            pass
    assert says in str(caught.value)
    assert "word" not in str(caught.value)
