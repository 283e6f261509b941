"""The forms of a model's answers: the schema that asks for one, how long and warm it may be, and how it is read.

Does not check facts. What the stages ask for, and what becomes of what they get, is theirs.
"""

from typing import Any

from summarise.backends.budget import call_of, disown
from summarise.data import Backend, Call, Reply, Request, Sampling
from summarise.prompting.prompt import Prompt
from summarise.writing.guards import Examined, Output, examine

TOKENS_PER_SENTENCE = 80
TOKENS_BESIDE = 80


def answer_schema(output: str, *, least: int = 1, most: int = 1) -> dict[str, Any]:
    """Return the JSON Schema of an answer: one "sentence", or `least` to `most` "sentences", each a string.

    "cited" ones are objects with `text`, and `sources`: the numbers that the prompt gives to what is told.
    """
    text: dict[str, Any] = {"type": "string"}
    if output == "sentence":
        return _object(sentence=text)
    sources = {"type": "array", "items": {"type": "integer"}}
    item = _object(text=text, sources=sources) if output == "cited" else text
    return _object(sentences={"type": "array", "items": item, "minItems": least, "maxItems": most})


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def answer_tokens(sentences: int) -> int:
    """Return how many tokens an answer of so many sentences may take."""
    return TOKENS_BESIDE + TOKENS_PER_SENTENCE * sentences


def warmed(sampling: Sampling, by: float, *, turn: int = 0) -> Sampling:
    """Return a sampling that is warmer by so much, up to what servers take, and from another seed at each turn."""
    return sampling.model_copy(
        update={"temperature": min(2.0, sampling.temperature + by), "seed": sampling.seed + turn}
    )


def examined(reply: Reply, *, prompt: Prompt, source: str, output: Output) -> Examined:
    """Return what can be used of an answer to a prompt; `source` is the text that it is about."""
    return examine(
        reply,
        source=source,
        instructions=(prompt.system, prompt.user),
        examples=tuple(f"{example.user}\n{example.assistant}" for example in prompt.examples),
        output=output,
    )


async def ask(
    request: Request, *, backend: Backend, prompt: Prompt, source: str, output: Output
) -> tuple[Examined, Call]:
    """Ask once, and return what can be used of the answer, and the call; an answer of no use is kept in no cache.

    The server's errors pass.
    """
    reply = await backend.complete(request)
    found = examined(reply, prompt=prompt, source=source, output=output)
    if found.problem is not None:
        disown(backend, request)
    return found, call_of(request.stage, reply, problem=found.problem, events=found.events)
