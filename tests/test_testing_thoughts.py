"""Cassettes keep a model's answers without its thoughts."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from thinking_server import MARK, SHAPES, Model, Shape, Wire

from summarise import Reply
from summarise.backends.http.bodies import JSONResponse
from summarise.backends.wires.anthropic import reply_of as anthropic_reply
from summarise.backends.wires.ollama import reply_of as ollama_reply
from summarise.backends.wires.openai import reply_of as openai_reply
from summarise.testing.cassettes import clean_response, without_thoughts

CASES = [(shape, wire) for wire, shapes in SHAPES.items() for shape in sorted(shapes)]


def asked(limit: int) -> dict[str, Any]:
    return {"max_tokens": limit, "options": {"num_predict": limit}}


def read(wire: Wire, body: dict[str, Any]) -> Reply:
    answer = JSONResponse(body=body, request_id=None, seconds=0.0)
    if wire == "openai":
        return openai_reply(answer, model="m")
    if wire == "anthropic":
        return anthropic_reply(answer, model="m", limit=100_000)
    return ollama_reply(answer, model="m")


def recorded(body: bytes) -> bytes:
    """Return a body as a cassette stores it."""
    response = {
        "status": {"code": 200},
        "headers": {"content-type": ["application/json"]},
        "body": {"string": body},
    }
    found = clean_response(response)["body"]["string"]
    assert isinstance(found, bytes)
    return found


@pytest.mark.parametrize("limit", [400, 2000])
@pytest.mark.parametrize(("shape", "wire"), CASES)
def test_a_recorded_answer_holds_no_thought_and_is_read_as_it_was(shape: Shape, wire: Wire, limit: int) -> None:
    """Text, finish reason and counts stay the same."""
    _, said = Model(shape=shape).on(wire, asked(limit))
    kept = recorded(json.dumps(said).encode())
    if shape != "opened" or limit > 900:
        assert MARK.encode() not in kept
        assert read(wire, json.loads(kept)) == read(wire, said)


@pytest.mark.parametrize(
    "body",
    [
        '{"choices": [{"message": {"content": "The tag <think> is a word."}}],  "usage": null}',
        '{"reasoning": {"effort": "low"}, "thinking": null}',
        'data: {"choices": [{"delta": {"content": "a"}}]}\n\ndata: [DONE]\n\n',
        "no JSON",
        "",
    ],
)
def test_an_answer_without_thoughts_stays_as_it_was(body: str) -> None:
    assert without_thoughts(body) == body


@given(st.text())
def test_any_body_can_be_recorded(body: str) -> None:
    assert isinstance(without_thoughts(body), str)
