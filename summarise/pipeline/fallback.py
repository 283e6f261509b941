"""Summarise with the first of several models that gives a summary: when the next one is tried, and what is told of it.

Each model has a run of its own, because strategy, chunks and budget depend on it.
"""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from summarise.backends.budget import SpendLimiter
from summarise.data import Tried
from summarise.errors import BudgetError, CallError, ConfigurationError, NoModelError, SummariseError, name_of

T = TypeVar("T")


@dataclass
class Attempt:
    """The turn of one model: its name (None for the default), and those that were `tried` before it.

    `limiter` is what its run is paid from, once there is one; `last` tells that no other model is left.
    """

    model: str | None
    tried: tuple[Tried, ...] = ()
    last: bool = True
    limiter: SpendLimiter | None = None

    def goes_on(self, error: BaseException) -> bool:
        """Tell whether the next model is tried after an error."""
        return not self.last and is_of_model(error)

    def failed(self, error: SummariseError) -> Tried:
        """Return this attempt as the record tells it."""
        taken = self.limiter.taken if self.limiter is not None else {}
        return Tried(model=self.model or "", error=name_of(error), message=str(error), **taken)


def is_of_model(error: BaseException) -> bool:
    """Tell whether an error is the model's, or its server's, so that another one may do better.

    It cannot be opened or paid for, its calls fail, or nothing of its answers can be used. What is wrong with the
    article or with what was asked for, and a judge that fails, would be so with every model.
    """
    return isinstance(error, CallError | ConfigurationError | BudgetError) and not error.of_judge


async def first_of(models: Sequence[str | None], attempt: Callable[[Attempt], Coroutine[Any, Any, T]]) -> T:
    """Return what the first model comes to that comes to anything.

    Raises what its attempt raises where that is not the model's own failure, or where there is one model only, else
    NoModelError, in one line that has every model and why it failed.
    """
    tried: tuple[Tried, ...] = ()
    errors: tuple[SummariseError, ...] = ()
    for place, model in enumerate(models, start=1):
        one = Attempt(model, tried, last=place == len(models))
        try:
            return await attempt(one)
        except SummariseError as error:
            if len(models) == 1 or not is_of_model(error):
                raise
            tried, errors = (*tried, one.failed(error)), (*errors, error)
    told = "; ".join(f"{one.model}: {one.message}" for one in tried)
    raise NoModelError(f"none of {len(tried)} models gave a summary: {told}", errors=errors)
