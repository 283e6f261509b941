"""A worker of a batch on a Ray cluster: an actor with parser, entailment model and backends loaded once.

It asks the models itself, within the share of the ceilings that comes with each item. Knows nothing of Ray.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from summarise.backends.budget import Ceilings
from summarise.batch.backends import Backends, OpenBackends, Spent
from summarise.batch.items import Item
from summarise.batch.jobs import Job, Outcome, outcome_of
from summarise.data import Backend
from summarise.settings.model import Settings
from summarise.version import __version__


@dataclass(frozen=True)
class Assignment:
    """What a worker needs: the job, the settings by which models are opened, backends by name, and the folder.

    In the folder relative paths begin; a machine that has no such folder is left where it is.
    """

    job: Job
    settings: Settings
    given: Mapping[str, Backend]
    folder: str


class RayWorker:
    """Does the job with each item that comes, several at once."""

    def __init__(self, assignment: Assignment) -> None:
        self._job = assignment.job
        self._settings = assignment.settings
        self._opened = OpenBackends(assignment.settings, given=assignment.given)
        with suppress(OSError):
            os.chdir(assignment.folder)

    async def ready(self) -> str:
        """Return the version of this program on the worker's machine."""
        return __version__

    async def perform(self, item: Item, share: Ceilings) -> tuple[Outcome, Spent]:
        """Return what comes of an item, and what its calls took: no more than the share."""
        most = {"max_calls": share.calls, "max_tokens_total": share.tokens, "max_cost": share.cost}
        backends = Backends(self._settings.model_copy(update=most), opened=self._opened)
        return await outcome_of(item, self._job, backends.opening), backends.spent
