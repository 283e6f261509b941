"""The models of a batch, with one spend limiter for all processes."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from copy import copy
from dataclasses import dataclass
from math import floor, inf
from typing import Any, Self

from summarise.backends import open_backend
from summarise.backends.budget import (
    NO_MODEL,
    Ceilings,
    LimitReachedError,
    MeteredBackend,
    SpendLimiter,
    price_of,
    require_price,
)
from summarise.backends.replies import ThoughtRemovingBackend
from summarise.data import Backend, Budget, Record, Reply, Request, RetryScheduled, Tried, capabilities_of
from summarise.errors import BudgetError
from summarise.observing.observer import Observer
from summarise.settings.environment import secrets_of
from summarise.settings.model import Settings

REACHED = "a ceiling of the batch is reached"
WRITER, JUDGE = "backend given", "judge given"  # names of backends that were given as objects
# Each run is bounded by its plan, the batch only by the ceilings.
BOUNDLESS = Budget(calls=10**15, prompt_tokens=10**18, completion_tokens=10**18)


class Spent(Record):
    """Calls, tokens, and US dollars for models with a known price."""

    calls: int = 0
    tokens: int = 0
    cost: float = 0.0

    def plus(self, other: "Spent") -> "Spent":
        """Return the sum."""
        return Spent(calls=self.calls + other.calls, tokens=self.tokens + other.tokens, cost=self.cost + other.cost)


NOTHING = Spent()


class CeilingReachedError(Exception):
    """A ceiling of the batch does not allow a call.

    Not a SummariseError, so that no stage treats it as a failed call.
    """


class Backends:
    """Metered models by name, each opened once, until the block ends.

    `given` has backends given as objects, by name. `before` is spending by earlier runs, which counts towards the
    ceilings. `on_spent` receives new spending. Raises ConfigurationError if a cost ceiling is set and a price is
    unknown.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        given: Mapping[str, Backend] | None = None,
        before: Spent = NOTHING,
        on_spent: Callable[[Spent], None] = lambda _: None,
    ) -> None:
        self.given = dict(given or {})
        self.before = before
        self.on_spent = on_spent
        self._settings = settings
        self._observer = Observer(secrets=secrets_of(settings))
        self._opened: dict[str | None, Backend] = {}
        self._stack = AsyncExitStack()
        self._opening = asyncio.Lock()
        self._meter(settings)

    def _meter(self, settings: Settings) -> None:
        ceilings = Ceilings(calls=settings.max_calls, tokens=settings.max_tokens_total, cost=settings.max_cost)
        earlier = Tried(model="", error="", message="", **self.before.model_dump())
        self._limiter = SpendLimiter(
            BOUNDLESS,
            ceilings,
            price=lambda backend_id: price_of(backend_id, settings),
            before=[earlier] if self.before.calls else [],
        )
        self._paid: dict[str | None, Backend] = {}
        self._reported = NOTHING

    def within(self, settings: Settings) -> "Backends":
        """Return the same open models, metered apart within the ceilings of `settings`."""
        apart = copy(self)
        apart._settings = settings
        apart._meter(settings)
        return apart

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: Any) -> None:
        try:
            self._report()
        finally:
            await self._stack.__aexit__(*exc_info)

    async def open(self, name: str | None) -> Backend:
        """Return the metered backend. Raises as `open_backend`."""
        async with self._opening:
            if name not in self._opened:
                self._opened[name] = await self._open(name)
        if name not in self._paid:
            self._paid[name] = self._metered(self._opened[name])
        return self._paid[name]

    async def _open(self, name: str | None) -> Backend:
        if name in self.given:
            return ThoughtRemovingBackend(self.given[name], keep_reasoning=self._settings.keep_reasoning)
        opened = open_backend(name, self._settings, on_retry=self._observer.retry)
        return await self._stack.enter_async_context(opened)

    @asynccontextmanager
    async def opening(
        self, name: str | None, settings: Settings, *, on_retry: Callable[[RetryScheduled], None] = lambda _: None
    ) -> AsyncIterator[Backend]:
        """Yield the metered backend, which stays open."""
        del settings, on_retry
        yield await self.open(name)

    @property
    def spent(self) -> Spent:
        """Spending since the block began."""
        taken = self._limiter.taken
        return Spent(calls=taken["calls"], tokens=taken["tokens"], cost=taken["cost"] or 0.0)

    def _metered(self, backend: Backend) -> Backend:
        if backend.id == NO_MODEL:
            return backend
        require_price(backend.id, self._settings)
        return PaidBackend(backend, self._limiter, self._observer, on_paid=self._report, message=self._too_little)

    def _report(self) -> None:
        spent, before = self.spent, self._reported
        if spent.calls > before.calls or spent.tokens > before.tokens:
            cost = max(0.0, spent.cost - before.cost)
            self.on_spent(Spent(calls=spent.calls - before.calls, tokens=spent.tokens - before.tokens, cost=cost))
            self._reported = spent

    def _too_little(self, error: Exception) -> str:
        # Before the first call, the error states how much one call needs.
        return REACHED if self._limiter.before or self._limiter.calls else str(error)


class PaidBackend(MeteredBackend):
    """A metered backend. Raises CeilingReachedError before a call that exceeds a ceiling."""

    def __init__(
        self,
        backend: Backend,
        limiter: SpendLimiter,
        observer: Observer,
        *,
        on_paid: Callable[[], None],
        message: Callable[[Exception], str],
    ) -> None:
        super().__init__(backend, limiter, observer)
        self.capabilities = capabilities_of(backend)
        self._on_paid = on_paid
        self._message = message

    async def complete(self, request: Request) -> Reply:
        """Answer a request."""
        try:
            return await super().complete(request)
        except (LimitReachedError, BudgetError) as error:
            raise CeilingReachedError(self._message(error)) from None
        finally:
            self._on_paid()


# calls, tokens and US dollars, if they have a ceiling
Amounts = dict[str, float]


@dataclass(frozen=True, eq=False)
class Share:
    """The amounts that an item may spend. `whole`: all that is left."""

    amounts: Amounts
    whole: bool

    @property
    def ceilings(self) -> Ceilings:
        """The amounts as ceilings."""
        rounded = {name: amount if name == "cost" else floor(amount) for name, amount in self.amounts.items()}
        return Ceilings.model_validate(rounded)


class Shares:
    """Divides the ceilings among `parts` concurrent items."""

    def __init__(self, settings: Settings, before: Spent, parts: int) -> None:
        ceilings = {"calls": settings.max_calls, "tokens": settings.max_tokens_total, "cost": settings.max_cost}
        spent = before.model_dump()
        self._left: Amounts = {name: most - spent[name] for name, most in ceilings.items() if most is not None}
        self._parts = parts
        self._under_way: list[Share] = []
        self._queue = asyncio.Lock()
        self._settled = asyncio.Event()

    async def take(self, *, whole: bool = False) -> Share | None:
        """Reserve a share; None if nothing is left of a ceiling.

        First come, first served. A `whole` share waits until no other item is under way.
        """
        async with self._queue:
            while (whole and self._under_way) or min((free := self._free()).values(), default=inf) <= 0:
                if not self._under_way:
                    return None
                self._settled.clear()
                await self._settled.wait()
            amounts = free if whole else {name: min(free[name], self._part(name)) for name in free}
            share = Share(amounts, not self._under_way and amounts == free)
            self._under_way.append(share)
            return share

    def settle(self, share: Share, spent: Spent | None) -> None:
        """Release a share; unknown spending (None) counts as all of it."""
        self._under_way.remove(share)
        taken = share.amounts if spent is None else spent.model_dump()
        self._left = {name: left - taken[name] for name, left in self._left.items()}
        self._settled.set()

    def _free(self) -> Amounts:
        return {name: left - sum(share.amounts[name] for share in self._under_way) for name, left in self._left.items()}

    def _part(self, name: str) -> float:
        part = self._left[name] / self._parts
        return part if name == "cost" else max(1, part // 1)
