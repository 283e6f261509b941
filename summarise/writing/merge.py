"""Requests to merge notes into fewer sentences that cite them."""

from collections.abc import Sequence

from summarise.data import Backend, Call, CheckedSentence, Request, Sampling
from summarise.prompting.prompt import Prompt, fence, harmless
from summarise.writing.answers import answer_schema, answer_tokens, ask
from summarise.writing.guards import Examined

STAGE = "merge"


def line_of(number: int, note: str) -> str:
    """Return a note as a numbered line that cannot close the fence."""
    return f"[{number}] " + harmless(" ".join(note.split()))


def request_for(notes: Sequence[CheckedSentence], *, prompt: Prompt, sentences: int, sampling: Sampling) -> Request:
    """Build the request to merge notes into at most `sentences` sentences."""
    count = "one sentence" if sentences == 1 else f"at most {sentences} sentences"
    lines = "\n".join(line_of(number, note.text) for number, note in enumerate(notes, start=1))
    system, user = prompt.render({"notes": fence(lines), "count": count})
    return Request(
        stage=STAGE,
        prompt=prompt.use,
        system=system,
        user=user,
        examples=prompt.examples,
        json_schema=answer_schema(prompt.front.output, most=sentences),
        sampling=sampling.model_copy(update={"max_tokens": answer_tokens(sentences)}),
        passages=tuple(note.evidence[0] for note in notes if note.evidence),
        sentences=sentences,
    )


async def merge(
    notes: Sequence[CheckedSentence], *, backend: Backend, prompt: Prompt, sentences: int, sampling: Sampling
) -> tuple[Examined, Call]:
    """Send one merge request; `sources` are note numbers, from 1."""
    request = request_for(notes, prompt=prompt, sentences=sentences, sampling=sampling)
    source = " ".join(note.text for note in notes)
    return await ask(request, backend=backend, prompt=prompt, source=source, output="cited")
