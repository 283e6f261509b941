"""Exact token counts by the local engine and by servers, with responses in the published formats."""

from typing import Any

import pytest
from wire_server import Said, wire_server

from summarise import Reply, Request, Settings
from summarise.backends import open_backend
from summarise.data import capabilities_of
from summarise.errors import CallError, MalformedAnswerError

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

TEXT = "The ferry sank."


async def counted(model: str, said: Said, *, end: str = "") -> tuple[int, list[str], list[Any]]:
    """Count a text with a server that responds with `said`. Returns the count, the paths and the request bodies."""
    with wire_server(lambda _: said) as wire:
        settings = Settings(base_url=f"{wire.url}{end}", max_attempts=1)
        async with open_backend(model, settings) as backend:
            can = capabilities_of(backend)
            assert can.count is not None
            assert can.counts_here is False
            return await can.count(TEXT), wire.paths, wire.asked


@pytest.mark.parametrize("end", ["", "/v1"])
async def test_llama_cpp_counts_beside_its_wire(end: str) -> None:
    """The path is `/tokenize` at the server's root, with or without “/v1” in the base URL."""
    tokens_example = {"tokens": [504, 15931, 26407, 30]}
    assert await counted("llamacpp:m", (200, tokens_example), end=end) == (4, ["/tokenize"], [{"content": TEXT}])


async def test_anthropic_counts_a_message() -> None:
    """The request names the model and holds the text as a user message."""
    body = {"model": "m", "messages": [{"role": "user", "content": TEXT}]}
    told = await counted("anthropic:m", (200, {"input_tokens": 14}))
    assert told == (14, ["/v1/messages/count_tokens"], [body])


@pytest.mark.parametrize("model", ["openai:m", "ollama:m"])
async def test_others_do_not_count(model: str) -> None:
    """OpenAI and Ollama backends have no `count`."""
    async with open_backend(model, Settings(base_url="http://127.0.0.1:1")) as backend:
        assert capabilities_of(backend).count is None


@pytest.mark.parametrize("model", ["llamacpp:m", "anthropic:m"])
@pytest.mark.parametrize("body", [{}, {"tokens": 3, "input_tokens": -5}, {"tokens": None, "input_tokens": True}])
async def test_what_is_no_count_is_an_error(model: str, body: dict[str, Any]) -> None:
    """A response without a valid count raises MalformedAnswerError."""
    with pytest.raises(MalformedAnswerError, match=r"has no (tokens|input_tokens)"):
        await counted(model, (200, body))


@pytest.mark.parametrize("model", ["llamacpp:m", "anthropic:m"])
async def test_a_server_that_does_not_know_the_question_is_a_failed_call(model: str) -> None:
    """A server without the endpoint raises CallError."""
    with pytest.raises(CallError):
        await counted(model, (404, {"error": "not found"}))


@pytest.mark.local
async def test_the_local_engine_counts_by_its_own_tokeniser(local_settings: Settings) -> None:
    """The count is exact and excludes any chat template."""
    async with open_backend("local", local_settings) as backend:
        can = capabilities_of(backend)
        assert can.count is not None
        assert can.counts_here
        assert [await can.count(text) for text in ("", "Hello brave new world", TEXT * 1000)] == [0, 4, 4000]


@pytest.mark.parametrize("count", [0, len], ids=["its own calls", "without counts_here"])
def test_count_without_counts_here_counts_no_tokens(count: Any) -> None:
    """A user's backend counts tokens only if it has both `count` and `counts_here`."""

    class Own:
        id = "own"

        async def complete(self, request: Request) -> Reply:
            raise NotImplementedError

    own = Own()
    vars(own)["count"] = count
    assert capabilities_of(own).count is None
