"""Text, finish and token counts in each wire's responses (in the published formats)."""

from typing import Any

import pytest
from wire_server import wire_server

from summarise import Reply, Request, Settings
from summarise.backends.http.bodies import JSONResponse
from summarise.backends.http.client import JSONClient
from summarise.backends.wires import (
    anthropic as anthropic_bodies,
)
from summarise.backends.wires import (
    converse as converse_bodies,
)
from summarise.backends.wires import (
    ollama as ollama_bodies,
)
from summarise.backends.wires import (
    openai as openai_bodies,
)
from summarise.backends.wires import (
    responses as responses_bodies,
)
from summarise.backends.wires.anthropic import AnthropicBackend
from summarise.backends.wires.base import WireBackend
from summarise.backends.wires.converse import ConverseBackend
from summarise.backends.wires.ollama import OllamaBackend
from summarise.backends.wires.openai import OpenAIBackend
from summarise.backends.wires.responses import ResponsesBackend
from summarise.errors import MalformedAnswerError


def answered(body: dict[str, Any]) -> JSONResponse:
    return JSONResponse(body=body, request_id="r1", seconds=1.5)


def openai(*choices: dict[str, Any], **told: Any) -> Reply:
    return openai_bodies.reply_of(answered({"choices": list(choices), **told}), model="m")


def choice(text: str, index: int = 0, finish: str = "stop", logprobs: list[float] | None = None) -> dict[str, Any]:
    tokens = None if logprobs is None else {"content": [{"token": "t", "logprob": value} for value in logprobs]}
    return {"index": index, "finish_reason": finish, "message": {"content": text}, "logprobs": tokens}


def responses(status: str, *parts: dict[str, Any], reason: str | None = None) -> Reply:
    body = {
        "status": status,
        "incomplete_details": {"reason": reason},
        "output": [{"type": "reasoning", "summary": []}, {"type": "message", "content": list(parts)}],
        "usage": {"input_tokens": 40, "output_tokens": 5, "input_tokens_details": {"cached_tokens": 30}},
    }
    return responses_bodies.reply_of(answered(body), model="m")


def anthropic(*blocks: dict[str, Any], stop: str = "end_turn", limit: int = 60, **usage: int) -> Reply:
    body = {"model": "m-2026", "content": list(blocks), "stop_reason": stop, "usage": usage}
    return anthropic_bodies.reply_of(answered(body), model="m", limit=limit)


def converse(*blocks: dict[str, Any], stop: str = "end_turn", **usage: int) -> Reply:
    body = {"output": {"message": {"content": list(blocks)}}, "stopReason": stop, "usage": usage}
    return converse_bodies.reply_of(answered(body), model="m")


def ollama(text: str, reason: str | None = "stop", **counts: int) -> Reply:
    body = {"model": "m", "message": {"content": text}, "done": True, "done_reason": reason, **counts}
    return ollama_bodies.reply_of(answered(body), model="m")


TEXT = {"type": "text", "text": "a"}
SAID = {"type": "output_text", "text": "a"}
UNSAID = {"type": "refusal", "refusal": "No."}
PARTS = {"message": {"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}}
REFUSED = {"message": {"content": None, "refusal": "I can't"}, "finish_reason": "stop"}


@pytest.mark.parametrize(
    ("reply", "text", "finish"),
    [
        (openai(choice("a", finish="content_filter")), "a", "filter"),
        (openai(choice("a", finish="length")), "a", "length"),
        (openai(choice("a", finish="tool_calls")), "a", "other"),
        (openai(REFUSED), "", "filter"),
        (openai({"message": {"content": None}, "finish_reason": "length"}), "", "length"),
        (openai(PARTS), "ab", "other"),
        (responses("completed", SAID, SAID), "aa", "stop"),
        (responses("completed", UNSAID), "", "filter"),
        (responses("incomplete", SAID, reason="max_output_tokens"), "a", "length"),
        (responses("incomplete", SAID, reason="content_filter"), "a", "filter"),
        (responses("incomplete", SAID, reason="?"), "a", "other"),
        (anthropic(TEXT, stop="stop_sequence"), "a", "stop"),
        (anthropic(TEXT, stop="max_tokens"), "a", "length"),
        (anthropic(TEXT, stop="model_context_window_exceeded"), "a", "length"),
        (anthropic(TEXT, stop="refusal"), "a", "filter"),
        (anthropic(TEXT, stop="pause_turn"), "a", "other"),
        # LiteLLM's proxy reports an answer that used up its tokens as complete, and raises small limits.
        (anthropic(TEXT, output_tokens=59), "a", "stop"),
        (anthropic(TEXT, output_tokens=60), "a", "length"),
        (anthropic(TEXT, output_tokens=75), "a", "length"),
        (converse({"text": "a"}, stop="max_tokens"), "a", "length"),
        (converse({"text": "a"}, stop="guardrail_intervened"), "a", "filter"),
        (converse({"text": "a"}, stop="?"), "a", "other"),
        (ollama("a"), "a", "stop"),
        (ollama("a", "length"), "a", "length"),
        (ollama("a", "load"), "a", "other"),
        (ollama("a", None), "a", "other"),
    ],
)
def test_an_answer_ends_as_the_server_says(reply: Reply, text: str, finish: str) -> None:
    """All finish reasons map to `stop`, `length`, `filter` or `other`."""
    assert (reply.text, reply.finish, reply.request_id, reply.seconds) == (text, finish, "r1", 1.5)


GIVEN = {"sentence": "The ferry “sank” – säger de."}
AS_JSON = '{"sentence": "The ferry “sank” – säger de."}'


@pytest.mark.parametrize(
    "reply",
    [
        anthropic(TEXT, {"type": "tool_use", "name": "draft", "input": GIVEN}, stop="tool_use"),
        anthropic({"type": "text", "text": AS_JSON}),
        converse({"text": "a"}, {"toolUse": {"input": GIVEN}}, stop="tool_use"),
        converse({"text": AS_JSON}),
    ],
)
def test_the_input_of_a_tool_is_the_answer(reply: Reply) -> None:
    """Text beside a tool call is ignored; without a tool call, the text is the answer."""
    assert (reply.text, reply.finish) == (AS_JSON, "stop")


USAGE = {"prompt_tokens": 40, "completion_tokens": 5}


@pytest.mark.parametrize(
    ("reply", "counts"),
    [
        (openai(choice("a"), usage={**USAGE, "prompt_tokens_details": {"cached_tokens": 30}}), (40, 5, 30)),
        (openai(choice("a"), usage={**USAGE, "prompt_tokens_details": None}), (40, 5, 0)),
        (openai(choice("a"), usage={**USAGE, "prompt_cache_hit_tokens": 31}), (40, 5, 31)),
        (openai(choice("a"), usage=USAGE, timings={"cache_n": 32, "prompt_n": 8}), (40, 5, 32)),
        (openai(choice("a"), usage=None, timings={"cache_n": 33}), (0, 0, 33)),
        (openai(choice("a"), usage={"prompt_tokens": None, "completion_tokens": None}), (0, 0, 0)),
        (responses("completed", SAID), (40, 5, 30)),
        (
            anthropic(
                TEXT, input_tokens=4, output_tokens=2, cache_creation_input_tokens=20, cache_read_input_tokens=100
            ),
            (124, 2, 100),
        ),
        (
            converse({"text": "a"}, inputTokens=4, outputTokens=2, cacheWriteInputTokens=20, cacheReadInputTokens=100),
            (124, 2, 100),
        ),
        (ollama("a", prompt_eval_count=26, eval_count=5), (26, 5, 0)),
    ],
)
def test_tokens_are_those_that_the_server_counts(reply: Reply, counts: tuple[int, int, int]) -> None:
    """Prompt, completion and cached tokens are read under all their names."""
    assert (reply.prompt_tokens, reply.completion_tokens, reply.cached_tokens) == counts


def test_answers_come_in_the_order_of_their_index() -> None:
    """Each answer has its own finish and its tokens' mean log probability."""
    reply = openai(
        choice("third", 2, "content_filter"),
        choice("first", 0, "length", [-0.5, -1.0, -0.75, -0.25]),
        choice("second", 1, logprobs=[-2.0]),
    )
    assert (reply.text, reply.finish) == ("first", "length")
    assert [(one.text, one.finish) for one in reply.alternatives] == [("second", "stop"), ("third", "filter")]
    assert [reply.likelihood, *(one.likelihood for one in reply.alternatives)] == [-0.625, -2.0, None]


@pytest.mark.parametrize("logprobs", [None, {}, {"content": None}, {"content": []}, {"tokens": ["a"]}])
def test_where_no_likelihood_is_told_there_is_none(logprobs: Any) -> None:
    """An empty field, or one in an older form, gives None."""
    assert openai(choice("a") | {"logprobs": logprobs}).likelihood is None


@pytest.mark.parametrize(("counted", "total"), [(None, 6), (3, 6), (6, 6), (7, 7)])
def test_the_tokens_of_all_answers_are_counted(counted: int | None, total: int) -> None:
    """If the server counts only the first answer, the listed tokens are counted instead."""
    choices = [choice("a", logprobs=[-1.0] * 3), choice("b", 1, logprobs=[-1.0] * 2), choice("c", 2, logprobs=[-1.0])]
    assert openai(*choices, usage={"completion_tokens": counted}).completion_tokens == total


UNREADABLE: list[tuple[type[WireBackend], str, list[dict[str, Any]]]] = [
    (OpenAIBackend, "holds no choice", [{}, {"choices": []}, {"choices": "x"}]),
    (ResponsesBackend, "has no output", [{}, {"output": "x"}]),
    (ResponsesBackend, "has failed", [{"status": "failed", "output": []}]),
    (AnthropicBackend, "has no content", [{}, {"content": "x"}]),
    (ConverseBackend, "has no message", [{}, {"output": {"message": "x"}}]),
    (OllamaBackend, "has no message", [{}, {"message": "x"}]),
]


@pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
@pytest.mark.parametrize(("wire", "words", "bodies"), UNREADABLE)
async def test_an_answer_that_holds_nothing_is_an_error(
    wire: type[WireBackend], words: str, bodies: list[dict[str, Any]]
) -> None:
    """The error has the server's message, if any, the provider and the status."""
    with wire_server(lambda _: (200, bodies[0])) as server:
        async with JSONClient(server.url, settings=Settings(max_attempts=1), provider="broker") as client:
            for body in (*bodies, bodies[0] | {"error": {"message": "it broke"}}):
                server.say = lambda _, body=body: (200, body)  # type: ignore[misc]
                with pytest.raises(MalformedAnswerError, match=words) as caught:
                    await wire("m", client=client).complete(Request(stage="draft", system="S", user="U"))
                assert ("it broke" in str(caught.value)) is ("error" in body)
                assert (caught.value.provider, caught.value.status) == ("broker", 200)
