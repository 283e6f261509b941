"""Measure the overhead of the HTTP client: time added to a call, and memory for a thousand concurrent calls.

    python -m benchmarks.overhead [TURNS]

A server in a separate process, on loopback, answers immediately. Each turn sends a request with an article of 450
words through httpx, through the client of the program, and through its OpenAI backend. Prints the median time of each
over TURNS turns (default 500) after a warm-up, and the median of its difference from httpx. Then makes a thousand
concurrent calls; the server answers once all have arrived. Exits with 1 if the client adds 2 ms or more to a call.
"""

import asyncio
import json
import resource
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from benchmarks.cost import peak_mib
from benchmarks.loopback import serve, served
from summarise.backends.http.client import JSONClient
from summarise.backends.wires.openai import OpenAIBackend
from summarise.data import Request
from summarise.settings.model import Settings

MOST_MS = 2.0
AT_ONCE = 1000
ARTICLE = "The harbour of Vesterholm will close to large ships. " * 50
SAID = " ".join(["The harbour will close to large ships from Monday."] * 10)
ASKED = Request(stage="draft", system="You summarise news.", user=ARTICLE)
BODY = {"model": "m", "messages": [{"role": "user", "content": ARTICLE}], "max_tokens": 400}
PATH = "chat/completions"
WHOLE = json.dumps(
    {
        "id": "c1",
        "model": "m",
        "choices": [{"index": 0, "message": {"content": SAID}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 500, "completion_tokens": 100},
    }
).encode()


class Answering:
    """Answers with a summary. Under /slow/, it first waits for a thousand calls."""

    def __init__(self) -> None:
        self._waiting, self._all_there = 0, asyncio.Event()

    async def __call__(self, head: bytes, _: bytes) -> tuple[bytes, bytes]:
        """Return the media type and the body."""
        if b"/slow/" in head:
            self._waiting += 1
            if self._waiting >= AT_ONCE:
                self._all_there.set()
            await self._all_there.wait()
        return b"application/json", WHOLE


async def in_turn(turns: int, *calls: Callable[[], Awaitable[Any]]) -> list[list[float]]:
    """Make the calls in turn, `turns` times, and return the times of each call in milliseconds."""
    times: list[list[float]] = [[] for _ in calls]
    for turn in range(turns + 20):
        for call, call_times in zip(calls, times, strict=True):
            started = time.perf_counter()
            await call()
            if turn >= 20:
                call_times.append(1000 * (time.perf_counter() - started))
    return times


async def measure(url: str, pairs: int) -> bool:
    """Print the figures, and return whether the overhead is small enough."""
    settings = Settings(concurrency=AT_ONCE)
    async with httpx.AsyncClient(trust_env=False) as client, JSONClient(url, settings=settings) as own:
        backend = OpenAIBackend("m", client=own)

        async def plain_call() -> None:
            json.loads((await client.post(f"{url}/{PATH}", json=BODY)).content)

        times = await in_turn(pairs, plain_call, lambda: own.post(PATH, BODY), lambda: backend.complete(ASKED))
    names = ("httpx alone", "the HTTP client", "the OpenAI wire")
    added = [statistics.median(map(float.__sub__, call_times, times[0])) for call_times in times]
    print(f"{'':>16}    median     added")
    for name, call_times, more in zip(names, times, added, strict=True):
        print(f"{name:>16} {statistics.median(call_times):6.2f} ms {more:+6.2f} ms")
    before, started = peak_mib(), time.perf_counter()
    async with JSONClient(f"{url}/slow", settings=settings) as own:
        await asyncio.gather(*[own.post(PATH, BODY) for _ in range(AT_ONCE)])
    took = time.perf_counter() - started
    print(f"{AT_ONCE} calls at once: {took:.1f} s, peak memory {peak_mib():.0f} MiB, {before:.0f} MiB before")
    return added[1] < MOST_MS


def main() -> None:
    """Serve, or measure."""
    if "--serve" in sys.argv:
        asyncio.run(serve(Answering()))
    files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(files[1], 4 * AT_ONCE), files[1]))
    with served("benchmarks.overhead") as url:
        fast_enough = asyncio.run(measure(url, int(sys.argv[1]) if len(sys.argv) > 1 else 500))
    sys.exit(0 if fast_enough else 1)


if __name__ == "__main__":
    main()
