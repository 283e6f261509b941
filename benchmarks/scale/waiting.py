"""Compare the wall time of many calls with the ideal: calls / concurrency × latency.

    python -m benchmarks.scale.waiting [LATENCY]

A server in a separate process, on loopback, answers every call after LATENCY seconds (default 1). The chunks of a long
article are drafted like in a run, with spend limiter, backend and HTTP client, and 32 concurrent calls. One chunk is
drafted before, to measure the time for loading. Runs three rounds; exits with 1 if their median is more than a tenth
above the ideal.
"""

import asyncio
import json
import statistics
import sys
import time
from functools import partial

from benchmarks.loopback import serve, served
from benchmarks.scale.articles import article
from summarise.backends import open_backend
from summarise.backends.budget import SpendLimiter
from summarise.checks import SourceIndex
from summarise.checks.verification import Verifier
from summarise.data import Article, Budget, Chunk, Facts
from summarise.observer import Observer
from summarise.pipeline.reading import read_article
from summarise.prompting import load
from summarise.settings.model import Length, Settings
from summarise.writing.chunks import cut
from summarise.writing.draft import plan_draft
from summarise.writing.task import STRICT, SummaryTask

CALLS, AT_ONCE, ROUNDS = 256, 32, 3
WORDS, TOKENS = 110_000, 500
MOST = 1.1
SAID = {"sentences": [{"text": "The harbour will close to large ships from Monday.", "sources": [1]}]}
ANSWER = json.dumps(
    {
        "model": "m",
        "choices": [{"index": 0, "message": {"content": json.dumps(SAID)}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 900, "completion_tokens": 30},
    }
).encode()


async def answer(latency: float, *_: bytes) -> tuple[bytes, bytes]:
    """Answer a request after `latency` seconds."""
    await asyncio.sleep(latency)
    return b"application/json", ANSWER


async def drafting(source: Article, chunks: tuple[Chunk, ...], url: str) -> float:
    """Return the seconds that it takes to draft the chunks."""
    settings = Settings(base_url=url, concurrency=AT_ONCE)
    limiter = SpendLimiter(Budget(calls=CALLS, prompt_tokens=0, completion_tokens=0))
    verifier = Verifier(SourceIndex(Facts(article=source, facts=(), parser="rules")))
    async with open_backend("vllm:m", settings) as backend:
        task = SummaryTask(verifier, backend, Length(sentences=1), "prose", "repair", settings, Observer())
        plan = plan_draft(task, chunks, load("draft/prose"), merge_prompt=None, standard=STRICT)
        started = time.perf_counter()
        drafts = await plan.drafts(limiter)
        seconds = time.perf_counter() - started
    assert all(len(draft.calls) == 1 and draft.problem is None for draft in drafts)
    return seconds


def main() -> None:
    """Serve, or measure."""
    latency = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    if "--serve" in sys.argv:
        asyncio.run(serve(partial(answer, latency)))
    source = read_article(article(WORDS))
    chunks = cut(source, TOKENS)[:CALLS]
    assert len(chunks) == CALLS
    with served("benchmarks.scale.waiting", str(latency)) as server:
        url = f"{server}/v1"
        loading = asyncio.run(drafting(source, chunks[:1], url)) - latency
        times = [asyncio.run(drafting(source, chunks, url)) for _ in range(ROUNDS)]
    ideal = CALLS / AT_ONCE * latency
    median = statistics.median(times)
    print(f"{CALLS} calls, {AT_ONCE} at once, of {latency:g} s: {median:.2f} s, the ideal is {ideal:.2f} s")
    print(f"{median / ideal:.3f} times the ideal; all rounds: {', '.join(f'{seconds:.2f}' for seconds in times)} s")
    print(f"loading, once: {loading:.2f} s")
    sys.exit(0 if median <= MOST * ideal else 1)


if __name__ == "__main__":
    main()
