"""A loopback server with a small deterministic model for each wire.

To add a wire, add a row to `WIRES`.
"""

import json
import re
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from keyed_server import Asked, Reaction, Seen, keyed_server
from pydantic import SecretStr

from summarise import Backend, Settings
from summarise.backends import open_backend
from summarise.settings.providers import providers

KEY = "sk-invented-fedcba9876543210"
TIME_LIMIT = 0.15
STORY = " ".join(f"On day {day} nobody crossed the bridge." for day in range(1, 60))


class Question(NamedTuple):
    """The model's input: the last message, the token limit, and whether JSON is required."""

    text: str
    limit: int
    structured: bool
    choices: int = 1


class Said(NamedTuple):
    """The model's answer. `cut` means truncated; `read` and `written` are tokens."""

    text: str
    cut: bool
    read: int
    written: int


@dataclass(frozen=True)
class Wire:
    """A preset, and the functions that read its requests and write its responses.

    `withheld` is the body of a refusal.
    """

    name: str
    provider: str
    read: Callable[[dict[str, Any]], Question]
    write: Callable[[Said, int], dict[str, Any]]
    withheld: dict[str, Any]
    settings: Mapping[str, Any] = field(default_factory=dict)


def pieces(text: str) -> list[str]:
    """Split a text into tokens of up to four characters."""
    return re.findall(r"\s*\S{1,4}|\s+", text)


def answered(question: Question) -> Said:
    asked = question.text
    if "Repeat this sentence" in asked:
        text = asked.partition(": ")[2]
    elif "Write a story" in asked:
        text = STORY
    else:
        text = asked.partition(": ")[2].partition(". ")[0] + "."
    if question.structured:
        text = json.dumps({"sentences": [text]})
    tokens = pieces(text)
    return Said(
        "".join(tokens[: question.limit]),
        cut=len(tokens) > question.limit,
        read=len(pieces(asked)) + 20,
        written=min(len(tokens), question.limit),
    )


def _last(body: dict[str, Any]) -> str:
    content = body["messages"][-1]["content"]
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


def _openai_read(body: dict[str, Any]) -> Question:
    limit = body["max_completion_tokens"] if "max_completion_tokens" in body else body["max_tokens"]
    return Question(_last(body), limit, "response_format" in body, body.get("n", 1))


def _openai_write(said: Said, choices: int) -> dict[str, Any]:
    choice = {"finish_reason": "length" if said.cut else "stop", "message": {"content": said.text}}
    usage = {"prompt_tokens": said.read, "completion_tokens": said.written * choices}
    return {"model": "m", "choices": [{"index": place} | choice for place in range(choices)], "usage": usage}


def _anthropic_read(body: dict[str, Any]) -> Question:
    return Question(_last(body), body["max_tokens"], "tools" in body)


def _anthropic_write(said: Said, _: int) -> dict[str, Any]:
    block: dict[str, Any] = {"type": "text", "text": said.text}
    if said.text.startswith("{") and not said.cut:
        block = {"type": "tool_use", "name": "draft", "input": json.loads(said.text)}
    usage = {"input_tokens": said.read, "output_tokens": said.written}
    return {"model": "m", "content": [block], "stop_reason": "max_tokens" if said.cut else "end_turn", "usage": usage}


def _ollama_read(body: dict[str, Any]) -> Question:
    return Question(_last(body), body["options"]["num_predict"], "format" in body)


def _ollama_write(said: Said, _: int) -> dict[str, Any]:
    counts = {"prompt_eval_count": said.read, "eval_count": said.written}
    return {
        "model": "m",
        "message": {"content": said.text},
        "done": True,
        "done_reason": "length" if said.cut else "stop",
    } | counts


def _responses_read(body: dict[str, Any]) -> Question:
    return Question(body["input"][-1]["content"], body["max_output_tokens"], "text" in body)


def _responses_write(said: Said, _: int) -> dict[str, Any]:
    message = {"type": "message", "content": [{"type": "output_text", "text": said.text}]}
    cut = {"incomplete_details": {"reason": "max_output_tokens"}, "status": "incomplete"}
    usage = {"input_tokens": said.read, "output_tokens": said.written}
    return {"model": "m", "output": [message], "usage": usage} | (cut if said.cut else {"status": "completed"})


def _converse_read(body: dict[str, Any]) -> Question:
    return Question(_last(body), body["inferenceConfig"]["maxTokens"], "toolConfig" in body)


def _converse_write(said: Said, _: int) -> dict[str, Any]:
    block: dict[str, Any] = {"text": said.text}
    if said.text.startswith("{") and not said.cut:
        block = {"toolUse": {"input": json.loads(said.text)}}
    usage = {"inputTokens": said.read, "outputTokens": said.written}
    output = {"message": {"content": [block]}}
    return {"output": output, "stopReason": "max_tokens" if said.cut else "end_turn", "usage": usage}


_UNSAID = {"output": [{"type": "message", "content": [{"type": "refusal", "refusal": "No."}]}], "status": "completed"}
_GUARDED = {"output": {"message": {"content": []}}, "stopReason": "guardrail_intervened"}
_THERE = {"models": {"openai:m": {"wire": "responses"}}}
_REFUSAL = {"content": [], "stop_reason": "refusal"}
_FILTERED = {"choices": [{"finish_reason": "content_filter", "message": {"content": None, "refusal": "I cannot."}}]}
WIRES = {
    row.name: row
    for row in (
        Wire("OpenAI", "openai", _openai_read, _openai_write, _FILTERED),
        Wire("LlamaCpp", "llamacpp", _openai_read, _openai_write, _FILTERED),
        Wire("Anthropic", "anthropic", _anthropic_read, _anthropic_write, _REFUSAL),
        Wire("Ollama", "ollama", _ollama_read, _ollama_write, {"error": "the model refuses", "status": 400}),
        Wire("Azure", "azure", _openai_read, _openai_write, _FILTERED),
        Wire("Responses", "openai", _responses_read, _responses_write, _UNSAID, _THERE),
        Wire("Converse", "bedrock", _converse_read, _converse_write, _GUARDED),
    )
}


@contextmanager
def conforming_server(wire: Wire, situation: str = "well") -> Iterator[Seen]:
    """Serve until the block ends; the situation is "well", "refusing", "failing" (first request only) or "slow"."""
    over = threading.Event()
    asked_before = 0

    def react(asked: Asked) -> Reaction:
        nonlocal asked_before
        asked_before += 1
        status = 200
        body: dict[str, Any]
        if situation == "slow":
            over.wait(5)
        if asked.path.endswith("count_tokens"):
            body = {"input_tokens": len(pieces(_last(asked.body)))}
        elif asked.path.endswith("tokenize"):
            body = {"tokens": list(range(len(pieces(asked.body["content"]))))}
        elif situation == "refusing":
            body = wire.withheld
        elif situation == "failing" and asked_before == 1:
            status, body = 500, {"error": {"message": f"broken, your key is {KEY}"}}
        else:
            question = wire.read(asked.body)
            body = wire.write(answered(question), question.choices)
        return Reaction(status, json.dumps(body).encode())

    try:
        with keyed_server(react=react) as seen:
            yield seen
    finally:
        over.set()


def opening(wire: Wire, situation: str = "well", **settings: Any) -> Callable[[], AbstractAsyncContextManager[Backend]]:
    """Return a factory of backends, each with its own server."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Backend]:
        row = providers()[wire.provider]
        with conforming_server(wire, situation) as server:
            given: dict[str, Any] = {
                "base_urls": {row.name: server.url_of(row)},
                "api_keys": {row.key_variable: SecretStr(KEY)} if row.key_variable else {},
                "max_attempts": 1,
                "total_timeout": TIME_LIMIT if situation == "slow" else 10,
            }
            async with open_backend(f"{row.name}:m", Settings(**(given | dict(wire.settings) | settings))) as backend:
                yield backend

    return opened
