"""A batch on a Ray cluster, two articles of which kill the process that works on them: `python ray_batch.py ADDRESS`.

Writes out.jsonl into the current folder. The article ONCE kills its process the first time, ALWAYS each time.
"""

import asyncio
import os
import signal
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from batches import PLAIN, articles

from summarise import Summary
from summarise.backends import Opening
from summarise.batch.inputs import Item
from summarise.batch.jobs import SummariseJob
from summarise.batch.output import Output
from summarise.batch.ray import Cluster, ray_engine
from summarise.batch.run import BatchOptions, Progress, Stop, whole_batch
from summarise.pipeline.options import RunOptions

COUNT, ONCE, ALWAYS = 12, "a3", "a7"


@dataclass(frozen=True)
class KillingJob(SummariseJob):
    """Kills its process in the midst of two articles."""

    async def report(self, item: Item, opening: Opening) -> Summary:
        """Return the summary of an item, where the process lives on."""
        if item.id == ALWAYS or (item.id == ONCE and _first()):
            os.kill(os.getpid(), signal.SIGKILL)
        return await super().report(item, opening)


def _first() -> bool:
    """Tell whether this is called for the first time, in whatever process."""
    try:
        Path("killed").touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def main(address: str) -> None:
    """Run the batch."""
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
