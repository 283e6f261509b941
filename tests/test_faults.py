"""Every server fault ends in the complete answer or a typed error, in bounded time and memory.

Run `python tests/test_faults.py` to write the table in docs/reliability.md.
"""

import asyncio
import gc
import re
import sys
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from asking import Ask
from fault_server import TEXT, WELL, WHOLE, Fault, bomb, each_byte, fault_server, huge, packed, saying

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

PAGE = Path(__file__).parent.parent / "docs" / "reliability.md"
LIMIT = 2**20
TABLE = re.compile(r"(?<=<!-- table -->\n).*(?=<!-- end of table -->)", re.DOTALL)


@dataclass(frozen=True)
class Ending:
    """The outcome of a call after `attempts`: the full answer, or the name of the error."""

    attempts: int
    error: str = ""

    def __str__(self) -> str:
        tried = f"{self.attempts} attempt{'s' if self.attempts > 1 else ''}"
        return f"`{self.error}`, {tried}" if self.error else f"the answer, {tried}"


@dataclass(frozen=True)
class Row:
    """A schedule of faults and its outcome. If the schedule is empty, no server listens."""

    name: str
    schedule: tuple[Fault, ...]
    ending: Ending
    text: str = TEXT
    attempts: int = 3
    total_timeout: float = 20.0


def once(fault: Fault) -> Row:
    return Row(f"once: {fault.name}", (fault, WELL), SECOND)


def always(fault: Fault, ending: Ending, **more: object) -> Row:
    return Row(fault.name, (fault,), ending, **more)  # type: ignore[arg-type]


GOOD, SECOND = Ending(1), Ending(2)
MALFORMED, BROKEN_OFF = Ending(1, "MalformedAnswerError"), Ending(3, "UnreachableError")
LATE, BUSY, RATE = Ending(3, "TimedOutError"), Ending(3, "OverloadedError"), Ending(3, "RateLimitError")

SILENT = Fault("never answers", cut=0, in_head=True, end="hang")
ENDLESS = Fault("one byte at a time, past the deadline", each_byte, pause=0.05)
RESET_BODY = Fault("reset in the body", cut=100, end="reset")
STALLED = Fault("stalls in the body", cut=100, end="hang")
RATE_SECONDS = Fault("429 with Retry-After in seconds", saying({}), status=429, headers=(("retry-after", "9"),))
BROKEN = Fault("500", saying({"error": {"message": "out of order"}}), status=500)
HUGE_BODY = Fault("a body of 200 MB", huge, framing="none", end="close")
BOMB = Fault("200 MB compressed to 200 kB", bomb, headers=(("content-encoding", "gzip"),))

ROWS = (
    Row("none", (WELL,), GOOD),
    Row("connection refused", (), BROKEN_OFF),
    always(Fault("answers late, but in time", late=0.1), GOOD),
    always(SILENT, LATE),
    once(SILENT),
    always(Fault("one byte at a time", each_byte, framing="none", end="close"), GOOD),
    always(ENDLESS, Ending(1, "TimedOutError"), total_timeout=0.5),
    always(Fault("reset in the headers", cut=20, in_head=True, end="reset"), BROKEN_OFF),
    always(RESET_BODY, BROKEN_OFF),
    once(RESET_BODY),
    always(Fault("closed without a response", cut=0, in_head=True, end="close"), BROKEN_OFF),
    always(Fault("closed in the body", cut=100, end="close"), BROKEN_OFF),
    always(Fault("closed before the Content-Length is reached", cut=100, end="close", framing="length"), BROKEN_OFF),
    always(Fault("closed in a body of unknown length", cut=100, end="close", framing="none"), BROKEN_OFF),
    always(STALLED, LATE),
    once(STALLED),
    once(RATE_SECONDS),
    always(RATE_SECONDS, RATE),
    Row("500 five times", (BROKEN,) * 5 + (WELL,), BUSY),
    Row("500 five times, six attempts allowed", (BROKEN,) * 5 + (WELL,), Ending(6), attempts=6),
    always(Fault("400", saying({"error": {"message": "no such thing"}}), status=400), Ending(1, "RequestRefusedError")),
    always(
        Fault("a redirect", saying(b""), status=307, headers=(("location", "http://127.0.0.1:9/v1"),)),
        Ending(1, "RequestRefusedError"),
    ),
    always(Fault("HTML with status 200", saying(b"<html><body>Log in</body></html>"), kind="text/html"), MALFORMED),
    always(Fault("JSON, not an object", saying([1, 2, 3])), MALFORMED),
    always(Fault("JSON of another shape", saying({"answer": 42})), MALFORMED),
    always(Fault("empty choices", saying(WHOLE | {"choices": []})), MALFORMED),
    always(HUGE_BODY, MALFORMED),
    always(BOMB, MALFORMED),
    always(Fault("unrequested gzip", packed, headers=(("content-encoding", "gzip"),)), GOOD),
    always(Fault("gzip that ends early", lambda: packed()[:1], headers=(("content-encoding", "gzip"),)), BROKEN_OFF),
    always(Fault("labelled text/plain", kind="text/plain"), GOOD),
    always(Fault("labelled as a stream", kind="text/event-stream"), GOOD),
    always(
        Fault(
            "a stream, which was not asked for",
            saying(b'data: {"choices": []}\n\ndata: [DONE]\n\n'),
            kind="text/event-stream",
        ),
        MALFORMED,
    ),
    always(Fault("not UTF-8", saying(b'{"x": "\xff\xfe"}')), MALFORMED),
    always(
        Fault(
            "the model refuses",
            saying({"choices": [{"message": {"content": None, "refusal": "I will not."}, "finish_reason": "stop"}]}),
        ),
        GOOD,
        text="",
    ),
    always(
        Fault("null for content", saying({"choices": [{"message": {"content": None}, "finish_reason": "stop"}]})),
        GOOD,
        text="",
    ),
)


@pytest.fixture(scope="module", autouse=True)
def _what_was_there_is_no_garbage() -> Iterator[None]:
    """Freeze existing objects: collecting them would take half a minute."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def ask(url: str, *, attempts: int, read: float = 5.0, total: float = 20.0) -> Ask:
    return Ask(
        url, max_attempts=attempts, connect_timeout=5.0, read_timeout=read, total_timeout=total, max_answer_bytes=LIMIT
    )


def is_slow(row: Row) -> bool:
    """Return whether a row waits for time-outs, or sends 200 MB."""
    return any(fault.end == "hang" or fault in (ENDLESS, HUGE_BODY, BOMB) for fault in row.schedule)


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=row.name, marks=pytest.mark.slow if is_slow(row) else ()) for row in ROWS]
)
async def test_a_fault_ends_as_the_table_says(row: Row) -> None:
    """No task or connection is left."""
    before = asyncio.all_tasks()
    async with fault_server(*row.schedule) as server:
        started = time.perf_counter()
        hangs = any(fault.end == "hang" for fault in row.schedule)
        call = ask(server.url, attempts=row.attempts, read=0.4 if hangs else 5.0, total=row.total_timeout)
        if row.ending.error:
            outcome = await call.outcome()
            assert outcome.startswith(f"{row.ending.error}: ")
            assert outcome.endswith(f" [{row.ending.attempts}]")
        else:
            (reply,) = await call.replies()
            assert reply.text == row.text
            assert reply.prompt_tokens in (0, 11)
        assert time.perf_counter() - started < 10
        assert len(server.seen) == (row.ending.attempts if row.schedule else 0)
    gc.collect()
    await asyncio.sleep(0.01)
    assert asyncio.all_tasks() <= before, "a task is left"


@pytest.mark.parametrize("fault", [HUGE_BODY, BOMB], ids=["huge", "bomb"])
async def test_a_huge_answer_takes_little_memory(fault: Fault) -> None:
    """This holds for 200 MB sent and 200 MB unpacked."""

    async def refused() -> None:
        async with fault_server(fault) as server:
            assert "is larger than 1 MiB" in await ask(server.url, attempts=1).outcome()

    await refused()
    tracemalloc.start()
    try:
        await refused()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * LIMIT


def table() -> str:
    rows = "".join(f"| {row.name} | {row.ending} |\n" for row in ROWS)
    return f"\n| fault | result |\n|---|---|\n{rows}\n"


def test_the_page_has_the_table() -> None:
    found = TABLE.search(PAGE.read_text(encoding="utf-8"))
    assert found is not None
    assert found.group() == table(), "run: python tests/test_faults.py to write it anew"


if __name__ == "__main__":
    PAGE.write_text(TABLE.sub(lambda _: table(), PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"wrote the table of {PAGE}\n")
