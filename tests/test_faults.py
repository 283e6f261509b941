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
from pathlib import Path

import pytest
from fault_server import WELL, Fault, fault_server
from faults import BOMB, HUGE_BODY, ROWS, Ending, Row
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from summarise import Reply, Request, Settings
from summarise.backends.http.client import JSONClient
from summarise.backends.wires.openai import OpenAIBackend
from summarise.data import Sampling
from summarise.errors import CallError, MalformedAnswerError

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

PAGE = Path(__file__).parent.parent / "docs" / "reliability.md"
KEY = "sk-invented-0123456789abcdef"
ASKED = Request(stage="draft", system="S", user="U", sampling=Sampling(max_tokens=9))
LIMIT = 2**20
TABLE = re.compile(r"(?<=<!-- table -->\n).*(?=<!-- end of table -->)", re.DOTALL)


@pytest.fixture(scope="module", autouse=True)
def _what_was_there_is_no_garbage() -> Iterator[None]:
    """Freeze existing objects: collecting them would take half a minute."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


async def asked(url: str, *, attempts: int, total: float, read: float) -> Reply:
    """Ask the real backend once, with short time-outs and no waits."""
    limits = Settings(
        connect_timeout=5.0, read_timeout=read, total_timeout=total, max_attempts=attempts, max_answer_bytes=LIMIT
    )

    async def no_wait(_: float) -> None:
        await asyncio.sleep(0)

    async with JSONClient(url, settings=limits, api_key=SecretStr(KEY), provider="mill", sleep=no_wait) as client:
        return await OpenAIBackend("m", client=client).complete(ASKED)


async def ending(row: Row) -> Ending:
    """Return how a row ends; no task or connection may be left."""
    before = asyncio.all_tasks()
    async with fault_server(*row.schedule) as server:
        failure = None
        started = time.perf_counter()
        try:
            reply = await asked(
                server.url,
                attempts=row.attempts,
                total=row.total_timeout,
                read=0.4 if any(fault.end == "hang" for fault in row.schedule) else 5.0,
            )
        except CallError as error:
            found, failure = Ending(error.attempts, _public(type(error))), error
        else:
            found = Ending(len(server.asked))
            assert reply.text == row.text
            assert reply.prompt_tokens in (0, 11)
        assert time.perf_counter() - started < 10
        if failure:
            assert "\n" not in str(failure)
            assert KEY not in repr(failure)
            assert failure.advice
        assert found.attempts == len(server.asked) or not row.schedule
    gc.collect()
    await asyncio.sleep(0.01)
    assert asyncio.all_tasks() <= before, "a task is left"
    return found


def _public(kind: type[CallError]) -> type[CallError]:
    """Return the nearest class that `summarise.errors` defines."""
    return kind if kind.__module__ == CallError.__module__ else _public(kind.__bases__[0])


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
async def test_a_fault_ends_as_the_table_says(row: Row) -> None:
    assert await ending(row) == row.ending


@pytest.mark.parametrize("fault", [HUGE_BODY, BOMB], ids=["huge", "bomb"])
async def test_a_huge_answer_takes_little_memory(fault: Fault) -> None:
    """This holds for 200 MB sent and 200 MB unpacked."""

    async def refused() -> None:
        async with fault_server(fault) as server:
            with pytest.raises(MalformedAnswerError, match="is larger than 1 MiB"):
                await asked(server.url, attempts=1, total=20.0, read=5.0)

    await refused()
    tracemalloc.start()
    try:
        await refused()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * LIMIT


FAULTS = sorted(
    {fault for row in ROWS if row.total_timeout > 1 for fault in row.schedule}, key=lambda fault: fault.name
)
MIXED = [fault for fault in FAULTS if fault not in (HUGE_BODY, BOMB)]


@pytest.mark.slow
@settings(max_examples=60)
@given(st.lists(st.sampled_from(MIXED), max_size=4), st.integers(1, 4))
def test_an_answer_is_whole_or_an_error(schedule: list[Fault], attempts: int) -> None:
    """Partial answers are never returned."""

    async def play() -> None:
        async with fault_server(*schedule, WELL) as server:
            try:
                reply = await asked(server.url, attempts=attempts, total=5.0, read=0.2)
            except CallError as error:
                assert error.attempts <= attempts  # noqa: PT017
            else:
                last = schedule[len(server.asked) - 1] if len(server.asked) <= len(schedule) else WELL
                said = {row.text for row in ROWS if row.schedule[:1] == (last,)} or {ROWS[0].text}
                assert reply.text in said

    asyncio.run(play())


def table() -> str:
    lines = ["| fault | result |", "|---|---|"]
    lines += [f"| {row.name} | {row.ending} |" for row in ROWS]
    return "\n" + "\n".join(lines) + "\n\n"


def test_the_page_has_the_table() -> None:
    found = TABLE.search(PAGE.read_text(encoding="utf-8"))
    assert found is not None
    assert found.group() == table(), "run: python tests/test_faults.py to write it anew"


if __name__ == "__main__":
    PAGE.write_text(TABLE.sub(lambda _: table(), PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"wrote the table of {PAGE}\n")
