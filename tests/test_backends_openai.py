"""The OpenAI wire format, replayed from recordings of the local engine."""

import asyncio
import json

import pytest

from summarise import Reply, Request
from summarise.backends.local import LocalBackend
from summarise.data import Sampling
from summarise.errors import ContextOverflowError

ARTICLE = (
    "The harbour of Vesterholm will close to large ships from Monday, the port authority said. "
    "A crane fell into the basin during a storm last week and blocks the main channel. "
    "Divers need about twelve days to cut it into pieces, and the work will cost 3.4 million crowns."
)


def forced(colour: str) -> Request:
    """Return a request whose schema allows only one answer."""
    return Request(
        stage="colour",
        system="You answer in JSON.",
        user=f"Which colour is a {colour} door?",
        json_schema={
            "type": "object",
            "properties": {"colour": {"type": "string", "enum": [colour]}},
            "required": ["colour"],
            "additionalProperties": False,
        },
        sampling=Sampling(max_tokens=40),
    )


@pytest.mark.vcr
async def test_a_reply_carries_text_and_counts(local_backend: LocalBackend) -> None:
    request = Request(stage="plain", system="You summarise news.", user=f"Summarise in one sentence:\n\n{ARTICLE}")
    reply = await local_backend.complete(request)
    assert isinstance(reply, Reply)
    assert reply.text.strip()
    assert reply.finish == "stop"
    assert reply.model == "smollm2-135m-instruct"
    assert reply.prompt_tokens > 60
    assert 0 < reply.completion_tokens <= request.sampling.max_tokens
    assert reply.cached_tokens == 0
    assert reply.request_id
    assert reply.seconds > 0


@pytest.mark.vcr
async def test_a_json_schema_holds_the_model_to_a_form(local_backend: LocalBackend) -> None:
    schema = {
        "type": "object",
        "properties": {"sentences": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2}},
        "required": ["sentences"],
        "additionalProperties": False,
    }
    request = Request(stage="draft", system="You summarise news as JSON.", user=ARTICLE, json_schema=schema)
    reply = await local_backend.complete(request)
    answer = json.loads(reply.text)
    assert list(answer) == ["sentences"]
    assert len(answer["sentences"]) == 2
    assert all(isinstance(sentence, str) for sentence in answer["sentences"])


@pytest.mark.vcr
async def test_a_truncated_answer_says_so(local_backend: LocalBackend) -> None:
    """Its finish is "length"."""
    request = Request(stage="plain", system="You tell stories.", user=ARTICLE, sampling=Sampling(max_tokens=5))
    reply = await local_backend.complete(request)
    assert reply.finish == "length"
    assert reply.completion_tokens == 5


@pytest.mark.vcr
async def test_too_long_a_request_names_both_sizes(local_backend: LocalBackend) -> None:
    """The ContextOverflowError names the sizes of request and context."""
    size = local_backend.capabilities.context_tokens or 0
    request = Request(stage="plain", system="You count.", user="a " * (size + 1))
    with pytest.raises(ContextOverflowError, match=r"of 82\d\d tokens does not fit into the model's context of 8192"):
        await local_backend.complete(request)


@pytest.mark.vcr
async def test_concurrent_calls_get_their_own_answers(local_backend: LocalBackend) -> None:
    colours = ["red", "green", "blue"]
    replies = await asyncio.gather(*[local_backend.complete(forced(colour)) for colour in colours])
    assert [json.loads(reply.text)["colour"] for reply in replies] == colours


@pytest.mark.vcr
async def test_what_was_asked_before_is_not_read_again(local_backend: LocalBackend) -> None:
    """The local engine caches the prompt."""
    request = Request(
        stage="plain", system="You summarise news.", user=f"Summarise:\n\n{ARTICLE}", sampling=Sampling(max_tokens=60)
    )
    first = await local_backend.complete(request)
    second = await local_backend.complete(request)
    assert (first.cached_tokens, second.prompt_tokens) == (0, first.prompt_tokens)
    assert 0.9 < second.cached_tokens / first.prompt_tokens < 1.0
    assert first.request_id != second.request_id
