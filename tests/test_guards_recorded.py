"""Guards against degenerate answers, recorded from the real local model.

The model is SmolLM2-135M-Instruct, and each prompt was chosen to provoke one fault. For another model a test may need
another prompt.
"""

from typing import Any

import pytest
from guarding import kinds, texts

from summarise import Reply, Request
from summarise.backends.local import UNADAPTED_OPTIONS, LocalBackend
from summarise.backends.wires.base import WireOptions
from summarise.backends.wires.openai import OpenAIBackend
from summarise.data import Sampling
from summarise.writing.answers import answer_schema
from summarise.writing.guards import examine

PORT = (
    "The port of Vesterholm will close to large ships from Monday, the port authority said. "
    "A crane fell into the basin during a storm last week and blocked the main channel. "
    "Divers need about twelve days to cut it into pieces, and the work will cost 3.4 million crowns."
)
EDITOR = "You are a news editor. Answer in plain sentences."
SHORTEN = (
    "You are a news editor. You shorten articles: you keep whole sentences with their names, figures and speakers, and "
    "leave out the rest."
)
INSTRUCTION = "Write two short sentences that tell the most important facts of this article."
TWO = answer_schema("sentences", least=2, most=2)
WITHOUT_PENALTY = {"cache_prompt": False, "repeat_penalty": 1.0}
LIBRARY_SUMMARY = "Ida Brask opened a library in Larnby for 4,812 readers on Monday."


@pytest.fixture
def unpenalised(local_backend: LocalBackend) -> OpenAIBackend:
    """Return the engine without the repetition penalty that keeps a small model from looping."""
    wire = local_backend._wire
    return OpenAIBackend(
        wire.model, client=wire._client, options=WireOptions(extra=UNADAPTED_OPTIONS | WITHOUT_PENALTY)
    )


async def ask(
    backend: LocalBackend | OpenAIBackend,
    user: str,
    *,
    system: str = EDITOR,
    schema: dict[str, Any] | None = None,
    tokens: int = 80,
) -> Reply:
    sampling = Sampling(max_tokens=tokens)
    return await backend.complete(
        Request(stage="guards", system=system, user=user, json_schema=schema, sampling=sampling)
    )


@pytest.mark.vcr
async def test_a_loop_of_sentences(unpenalised: OpenAIBackend) -> None:
    """The model repeated one verse up to the limit; its first lines are kept."""
    reply = await ask(unpenalised, "Write a very long song about a harbour, with many verses.", tokens=160)
    result = examine(reply, source="")
    assert reply.finish == "length"
    assert "repetition" in kinds(result)
    assert "cut off" in kinds(result)
    assert result.said
    assert len(set(texts(result))) == len(result.said) < reply.text.count("harbour")


@pytest.mark.vcr
async def test_the_instruction_comes_back(unpenalised: OpenAIBackend) -> None:
    """Without an article, the model repeated the instruction."""
    user = "\n\n".join([INSTRUCTION] * 3)
    reply = await ask(unpenalised, user, system=SHORTEN, schema=TWO, tokens=60)
    result = examine(reply, source=PORT, instructions=[SHORTEN, user])
    assert "echo" in kinds(result)
    assert not any("most important facts of this article" in text for text in texts(result))


@pytest.mark.vcr
async def test_a_refusal(local_backend: LocalBackend) -> None:
    """Asked to open a page, the model apologised; nothing of the answer is used."""
    user = "Can you open the link http://example.org/article and read it to me? Are you an AI?"
    reply = await ask(local_backend, user, system="You are a helpful assistant.", tokens=70)
    result = examine(reply, source=PORT)
    assert "refusal" in kinds(result)
    assert (result.said, result.problem) == ((), "a refusal")


@pytest.mark.vcr
async def test_another_language(local_backend: LocalBackend) -> None:
    """A French answer is not used for an English article."""
    user = "Écris deux phrases en français sur le port de Vesterholm."
    reply = await ask(local_backend, user, system="Tu es un journaliste français. Tu réponds en français.")
    result = examine(reply, source=PORT)
    assert "language" in kinds(result)
    assert (result.said, result.problem) == ((), "in another language")


@pytest.mark.vcr
async def test_json_that_was_cut_off(local_backend: LocalBackend) -> None:
    """JSON truncated inside a string keeps its complete sentence."""
    reply = await ask(local_backend, f"{PORT}\n\nTwo sentences.", schema=TWO, tokens=40)
    result = examine(reply, source=PORT)
    assert reply.finish == "length"
    assert kinds(result) == ["cut off"]
    assert result.events[0].recovered
    assert all(text in reply.text and text.endswith(".") for text in texts(result))


@pytest.mark.vcr
async def test_json_of_another_form(local_backend: LocalBackend) -> None:
    """The model wrote JSON like a schema; sentences are recovered from it."""
    user = f"{PORT}\n\nAnswer with JSON: an object with the field sentences, an array of two strings."
    reply = await ask(local_backend, user, system="You answer in JSON.", tokens=100)
    result = examine(reply, source=PORT)
    assert "malformed" in kinds(result)
    assert result.said
    assert not any("{" in text or '"' in text for text in texts(result))


@pytest.mark.vcr
async def test_an_example_that_comes_back(unpenalised: OpenAIBackend) -> None:
    """The model repeated the example, then moved the port to the example's town; neither is used."""
    article = f"<article>\n{PORT}\n</article>\n\n{INSTRUCTION}"
    user = f'Example of an answer: {{"sentences": ["{LIBRARY_SUMMARY}"]}}\n\n{article}'
    reply = await ask(unpenalised, user, system=SHORTEN, schema=TWO, tokens=90)
    result = examine(reply, source=PORT, examples=[LIBRARY_SUMMARY])
    assert "leak" in kinds(result)
    assert not any("Larnby" in text or "Brask" in text for text in texts(result))
