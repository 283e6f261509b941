"""An article in several chunks, and functions that draft them with a scripted model."""

from typing import Any

from invented import VALLEY

from summarise import Article, Backend, Reply, Request, read_article
from summarise.backends.budget import MeteredBackend, SpendLimiter
from summarise.backends.scripted import ScriptedBackend
from summarise.data import Budget, Sampling
from summarise.prompting.prompt import load
from summarise.writing.chunks import cut
from summarise.writing.draft import Draft, draft, draft_all

PROMPT = load("draft", "v1")
ARTICLE = read_article(VALLEY)
CHUNKS = cut(ARTICLE, 120)
SAMPLING = Sampling(temperature=0.0, seed=7)


def limiter(calls: int = 100) -> SpendLimiter:
    return SpendLimiter(Budget(calls=calls, prompt_tokens=0, completion_tokens=0))


def texts(drafted: Draft) -> tuple[str, ...]:
    return tuple(said.text for said in drafted.said)


def reply(text: str, finish: str = "stop") -> Reply:
    return Reply.model_validate({"text": text, "finish": finish, "model": "scripted"})


async def draft_one(
    backend: ScriptedBackend, *, spent: SpendLimiter | None = None, article: Article = ARTICLE, **options: Any
) -> Draft:
    """Draft the first chunk of an article."""
    chosen: dict[str, Any] = {"index": 0, "prompt": PROMPT, "sentences": 2, "sampling": SAMPLING, **options}
    chunk = chosen.pop("chunk", None) or cut(article, 9000 if article is not ARTICLE else 120)[0]
    return await draft(article, chunk, backend=MeteredBackend(backend, spent or limiter()), **chosen)


async def draft_every(
    backend: Backend, *, concurrency: int = 2, progress: list[tuple[int, int]] | None = None
) -> list[Draft]:
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
    """Return the index of the request's chunk."""
    return next(i for i, chunk in enumerate(CHUNKS) if chunk.start <= request.passages[0].start < chunk.end)
