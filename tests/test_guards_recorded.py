"""Guards against degenerate answers, recorded from the real local model.

The model is SmolLM2-135M-Instruct, and each prompt was chosen to provoke one fault. For another model a test may need
another prompt.
"""

import pytest
from guarding import ask, examined, kinds, texts, without_penalty

from summarise import Backend
from summarise.backends.local import LocalBackend

PORT = (
    "The port of Vesterholm will close to large ships from Monday, the port authority said. "
    "A crane fell into the basin during a storm last week and blocked the main channel. "
    "Divers need about twelve days to cut it into pieces, and the work will cost 3.4 million crowns."
)
SHORTEN = (
    "You are a news editor. You shorten articles: you keep whole sentences with their names, figures and speakers, and "
    "leave out the rest."
)
INSTRUCTION = "Write two short sentences that tell the most important facts of this article."
LIBRARY_SUMMARY = "Ida Brask opened a library in Larnby for 4,812 readers on Monday."


@pytest.fixture
def unpenalised(local_backend: LocalBackend) -> Backend:
    """Return the engine without the repetition penalty that keeps a small model from looping."""
    return without_penalty(local_backend)


@pytest.mark.vcr
async def test_a_loop_of_sentences(unpenalised: Backend) -> None:
    """The model repeated one verse up to the limit; its first lines are kept."""
    reply = await ask(unpenalised, "Write a very long song about a harbour, with many verses.", tokens=160)
    result = examined(reply, source="")
    assert reply.finish == "length"
    assert "repetition" in kinds(result)
    assert "cut off" in kinds(result)
    assert result.sentences
    assert len(set(texts(result))) == len(result.sentences) < reply.text.count("harbour")


@pytest.mark.vcr
async def test_the_instruction_comes_back(unpenalised: Backend) -> None:
    """Without an article, the model repeated the instruction."""
    user = "\n\n".join([INSTRUCTION] * 3)
    reply = await ask(unpenalised, user, system=SHORTEN, sentences=2, tokens=60)
    result = examined(reply, source=PORT, instructions=[SHORTEN, user])
    assert "echo" in kinds(result)
    assert not any("most important facts of this article" in text for text in texts(result))


@pytest.mark.vcr
async def test_a_refusal(local_backend: Backend) -> None:
    """Asked to open a page, the model apologised; nothing of the answer is used."""
    user = "Can you open the link http://example.org/article and read it to me? Are you an AI?"
    reply = await ask(local_backend, user, system="You are a helpful assistant.", tokens=70)
    result = examined(reply, source=PORT)
    assert "refusal" in kinds(result)
    assert (result.sentences, result.problem) == ((), "a refusal")


@pytest.mark.vcr
async def test_another_language(local_backend: Backend) -> None:
    """A French answer is not used for an English article."""
    user = "Écris deux phrases en français sur le port de Vesterholm."
    reply = await ask(local_backend, user, system="Tu es un journaliste français. Tu réponds en français.")
    result = examined(reply, source=PORT)
    assert "language" in kinds(result)
    assert (result.sentences, result.problem) == ((), "in another language")


@pytest.mark.vcr
async def test_json_that_was_cut_off(local_backend: Backend) -> None:
    """JSON truncated inside a string keeps its complete sentence."""
    reply = await ask(local_backend, f"{PORT}\n\nTwo sentences.", sentences=2, tokens=40)
    result = examined(reply, source=PORT)
    assert reply.finish == "length"
    assert kinds(result) == ["cut off"]
    assert result.events[0].recovered
    assert all(text in reply.text and text.endswith(".") for text in texts(result))


@pytest.mark.vcr
async def test_json_of_another_form(local_backend: Backend) -> None:
    """The model wrote JSON like a schema; sentences are recovered from it."""
    user = f"{PORT}\n\nAnswer with JSON: an object with the field sentences, an array of two strings."
    reply = await ask(local_backend, user, system="You answer in JSON.", tokens=100)
    result = examined(reply, source=PORT)
    assert "malformed" in kinds(result)
    assert result.sentences
    assert not any("{" in text or '"' in text for text in texts(result))


@pytest.mark.vcr
async def test_an_example_that_comes_back(unpenalised: Backend) -> None:
    """The model repeated the example, then moved the port to the example's town; neither is used."""
    article = f"<article>\n{PORT}\n</article>\n\n{INSTRUCTION}"
    user = f'Example of an answer: {{"sentences": ["{LIBRARY_SUMMARY}"]}}\n\n{article}'
    reply = await ask(unpenalised, user, system=SHORTEN, sentences=2, tokens=90)
    result = examined(reply, source=PORT, instructions=[LIBRARY_SUMMARY])
    assert "echo" in kinds(result)
    assert not any("Larnby" in text or "Brask" in text for text in texts(result))
