"""A batch in which two articles kill their process: `python killing_batch.py ADDRESS` runs it on a Ray cluster.

It writes out.jsonl to the current folder. Article `ONCE` kills its process the first time, `ALWAYS` every time.
"""

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from batches import PLAIN, articles, written

from summarise import Report
from summarise.backends import Opening
from summarise.batch.engine import Starting
from summarise.batch.inputs import Item
from summarise.batch.jobs import Job
from summarise.batch.output import Output
from summarise.batch.ray import ray_engine
from summarise.batch.run import BatchOptions, Progress, Stop, whole_batch
from summarise.errors import ArticleError
from summarise.pipeline.options import RunOptions

# The first articles show that the processes are ready.
COUNT, ONCE, ALWAYS = 12, "a5", "a7"


@dataclass(frozen=True)
class KillingJob(Job):
    """A job that kills its process on two articles, and needs no parser for the others."""

    async def report(self, item: Item, opening: Opening) -> Report:
        """Kill the process, or fail."""
        if item.id == ALWAYS or (item.id == ONCE and _first()):
            os.kill(os.getpid(), signal.SIGKILL)
        raise ArticleError("read")


def _first() -> bool:
    """Return whether this is the first call in any process."""
    try:
        Path("killed").touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def run(starting: Starting) -> None:
    """Run the batch."""
    job = KillingJob(RunOptions(models=("extract",), settings=PLAIN))
    items, output = iter(articles(COUNT)), Output(Path("out.jsonl"))
    batch = whole_batch(items, job, output, options=BatchOptions(), starting=starting, stop=Stop(), progress=Progress())
    asyncio.run(batch)


def lost_nothing(folder: Path) -> None:
    """Assert that each article has one record, and that only `ALWAYS` was given up."""
    assert (folder / "killed").exists()
    errors = {record["id"]: record["error"]["message"] for record in written(folder / "out.jsonl")}
    assert errors.pop(ALWAYS).startswith("3 worker processes died")
    assert len(errors) == COUNT - 1
    assert set(errors.values()) == {"read"}
    journal = (folder / "out.jsonl.journal").read_bytes().splitlines()
    assert set(Counter(json.loads(line)["id"] for line in journal if b'"result":' in line).values()) == {1}


if __name__ == "__main__":
    run(partial(ray_engine, address=sys.argv[1], processes=2))
