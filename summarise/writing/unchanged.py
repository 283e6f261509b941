"""The strategy for articles shorter than the requested summary: no model, no changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from summarise.backends.budget import SpendLimiter
from summarise.checks.provenance import Candidate
from summarise.writing.assembly import Assembled
from summarise.writing.strategies import Generation, Plan


@dataclass(frozen=True)
class UnchangedPlan(Plan):
    """Offers the checked sentences of the article; plans no calls."""

    async def write(self, limiter: SpendLimiter) -> Generation:
        """Return the sentences of the body in order."""
        del limiter
        task = self.task
        own = [one for sentence in task.article.body for one in task.checked_own(task.article.quote(sentence))]
        return Generation(observer=task.observer, offered=own)


@dataclass(frozen=True)
class Unchanged:
    """Shows every offered sentence."""

    async def assemble(self, said: Sequence[Candidate], written: Generation, limiter: SpendLimiter) -> Assembled:
        """Return the offered sentences in order."""
        del said, limiter
        offered = written.offered or ()
        return Assembled(offered, offered)
