"""Thinking models on the wires of OpenAI Responses and Converse: thoughts are not answers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

import pytest
from test_thinking import CHUNKS, Played, played
from thinking_server import MARK, ROWS, THOUGHT, Model, Shape
from wire_server import Said

from summarise.settings.providers import ModelCard

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
Wire = Literal["responses", "converse"]
NAMES: Mapping[Wire, str] = {"responses": "openai:m", "converse": "bedrock:anthropic.m"}
# Converse does not count hidden thoughts.
SHAPES: Mapping[Wire, frozenset[Shape]] = {
    "responses": frozenset({"hidden", "beside", "redacted", "inline", "opened", "channels", "untold"}),
    "converse": frozenset({"beside", "redacted", "inline", "opened", "channels", "untold"}),
}
REFUSING: Mapping[Wire, Model] = {
    "responses": Model(
        refuses={
            "temperature": "Unsupported parameter: 'temperature' is not supported with this model.",
            "reasoning": "Unsupported parameter: 'reasoning.effort' is not supported with this model.",
            "json_schema": "Invalid parameter: 'text.format' of type 'json_schema' is not supported with this model.",
        }
    ),
    "converse": Model(
        shape="beside",
        refuses={
            "temperature": "`temperature` is deprecated for this model.",
            "tool_choice": "Thinking may not be enabled when tool_choice forces tool use.",
            "tools": "This model doesn't support tool use.",
        },
    ),
}


@dataclass(frozen=True)
class CloudModel(Model):
    """A `Model` that answers on another wire."""

    def on(self, wire: Any, body: dict[str, Any]) -> Said:
        """Return the answer to a request."""
        read = _responses_asked if wire == "responses" else _converse_asked
        status, whole = super().on("openai", read(body))
        if status != 200:
            return status, whole if wire == "responses" else {"message": whole["error"]["message"]}
        if wire == "converse":
            return status, _converse(whole, forced="toolChoice" in body.get("toolConfig", {}))
        return status, _responses(whole)


def _responses_asked(body: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: body[name] for name in ("temperature", "reasoning") if name in body}
    return {"max_tokens": body["max_output_tokens"], "response_format": body.get("text"), **told}


def _converse_asked(body: Mapping[str, Any]) -> dict[str, Any]:
    config, tools = body["inferenceConfig"], body.get("toolConfig", {})
    told = {
        name: True
        for name, there in (("temperature", config), ("toolChoice", tools), ("tools", tools))
        if name in there
    }
    if told.pop("toolChoice", False):
        told["tool_choice"] = True
    return {"max_tokens": config["maxTokens"], **told}


def _responses(whole: Mapping[str, Any]) -> dict[str, Any]:
    (choice,) = whole["choices"]
    message, usage = choice["message"], whole["usage"]
    items: list[dict[str, Any]] = []
    if "reasoning_content" in message:
        items.append({"type": "reasoning", "summary": [{"type": "summary_text", "text": THOUGHT}]})
    if "reasoning_details" in message:
        items.append({"type": "reasoning", "summary": [], "encrypted_content": MARK})
    if message["content"]:
        items.append({"type": "message", "content": [{"type": "output_text", "text": message["content"]}]})
    cut = choice["finish_reason"] == "length"
    return {
        "status": "incomplete" if cut else "completed",
        "incomplete_details": {"reason": "max_output_tokens"} if cut else None,
        "model": "m",
        "output": items,
        "usage": {
            "input_tokens": usage["prompt_tokens"],
            "output_tokens": usage["completion_tokens"],
            "output_tokens_details": usage.get("completion_tokens_details", {}),
        },
    }


def _converse(whole: Mapping[str, Any], *, forced: bool) -> dict[str, Any]:
    (choice,) = whole["choices"]
    message, usage = choice["message"], whole["usage"]
    blocks: list[dict[str, Any]] = []
    if "reasoning_content" in message:
        blocks.append({"reasoningContent": {"reasoningText": {"text": THOUGHT, "signature": "c2ln"}}})
    if "reasoning_details" in message:
        blocks.append({"reasoningContent": {"redactedContent": MARK}})
    if forced and message["content"].startswith("{"):
        blocks.append({"toolUse": {"toolUseId": "t", "name": "draft", "input": json.loads(message["content"])}})
    elif message["content"]:
        blocks.append({"text": message["content"]})
    return {
        "output": {"message": {"role": "assistant", "content": blocks}},
        "stopReason": "max_tokens" if choice["finish_reason"] == "length" else "end_turn",
        "usage": {"inputTokens": usage["prompt_tokens"], "outputTokens": usage["completion_tokens"]},
    }


def asked(model: Model, wire: Wire, **given: Any) -> Played:
    cards = {"openai:m": ModelCard(wire="responses")} if wire == "responses" else {}
    return played(CloudModel(**vars(model)), cast("Any", wire), name=NAMES[wire], models=cards, **given)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "wire"),
    [(name, wire) for wire in NAMES for name, model in ROWS if model.shape in SHAPES[wire]],
)
def test_thoughts_are_no_answer(name: str, wire: Wire) -> None:
    """At most one call is lost to thoughts; neither record nor cache contains them."""
    model = dict(ROWS)[name]
    found = asked(model, wire)
    assert MARK.encode() not in found.kept
    assert bool(found.problem) != model.answers
    if model.answers:
        assert found.sentences == 2
        assert found.lost <= 1
        assert found.sent == 1 + found.lost + found.refused
        assert found.thought >= 900


@pytest.mark.parametrize("wire", NAMES)
def test_fields_that_are_refused_cost_one_call_each_and_once(wire: Wire) -> None:
    """At most one further call is lost to thoughts."""
    model = REFUSING[wire]
    found = asked(model, wire, chunks=CHUNKS[:2], concurrency=1)
    assert not found.problem
    assert found.refused == len(model.refuses)
    assert found.lost <= 1
    assert found.sent == 2 + found.lost + found.refused
