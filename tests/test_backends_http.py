"""The HTTP client against real servers on loopback."""

import pytest
from asking import KEY, Answer, Ask, serving
from pydantic import SecretStr

from summarise.errors import (
    AnswerError,
    AuthenticationError,
    CallError,
    ContextOverflowError,
    MalformedAnswerError,
    OverloadedError,
    RateLimitError,
    RequestRefusedError,
    TimedOutError,
)

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])


async def test_a_request_carries_key_prompt_and_sampling() -> None:
    """The key is only in the Authorization header."""
    async with serving(lambda _: Answer()) as server:
        assert await Ask(server).text() == "fine"
    (seen,) = server.seen
    assert seen.path == "/v1/chat/completions"
    assert seen.headers["authorization"] == f"Bearer {KEY}"
    assert seen.body == {
        "model": "m",
        "messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "U"}],
        "temperature": 0.0,
        "seed": 1,
        "max_tokens": 9,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "draft", "strict": True, "schema": {"type": "object"}},
        },
    }


@pytest.mark.parametrize("status", [408, 429, 503])
async def test_a_busy_server_is_asked_again(status: int) -> None:
    """The waits grow."""
    async with serving(lambda seen: Answer(status, "busy") if seen.number < 2 else Answer()) as server:
        ask = Ask(server)
        assert await ask.text() == "fine"
    assert len(server.seen) == 3
    assert 0.5 <= ask.slept[0] <= 1.0 <= ask.slept[1] <= 1.5


async def test_the_server_says_how_long_to_wait() -> None:
    """In Retry-After, LiteLLM's header or the error message; dates use the server's clock."""
    date = {"date": "Sat, 14 Mar 2026 12:00:00 GMT", "retry_after": "Sat, 14 Mar 2026 12:00:09 GMT"}
    words = {"error": {"message": "All deployments are in cooldown. Try again in 2 seconds.", "code": "429"}}
    proxied = Answer(429, "")
    proxied.headers = {"llm_provider-retry-after": "4"}
    answers = [Answer(429, "", retry_after="3"), Answer(503, "", **date), proxied, Answer(429, words), Answer()]
    async with serving(lambda seen: answers[seen.number]) as server:
        ask = Ask(server, max_attempts=5)
        await ask.text()
    assert ask.slept == [3.0, 9.0, 4.0, 2.0]


async def test_no_wait_goes_past_the_deadline() -> None:
    """The call fails at once instead."""
    async with serving(lambda _: Answer(429, "", retry_after="3600")) as server:
        ask = Ask(server)
        assert type(await ask.error()) is RateLimitError
    assert ask.slept == []
    assert len(server.seen) == 1


async def test_a_server_that_stays_busy_is_given_up() -> None:
    """OverloadedError names server, status and reason."""
    answer = Answer(500, {"error": {"message": "no\nroom"}}, request_id="r7")
    async with serving(lambda _: answer) as server:
        error = await Ask(server).error()
    assert type(error) is OverloadedError
    assert (error.provider, error.status, error.request_id, error.attempts) == ("mill", 500, "r7", 3)
    assert error.advice == "try again later"
    assert "(500: no room)" in str(error)
    assert "127.0.0.1" in str(error)
    assert len(server.seen) == 3


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (Answer(401, {"error": {"message": f"wrong key {KEY}"}}), AuthenticationError, "MILL_KEY"),
        (Answer(404, "nothing here"), RequestRefusedError, "most end in /v1"),
        (Answer(400, {"error": {"code": "context_length_exceeded"}}), ContextOverflowError, "does not fit"),
        (Answer(200, "[" * 100_000), MalformedAnswerError, "no JSON object"),
        (Answer(200, {"choices": [{"message": {"content": 7}}]}), AnswerError, "no choice"),
        (Answer(200, {"error": {"message": "upstream failed"}}), AnswerError, "upstream failed"),
        (Answer(200, "no gzip at all", content_encoding="gzip"), MalformedAnswerError, "not packed as it says"),
        (Answer(200, "{}", content_encoding="br"), MalformedAnswerError, "not asked for ('br')"),
    ],
)
async def test_what_no_retry_can_mend_is_said_at_once(answer: Answer, kind: type[CallError], says: str) -> None:
    """Refusals and unusable answers are not retried."""
    async with serving(lambda _: answer) as server:
        ask = Ask(server)
        error = await ask.error()
    assert isinstance(error, kind)
    assert says in str(error)
    assert error.attempts == 1
    assert len(server.seen) == 1
    assert ask.slept == []


@pytest.mark.parametrize("lifetime", ["60", "9" * 400])
async def test_no_cookie_is_read_or_kept(lifetime: str) -> None:
    """Python's cookie parser would warn of the long lifetime."""
    cookie = f"account=1; Max-Age={lifetime}"
    async with serving(lambda seen: Answer(200 if seen.number else 500, set_cookie=cookie)) as server:
        await Ask(server).text()
    assert [seen.headers.get("cookie") for seen in server.seen] == [None, None]


@pytest.mark.parametrize(
    "location", ["http://[", "http://x\x01/", "http://\u0378.example/", "//", "http://" + "ä" * 99]
)
async def test_a_redirect_to_no_address_is_a_redirect(location: str) -> None:
    """The Location header is not parsed."""
    async with serving(lambda _: Answer(307, "", location=location)) as server:
        error = await Ask(server).error()
    assert type(error) is RequestRefusedError
    assert (error.status, error.attempts) == (307, 1)


async def test_a_redirect_to_another_host_is_not_followed() -> None:
    """The key goes only to the configured host."""
    async with serving(lambda _: Answer()) as other:
        elsewhere = other.url.replace("127.0.0.1", "localhost")
        async with serving(lambda _: Answer(307, "", location=elsewhere)) as server:
            error = await Ask(server).error()
    assert type(error) is RequestRefusedError
    assert "localhost" in str(error)
    assert other.seen == []


async def test_a_server_that_hangs_is_given_up() -> None:
    """A read timeout is retried."""
    async with serving(lambda _: "hang") as server:
        error = await Ask(server, read_timeout=0.05, max_attempts=2).error()
    assert type(error) is TimedOutError
    assert error.attempts == 2
    assert "0.05 s" in str(error)
    assert len(server.seen) == 2


async def test_the_deadline_ends_everything() -> None:
    async with serving(lambda _: "hang") as server:
        error = await Ask(server, total_timeout=0.1).error()
    assert type(error) is TimedOutError
    assert "0.1 s" in str(error)


async def test_no_proxy_is_used_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither HTTP_PROXY nor the `proxy` setting applies to loopback."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with serving(lambda _: Answer()) as server:
        for proxy in (None, SecretStr("http://127.0.0.1:9")):
            assert await Ask(server, max_attempts=1, proxy=proxy).text() == "fine"
