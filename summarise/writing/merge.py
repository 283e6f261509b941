"""Ask the model to merge notes on the parts of one article into fewer sentences, each with the notes that it rests on.

Does not check facts and does not decide what is merged with what: `strategies/merging.py` goes by rounds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from summarise.backends.budget.call_records import call_of, disown
from summarise.data import Backend, Call, Evidence, Request, Sampling
from summarise.errors import ConfigurationError
from summarise.prompting.prompt import Prompt, fence, harmless
from summarise.writing.guards import OutputSentence, examine

STAGE = "merge"
TOKENS_PER_SENTENCE = 80
TOKENS_BESIDE = 80


@dataclass(frozen=True)
class Note:
    """What a part of the article says, in a sentence, and the places of the article that bear it out."""

    text: str
    places: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Merged:
    """What the model said of some notes, with their numbers (from 1) as `sources`, and the call."""

    said: tuple[OutputSentence, ...]
    call: Call


def schema(output: str, sentences: int) -> dict[str, Any]:
    """Return the JSON Schema that a prompt names as its output; the only one is "cited", at most so many sentences."""
    if output != "cited":
        raise ConfigurationError(f"no output schema {output!r} for a merge: there is cited")
    properties = {"text": {"type": "string"}, "sources": {"type": "array", "items": {"type": "integer"}}}
    item = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    return {
        "type": "object",
        "properties": {"sentences": {"type": "array", "items": item, "minItems": 1, "maxItems": sentences}},
        "required": ["sentences"],
        "additionalProperties": False,
    }


def answer_tokens(sentences: int) -> int:
    """Return how many tokens an answer of so many sentences may take."""
    return TOKENS_BESIDE + TOKENS_PER_SENTENCE * sentences


def line_of(number: int, note: str) -> str:
    """Return a note as the model is shown it, on a line of its own behind its number; it cannot close the fence."""
    return f"[{number}] " + harmless(" ".join(note.split()))


def request_for(notes: Sequence[Note], *, prompt: Prompt, sentences: int, sampling: Sampling) -> Request:
    """Build the request to merge notes into so many sentences."""
    count = "one sentence" if sentences == 1 else f"at most {sentences} sentences"
    lines = "\n".join(line_of(number, note.text) for number, note in enumerate(notes, start=1))
    system, user = prompt.render({"notes": fence(lines), "count": count})
    return Request(
        stage=STAGE,
        prompt=prompt.use,
        system=system,
        user=user,
        examples=prompt.examples,
        json_schema=schema(prompt.front.output, sentences),
        sampling=sampling.model_copy(update={"max_tokens": answer_tokens(sentences)}),
        passages=tuple(note.places[0] for note in notes if note.places),
        sentences=sentences,
    )


async def merge(
    notes: Sequence[Note], *, backend: Backend, prompt: Prompt, sentences: int, sampling: Sampling
) -> Merged:
    """Ask once; an answer that cannot be used has no sentences, and its call says why. The server's errors pass."""
    request = request_for(notes, prompt=prompt, sentences=sentences, sampling=sampling)
    reply = await backend.complete(request)
    found = examine(
        reply,
        source=" ".join(note.text for note in notes),
        instructions=(prompt.system, prompt.user),
        examples=tuple(f"{example.user}\n{example.assistant}" for example in prompt.examples),
        output="cited",
    )
    if found.problem is not None:
        disown(backend, request)
    return Merged(said=found.said, call=call_of(STAGE, reply, problem=found.problem, events=found.events))
