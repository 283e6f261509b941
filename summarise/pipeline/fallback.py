"""Fallback to further models, each with its own run."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from summarise.backends.budget import SpendLimiter
from summarise.data import Tried
from summarise.errors import BudgetError, CallError, ConfigurationError, NoModelError, SummariseError, name_of

T = TypeVar("T")


@dataclass
class Attempt:
    """The run of one model (None: the default). `tried`: models before. `last`: no model is left."""

    model: str | None
    tried: tuple[Tried, ...] = ()
    last: bool = True
    limiter: SpendLimiter | None = None

    def goes_on(self, error: BaseException) -> bool:
        """Return True if the next model should be tried."""
        return not self.last and is_of_model(error)

    def failed(self, error: SummariseError) -> Tried:
        """Return this attempt for the run record."""
        taken = self.limiter.taken if self.limiter is not None else {}
        return Tried(model=self.model or "", error=name_of(error), message=str(error), **taken)


def is_of_model(error: BaseException) -> bool:
    """Return True if another model may avoid the error.

    Errors of the article, the options or the judge would recur.
    """
    return isinstance(error, CallError | ConfigurationError | BudgetError) and not error.of_judge


async def first_of(models: Sequence[str | None], attempt: Callable[[Attempt], Coroutine[Any, Any, T]]) -> T:
    """Return the result of the first model that succeeds.

    Raises NoModelError with all errors, or the error itself if only one model is given or it is not model-specific.
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
