"""Randomly mutated answers of servers, as each wire reads them; `test_mutated_answers.py` plays many."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any
from unittest.mock import patch

from conforming_server import KEY, WIRES, Served
from pydantic import SecretStr
from wire_answers import WRITERS, Answer

from summarise import Reply, Request, Settings
from summarise.backends import open_backend
from summarise.backends.budget import call_of
from summarise.backends.http.responses import MOST_TOKENS
from summarise.backends.http.transport import Response
from summarise.data import Sampling
from summarise.errors import CallError

SAID = "The ferry “Brücke” sank on Monday. Nobody was hurt."
ASKED = Request(stage="draft", system="S", user="U", sampling=Sampling(max_tokens=200))
# The path of a value in JSON.
Path = tuple[str | int, ...]
# Placeholders for JSON that `json` does not write: lists nested 5,000 deep, and a number of 5,000 digits.
DEEP, DIGITS = "<deep>", "<digits>"
HOSTILE: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    10**9,
    10**30,
    1.5,
    1e300,
    float("nan"),
    float("-inf"),
    "",
    "x",
    "\ud83d",
    "\x1b[31mred\x9b2J\r\n\0",
    "w" * 5000,
    f"the key is {KEY}",
    [],
    {},
    [None],
    {"text": None, "type": 7},
    [[[{"a": [1]}]]],
    DEEP,
    DIGITS,
)
FIELDS = ("error", "message", "content", "text", "type", "usage", "status", "code", "thinking", "reasoning", "input")
STATUSES = (200, 200, 200, 200, 200, 201, 204, 301, 307, 400, 401, 402, 403, 404, 409, 413, 422, 429, 500, 503, 529)
HEADERS: Mapping[str, tuple[str, ...]] = {
    "location": ("http://[", "//", "http://[::1", "javascript:alert(1)", "http://a:b:c/", "\x1b[2J", "x" * 5000),
    "retry-after": (
        "-1",
        "9" * 5000,
        "nan",
        "soon",
        "Mon, 99999999999999999999 Jan 2026 00:00:00 GMT",
        "Fri, 31 Feb 2026",
        "1e9",
    ),
    "date": ("yesterday", "Sat, 14 Mar 99999 12:00:00 GMT", ""),
    "x-request-id": ("\x9b2J", f"of {KEY}", "r" * 5000),
    "content-type": ("", "text/event-stream", "application/x-ndjson", "text/html; charset=\xff", ";;;"),
    "content-encoding": ("gzip", "br", "deflate", "identity, gzip", "\xff"),
    "content-length": ("7",),
}


@dataclass(frozen=True)
class Target:
    """A wire and one of its answers."""

    name: str
    wire: Served
    body: dict[str, Any]


# Fields other than the answer.
TOLD = frozenset(
    "id model usage object created timings logprobs total_duration metrics prompt_eval_count eval_count finish_reason "
    "stop_reason done_reason stopReason incomplete_details status refusal role index reasoning_content".split()
)
ANSWER = Answer("beside", SAID, "stop", written=9, read=11, cached=3)
# Fields of some servers, beside those of the answer.
BESIDE: Mapping[str, Mapping[str, Any]] = {
    "OpenAI": {"created": 1, "timings": {"cache_n": 3}},
    "Ollama": {"total_duration": 5},
    "Converse": {"metrics": {"latencyMs": 5}},
}
TARGETS = tuple(
    Target(name, WIRES[name], WRITERS[WIRES[name].wire](ANSWER) | dict(BESIDE.get(name, {})))
    for name in ("OpenAI", "Anthropic", "Responses", "Converse", "Ollama")
)
(_CHOICE,) = TARGETS[0].body["choices"]
_CHOICE["message"]["refusal"] = None
_CHOICE["logprobs"] = {"content": [{"token": "The", "logprob": -0.5}, {"token": " ferry", "logprob": -1.0}]}
TARGETS[0].body["choices"].append(_CHOICE | {"index": 1})


@dataclass
class Answered:
    """A server's response."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class InMemory:
    """A fake transport that gives every request the same answer."""

    answer: Answered

    async def __aenter__(self) -> "InMemory":
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        """Close nothing."""

    def address(self, path: str) -> str:
        """Return a fake address."""
        return f"memory:{path}"

    @asynccontextmanager
    async def exchange(self, *_: object, **__: object) -> AsyncIterator[Response]:
        """Yield the answer in pieces of 500 bytes."""

        async def pieces() -> AsyncGenerator[bytes, None]:
            for start in range(0, len(self.answer.body), 500):
                yield self.answer.body[start : start + 500]

        async with aclosing(pieces()) as given:
            yield Response(self.answer.status, self.answer.headers, given)


def paths_of(value: Any, above: Path = ()) -> Iterator[Path]:
    """Yield the path of every value, including the root."""
    yield above
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from paths_of(inner, (*above, key))


def replaced(value: Any, path: Path, change: Callable[[Any], Any]) -> Any:
    """Return JSON with the value at a path changed, or removed if `change` returns `...`."""
    if not path:
        return change(value)
    key, *rest = path
    inner = replaced(value[key], tuple(rest), change)
    if isinstance(value, dict):
        return {name: inner if name == key else one for name, one in value.items() if name != key or inner is not ...}
    return [inner if place == key else one for place, one in enumerate(value) if place != key or inner is not ...]


def mutated(value: Any, random: Random, *, among: Callable[[Path], bool] = lambda _: True) -> Any:
    """Return JSON with one random change at a path that `among` accepts."""
    places = [path for path in paths_of(value) if path and among(path)]
    if not places:
        return value
    hostile = random.choice(HOSTILE)
    changes: tuple[Callable[[Any], Any], ...] = (
        lambda _: hostile,
        lambda _: hostile,
        lambda _: ...,
        lambda there: [there],
        lambda there: {"value": there},
        lambda there: there * 2 if isinstance(there, list) else hostile,
        lambda there: there | {random.choice(FIELDS): hostile} if isinstance(there, dict) else hostile,
    )
    return replaced(value, random.choice(places), random.choice(changes))


def written(value: Any) -> str:
    """Serialise JSON and expand `DEEP` and `DIGITS`."""
    text = json.dumps(value)
    return text.replace(json.dumps(DEEP), "[" * 5000 + "]" * 5000).replace(json.dumps(DIGITS), "9" * 5000)


def answer_of(target: Target, random: Random) -> Answered:
    """Return an answer with random changes to its JSON, bytes, status or headers."""
    status = random.choice(STATUSES)
    headers: dict[str, str] = {}
    for name in random.sample(sorted(HEADERS), random.choice((0, 0, 1, 2))):
        headers[name] = random.choice(HEADERS[name])
    body: Any = target.body
    for _ in range(random.choice((0, 1, 1, 2, 4))):
        body = mutated(body, random)
    data = written(body).encode()
    if random.random() < 0.2:
        start, end = sorted(random.randrange(len(data) + 1) for _ in range(2))
        noise = random.choice((b"", random.randbytes(3), data[start:end], b"\xff", b"\n\n", b"\\ud83d", b'"', b"]" * 9))
        data = data[:start] + noise + data[random.choice((start, end, len(data))) :]
    return Answered(data, status, headers)


def told_otherwise(target: Target, random: Random) -> Answered:
    """Return an answer with random changes to the fields in `TOLD`."""
    body: Any = target.body
    for _ in range(3):
        body = mutated(body, random, among=lambda path: any(key in TOLD for key in path))
    return Answered(written(body).encode())


async def ending(target: Target, answer: Answered) -> Reply | CallError:
    """Return the reply or error for an answer, after checking it."""
    provider = target.wire.provider
    settings = Settings(
        api_key=SecretStr(KEY),
        base_urls={provider: "http://127.0.0.1:9"},
        max_attempts=1,
        max_answer_bytes=2**20,
        **target.wire.settings,
    )
    with patch("summarise.backends.http.client.Transport", lambda *_, **__: InMemory(answer)):
        async with open_backend(f"{provider}:m", settings) as backend:
            try:
                reply = await backend.complete(ASKED)
            except CallError as error:
                require_tellable(error)
                return error
    require_keepable(reply)
    return reply


def require_tellable(error: CallError) -> None:
    """Assert that an error is one short printable line without the key."""
    told = str(error)
    assert told.isprintable(), told
    assert KEY not in told
    assert len(told) < 1000
    assert (error.request_id or "x").isprintable()


def require_keepable(reply: Reply) -> None:
    """Assert that a reply survives serialisation and has plausible counts and names."""
    again = Reply.model_validate_json(reply.model_dump_json())
    assert again == reply
    for counted in (reply.prompt_tokens, reply.completion_tokens, reply.cached_tokens, reply.reasoning_tokens):
        assert 0 <= counted <= 3 * MOST_TOKENS
    for likelihood in (reply.likelihood, *(one.likelihood for one in reply.alternatives)):
        assert likelihood is None or -1e9 <= likelihood <= 0
    for name in (reply.model, reply.request_id or "x"):
        assert name.isprintable(), name
        assert len(name) <= 200
        assert KEY not in name
    call_of("draft", reply)
