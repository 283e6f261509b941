"""Requests to third-party servers, their expected outcomes, and the table of them."""

import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr
from real_servers import BROKEN, DOWN, LIMITED, LITELLM, LLAMA_CPP, SLOW, TRANSFORMERS, WAIT, Place, version_of

from summarise import Backend, Reply, Request, Settings, asummarise
from summarise.backends import open_backend
from summarise.data import Sampling
from summarise.errors import CallError, name_of

LEAD = (
    "The harbour of Vesterholm will close to large ships from Monday, the port authority said. "
    "A crane fell into the basin during a storm last week and blocks the main channel."
)
ARTICLE = (
    f"{LEAD} Nobody was hurt. The authority expects the work to take three weeks and to cost 4 million euros. "
    "Ferries to the islands will go from the old pier."
)
ASKED = Request(
    stage="plain",
    system="You summarise news.",
    user=f"Summarise in one sentence:\n\n{LEAD}",
    sampling=Sampling(max_tokens=60),
)
STORY = ASKED.model_copy(update={"user": "Write a long story about a harbour.", "sampling": Sampling(max_tokens=24)})
COLOUR = {
    "type": "object",
    "properties": {"colour": {"type": "string", "enum": ["red"]}},
    "required": ["colour"],
    "additionalProperties": False,
}
TOO_LONG = ASKED.model_copy(update={"user": "a " * 9000})


@dataclass(frozen=True)
class Way:
    """A server, one of its wire formats, and our provider for it."""

    server: str
    provider: str
    wire: str = "OpenAI"

    def __str__(self) -> str:
        return f"{self.server}, {self.wire}"


WAYS = (
    Way(LLAMA_CPP, "llamacpp"),
    Way(LLAMA_CPP, "anthropic", "Anthropic"),
    Way(LITELLM, "openai"),
    Way(LITELLM, "anthropic", "Anthropic"),
    Way(TRANSFORMERS, "openai"),
)


@dataclass(frozen=True)
class ConfiguredServer:
    """A server at an address, configured as a user would do."""

    way: Way
    place: Place

    @asynccontextmanager
    async def backend(self, *, model: str = "", key: str | None = None, **settings: Any) -> AsyncIterator[Backend]:
        """Open the model, with one attempt unless `settings` say otherwise."""
        address = self.place.url + ("" if self.way.provider == "anthropic" else "/v1")
        chosen = Settings(
            base_urls={self.way.provider: address},
            api_key=SecretStr(self.place.key if key is None else key),
            **{"max_attempts": 1, **settings},
        )
        async with open_backend(f"{self.way.provider}:{model or self.place.model}", chosen) as backend:
            yield backend

    async def reply(self, request: Request, **options: Any) -> Reply:
        """Return the reply to one request."""
        async with self.backend(**options) as backend:
            return await backend.complete(request)

    async def outcome(self, request: Request, **options: Any) -> str:
        """Return "answers", or the error with its advice."""
        try:
            await self.reply(request, **options)
        except CallError as error:
            failure = error
        else:
            return "answers"
        assert "\n" not in str(failure)
        assert self.place.key not in str(failure)
        return f"`{name_of(failure)}`: {failure.advice}"


Ask = Callable[[ConfiguredServer], Awaitable[str]]
"""Sends requests and returns the outcome in words."""


async def plain_answer(server: ConfiguredServer) -> str:
    """Ask for a summary and check its usage."""
    reply = await server.reply(ASKED)
    assert reply.text.strip()
    assert reply.prompt_tokens > 40
    assert 5 < reply.completion_tokens < 60
    return "complete" if reply.finish == "stop" else "not complete"


async def token_limit(server: ConfiguredServer) -> str:
    """Ask for more than the token limit allows."""
    reply = await server.reply(STORY)
    assert reply.text
    assert reply.completion_tokens == 24
    return "reported as cut off" if reply.finish == "length" else "not reported"


async def json_answer(server: ConfiguredServer) -> str:
    """Ask for JSON that matches a schema."""
    reply = await server.reply(ASKED.model_copy(update={"json_schema": COLOUR, "stage": "colour"}))
    try:
        return "enforced" if json.loads(reply.text) == {"colour": "red"} else "another JSON"
    except ValueError:
        return "not enforced"


async def three_answers(server: ConfiguredServer) -> str:
    asked = ASKED.model_copy(update={"candidates": 3, "sampling": Sampling(max_tokens=8, temperature=0.8)})
    reply = await server.reply(asked)
    assert reply.text
    assert all(other.text for other in reply.alternatives)
    return {0: "one", 2: "three"}[len(reply.alternatives)]


def summary_of(**prompts: str) -> Ask:
    """Return an `Ask` for a whole summary."""

    async def ask(server: ConfiguredServer) -> str:
        settings = Settings(prompts=prompts, repair_rounds=0)
        async with server.backend() as backend:
            summary = await asummarise(ARTICLE, backend=backend, length=1, settings=settings)
        assert summary.complete
        assert summary.verdict == "supported"
        assert all(call.said and call.prompt_tokens and call.completion_tokens for call in summary.run.calls)
        return f"a summary, {summary.run.prompting}" if summary.run.calls else "no call"

    return ask


async def rate_limit(server: ConfiguredServer) -> str:
    """Send a request while the server demands a wait, so that the second attempt has to wait."""
    # LiteLLM's fake model starts no wait for an Anthropic message, but keeps one that another call started.
    way = next(way for way in WAYS if way.server == server.way.server and way.wire == "OpenAI")
    await ConfiguredServer(way, server.place).outcome(ASKED, model=LIMITED)
    started = time.perf_counter()
    outcome = await server.outcome(ASKED, model=LIMITED, max_attempts=2)
    # Without the server's header the client waits one second at most.
    return f"{outcome}, after the wait" if time.perf_counter() - started >= WAIT else f"{outcome}, too early"


def failing(request: Request = ASKED, **options: Any) -> Ask:
    """Return an `Ask` for a request that should fail."""
    return lambda server: server.outcome(request, **options)


@dataclass(frozen=True)
class Behaviour:
    """A request and its outcome for each of `WAYS`; an outcome in brackets says why the request is not sent.

    `seconds` is the time limit.
    """

    name: str
    ask: Ask
    expected: tuple[str, ...]
    seconds: float = 60.0


LATER = "`OverloadedError`: try again later"
OVERFLOW = "`ContextOverflowError`: set a smaller chunk_tokens (SUMMARISE_CHUNK_TOKENS)"
SILENT = "`OverloadedError`: try again later, or check key and model's name and see the server's log"
NO_MODEL = "`RequestRefusedError`: check the model's name"
LIMIT = "`RateLimitError`: try again later, after the wait"


def key(variable: str) -> str:
    """Return the outcome of a rejected key."""
    return f"`AuthenticationError`: check {variable}"


BEHAVIOURS = (
    Behaviour("an answer", plain_answer, ("complete",) * len(WAYS)),
    Behaviour("an answer at the token limit", token_limit, ("reported as cut off",) * len(WAYS)),
    Behaviour("a JSON Schema", json_answer, ("enforced", "not enforced", "enforced", "not enforced", "not enforced")),
    Behaviour("three answers in one call", three_answers, ("three", "one", "three", "one", "one")),
    Behaviour("a draft", summary_of(draft="prose/v1"), ("a summary, draft",) * len(WAYS), seconds=180.0),
    Behaviour("a rewrite", summary_of(rewrite="v1"), ("a summary, rewrite",) * len(WAYS), seconds=180.0),
    Behaviour(
        "longer than the context", failing(TOO_LONG), (*[OVERFLOW] * 4, "(never refused: it reads on, for minutes)")
    ),
    Behaviour("429 with a waiting time", rate_limit, (*["(cannot send it)"] * 2, LIMIT, LIMIT, "(cannot send it)")),
    Behaviour(
        "a wrong key",
        failing(key="sk-another-key-of-nobody"),
        (key("LLAMA_API_KEY"), key("ANTHROPIC_API_KEY"), key("OPENAI_API_KEY"), key("ANTHROPIC_API_KEY"), "answers"),
    ),
    Behaviour("no key", failing(key=""), (key("LLAMA_API_KEY"), key("ANTHROPIC_API_KEY"), SILENT, SILENT, "answers")),
    Behaviour("a wrong model name", failing(model="nonesuch"), ("answers", "answers", NO_MODEL, NO_MODEL, SILENT)),
    Behaviour(
        "a server error", failing(model=BROKEN), (*["(cannot be caused)"] * 2, LATER, LATER, "(cannot be caused)")
    ),
    Behaviour(
        "a time-out in the server",
        failing(model=SLOW),
        (*["(has none)"] * 2, LATER, "(its substitute needs the network)", "(has none)"),
    ),
    Behaviour("no server behind the proxy", failing(model=DOWN), (*["(no proxy)"] * 2, LATER, LATER, "(no proxy)")),
)


class Table:
    """A pytest plug-in that collects the outcomes of server tests."""

    def __init__(self) -> None:
        self.cells: dict[tuple[str, str], str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Store the outcome of a test."""
        properties = dict(report.user_properties)
        if "behaviour" not in properties or (report.when != "call" and report.passed):
            return
        place = (str(properties["behaviour"]), str(properties["way"]))
        outcome = "not tried" if report.skipped else str(properties.get("outcome", "no outcome"))
        self.cells[place] = f"**{outcome}, not as expected**" if report.failed else outcome

    def markdown(self) -> str:
        """Return the table in Markdown, with the date and the servers' versions."""
        versions = dict.fromkeys(f"{way.server} {version_of(way.server)}".strip() for way in WAYS)
        lines = ["| | " + " | ".join(map(str, WAYS)) + " |", "|---" * (len(WAYS) + 1) + "|"]
        for behaviour in BEHAVIOURS:
            cells = [
                self._cell(behaviour.name, str(way), expected)
                for way, expected in zip(WAYS, behaviour.expected, strict=True)
            ]
            lines.append(f"| {' | '.join([behaviour.name, *cells])} |")
        return "\n".join([f"{datetime.now(UTC):%Y-%m-%d}: {', '.join(versions)}", "", *lines])

    def _cell(self, behaviour: str, way: str, expected: str) -> str:
        return expected if expected.startswith("(") else self.cells.get((behaviour, way), "not tried")
