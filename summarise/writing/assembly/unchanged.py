"""Show the article as it is, where it is shorter than the summary that was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

from summarise.backends.budget.spend_limiter import SpendLimiter
from summarise.checks.candidate import Candidate
from summarise.writing.assembly import Assembled
from summarise.writing.strategies import Generation


@dataclass(frozen=True)
class Unchanged:
    """Shows every sentence that the plan offers."""

    async def assemble(self, said: Sequence[Candidate], written: Generation, limiter: SpendLimiter) -> Assembled:
        """Return the sentences in their order; nothing is chosen, repaired or asked."""
        del said, limiter
        offered = written.offered or ()
        return Assembled(offered, offered)
