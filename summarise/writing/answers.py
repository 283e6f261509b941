"""JSON schemas, token limits, sampling and examination of model answers."""

from typing import Any

from summarise.backends.budget import call_of, disown
from summarise.data import Backend, Call, Reply, Request, Sampling
from summarise.prompting.prompt import Prompt
from summarise.writing.guards import Examined, examine
from summarise.writing.parsing import Output

TOKENS_PER_SENTENCE = 80
TOKENS_BESIDE = 80


def answer_schema(output: str, *, least: int = 1, most: int = 1) -> dict[str, Any]:
    """Return the JSON Schema of an answer: one "sentence", or `least` to `most` "sentences".

    Cited sentences are objects with `text` and `sources`, numbers from the prompt.
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
    """Return the token limit for an answer of `sentences` sentences."""
    return TOKENS_BESIDE + TOKENS_PER_SENTENCE * sentences


def warmed(sampling: Sampling, by: float, *, turn: int = 0) -> Sampling:
    """Return a sampling with a higher temperature, at most 2.0 (the limit of servers), and `turn` added to the seed."""
    return sampling.model_copy(
        update={"temperature": min(2.0, sampling.temperature + by), "seed": sampling.seed + turn}
    )


def examined(reply: Reply, *, prompt: Prompt, source: str, output: Output) -> Examined:
    """Examine a reply about `source` with the guards."""
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
    """Send a request and examine the reply; an unusable reply is removed from the cache."""
    reply = await backend.complete(request)
    found = examined(reply, prompt=prompt, source=source, output=output)
    if found.problem is not None:
        disown(backend, request)
    return found, call_of(request.stage, reply, problem=found.problem, events=found.events)
