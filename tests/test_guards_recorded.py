"""Degenerate answers that the real local model gave, and what the guards make of them.

The model is SmolLM2-135M-Instruct. The wordings were chosen so that it goes wrong, one way in each test; the docstrings
say what it did. Recorded anew with another model, a test may find that it behaves: then look for another wording.
"""

from typing import Any

import pytest

from summarise.backends.local import LocalBackend
from summarise.backends.wires.openai import OpenAIBackend
from summarise.backends.wires.options import WireOptions
from summarise.data import GuardEvent, Reply, Request, Sampling
from summarise.writing.guards import Examined, examine

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
LIBRARY = "The town of Larnby opened a library for 4,812 readers on Monday, Ida Brask said."
LIBRARY_SUMMARY = "Ida Brask opened a library in Larnby for 4,812 readers on Monday."


def form(least: int, most: int) -> dict[str, Any]:
    """Return the schema of an answer of so many sentences."""
    strings = {"type": "array", "items": {"type": "string"}, "minItems": least, "maxItems": most}
    return {
        "type": "object",
        "properties": {"sentences": strings},
        "required": ["sentences"],
        "additionalProperties": False,
    }


@pytest.fixture
def unpenalised(local_backend: LocalBackend) -> OpenAIBackend:
    """Return the same engine without the penalty on repetition that keeps a small model from looping."""
    wire = local_backend._wire
    return OpenAIBackend(wire.model, client=wire._client, options=WireOptions(extra={"cache_prompt": False}))


async def ask(
    backend: LocalBackend | OpenAIBackend,
    user: str,
    *,
    system: str = EDITOR,
    schema: dict[str, Any] | None = None,
    tokens: int = 80,
) -> Reply:
    """Ask the model, greedily."""
    sampling = Sampling(max_tokens=tokens)
    return await backend.complete(
        Request(stage="guards", system=system, user=user, json_schema=schema, sampling=sampling)
    )


def events(result: Examined, kind: str) -> list[GuardEvent]:
    """Return the events of one kind."""
    return [event for event in result.events if event.kind == kind]


def texts(result: Examined) -> list[str]:
    """Return the sentences that can be used."""
    return [sentence.text for sentence in result.said]


@pytest.mark.vcr
async def test_a_loop_of_sentences(unpenalised: OpenAIBackend) -> None:
    """Asked for a long song, the model wrote one verse over and over until the limit: its first lines are kept."""
    reply = await ask(unpenalised, "Write a very long song about a harbour, with many verses.", tokens=160)
    result = examine(reply, source="")
    assert reply.finish == "length"
    assert events(result, "repetition")
    assert events(result, "cut off")
    assert result.said
    assert len(set(texts(result))) == len(result.said) < reply.text.count("harbour")


@pytest.mark.vcr
async def test_a_loop_inside_a_sentence(unpenalised: OpenAIBackend) -> None:
    """Asked to repeat a line, the model wrote a piece of it ever again without an end: nothing can be used."""
    user = f"Repeat word for word: {INSTRUCTION[:-1]}, in the article's own words."
    reply = await ask(unpenalised, user, system=SHORTEN, tokens=60)
    result = examine(reply, source=PORT)
    assert events(result, "repetition")
    assert not result.said
    assert result.problem == "repeating itself"


@pytest.mark.vcr
async def test_the_instruction_comes_back(unpenalised: OpenAIBackend) -> None:
    """Given the instruction three times and no article, the model answered with words of the instruction."""
    user = "\n\n".join([INSTRUCTION] * 3)
    reply = await ask(unpenalised, user, system=SHORTEN, schema=form(2, 2), tokens=60)
    result = examine(reply, source=PORT, instructions=[SHORTEN, user])
    assert events(result, "echo")
    assert not any("most important facts of this article" in text for text in texts(result))


@pytest.mark.vcr
async def test_mark_up_in_a_sentence(local_backend: LocalBackend) -> None:
    """Asked for a web page, the model put a tag before its sentence: the tag goes, the sentence stays."""
    user = f"Write an HTML page with <br> and <p> tags about this article:\n\n{PORT}"
    reply = await ask(local_backend, user, tokens=100)
    result = examine(reply, source=f"{PORT} {PORT}")
    assert "<" in reply.text
    assert events(result, "special tokens")
    assert result.said
    assert not any("<" in text for text in texts(result))


@pytest.mark.vcr
async def test_a_refusal(local_backend: LocalBackend) -> None:
    """Asked to open a page, the model said that it is an AI and sorry, and offered its help."""
    user = "Can you open the link http://example.org/article and read it to me? Are you an AI?"
    reply = await ask(local_backend, user, system="You are a helpful assistant.", tokens=70)
    result = examine(reply, source=PORT)
    assert events(result, "refusal")
    assert (result.said, result.problem) == ((), "a refusal")


@pytest.mark.vcr
async def test_another_language(local_backend: LocalBackend) -> None:
    """Spoken to in French, the model answered in a French of sorts: nothing of it is used for an English article."""
    user = "Écris deux phrases en français sur le port de Vesterholm."
    reply = await ask(local_backend, user, system="Tu es un journaliste français. Tu réponds en français.")
    result = examine(reply, source=PORT)
    assert events(result, "language")
    assert (result.said, result.problem) == ((), "in another language")


@pytest.mark.vcr
async def test_longer_than_its_source(local_backend: LocalBackend) -> None:
    """Asked to summarise nine words, the model invented several times as many."""
    source = "The harbour of Vesterholm will close on Monday."
    reply = await ask(local_backend, f"{source}\n\nSummarise this article.")
    result = examine(reply, source=source)
    assert len(reply.text.split()) > len(source.split())
    assert events(result, "too long")
    assert sum(len(text.split()) for text in texts(result)) <= len(source.split())


@pytest.mark.vcr
async def test_plain_text_that_was_cut_off(local_backend: LocalBackend) -> None:
    """Given 40 tokens for three sentences, the model got through the first: it is kept, the torn one is not."""
    reply = await ask(local_backend, f"{PORT}\n\nSummarise in three sentences.", tokens=40)
    result = examine(reply, source=PORT)
    assert reply.finish == "length"
    assert events(result, "cut off")
    assert result.said
    assert all(text in reply.text and text.endswith(".") for text in texts(result))
    assert not reply.text.rstrip().endswith(result.said[-1].text)


@pytest.mark.vcr
async def test_json_that_was_cut_off(local_backend: LocalBackend) -> None:
    """Held to JSON and given 40 tokens, the model was cut off inside a string: its whole sentence is kept."""
    reply = await ask(local_backend, f"{PORT}\n\nTwo sentences.", schema=form(2, 2), tokens=40)
    result = examine(reply, source=PORT)
    assert reply.finish == "length"
    assert [event.kind for event in result.events] == ["cut off"]
    assert result.events[0].recovered
    assert all(text in reply.text and text.endswith(".") for text in texts(result))


@pytest.mark.vcr
async def test_json_of_another_form(local_backend: LocalBackend) -> None:
    """Asked for JSON in words only, the model wrote something like a schema, objects with identifiers and sentences."""
    user = f"{PORT}\n\nAnswer with JSON: an object with the field sentences, an array of two strings."
    reply = await ask(local_backend, user, system="You answer in JSON.", tokens=100)
    result = examine(reply, source=PORT)
    assert events(result, "malformed")
    assert result.said
    assert not any("{" in text or '"' in text for text in texts(result))


@pytest.mark.vcr
async def test_a_copy_of_the_lead(unpenalised: OpenAIBackend) -> None:
    """Asked for a copy, the model copied the article from its first word on: it is told, and the sentences stay."""
    reply = await ask(unpenalised, f"{PORT}\n\nCopy the text above.", system=SHORTEN)
    result = examine(reply, source=PORT)
    assert [event.kind for event in result.events] == ["lead copy"]
    assert len(result.said) >= 2


@pytest.mark.vcr
async def test_an_example_that_comes_back(unpenalised: OpenAIBackend) -> None:
    """Shown an example, the model gave it for an answer, then moved the port to the example's town."""
    article = f"<article>\n{PORT}\n</article>\n\n{INSTRUCTION}"
    user = f'Example of an answer: {{"sentences": ["{LIBRARY_SUMMARY}"]}}\n\n{article}'
    reply = await ask(unpenalised, user, system=SHORTEN, schema=form(2, 2), tokens=90)
    result = examine(reply, source=PORT, examples=[LIBRARY_SUMMARY])
    assert events(result, "leak")
    assert not any("Larnby" in text or "Brask" in text for text in texts(result))


@pytest.mark.vcr
async def test_a_few_shots_that_come_back(unpenalised: OpenAIBackend) -> None:
    """Shown an article with its summary, the model answered and went on with the example: its own sentence is kept."""
    shot = f"Article: {LIBRARY}\nSummary: {LIBRARY_SUMMARY}"
    source = (
        "A crane blocks the harbour of Vesterholm, and it will stay there for twelve days, the port authority said."
    )
    user = f"Summarise like this.\n\n{shot}\n\nArticle: A crane blocks the harbour of Vesterholm.\nSummary:"
    reply = await ask(unpenalised, user, tokens=50)
    result = examine(reply, source=source, examples=[LIBRARY, LIBRARY_SUMMARY])
    assert events(result, "leak")
    assert texts(result) == ["A crane blocks the harbour of Vesterholm."]


@pytest.mark.vcr
async def test_an_empty_answer(local_backend: LocalBackend) -> None:
    """The model never fell silent when asked to: here its schema leaves it nothing but an empty string."""
    schema = form(1, 1)
    schema["properties"]["sentences"]["items"]["enum"] = [""]
    reply = await ask(local_backend, "There is no article today.", system=SHORTEN, schema=schema, tokens=40)
    result = examine(reply, source=PORT)
    assert reply.finish == "stop"
    assert (result.said, result.problem) == ((), "empty")
    assert [event.kind for event in result.events] == ["empty"]


@pytest.mark.parametrize("token", ["<|im_end|>", "<|endoftext|>", "[/INST]", "</s>"])
def test_special_tokens_as_other_servers_print_them(token: str) -> None:
    """A scripted answer: the engine here never prints the model's special tokens, asked for or not."""
    result = examine(Reply(text=f"The port will close.{token}", model="scripted"), source=PORT)
    assert texts(result) == ["The port will close."]
    assert events(result, "special tokens")


def test_an_answer_withheld_by_a_filter() -> None:
    """A scripted answer: the local engine has no filter."""
    result = examine(Reply(text="The port", finish="filter", model="scripted"), source=PORT)
    assert (result.said, result.problem) == ((), "withheld by the server's filter")
