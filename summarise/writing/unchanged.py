"""An article that is shorter than what was asked for is its own summary: no model is asked, and nothing is chosen."""

from collections.abc import Sequence
from dataclasses import dataclass

from summarise.backends.budget import SpendLimiter
from summarise.checks.provenance import Candidate
from summarise.writing.assembly import Assembled
from summarise.writing.strategies import Generation, Plan


@dataclass(frozen=True)
class UnchangedPlan(Plan):
    """Plans nothing but the article's own sentences, each checked like any other."""

    async def write(self, limiter: SpendLimiter) -> Generation:
        """Return the sentences of the article's body, in its order."""
        del limiter
        task = self.task
        own = [one for sentence in task.article.body for one in task.checked_own(task.article.quote(sentence))]
        return Generation(observer=task.observer, offered=own)


@dataclass(frozen=True)
class Unchanged:
    """Shows every sentence that the plan offers."""

    async def assemble(self, said: Sequence[Candidate], written: Generation, limiter: SpendLimiter) -> Assembled:
        """Return the sentences in their order."""
        del said, limiter
        offered = written.offered or ()
        return Assembled(offered, offered)
