"""Unchanged: an article that is shorter than what was asked for is its own summary. Asks no model."""

from dataclasses import dataclass

from summarise.backends.budget.spend_limiter import SpendLimiter
from summarise.data import ChunkUse, Sampling, StagePlan
from summarise.prompting.prompt import Prompt
from summarise.writing.strategies import Generation, SummaryTask


@dataclass(frozen=True)
class UnchangedPlan:
    """The article's own sentences, each checked like any other."""

    task: SummaryTask

    @property
    def stages(self) -> tuple[StagePlan, ...]:
        """None."""
        return ()

    @property
    def uses(self) -> tuple[ChunkUse, ...]:
        """None."""
        return ()

    @property
    def prompts(self) -> tuple[Prompt, ...]:
        """None."""
        return ()

    @property
    def sampling(self) -> Sampling:
        """As the settings have it; nothing is sampled."""
        return Sampling(temperature=self.task.settings.temperature, seed=self.task.settings.seed)

    @property
    def sentences(self) -> int:
        """None of a model."""
        return 0

    async def write(self, limiter: SpendLimiter) -> Generation:
        """Return the sentences of the article's body, in its order."""
        del limiter
        article, written = self.task.article, Generation(observer=self.task.observer)
        own = [
            candidate
            for sentence in article.body
            for candidate in self.task.verifier.verify(article.quote(sentence), origin="article")
        ]
        written.offered = own
        return written
