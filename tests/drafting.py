"""An article in several chunks, and drafts of one or of all of them by a scripted model."""

from invented import VALLEY

from summarise.backends.budget.metered import MeteredBackend
from summarise.backends.budget.spend_limiter import SpendLimiter
from summarise.backends.scripted import ScriptedBackend
from summarise.data import Backend, Budget, Reply, Request, Sampling
from summarise.pipeline.reading import read_article
from summarise.prompting.prompt import Prompt, load
from summarise.writing.chunks import cut
from summarise.writing.draft import Draft, draft, draft_all

PROMPT = load("draft", "v1")
ARTICLE = read_article(VALLEY)
CHUNKS = cut(ARTICLE, 120)
SAMPLING = Sampling(temperature=0.0, seed=7)


def limiter(calls: int = 100) -> SpendLimiter:
    """Return a purse for so many calls."""
    return SpendLimiter(Budget(calls=calls, prompt_tokens=0, completion_tokens=0))


def texts(drafted: Draft) -> tuple[str, ...]:
    """Return what was said, without the sources."""
    return tuple(said.text for said in drafted.said)


def reply(text: str, finish: str = "stop") -> Reply:
    """Return a reply with this text."""
    return Reply.model_validate({"text": text, "finish": finish, "model": "scripted"})


async def draft_one(
    backend: ScriptedBackend, sampling: Sampling = SAMPLING, *, prompt: Prompt = PROMPT, calls: int = 100
) -> Draft:
    """Draft the first chunk."""
    return await draft(
        ARTICLE,
        CHUNKS[0],
        index=0,
        backend=MeteredBackend(backend, limiter(calls)),
        prompt=prompt,
        sentences=2,
        sampling=sampling,
    )


async def draft_every(
    backend: Backend, *, concurrency: int = 2, progress: list[tuple[int, int]] | None = None
) -> list[Draft]:
    """Draft all chunks."""
    told: list[tuple[int, int]] = [] if progress is None else progress
    return await draft_all(
        ARTICLE,
        CHUNKS,
        backend=backend,
        prompt=PROMPT,
        sentences=2,
        sampling=SAMPLING,
        concurrency=concurrency,
        progress=lambda *done: told.append(done),
    )


def chunk_of(request: Request) -> int:
    """Return which chunk a request is about."""
    return next(i for i, chunk in enumerate(CHUNKS) if chunk.start <= request.passages[0].start < chunk.end)
