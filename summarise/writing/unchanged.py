"""The plan for an article shorter than its summary: it is shown unchanged, without a model."""

from dataclasses import dataclass

from summarise.backends.budget import SpendLimiter
from summarise.writing.task import Generation, Plan


@dataclass(frozen=True)
class UnchangedPlan(Plan):
    """Offers the checked sentences of the article; plans no calls."""

    async def write(self, limiter: SpendLimiter) -> Generation:
        """Return the sentences of the body in order."""
        del limiter
        task = self.task
        own = [one for sentence in task.article.body for one in task.checked_own(task.article.quote(sentence))]
        return Generation(observer=task.observer, offered=own, unchanged=True)
