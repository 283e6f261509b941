"""What the OpenAI wire leaves out where a server refuses it, and how it reads the end of an answer."""

import asyncio
from typing import Any

import pytest
from asking import ASKED, Answer, Ask, Script, Seen, serving

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])


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
        async with ask.client:
            await ask.backend.complete(ASKED)
            await ask.backend.complete(ASKED)
    kinds = [seen.body.get("response_format", {}).get("type") for seen in server.seen]
    assert kinds == ["json_schema", "json_object", None, None]


async def test_concurrent_calls_step_down_once() -> None:
    """Two calls that are refused together both end at the next form, not two forms down."""
    async with serving(refusing(json_schema="json_schema is not supported")) as server:
        ask = Ask(server)
        async with ask.client:
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
        async with ask.client:
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
        async with ask.client:
            reply = await ask.backend.complete(ASKED)
    assert (reply.text, reply.finish) == (text, finish)
    assert reply.request_id == "r1"
    assert reply.model == "m"
