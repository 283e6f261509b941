"""Every wire: its requests, its answers in the published formats, and what it does if a server refuses a field."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest
from keyed_server import whole
from wire_requests import BARE, FORMED, MODELS, SEVERAL, TAUGHT, Server, name_of

from summarise import Request

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])


@pytest.fixture
def server() -> Iterator[Server]:
    with Server().running() as running:
        yield running


# Requests

MARK = {"cache_control": {"type": "ephemeral"}}
TURNS = [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}, {"role": "user", "content": "U"}]
PUBLISHED: Mapping[str, tuple[str, dict[str, Any]]] = {
    "openai": (
        "/chat/completions",
        {
            "model": "m",
            "messages": [{"role": "system", "content": "S"}, *TURNS],
            "temperature": 0.5,
            "seed": 3,
            "max_tokens": 90,
        },
    ),
    "responses": (
        "/responses",
        {
            "model": "m",
            "instructions": "S",
            "input": TURNS,
            "max_output_tokens": 90,
            "temperature": 0.5,
            "store": False,
        },
    ),
    "anthropic": (
        "/v1/messages",
        {
            "model": "m",
            "max_tokens": 90,
            "system": "S",
            "messages": [TURNS[0], {"role": "assistant", "content": [{"type": "text", "text": "A"} | MARK]}, TURNS[2]],
            "temperature": 0.5,
        },
    ),
    "converse": (
        "/model/m/converse",
        {
            "messages": [{"role": turn["role"], "content": [{"text": turn["content"]}]} for turn in TURNS],
            "inferenceConfig": {"maxTokens": 90, "temperature": 0.5},
            "system": [{"text": "S"}],
        },
    ),
    "ollama": (
        "/api/chat",
        {
            "model": "m",
            "messages": [{"role": "system", "content": "S"}, *TURNS],
            "stream": False,
            "options": {"num_ctx": 8192, "num_predict": 90, "temperature": 0.5, "seed": 3},
            "truncate": False,
            "shift": False,
        },
    ),
}


@pytest.mark.parametrize("kind", MODELS)
async def test_a_request_has_the_published_form(kind: str, server: Server) -> None:
    """Fields that the protocol lacks, such as a seed on most wires, are left out."""
    await server.replies(kind, TAUGHT)
    (asked,) = server.seen.requests
    assert (asked.path, asked.body) == PUBLISHED[kind]


async def test_several_answers_are_requested_with_log_probabilities(server: Server) -> None:
    await server.replies("openai", SEVERAL, BARE)
    several, single = server.bodies
    assert several == single | {"n": 3, "logprobs": True, "top_logprobs": 1}


async def test_the_shared_part_of_a_prompt_is_marked_for_the_cache(server: Server) -> None:
    """The shared part becomes a content block of its own."""
    asked = TAUGHT.model_copy(update={"user": "The article. A sentence.", "shared": len("The article.")})
    await server.replies("anthropic", asked, asked.model_copy(update={"shared": len(asked.user)}))
    parted, single = ([turn["content"] for turn in body["messages"]] for body in server.bodies)
    assert parted[:2] == ["Q", "A"]
    assert parted[2] == [{"type": "text", "text": "The article."} | MARK, {"type": "text", "text": " A sentence."}]
    assert single[2] == [{"type": "text", "text": asked.user} | MARK]


# Answers; the usual ones of OpenAI, and those of Responses and Converse, are in `exchanges/`.


def choice(text: str, index: int = 0, finish: str = "stop", logprobs: list[float] | None = None) -> dict[str, Any]:
    tokens = None if logprobs is None else {"content": [{"token": "t", "logprob": value} for value in logprobs]}
    return {"index": index, "finish_reason": finish, "message": {"content": text}, "logprobs": tokens}


def openai(*choices: Any, **more: Any) -> dict[str, Any]:
    return {"choices": list(choices), "id": "r1", **more}


def anthropic(*blocks: Any, stop: str = "end_turn", **usage: int) -> dict[str, Any]:
    return {"id": "r1", "model": "m-2026", "content": list(blocks), "stop_reason": stop, "usage": usage}


def ollama(text: str, reason: str | None = "stop", **counts: int) -> dict[str, Any]:
    return {"model": "m", "message": {"content": text}, "done": True, "done_reason": reason, **counts}


TEXT = {"type": "text", "text": "a"}
USAGE = {"prompt_tokens": 40, "completion_tokens": 5}
TOOL = {"sentence": "The ferry “sank” – säger de."}
AS_JSON = '{"sentence": "The ferry “sank” – säger de."}'
THREE = [choice("a", logprobs=[-1.0] * 3), choice("b", 1, logprobs=[-1.0] * 2), choice("c", 2, logprobs=[-1.0])]


@pytest.mark.parametrize(
    ("kind", "body", "text", "finish"),
    [
        ("openai", openai(choice("a", finish="tool_calls")), "a", "other"),
        ("openai", openai({"message": {"content": None}, "finish_reason": "length"}), "", "length"),
        ("openai", openai({"message": {"content": [TEXT, {"type": "text", "text": "b"}]}}), "ab", "other"),
        ("anthropic", anthropic(TEXT, stop="stop_sequence"), "a", "stop"),
        ("anthropic", anthropic(TEXT, stop="max_tokens"), "a", "length"),
        ("anthropic", anthropic(TEXT, stop="model_context_window_exceeded"), "a", "length"),
        ("anthropic", anthropic(TEXT, stop="refusal"), "a", "filter"),
        ("anthropic", anthropic(TEXT, stop="pause_turn"), "a", "other"),
        # LiteLLM's proxy reports an answer that used up its tokens as complete, and raises small limits.
        ("anthropic", anthropic(TEXT, output_tokens=89), "a", "stop"),
        ("anthropic", anthropic(TEXT, output_tokens=90), "a", "length"),
        ("anthropic", anthropic(TEXT, output_tokens=105), "a", "length"),
        # Text beside a tool call is ignored; without a tool call, the text is the answer.
        ("anthropic", anthropic(TEXT, {"type": "tool_use", "input": TOOL}, stop="tool_use"), AS_JSON, "stop"),
        ("anthropic", anthropic({"type": "text", "text": AS_JSON}), AS_JSON, "stop"),
        ("ollama", ollama("a"), "a", "stop"),
        ("ollama", ollama("a", "length"), "a", "length"),
        ("ollama", ollama("a", "load"), "a", "other"),
        ("ollama", ollama("a", None), "a", "other"),
    ],
)
async def test_the_finish_reason_is_the_servers(kind: str, body: Any, text: str, finish: str, server: Server) -> None:
    server.respond = lambda _: (200, body)
    (reply,) = await server.replies(kind, BARE)
    assert (reply.text, reply.finish, reply.request_id) == (text, finish, body.get("id"))
    assert reply.seconds > 0


@pytest.mark.parametrize(
    ("kind", "body", "counts"),
    [
        ("openai", openai(choice("a"), usage=USAGE | {"prompt_tokens_details": None}), (40, 5, 0)),
        ("openai", openai(choice("a"), usage=USAGE | {"prompt_cache_hit_tokens": 31}), (40, 5, 31)),
        ("openai", openai(choice("a"), usage=USAGE, timings={"cache_n": 32, "prompt_n": 8}), (40, 5, 32)),
        ("openai", openai(choice("a"), usage=None, timings={"cache_n": 33}), (0, 0, 33)),
        ("openai", openai(choice("a"), usage={"prompt_tokens": None, "completion_tokens": None}), (0, 0, 0)),
        # If the server counts only the first of several answers, the listed tokens are counted instead.
        *(("openai", openai(*THREE, usage={"completion_tokens": count}), (0, 6, 0)) for count in (None, 3, 6)),
        ("openai", openai(*THREE, usage={"completion_tokens": 7}), (0, 7, 0)),
        (
            "anthropic",
            anthropic(
                TEXT, input_tokens=4, output_tokens=2, cache_creation_input_tokens=20, cache_read_input_tokens=100
            ),
            (124, 2, 100),
        ),
        ("ollama", ollama("a", prompt_eval_count=26, eval_count=5), (26, 5, 0)),
    ],
)
async def test_token_counts_are_the_servers(kind: str, body: Any, counts: tuple[int, int, int], server: Server) -> None:
    """Prompt, completion and cached tokens are read from all their known fields."""
    server.respond = lambda _: (200, body)
    (reply,) = await server.replies(kind, BARE)
    assert (reply.prompt_tokens, reply.completion_tokens, reply.cached_tokens) == counts


async def test_answers_are_sorted_by_index(server: Server) -> None:
    """Each answer has its own finish and the mean log probability of its tokens."""
    body = openai(
        choice("third", 2, "content_filter"),
        choice("first", 0, "length", [-0.5, -1.0, -0.75, -0.25]),
        choice("second", 1, logprobs=[-2.0]),
    )
    server.respond = lambda _: (200, body)
    (reply,) = await server.replies("openai", SEVERAL)
    assert (reply.text, reply.finish) == ("first", "length")
    assert [(other.text, other.finish) for other in reply.alternatives] == [("second", "stop"), ("third", "filter")]
    assert [reply.likelihood, *(other.likelihood for other in reply.alternatives)] == [-0.625, -2.0, None]


@pytest.mark.parametrize(
    ("kind", "words", "bodies"),
    [
        ("openai", "contains no choice", [{}, {"choices": []}, {"choices": "x"}]),
        ("responses", "has no output", [{}, {"output": "x"}]),
        ("anthropic", "has no content", [{}, {"content": "x"}]),
        ("converse", "has no message", [{}, {"output": {"message": "x"}}]),
        ("ollama", "has no message", [{}, {"message": "x"}]),
    ],
)
async def test_a_response_without_an_answer_is_an_error(
    kind: str, words: str, bodies: list[dict[str, Any]], server: Server
) -> None:
    """The error contains the server's message, if any, the provider and the status."""
    for body in (*bodies, bodies[0] | {"error": {"message": "it broke"}}):
        server.respond = lambda _, body=body: (200, body)  # type: ignore[misc]
        error = await server.error(kind, BARE)
        assert words in str(error)
        assert ("it broke" in str(error)) is ("error" in body)
        provider = MODELS[kind].partition(":")[0]
        assert (name_of(error), error.provider, error.status) == ("MalformedAnswerError", provider, 200)


# Refused fields


class Refusals(NamedTuple):
    """The fields that a server refuses, each with its message, and the request that is sent.

    `beside` are fields that depend on a refused field. `param` is the server's `error.param`.
    """

    kind: str
    refuses: dict[str, str]
    asked: Request = BARE
    options: Mapping[str, Any] = {}
    beside: frozenset[str] = frozenset()
    param: str | None = None


# In addition to those of `thinking_server.REFUSES`.
REFUSALS = [
    Refusals("openai", {"max_tokens": "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'."}),
    Refusals("openai", {"n": "Only one completion choice is allowed"}, SEVERAL, param="n"),
    Refusals("openai", {"n": "n must be between 1 and 1"}, SEVERAL),
    Refusals("openai", {"logprobs": "Unrecognized argument: logprobs"}, SEVERAL, beside=frozenset({"top_logprobs"})),
    Refusals(
        "openai",
        {"json_schema": "response_format json_schema is not supported", "json_object": "unknown response_format"},
        FORMED,
    ),
    Refusals("responses", {"store": "store must be true for this account"}),
    Refusals(
        "responses",
        {"json_schema": "'json_schema' is not supported with reasoning models", "json_object": "text.format: no"},
        FORMED,
        {"reasoning": ("low", "object")},
        param="text.format",
    ),
    Refusals("anthropic", {"cache_control": "content.0.cache_control: Extra inputs are not permitted"}, TAUGHT),
    Refusals("anthropic", {"tool_choice": "tool_choice: only auto is supported", "tools": "Unknown: tools"}, FORMED),
    Refusals("anthropic", {"tool_choice": "It cannot be made to use a tool.", "tools": "It uses no tool."}, FORMED),
    Refusals(
        "ollama",
        {
            "format": "json: cannot unmarshal object into Go struct field ChatRequest.format of type string",
        },
        FORMED,
    ),
]


@pytest.mark.parametrize("row", REFUSALS, ids=lambda row: f"{row.kind}: {', '.join(row.refuses)}")
async def test_a_refused_field_is_left_out_of_later_requests(row: Refusals, server: Server) -> None:
    """Each refusal costs one call. `on_the_wire` still returns the first form of the request, `sent_now` the last."""

    def refused_in(body: dict[str, Any]) -> list[str]:
        return [name for name in row.refuses if f'"{name}"' in json.dumps(body)]

    def respond(body: dict[str, Any]) -> tuple[int, Any]:
        if refused := refused_in(body):
            error = {"message": row.refuses[refused[0]], "param": row.param}
            return 422 if row.kind == "anthropic" else 400, {"error": error}
        return 200, whole(server.seen.requests[-1].path, "fine")

    server.respond = respond
    replies, before, after = await server.exchanges(row.kind, row.asked, row.asked, **row.options)
    assert [reply.text for reply in replies] == ["fine", "fine"]
    assert before[0] == before[1] == after[0]
    assert before[0].address == server.seen.root + server.seen.requests[0].path
    assert before[0].body == server.bodies[0]
    assert after[1].body == server.bodies[-1]
    *refused, first, second = server.bodies
    assert [refused_in(body)[0] for body in refused] == list(row.refuses)
    assert first == second
    assert not refused_in(first)
    removed = refused[0].keys() - first.keys()
    assert removed <= {*row.refuses, *row.beside, "response_format", "text"}
    assert removed >= row.beside


async def test_concurrent_refusals_remove_only_one_form(server: Server) -> None:
    """Both calls then use the next output format."""
    words = "json_schema is not supported"
    server.respond = lambda body: (
        (400, {"error": {"message": words}}) if body["response_format"]["type"] == "json_schema" else None
    )
    await server.replies("openai", FORMED, FORMED, at_once=True)
    kinds = sorted(body["response_format"]["type"] for body in server.bodies)
    assert kinds == ["json_object", "json_object", "json_schema", "json_schema"]


@pytest.mark.parametrize(
    ("kind", "words", "error", "times", "options"),
    [
        ("openai", "temperature must be at most 1", "RequestRefusedError", 1, {}),
        ("openai", "Unsupported parameter: max_tokens, max_completion_tokens", "RequestRefusedError", 2, {}),
        ("ollama", "m does not support thinking", "RequestRefusedError", 1, {"extra": {"think": True}}),
        ("anthropic", "prompt is too long: 210000 tokens > 200000 maximum", "ContextOverflowError", 1, {}),
        ("ollama", "the input length exceeds the context length", "ContextOverflowError", 1, {}),
    ],
)
async def test_a_refusal_that_no_other_request_avoids_is_an_error(
    kind: str, words: str, error: str, times: int, options: dict[str, Any], server: Server
) -> None:
    """Examples are wrong values, fields that the user set, and prompts that are too long."""
    server.refuse(words)
    assert name_of(await server.error(kind, BARE, **options)) == error
    assert len(server.bodies) == times


# Reasoning effort

HALF = {"chat_template_kwargs": {"enable_thinking": False}}
ENABLED = {"thinking": {"type": "enabled", "budget_tokens": 1024}}
EFFORT = ("reasoning_effort", "reasoning", "thinking", "output_config", "think", "chat_template_kwargs")


def effort_in(body: dict[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in EFFORT if name in body}


@pytest.mark.parametrize(
    ("reasoning", "extra", "fields"),
    [
        (("auto", "effort", None), {}, {"reasoning_effort": "low"}),
        (("auto", "effort", "yes"), {}, {"reasoning_effort": "low"}),
        (("auto", "effort", "optional"), {}, {}),
        (("auto", "effort", "no"), {}, {}),
        (("high", "effort", "no"), {}, {}),
        (("off", "effort", "optional"), {}, {}),
        (("high", "effort", "optional"), {}, {"reasoning_effort": "high"}),
        (("auto", "object", None), {}, {"reasoning": {"effort": "low"}}),
        (("off", "anthropic", "yes"), {}, {"thinking": {"type": "disabled"}}),
        (("auto", "ollama", None), {}, {"think": False}),
        (("auto", "levels", None), {}, {"think": "low"}),
        # The user's fields replace ours.
        (("auto", "effort", None), {"reasoning": {"effort": "high"}}, {"reasoning": {"effort": "high"}}),
        (("auto", "effort", None), {"top_p": 1}, {"reasoning_effort": "low"}),
    ],
)
async def test_a_level_sets_the_fields_of_the_dialect(reasoning: Any, extra: Any, fields: Any, server: Server) -> None:
    """The level `auto` sets a low effort, and nothing if reasoning is optional."""
    await server.replies("openai", BARE, reasoning=reasoning, extra=extra)
    assert effort_in(server.bodies[0]) == fields


@pytest.mark.parametrize(
    ("level", "dialect", "words", "then"),
    [
        ("off", "effort", "reasoning_effort: 'none' is not supported.", {"reasoning_effort": "minimal"}),
        ("auto", "effort", "Unrecognized request argument supplied: reasoning_effort", {}),
        ("auto", "effort", "openai does not support parameters: ['reasoning_effort']", {}),
        (
            "off",
            "anthropic",
            '"thinking.type.disabled" is not supported for this model.',
            {"thinking": {"type": "between_tools"}},
        ),
        ("auto", "anthropic", "This model does not support the effort parameter.", {}),
        ("auto", "anthropic", "output_config: Extra inputs are not permitted", {}),
        ("auto", "ollama", '"m" does not support thinking', {}),
        ("high", "ollama", 'think value "high" is not supported for this model', {"think": True}),
        ("low", "anthropic", "adaptive thinking is not supported on this model", ENABLED),
        ("low", "anthropic", "This model does not support the effort parameter.", ENABLED),
        ("auto", "thinking", "unknown field reasoning_effort", {"thinking": {"type": "disabled"}}),
        ("auto", "template", "chat_template_kwargs: Extra inputs are not permitted", {}),
        ("auto", "template", "chat_template is not supported for Mistral tokenizers.", HALF),
    ],
)
async def test_after_a_refused_effort_the_next_alternative_is_sent(
    level: str, dialect: str, words: str, then: Any, server: Server
) -> None:
    """A field that the server does not know is not sent again."""
    server.refuse(words, times=1)
    await server.replies("openai", BARE, reasoning=(level, dialect))
    assert effort_in(server.bodies[1]) == then


@pytest.mark.parametrize(("room", "budget"), [(19_600, 16_384), (8192, 8192), (500, None)])
async def test_a_reasoning_budget_leaves_tokens_for_the_answer(room: int, budget: int | None, server: Server) -> None:
    """Anthropic requires a budget of at least 1,024 tokens that is smaller than the limit."""
    server.refuse("adaptive thinking is not supported on this model", times=1)
    await server.replies("anthropic", BARE.model_copy(update={"reasoning_room": room}), reasoning=("high", "anthropic"))
    assert server.bodies[1].get("thinking", {}).get("budget_tokens") == budget
