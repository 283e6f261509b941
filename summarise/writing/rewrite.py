"""Ask the model to rewrite a sentence of the article, several ways at once.

Does not say which rewrites are right: a request holds the model to a `pattern`, where its server can do that, and what
of an answer is believed is decided by who asked.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from summarise.backends.budget import call_of, disown
from summarise.data import Backend, Call, Evidence, Record, Request, Sampling
from summarise.prompting.prompt import Prompt, fence
from summarise.writing.answers import examined, warmed

SHORTEN = "rewrite/shorten"
STAGE = "rewrite"
CANDIDATES = 4
"""How many rewrites are asked for at once: they share the reading of the prompt."""
WARMTH = 1.0
"""The temperature that is added, so that the candidates differ and leave their source."""
ROOM = 3.0
"""How many times the tokens of its source an answer may have: held to a pattern, a model may spell in small pieces."""


class Source(Record):
    """A sentence to rewrite: its index in the article, and its place."""

    sentence: int
    place: Evidence

    @property
    def text(self) -> str:
        """The article's words, in one line."""
        return " ".join(self.place.text.split())


@dataclass(frozen=True)
class Rewrite:
    """One answer: its sentence, and how likely the model finds a token of it on average (None if not told)."""

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
    """Build the request for one source; `size` estimates tokens."""
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
    """Return what the model made of a source, the likeliest first and none twice, and the call.

    Errors of the server pass through.
    """
    reply = await backend.complete(request)
    answers = [reply] + [
        reply.model_copy(update={"text": other.text, "finish": other.finish, "likelihood": other.likelihood})
        for other in reply.alternatives
    ]
    # The likeliest first: of a right sentence and its corrupted twin, a model mostly finds the right one likelier.
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
