"""What a run may ask of its models, and the ceiling that it came to. Does not count anything."""

from typing import Annotated, Literal

from pydantic import Field

from summarise.data.base import Record

Ceiling = Literal["calls", "tokens", "cost"]
Dollars = Annotated[float, Field(ge=0, allow_inf_nan=False)]
"""US dollars that something costs: a number, without which no ceiling on cost would hold."""


class Budget(Record):
    """The most that a run may ask of its model: known, and recorded, before the first call.

    `prompt_tokens` and `completion_tokens` are estimates from above of what those calls can read and write.
    """

    calls: int = Field(ge=0)
    prompt_tokens: int = Field(ge=0)
    completion_tokens: int = Field(ge=0)

    def added(self, *others: "Budget") -> "Budget":
        """Return what this budget and others come to."""
        budgets = (self, *others)
        return Budget(
            calls=sum(budget.calls for budget in budgets),
            prompt_tokens=sum(budget.prompt_tokens for budget in budgets),
            completion_tokens=sum(budget.completion_tokens for budget in budgets),
        )

    def share(self, calls: int) -> "Budget":
        """Return what so many of these calls take, each as much as the others; all of it for no fewer than these."""
        if calls >= self.calls:
            return self
        return Budget(
            calls=calls,
            prompt_tokens=-(-self.prompt_tokens * calls // self.calls),
            completion_tokens=-(-self.completion_tokens * calls // self.calls),
        )

    def capped(self, calls: int | None) -> "Budget":
        """Return the budget with no more than so many calls; its tokens stay a bound of what they can take."""
        return self if calls is None or calls >= self.calls else self.model_copy(update={"calls": calls})


NOTHING = Budget(calls=0, prompt_tokens=0, completion_tokens=0)


class LimitHit(Record):
    """The ceiling that ended the asking: its kind, where it lies (calls, tokens, US dollars), and what was not asked.

    `skipped_calls` counts the calls that were about to be made, by stage: at least so many are missing, for who
    may not ask once does not ask on.
    """

    ceiling: Ceiling
    limit: int | float
    skipped_calls: dict[str, int] = Field(default_factory=dict)
