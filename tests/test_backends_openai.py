"""The OpenAI wire, replayed from recordings of the real local engine."""

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
    """Build a request whose schema leaves the model one answer only."""
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
    """A reply holds the model's words, why it stopped, the model's name, token counts, a request id and a time."""
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
    """With a JSON Schema the text is JSON of that form."""
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
    """An answer that the token limit cut off has finish "length"."""
    request = Request(stage="plain", system="You tell stories.", user=ARTICLE, sampling=Sampling(max_tokens=5))
    reply = await local_backend.complete(request)
    assert reply.finish == "length"
    assert reply.completion_tokens == 5


@pytest.mark.vcr
async def test_too_long_a_request_names_both_sizes(local_backend: LocalBackend) -> None:
    """A request larger than the context is a ContextOverflowError that names its size and the context's."""
    size = local_backend.capabilities.context_tokens or 0
    request = Request(stage="plain", system="You count.", user="a " * (size + 1))
    with pytest.raises(ContextOverflowError, match=r"of 82\d\d tokens does not fit into the model's context of 8192"):
        await local_backend.complete(request)


@pytest.mark.vcr
async def test_concurrent_calls_get_their_own_answers(local_backend: LocalBackend) -> None:
    """Calls under way at the same time each get the answer to their own question."""
    colours = ["red", "green", "blue"]
    replies = await asyncio.gather(*[local_backend.complete(forced(colour)) for colour in colours])
    assert [json.loads(reply.text)["colour"] for reply in replies] == colours


@pytest.mark.vcr
async def test_what_was_asked_before_is_not_read_again(local_backend: LocalBackend) -> None:
    """The local engine keeps what it has read; only the end of the same question is read anew."""
    request = Request(
        stage="plain", system="You summarise news.", user=f"Summarise:\n\n{ARTICLE}", sampling=Sampling(max_tokens=60)
    )
    first = await local_backend.complete(request)
    second = await local_backend.complete(request)
    assert (first.cached_tokens, second.prompt_tokens) == (0, first.prompt_tokens)
    assert 0.9 < second.cached_tokens / first.prompt_tokens < 1.0
    assert first.request_id != second.request_id
