"""Measure how long `asummarise` blocks the event loop that awaits it.

    python -m benchmarks.event_loop [WORDS]

Summarises an article of WORDS words (default 3,000) without a model, after a warm-up run. Prints the longest blocks in
milliseconds, with and without Python's garbage collector.
"""

import asyncio
import gc
import sys
import time

from benchmarks.scale.articles import article
from summarise import asummarise


async def waits(text: str) -> list[float]:
    """Return the three longest iterations of the event loop, in milliseconds."""
    times = [0.0]
    running = asyncio.create_task(asummarise(text, model="extract"))
    before = time.perf_counter()
    while not running.done():
        await asyncio.sleep(0.001)
        now = time.perf_counter()
        times.append(1000 * (now - before))
        before = now
    await running
    return sorted(times)[-3:]


def main() -> None:
    """Print two lines."""
    text = article(int(sys.argv[1]) if len(sys.argv) > 1 else 3_000)
    asyncio.run(waits(text))
    for collects in (True, False):
        (gc.enable if collects else gc.disable)()
        longest = ", ".join(f"{wait:.0f} ms" for wait in asyncio.run(waits(text)))
        print(f"{'with' if collects else 'without'} the collector: {longest}")


if __name__ == "__main__":
    main()
