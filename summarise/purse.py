"""What a run may still ask of its model: the calls of its budget that are left.

Does not reckon a budget and asks nobody; who wants to call takes from it first.
"""

from summarise.data import Budget


class Purse:
    """The calls of a budget, taken one at a time; `take` tells whether there was one left."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.spent = 0

    def take(self) -> bool:
        """Take one call and return True, or False where the budget is spent."""
        if self.spent >= self.budget.calls:
            return False
        self.spent += 1
        return True


def added(one: Budget, other: Budget) -> Budget:
    """Return what two budgets come to."""
    return Budget(
        calls=one.calls + other.calls,
        prompt_tokens=one.prompt_tokens + other.prompt_tokens,
        completion_tokens=one.completion_tokens + other.completion_tokens,
    )


def capped(budget: Budget, calls: int | None) -> Budget:
    """Return a budget with no more than so many calls; its tokens stay a bound of what they can take."""
    return budget if calls is None or calls >= budget.calls else budget.model_copy(update={"calls": calls})
