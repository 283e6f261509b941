"""A batch on a Ray cluster in which two articles kill their process: `python ray_batch.py ADDRESS`.

It writes out.jsonl to the current folder. Article `ONCE` kills its process the first time, `ALWAYS` every time.
"""

import asyncio
import os
import signal
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from batches import PLAIN, articles

from summarise import Report
from summarise.backends import Opening
from summarise.batch.inputs import Item
from summarise.batch.jobs import Job
from summarise.batch.output import Output
from summarise.batch.ray import Cluster, ray_engine
from summarise.batch.run import BatchOptions, Progress, Stop, whole_batch
from summarise.pipeline.options import RunOptions

COUNT, ONCE, ALWAYS = 12, "a3", "a7"


@dataclass(frozen=True)
class KillingJob(Job):
    """A job that kills its process on two articles."""

    async def report(self, item: Item, opening: Opening) -> Report:
        """Return the summary of an item, or kill the process."""
        if item.id == ALWAYS or (item.id == ONCE and _first()):
            os.kill(os.getpid(), signal.SIGKILL)
        return await super().report(item, opening)


def _first() -> bool:
    """Return whether this is the first call in any process."""
    try:
        Path("killed").touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def main(address: str) -> None:
    asyncio.run(
        whole_batch(
            iter(articles(COUNT)),
            KillingJob(RunOptions(models=("extract",), settings=PLAIN, length=2)),
            Output(Path("out.jsonl")),
            wanted=BatchOptions(),
            starting=partial(ray_engine, cluster=Cluster(address, processes=2)),
            stop=Stop(),
            progress=Progress(),
        )
    )


if __name__ == "__main__":
    main(sys.argv[1])
