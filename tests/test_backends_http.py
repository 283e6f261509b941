"""The HTTP door and the OpenAI wire against real servers on loopback that fail in every way."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from pydantic import SecretStr

from summarise.backends import open_backend
from summarise.backends.http import Door
from summarise.backends.openai import OpenAIBackend
from summarise.data import Request, Sampling
from summarise.errors import (
    AnswerError,
    AuthenticationError,
    ConfigurationError,
    ContextOverflowError,
    OverloadedError,
    ServerError,
    SummariseError,
)
from summarise.settings import Settings

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

KEY = "sk-" + "0123456789abcdef" * 2
ASKED = Request(stage="draft", system="S", user="U", json_schema={"type": "object"}, sampling=Sampling(max_tokens=9))
GOOD = {"choices": [{"message": {"content": "fine"}, "finish_reason": "stop"}], "model": "m"}

Script = Callable[["Seen"], "Answer | str"]


class Seen:
    """A request as the server saw it."""

    def __init__(self, path: str, headers: dict[str, str], body: Any, number: int) -> None:
        self.path = path
        self.headers = headers
        self.body = body
        self.number = number


class Answer:
    """What the server shall answer: a status, a body (JSON unless it is text) and headers."""

    def __init__(self, status: int = 200, body: Any = None, **headers: str) -> None:
        self.status = status
        self.body = body if isinstance(body, str) else json.dumps(GOOD if body is None else body)
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class Server:
    """A server on loopback whose `script` says what each request gets: an Answer, "hang" or "drop"."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.seen: list[Seen] = []
        self.at_once = 0
        self.most_at_once = 0
        self.url = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection with one request."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            seen = Seen(head[0].split()[1], headers, json.loads(body or b"null"), len(self.seen))
            self.seen.append(seen)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            answer = self.script(seen)
            await asyncio.sleep(0.01)
            self.at_once -= 1
            if answer == "hang":
                await asyncio.sleep(30)
            elif isinstance(answer, Answer):
                data = answer.body.encode()
                lines = {"content-length": str(len(data)), "connection": "close", **answer.headers}
                text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
                writer.write(f"HTTP/1.1 {answer.status} X\r\n{text}\r\n".encode() + data)
                await writer.drain()
        finally:
            writer.close()


@asynccontextmanager
async def serving(script: Script) -> AsyncIterator[Server]:
    """Run a server for a while."""
    server = Server(script)
    tasks: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(server.answer(reader, writer))
        tasks.add(task)

    listening = await asyncio.start_server(connected, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1"
    try:
        yield server
    finally:
        listening.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Ask:
    """Asks a server through the door and the wire, and keeps what the door would have slept."""

    def __init__(self, server: Server | str, **settings: Any) -> None:
        url = server if isinstance(server, str) else server.url
        self.slept: list[float] = []
        self.settings = Settings(connect_timeout=2, read_timeout=2, total_timeout=30).model_copy(update=settings)
        self.door = Door(url, settings=self.settings, api_key=SecretStr(KEY), sleep=self._sleep)
        self.backend = OpenAIBackend("m", door=self.door)

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def text(self) -> str:
        """Return the text of one reply."""
        async with self.door:
            return (await self.backend.complete(ASKED)).text

    async def error(self) -> SummariseError:
        """Return the error of one call, after looking that it is fit to be shown."""
        async with self.door:
            with pytest.raises(SummariseError) as caught:
                await self.backend.complete(ASKED)
        error = caught.value
        assert "\n" not in str(error)
        assert KEY not in repr(error)
        assert error.__cause__ is None
        assert error.__suppress_context__ or error.__context__ is None
        return error


async def test_a_request_carries_key_prompt_and_sampling() -> None:
    """The key stands in the Authorization header; the body has model, messages, sampling and the strict schema."""
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


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 529])
async def test_a_busy_server_is_asked_again(status: int) -> None:
    """What may pass by itself is tried again, after a wait that grows."""
    async with serving(lambda seen: Answer(status, "busy") if seen.number < 2 else Answer()) as server:
        ask = Ask(server)
        assert await ask.text() == "fine"
    assert len(server.seen) == 3
    assert 0.5 <= ask.slept[0] <= 1.0 <= ask.slept[1] <= 1.5


async def test_the_server_says_how_long_to_wait() -> None:
    """Retry-After is honoured in both its forms, by the server's own clock."""
    date = {"date": "Sat, 14 Mar 2026 12:00:00 GMT", "retry_after": "Sat, 14 Mar 2026 12:00:09 GMT"}
    answers = [Answer(429, "", retry_after="3"), Answer(503, "", **date), Answer()]
    async with serving(lambda seen: answers[seen.number]) as server:
        ask = Ask(server)
        await ask.text()
    assert ask.slept == [3.0, 9.0]


async def test_no_wait_goes_past_the_deadline() -> None:
    """A server that wants a longer wait than there is time is not waited for."""
    async with serving(lambda _: Answer(429, "", retry_after="3600")) as server:
        ask = Ask(server)
        assert isinstance(await ask.error(), OverloadedError)
    assert ask.slept == []
    assert len(server.seen) == 1


async def test_a_server_that_stays_busy_is_given_up() -> None:
    """After the last attempt the error is OverloadedError and names server, status and reason."""
    async with serving(lambda _: Answer(500, {"error": {"message": "no\nroom"}})) as server:
        error = await Ask(server, attempts=3).error()
    assert type(error) is OverloadedError
    assert "(500: no room)" in str(error)
    assert "127.0.0.1" in str(error)
    assert len(server.seen) == 3


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (Answer(401, {"error": {"message": f"wrong key {KEY}"}}), AuthenticationError, "OPENAI_API_KEY"),
        (Answer(403, {"error": {"message": f"not for {KEY}"}}), AuthenticationError, "403: not for …"),
        (Answer(404, "nothing here"), ServerError, "most end in /v1"),
        (Answer(400, {"error": {"message": "bad role"}}), ServerError, "bad role"),
        (Answer(400, {"error": {"code": "context_length_exceeded"}}), ContextOverflowError, "does not fit"),
        (Answer(200, "<html>"), AnswerError, "no JSON object"),
        (Answer(200, '{"choices": ['), AnswerError, "no JSON object"),
        (Answer(200, "[" * 100_000), AnswerError, "no JSON object"),
        (Answer(200, {"choices": []}), AnswerError, "no choice"),
        (Answer(200, {"choices": [{"message": {"content": 7}}]}), AnswerError, "no choice"),
        (Answer(200, {"error": {"message": "upstream failed"}}), AnswerError, "upstream failed"),
        (Answer(200, "no gzip at all", content_encoding="gzip"), AnswerError, "cannot be read"),
    ],
)
async def test_what_no_retry_can_mend_is_said_at_once(answer: Answer, kind: type[SummariseError], says: str) -> None:
    """Refusals and unusable answers are not asked for again; the message says what is wrong."""
    async with serving(lambda _: answer) as server:
        ask = Ask(server)
        error = await ask.error()
    assert isinstance(error, kind)
    assert says in str(error)
    assert len(server.seen) == 1
    assert ask.slept == []


async def test_a_redirect_to_another_host_is_not_followed() -> None:
    """The key goes to the named host only."""
    async with serving(lambda _: Answer()) as other:
        elsewhere = other.url.replace("127.0.0.1", "localhost")
        async with serving(lambda _: Answer(307, "", location=elsewhere)) as server:
            error = await Ask(server).error()
    assert type(error) is ServerError
    assert "localhost" in str(error)
    assert other.seen == []


async def test_a_server_that_hangs_is_given_up() -> None:
    """A read time-out is tried again and ends in OverloadedError."""
    async with serving(lambda _: "hang") as server:
        error = await Ask(server, read_timeout=0.05, attempts=2).error()
    assert type(error) is OverloadedError
    assert "0.05 s" in str(error)
    assert len(server.seen) == 2


async def test_the_deadline_ends_everything() -> None:
    """The total time-out holds whatever else is allowed."""
    async with serving(lambda _: "hang") as server:
        error = await Ask(server, total_timeout=0.1).error()
    assert type(error) is OverloadedError
    assert "0.1 s" in str(error)


async def test_a_dropped_connection_is_tried_again() -> None:
    """A server that closes the connection without a word is asked again."""
    async with serving(lambda seen: "drop" if seen.number == 0 else Answer()) as server:
        assert await Ask(server).text() == "fine"


async def test_where_nobody_listens_the_host_is_named() -> None:
    """A refused connection is a ServerError that names the host and what to check, after the retries."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{unused.getsockname()[1]}"
    ask = Ask(f"http://{host}/v1", attempts=3)
    error = await ask.error()
    assert type(error) is ServerError
    assert f"cannot reach {host}" in str(error)
    assert len(ask.slept) == 2


async def test_no_more_calls_at_once_than_allowed() -> None:
    """The concurrency of the settings is a limit."""
    async with serving(lambda _: Answer()) as server:
        ask = Ask(server, concurrency=2)
        async with ask.door:
            await asyncio.gather(*[ask.backend.complete(ASKED) for _ in range(6)])
    assert len(server.seen) == 6
    assert server.most_at_once == 2


async def test_a_proxy_of_the_environment_is_not_used_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Key and article do not leave the machine on the way to a server on it."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with serving(lambda _: Answer()) as server:
        assert await Ask(server, attempts=1).text() == "fine"


def refusing(**unsupported: str) -> Script:
    """Script a server that refuses requests with certain fields; the values are its words."""

    def script(seen: Seen) -> Answer:
        for field, words in unsupported.items():
            kind = seen.body.get("response_format", {}).get("type")
            if field in seen.body or field == kind:
                return Answer(400, {"error": {"message": words}})
        return Answer()

    return script


async def test_a_server_without_schemas_is_asked_for_less_and_that_is_remembered() -> None:
    """From json_schema to json_object to no form at all; the next call starts where this one ended."""
    script = refusing(json_schema="response_format json_schema is not supported", json_object="unknown response_format")
    async with serving(script) as server:
        ask = Ask(server)
        async with ask.door:
            await ask.backend.complete(ASKED)
            await ask.backend.complete(ASKED)
    kinds = [seen.body.get("response_format", {}).get("type") for seen in server.seen]
    assert kinds == ["json_schema", "json_object", None, None]


async def test_concurrent_calls_step_down_once() -> None:
    """Two calls that are refused together both end at the next form, not two forms down."""
    async with serving(refusing(json_schema="json_schema is not supported")) as server:
        ask = Ask(server)
        async with ask.door:
            await asyncio.gather(ask.backend.complete(ASKED), ask.backend.complete(ASKED))
    kinds = [seen.body["response_format"]["type"] for seen in server.seen]
    assert sorted(kinds) == ["json_object", "json_object", "json_schema", "json_schema"]


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("temperature", "Unsupported value: 'temperature' does not support 0 with this model."),
        ("seed", "Extra inputs are not permitted: seed"),
    ],
)
async def test_an_unsupported_parameter_is_left_out_and_that_is_remembered(field: str, words: str) -> None:
    """`temperature` and `seed` are dropped where a model refuses them, and only the one that it refuses."""
    async with serving(refusing(**{field: words})) as server:
        ask = Ask(server)
        async with ask.door:
            await ask.backend.complete(ASKED)
            await ask.backend.complete(ASKED)
    assert [field in seen.body for seen in server.seen] == [True, False, False]
    assert len(server.seen[-1].body) == len(server.seen[0].body) - 1


async def test_a_wrong_value_is_not_mistaken_for_an_unsupported_parameter() -> None:
    """A temperature that is refused as too high is an error, not a reason to sample otherwise than asked."""
    async with serving(refusing(temperature="temperature must be at most 1")) as server:
        assert "at most 1" in str(await Ask(server).error())
    assert len(server.seen) == 1


async def test_the_token_limit_goes_by_the_name_that_the_server_knows() -> None:
    """A server that refuses max_tokens is asked with max_completion_tokens; one that refuses both is an error."""
    old = "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead."
    async with serving(refusing(max_tokens=old)) as server:
        assert await Ask(server).text() == "fine"
    assert server.seen[-1].body["max_completion_tokens"] == 9
    assert "max_tokens" not in server.seen[-1].body
    async with serving(refusing(max_tokens=old, max_completion_tokens="unknown max_completion_tokens")) as server:
        await Ask(server).error()
    assert len(server.seen) == 2


def test_openai_itself_is_asked_with_the_newer_name() -> None:
    """OpenAI's newer models know max_completion_tokens only."""
    door = Door("https://api.openai.com/v1", settings=Settings(), api_key=SecretStr(KEY))
    body = OpenAIBackend("gpt-4o-mini", door=door)._body(ASKED)
    assert body["max_completion_tokens"] == 9
    assert "max_tokens" not in body


@pytest.mark.parametrize(
    ("choice", "text", "finish"),
    [
        ({"message": {"content": "a"}, "finish_reason": "content_filter"}, "a", "filter"),
        ({"message": {"content": None, "refusal": "I can't"}, "finish_reason": "stop"}, "", "filter"),
        ({"message": {"content": None}, "finish_reason": "length"}, "", "length"),
        ({"message": {"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}}, "ab", "other"),
        ({"message": {"content": "a"}, "finish_reason": "tool_calls"}, "a", "other"),
    ],
)
async def test_how_an_answer_ended_is_told(choice: dict[str, Any], text: str, finish: str) -> None:
    """Filtered, refused, truncated and odd endings are told apart; text in parts is put together."""
    async with serving(lambda _: Answer(200, {"choices": [choice]}, x_request_id="r1")) as server:
        ask = Ask(server)
        async with ask.door:
            reply = await ask.backend.complete(ASKED)
    assert (reply.text, reply.finish) == (text, finish)
    assert reply.request_id == "r1"
    assert reply.model == "m"


async def test_usage_is_read() -> None:
    """Token counts are the server's own, cached ones included."""
    usage = {"prompt_tokens": 11, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 7}}
    async with serving(lambda _: Answer(200, GOOD | {"usage": usage, "id": "c1"})) as server:
        ask = Ask(server)
        async with ask.door:
            reply = await ask.backend.complete(ASKED)
    assert (reply.prompt_tokens, reply.completion_tokens, reply.cached_tokens) == (11, 5, 7)
    assert reply.request_id == "c1"


async def test_a_server_that_the_user_named_needs_no_key() -> None:
    """With a base URL of the user's own a key is optional, and then none is sent."""
    async with serving(lambda _: Answer()) as server:
        named = Settings(base_url=server.url)
        async with open_backend("openai:m", named) as backend:
            assert backend.id == "openai:m"
            assert (await backend.complete(ASKED)).text == "fine"
    assert "authorization" not in server.seen[0].headers


async def test_openai_itself_needs_a_key() -> None:
    """Without a key the error names the variable, and nothing is sent."""
    with pytest.raises(ConfigurationError, match="OPENAI_API_KEY"):
        async with open_backend("openai:gpt-4o-mini", Settings()):
            pass
