"""Requests for several rewrites of one article sentence."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from summarise.backends.budget import call_of, disown
from summarise.data import Backend, Call, Evidence, Record, Request, Sampling
from summarise.prompting.prompt import Prompt, fence
from summarise.writing.answers import examined, warmed

SHORTEN = "rewrite/shorten"
STAGE = "rewrite"
# Rewrites per request; they share the processing of the prompt.
CANDIDATES = 4
# Added to the temperature, so that candidates differ from each other and from the source.
WARMTH = 1.0
# Answer tokens per source token: a model constrained to a pattern may use small tokens.
ROOM = 3.0


class Source(Record):
    """A sentence to rewrite, by its index in the article, and its place."""

    sentence: int
    place: Evidence

    @property
    def text(self) -> str:
        """The sentence on one line."""
        return " ".join(self.place.text.split())


@dataclass(frozen=True)
class Rewrite:
    """A rewritten sentence, and its mean log-probability per token, if known."""

    text: str
    likelihood: float | None


def request_for(
    source: Source,
    *,
    prompt: Prompt,
    sampling: Sampling,
    size: Callable[[str], int],
    pattern: str,
) -> Request:
    """Build the request for one source; `pattern` constrains the answer, `size` estimates tokens."""
    system, user = prompt.render({"article": fence(source.text)})
    return Request(
        stage=STAGE,
        prompt=prompt.use,
        system=system,
        user=user,
        examples=prompt.examples,
        pattern=pattern,
        candidates=CANDIDATES,
        sampling=warmed(sampling, WARMTH).model_copy(update={"max_tokens": round(size(source.text) * ROOM)}),
        passages=(source.place,),
    )


async def rewrite(
    source: Source, request: Request, *, prompt: Prompt, backend: Backend
) -> tuple[tuple[Rewrite, ...], Call]:
    """Return the distinct rewrites, likeliest first, and the call."""
    reply = await backend.complete(request)
    answers = [reply] + [
        reply.model_copy(update={"text": other.text, "finish": other.finish, "likelihood": other.likelihood})
        for other in reply.alternatives
    ]
    # A model mostly assigns a correct sentence a higher likelihood than a corrupted version.
    answers.sort(key=lambda answer: -answer.likelihood if answer.likelihood is not None else math.inf)
    found = [examined(answer, prompt=prompt, source=source.text, output="sentence") for answer in answers]
    rewrites: dict[str, Rewrite] = {}
    for answer, one in zip(answers, found, strict=True):
        for said in one.said:
            rewrites.setdefault(said.text, Rewrite(said.text, answer.likelihood))
    problem = None if rewrites else found[0].problem
    if problem is not None:
        disown(backend, request)
    events = tuple(event for one in found for event in one.events)
    call = call_of(STAGE, reply, problem=problem, events=events)
    return tuple(rewrites.values()), call.model_copy(update={"rewritten": (source.sentence,)})
