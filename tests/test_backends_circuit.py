"""The circuit breaker, which stops requests to a server that keeps failing in a run."""

import time
from collections.abc import Iterator

import pytest
from fault_server import Fault, fault_server
from invented import VALLEY, copying

from summarise import Reply, Request, Settings, Summary, asummarise, errors

SILENT = Fault("never answers", cut=0, in_head=True, end="hang")
# Ten chunks, one after the other.
SMALL = Settings(chunk_tokens=60, concurrency=1, entailment="off")
End = str | errors.CallError


def times(kind: type[errors.CallError], count: int) -> list[End]:
    return [kind("mill is out of order", advice="try again later", provider="mill") for _ in range(count)]


class OutcomeBackend:
    """A backend whose drafts have these outcomes in order, and then copy the article; `calls` counts its calls."""

    id = "mill:m"

    def __init__(self, *ends: End) -> None:
        self._ends: Iterator[End] = iter(ends)
        self.calls = 0

    async def complete(self, request: Request) -> Reply:
        """Return or raise the next outcome."""
        if request.stage != "draft":
            return Reply(text="", model="m")
        self.calls += 1
        end = next(self._ends, "fine")
        if isinstance(end, errors.CallError):
            raise end
        return Reply(text=copying(request), model="m")


async def drafts(backend: OutcomeBackend) -> Summary:
    return await asummarise(VALLEY, backend=backend, length=3, settings=SMALL)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ends", "calls"),
    [
        pytest.param(["fine", *times(errors.TimedOutError, 9)], 3, id="two time-outs"),
        pytest.param(["fine", *times(errors.UnreachableError, 9)], 6, id="five times unreachable"),
        pytest.param(["fine", *times(errors.OverloadedError, 9)], 6, id="five times overloaded"),
        pytest.param(["fine", *times(errors.RateLimitError, 9)], 6, id="five rate limits"),
        pytest.param(["fine", *times(errors.MalformedAnswerError, 9)], 6, id="five malformed answers"),
        pytest.param(["fine", *times(errors.QuotaError, 9)], 2, id="a spent quota"),
        pytest.param(
            [*times(errors.TimedOutError, 1), *times(errors.RequestRefusedError, 1), *times(errors.TimedOutError, 1)],
            None,
            id="a refusal is an answer",
        ),
        pytest.param(
            [*times(errors.OverloadedError, 4), "fine", *times(errors.TimedOutError, 1)],
            None,
            id="an answer between them",
        ),
    ],
)
async def test_a_server_that_fails_several_times_is_not_called_again(ends: list[End], calls: int | None) -> None:
    """The summary has the sentences so far. The record gives the last error and its advice, without attempts."""
    backend = OutcomeBackend(*ends)
    summary = await drafts(backend)
    run = summary.run
    assert summary.sentences
    assert backend.calls == (calls or len(run.chunks))
    skipped = [chunk.problem for chunk in run.chunks if chunk.problem and "is not called again" in chunk.problem]
    assert len(skipped) == len(run.chunks) - backend.calls
    assert set(skipped) <= {"mill:m is not called again in this run, because mill is out of order: try again later"}


@pytest.mark.slow
@pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
@pytest.mark.parametrize("at_once", [1, 3])
async def test_a_run_with_a_server_that_hangs_ends(at_once: int) -> None:
    """The number of requests stays within the limit in docs/reliability.md, also for concurrent calls."""
    read_timeout, attempts = 0.2, 2
    settings = SMALL.model_copy(update={"concurrency": at_once, "read_timeout": read_timeout, "max_attempts": attempts})
    async with fault_server(SILENT) as server:
        settings = settings.model_copy(update={"base_url": server.url})
        started = time.perf_counter()
        with pytest.raises(errors.TimedOutError, match="did not answer within"):
            await asummarise(VALLEY * 3, model="openai:invented-1", length=3, settings=settings)
        seconds = time.perf_counter() - started
    assert len(server.asked) <= attempts * (at_once + 1)
    assert seconds < 30
