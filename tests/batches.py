"""Helpers for batch tests: invented articles, a model that copies, and a batch run in this process."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from invented import BRIDGE, copying

from summarise import Backend, Request, Settings, Summary, asummarise
from summarise.backends import Opening
from summarise.backends.scripted import Scripted, ScriptedBackend
from summarise.batch.backends import WRITER, Backends
from summarise.batch.inputs import Item, item_of, with_own_ids
from summarise.batch.jobs import Job, SummariseJob, outcome_of
from summarise.batch.output import Output
from summarise.batch.run import BatchOptions, Ended, Engine, Progress, Starting, Stop, job_on, outcomes, whole_batch
from summarise.pipeline.options import RunOptions

# The entailment model takes time to load.
PLAIN = Settings(entailment="off")


def articles(count: int) -> list[Item]:
    return [item_of(f"a{number}", BRIDGE.replace("12 of its 30", f"{number + 2} of its 99")) for number in range(count)]


def in_order(items: Iterable[Item]) -> Iterator[Item]:
    return with_own_ids(items)


def copies(scripted: Callable[[Request], Scripted] = lambda _: "") -> ScriptedBackend:
    """Return a model that copies sentences of the article unless `scripted` answers."""
    return ScriptedBackend(lambda request: scripted(request) or copying(request))


def job(settings: Settings = PLAIN, **more: Any) -> SummariseJob:
    options = {name: more.pop(name) for name in [*more] if name not in ("encoding", "shape")}
    return SummariseJob(RunOptions(**{"models": (WRITER,), "settings": settings, "length": 2, **options}), **more)


@dataclass(frozen=True)
class AskingJob(SummariseJob):
    """A job that sends one request per item and needs no parser."""

    written: str = ""

    async def report(self, item: Item, opening: Opening) -> Summary:
        """Return the prepared summary after the model has answered."""
        async with opening(WRITER, self.settings) as backend:
            await backend.complete(Request(stage="draft", system="", user=str(item.source)))
        return Summary.model_validate_json(self.written)


async def asking() -> AskingJob:
    """Return a job for worker processes whose items take no time."""
    written = await asummarise(BRIDGE, backend=copies(), settings=PLAIN, length=1)
    return AskingJob(RunOptions(models=(WRITER,), settings=PLAIN), written=written.model_dump_json())


def done_here(*, slots: int = 2) -> Starting:
    """Return a function that starts an engine in this process."""

    @asynccontextmanager
    async def starting(wanted: Job, backends: Backends) -> AsyncIterator[Engine]:
        here = job_on(wanted, 1)
        yield lambda items: outcomes(items, lambda item: outcome_of(item, here, backends.opening), slots)

    return starting


def batch(
    folder: Path,
    items: Iterable[Item],
    backend: Backend | None = None,
    *,
    settings: Settings = PLAIN,
    stop: Stop | None = None,
    output: Output | None = None,
    slots: int = 2,
    on_progress: Callable[[Progress], None] = lambda _: None,
    wanted: Mapping[str, Any] = {},
    **more: Any,
) -> Ended:
    return asyncio.run(
        whole_batch(
            in_order(items),
            job(settings, **more),
            output or Output(folder / "out.jsonl"),
            wanted=BatchOptions(**wanted),
            given={WRITER: backend or copies()},
            starting=done_here(slots=slots),
            stop=stop or Stop(),
            progress=Progress(),
            on_progress=on_progress,
        )
    )


def written(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
