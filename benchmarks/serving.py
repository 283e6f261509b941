"""Measure `summarise serve` under load: times and memory with many clients, and short requests during long requests.

    python -m benchmarks.serving [--requests N] [--seconds S] [--clients N] [--long WORDS] [--only NAME]

Starts the command in a separate process, and a stub of a model's server that answers after half a second. Each workload
sends N requests (default 400), but none after S seconds (default 120), from `--clients` (default 32) concurrent
clients. Workloads: facts of single paragraphs; facts, checks and summaries of the seeds' articles;
summaries by the stub; and facts while another client sends long articles (`--long` words, default 30,000). Prints for
each workload the requests per second, median and 95th percentile of the response time, the statuses other than 200 and
201, and the memory of all processes of the server after a tenth of N and at the end. Reads /proc, so it needs Linux.
Exits with 1 if a request failed.
"""

import argparse
import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from benchmarks.cost import family_mib

SEEDS = sorted((Path(__file__).parent.parent / "seeds").glob("*/article.txt"))
PRINTED = re.compile(r"(?P<base>http://[^/]+)/#token=(?P<token>\S+)")
STUB_SECONDS = 0.5
DURING_LONG = "facts during long articles"
Body = dict[str, Any]


class Row(NamedTuple):
    """The results of a workload: `times` in milliseconds; memory in MiB after a tenth (`early`) and at the end."""

    name: str
    times: list[float]
    seconds: float
    failed: Counter[int]
    early: float
    late: float

    def __str__(self) -> str:
        """Return the row as Markdown."""
        times = sorted(self.times)
        p95 = times[max(0, round(0.95 * len(times)) - 1)]
        failed = ", ".join(f"{count} × {status}" for status, count in self.failed.items()) or "none"
        return (
            f"| {self.name} | {len(times)} | {len(times) / self.seconds:.1f} | {statistics.median(times):.0f} | "
            f"{p95:.0f} | {failed} | {self.early:.0f} → {self.late:.0f} |"
        )


@contextmanager
def server(runs: str, stub: str, model: str) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """Run the command, and yield its process, its address and its token."""
    command = [sys.executable, "-m", "summarise", "serve", "--port", "0", "--runs", runs, "--model", model]
    configured = Path(runs) / "config.toml"
    configured.write_text(f'cache = false\n[base_urls]\nopenai = "{stub}"\n[api_keys]\nopenai = "none"\n')
    environment = {**os.environ, "SUMMARISE_CONFIG": str(configured)}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stderr is not None
        match = PRINTED.match(process.stderr.readline())
        assert match, "the first line must be the address"
        yield process, match["base"], match["token"]
    finally:
        process.terminate()
        process.wait(60)


@asynccontextmanager
async def stub_model() -> AsyncIterator[str]:
    """Run a server that answers every request after half a second like a model, and yield its address."""

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = re.search(r"content-length: ([0-9]+)", head)
        body = await reader.readexactly(int(length[1]) if length else 0)
        await asyncio.sleep(STUB_SECONDS)
        answer = stub_answer(read=len(body) // 3)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n")
        writer.write(b"content-length: %d\r\n\r\n%b" % (len(answer), answer))
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(respond, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1"


class Load(NamedTuple):
    """The load of a workload: maximum number of requests, maximum seconds, number of concurrent clients."""

    requests: int
    seconds: float
    clients: int


async def sent(name: str, path: str, bodies: list[Body], http: httpx.AsyncClient, load: Load, *, root: int) -> Row:
    """Send the requests of a workload, and measure each."""
    remaining, bodies_in_turn = iter(range(load.requests)), cycle(bodies)
    times: list[float] = []
    failed: Counter[int] = Counter()
    early = 0.0

    async def client() -> None:
        nonlocal early
        while time.perf_counter() < begun + load.seconds and next(remaining, None) is not None:
            started = time.perf_counter()
            answer = await http.post(path, json=next(bodies_in_turn))
            times.append((time.perf_counter() - started) * 1000)
            if answer.status_code not in (200, 201):
                failed[answer.status_code] += 1
            if len(times) == max(1, load.requests // 10):
                early = family_mib(root)

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(load.clients)))
    return Row(name, times, time.perf_counter() - begun, failed, early, family_mib(root))


@asynccontextmanager
async def long_articles(http: httpx.AsyncClient, words: int) -> AsyncIterator[None]:
    """Send long articles one after another during the block. Prints their number and their median time."""
    article = " ".join(SEEDS[0].read_text(encoding="utf-8").split()) + "\n\n"
    body = {"article": {"text": article * (words // len(article.split()) + 1)}}
    times: list[float] = []

    async def read() -> None:
        while True:
            started = time.perf_counter()
            (await http.post("/v1/facts", json=body)).raise_for_status()
            times.append(time.perf_counter() - started)

    reading = asyncio.create_task(read())
    try:
        yield
        if reading.done():
            reading.result()
        median = f", the median in {statistics.median(times):.1f} s" if times else ""
        print(f"\nMeanwhile {len(times)} articles of {words:,} words were read{median}.")
    finally:
        reading.cancel()


def workloads() -> dict[str, tuple[str, list[Body]]]:
    """Return path and bodies of each workload."""
    texts = [path.read_text(encoding="utf-8") for path in SEEDS]
    claims = [(path.parent / "supported.txt").read_text(encoding="utf-8").splitlines()[:4] for path in SEEDS]
    articles: list[Body] = [{"article": {"text": text}} for text in texts]
    checks = [{**body, "summary": " ".join(sentences)} for body, sentences in zip(articles, claims, strict=True)]
    extracts = [{**body, "model": "extract", "keep": False} for body in articles]
    from_stub = [{**body, "model": "openai:stub", "keep": True} for body in articles]
    paragraphs: list[Body] = [{"article": {"text": text.strip().split("\n\n")[1]}} for text in texts]
    return {
        "paragraphs: facts": ("/v1/facts", paragraphs),
        "facts": ("/v1/facts", articles),
        "checks": ("/v1/checks", checks),
        "summaries, extract": ("/v1/summaries", extracts),
        "summaries, stub model": ("/v1/summaries", from_stub),
        DURING_LONG: ("/v1/facts", articles),
    }


def stub_answer(*, read: int) -> bytes:
    """Return the stub's answer to a prompt of `read` tokens: a draft of one sentence with a citation."""
    draft = json.dumps({"sentences": [{"text": "The report was published on Monday.", "sources": [1]}]})
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": draft}}
    usage = {"prompt_tokens": read, "completion_tokens": 20}
    return json.dumps({"model": "stub", "choices": [choice], "usage": usage}).encode()


async def run(load: Load, long_words: int, only: str) -> list[Row]:
    """Run the workloads whose name begins with `only` on one server, one after another."""
    rows = []
    with tempfile.TemporaryDirectory() as runs:
        async with stub_model() as stub:
            with server(runs, stub, "extract") as (process, base, token):
                headers = {"Authorization": f"Bearer {token}"}
                limits = httpx.Limits(max_connections=load.clients + 1)
                async with httpx.AsyncClient(base_url=base, headers=headers, timeout=600, limits=limits) as http:
                    for name, (path, bodies) in workloads().items():
                        if not name.startswith(only):
                            continue
                        async with long_articles(http, long_words) if name == DURING_LONG else nullcontext():
                            rows.append(await sent(name, path, bodies, http, load, root=process.pid))
                            print(rows[-1], flush=True)
    return rows


def main() -> int:
    """Print the table. Returns 1 if a request failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--long", type=int, default=30_000)
    parser.add_argument("--only", default="", help="run only workloads whose name begins with this")
    options = parser.parse_args()
    print("| workload | requests | a second | p50 ms | p95 ms | failed | memory MiB |\n|---|---|---|---|---|---|---|")
    load = Load(options.requests, options.seconds, options.clients)
    rows = asyncio.run(run(load, options.long, options.only))
    return int(any(row.failed for row in rows))


if __name__ == "__main__":
    sys.exit(main())
