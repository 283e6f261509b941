"""Helpers for batch tests: invented articles, a model that copies, and a batch run in this process."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping
from contextlib import aclosing, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from invented import BRIDGE, copying

from summarise import Backend, Request, Settings, errors
from summarise.batch.engine import Backends, Engine, Starting, job_on
from summarise.batch.engine import outcomes as outcomes
from summarise.batch.inputs import Item as Item
from summarise.batch.inputs import Reading as Reading
from summarise.batch.inputs import bad_item as bad_item
from summarise.batch.inputs import count_inputs as count_inputs
from summarise.batch.inputs import item_of as item_of
from summarise.batch.inputs import read_inputs as read_inputs
from summarise.batch.inputs import with_unique_ids as with_unique_ids
from summarise.batch.jobs import WRITER, Job, outcome_of
from summarise.batch.jobs import Outcome as Outcome
from summarise.batch.output import file_name as file_name
from summarise.batch.output import output_of as output_of
from summarise.batch.run import BatchOptions, Ended, whole_batch
from summarise.batch.run import Progress as Progress
from summarise.batch.run import Stop as Stop
from summarise.pipeline.options import RunOptions
from summarise.testing import Scripted, ScriptedBackend

# The entailment model takes time to load.
PLAIN = Settings(entailment="off")


def articles(count: int) -> list[Item]:
    return [item_of(f"a{number}", BRIDGE.replace("12 of its 30", f"{number + 2} of its 99")) for number in range(count)]


def error(kind: str, message: str) -> errors.SummariseError:
    """Return an error of a class of `summarise.errors`."""
    found: errors.SummariseError = getattr(errors, kind)(message)
    return found


def copies(scripted: Callable[[Request], Scripted] = lambda _: "") -> ScriptedBackend:
    """Return a model that copies sentences of the article unless `scripted` answers."""
    return ScriptedBackend(lambda request: scripted(request) or copying(request))


def job(settings: Settings = PLAIN, **more: Any) -> Job:
    options = {name: more.pop(name) for name in [*more] if name not in ("encoding", "shape")}
    return Job(RunOptions(**{"models": (WRITER,), "settings": settings, "length": 2, **options}), **more)


def done_here(*, slots: int = 2, after_each: Callable[[], object] = lambda: None) -> Starting:
    """Return a function that starts an engine in this process. `after_each` is called when an outcome is recorded."""

    @asynccontextmanager
    async def starting(job: Job, backends: Backends) -> AsyncIterator[Engine]:
        here = job_on(job, 1)

        async def engine(items: AsyncIterator[Item]) -> AsyncGenerator[Outcome, None]:
            perform = partial(outcome_of, job=here, opening=backends.opening)
            async with aclosing(outcomes(items, perform, slots)) as found:
                async for outcome in found:
                    yield outcome
                    after_each()

        yield engine

    return starting


def batch(
    folder: Path,
    items: Iterable[Item],
    backend: Backend | None = None,
    *,
    settings: Settings = PLAIN,
    stop: Stop | None = None,
    out: str = "out.jsonl",
    slots: int = 2,
    after_each: Callable[[], object] = lambda: None,
    options: Mapping[str, Any] = {},
    **more: Any,
) -> Ended:
    return asyncio.run(
        whole_batch(
            with_unique_ids(items),
            job(settings, **more),
            output_of(str(folder / out), more.get("shape")),
            options=BatchOptions(**options),
            given={WRITER: backend or copies()},
            starting=done_here(slots=slots, after_each=after_each),
            stop=stop or Stop(),
            progress=Progress(),
        )
    )


def written(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
