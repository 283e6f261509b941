"""Ask the model to merge notes on the parts of one article into fewer sentences, each with the notes that it rests on.

Does not check facts and does not decide what is merged with what: `strategies/merging.py` goes by rounds.
"""

from collections.abc import Sequence

from summarise.data import Backend, Call, CheckedSentence, Request, Sampling
from summarise.prompting.prompt import Prompt, fence, harmless
from summarise.writing.answers import answer_schema, answer_tokens, ask
from summarise.writing.guards import Examined

STAGE = "merge"


def line_of(number: int, note: str) -> str:
    """Return a note as the model is shown it, on a line of its own behind its number; it cannot close the fence."""
    return f"[{number}] " + harmless(" ".join(note.split()))


def request_for(notes: Sequence[CheckedSentence], *, prompt: Prompt, sentences: int, sampling: Sampling) -> Request:
    """Build the request to merge notes, checked sentences on parts of the article, into so many sentences."""
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
    """Ask once; what is said has the numbers of its notes (from 1) as `sources`. The server's errors pass."""
    request = request_for(notes, prompt=prompt, sentences=sentences, sampling=sampling)
    source = " ".join(note.text for note in notes)
    return await ask(request, backend=backend, prompt=prompt, source=source, output="cited")
