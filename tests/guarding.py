"""An article about a bridge, and functions that examine answers about it, for the tests of the guards."""

from typing import Any

from summarise import Backend, Reply, Request
from summarise.backends.local import UNADAPTED_OPTIONS, LocalBackend
from summarise.backends.model_files import SMOLLM2
from summarise.backends.wires.base import WireOptions
from summarise.backends.wires.openai import OpenAIBackend
from summarise.data import Sampling
from summarise.prompting import load
from summarise.writing.guards import Answer, answer_schema, examine

SOURCE = (
    "The harbour bridge in Vesterholm closed on Friday after engineers found cracks in 12 of its 30 cables. "
    "Mayor Ann Poe said repairs would cost 3.4 million crowns. “We could not wait. Nobody could,” she told reporters. "
    "Drivers were told to use the tunnel, which is open all night. The bridge was built in 1968 and carries 40,000 "
    "cars a day. The company that built it does not exist any more."
)
CLOSED = "The harbour bridge in Vesterholm closed on Friday."
COST = "Repairs would cost 3.4 million crowns, Ann Poe said."
TUNNEL = "Drivers were told to use the tunnel."
INSTRUCTIONS = (load("draft", "v1").system, load("draft", "v1").user)


def examined(reply: str | Reply, finish: str = "stop", **options: Any) -> Answer:
    """Examine an answer about `SOURCE`."""
    if isinstance(reply, str):
        reply = Reply.model_validate({"text": reply, "finish": finish, "model": "scripted"})
    return examine(reply, **{"source": SOURCE, **options})


def texts(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences]


def sources(answer: Answer) -> list[tuple[int, ...]]:
    return [sentence.sources for sentence in answer.sentences]


def kinds(answer: Answer) -> list[str]:
    return [event.kind for event in answer.events]


def events(answer: Answer) -> list[tuple[str, str]]:
    return [(event.kind, event.said) for event in answer.events]


def without_penalty(local: LocalBackend) -> Backend:
    """Return the default model without a repetition penalty."""
    extra = UNADAPTED_OPTIONS | {"cache_prompt": False, "repeat_penalty": 1.0}
    return OpenAIBackend(SMOLLM2.name.lower(), client=local.engines[0].client, options=WireOptions(extra=extra))


async def ask(
    backend: Backend,
    user: str,
    *,
    system: str = "You are a news editor. Answer in plain sentences.",
    sentences: int | None = None,
    tokens: int = 80,
) -> Reply:
    """Ask for a number of sentences in JSON, or for free text."""
    schema = None if sentences is None else answer_schema("sentences", least=sentences, most=sentences)
    sampling = Sampling(max_tokens=tokens)
    return await backend.complete(
        Request(stage="guards", system=system, user=user, json_schema=schema, sampling=sampling)
    )
