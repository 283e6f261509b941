"""What a run may still ask of its models: calls, tokens and money, taken before a call is sent and settled after it."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from summarise.backends.budget.prices import Price, dollars, price_of, require_price
from summarise.backends.budget.reasoning_allowance import LEAST, ReasoningAllowance, reasoning_allowance
from summarise.backends.budget.token_estimates import prompt_tokens
from summarise.data import Backend, Budget, Ceiling, LimitHit, Record, Request, Tried
from summarise.errors import BudgetError
from summarise.settings.model import Settings

DISPENSABLE = frozenset({"judge"})
"""Stages without which there is a summary all the same."""


class LimitReachedError(Exception):
    """A ceiling leaves no room for a call that was about to be sent; not an error to users, who get what there is."""


class Ceilings(Record):
    """The most that the user allows: calls, tokens read and written together, US dollars; None where all is allowed."""

    calls: int | None = None
    tokens: int | None = None
    cost: float | None = None


@dataclass(frozen=True)
class Charge:
    """What a call takes, or took: tokens, and US dollars (None where the price is not known)."""

    prompt_tokens: int
    completion_tokens: int
    cost: float | None

    @property
    def tokens(self) -> int:
        """All tokens."""
        return self.prompt_tokens + self.completion_tokens


class SpendLimiter:
    """What is left of a budget's calls and of the ceilings; `calls`, `tokens` and `cost` are what was spent.

    `resent` is how often requests of these calls were sent beyond the first time, because an attempt came to nothing:
    that counts for the ceilings, and not for the budget, which is what the plan allows. `before` are the runs of other
    models that came to nothing: what they took counts for the ceilings, too.

    A call is granted only where its worst case fits beside what was spent and the worst cases of all that are under
    way, so that calls at the same time do not pass a ceiling together. First come, first served: where the calls under
    way may turn out cheaper, the next one waits for them, so that what is granted does not depend on a server's pace.
    `rooms` are those that models have for thinking, by backend: of others it is none.
    """

    def __init__(
        self,
        budget: Budget,
        ceilings: Ceilings | None = None,
        *,
        price: Callable[[str], Price | None] = lambda _: None,
        before: Sequence[Tried] = (),
        rooms: Mapping[str, ReasoningAllowance] | None = None,
    ) -> None:
        self.budget = budget
        self.ceilings = ceilings or Ceilings()
        self.calls = 0
        self.resent = 0
        self.tokens = 0
        self.cost = 0.0
        self.before = tuple(before)
        self._priced = True
        self._price = price
        self._rooms = dict(rooms or {})
        self._under_way: list[Charge] = []
        self._queue = asyncio.Lock()
        self._settled = asyncio.Event()
        self._first: Ceiling | None = None
        self._undone: Counter[str] = Counter()
        self._hopeless: BudgetError | None = None

    @property
    def taken(self) -> dict[str, Any]:
        """What was spent, as the fields of `Tried`: a cost only where the price of every call is known."""
        return {
            "calls": self.calls + self.resent,
            "tokens": self.tokens,
            "cost": round(self.cost, 9) if self._priced else None,
        }

    @property
    def limit_hit(self) -> LimitHit | None:
        """The ceiling that was reached first, and what was not asked since; None where none was."""
        if self._first is None:
            return None
        limits = {"calls": self.ceilings.calls, "tokens": self.ceilings.tokens, "cost": self.ceilings.cost}
        return LimitHit(
            ceiling=self._first, limit=limits[self._first] or 0, skipped_calls=dict(sorted(self._undone.items()))
        )

    def room(self, backend_id: str) -> ReasoningAllowance:
        """Return the room that a backend's model has for thinking in this run."""
        return self._rooms.setdefault(backend_id, ReasoningAllowance())

    def affordable(self, request: Request, backend_id: str) -> Request:
        """Return a request with as much of its room as the ceilings leave; not less than is worth asking with."""
        room = request.reasoning_room
        if not room:
            return request
        bare = self.worst(request.model_copy(update={"reasoning_room": 0}), backend_id)
        left: list[float] = [room]
        if self.ceilings.tokens is not None:
            left.append((self.ceilings.tokens - self._all_tokens - bare.tokens) / request.candidates)
        one = self.bill(backend_id, 0, request.candidates).cost
        if self.ceilings.cost is not None and bare.cost is not None and one:
            left.append((self.ceilings.cost - self._all_cost - bare.cost) / one)
        return request.model_copy(update={"reasoning_room": max(int(min(left)), min(room, LEAST))})

    async def take(self, request: Request, backend_id: str) -> tuple[Request, Charge]:
        """Reserve what a call can take at most; return it with the request, whose room is what can be afforded by then.

        It has to be settled. SpentError where a ceiling does not allow it, BudgetError where it does not allow even the
        first call.
        """
        async with self._queue:
            if self._hopeless is not None:
                raise self._hopeless
            while True:
                given = self.affordable(request, backend_id)
                worst = self.worst(given, backend_id)
                short = self._short(worst)
                if short is None:
                    break
                if short == "calls" or not self._under_way:
                    self._refuse(short, worst, request.stage)
                self._settled.clear()
                await self._settled.wait()
            self.calls += 1
            self._under_way.append(worst)
            return given, worst

    def resend(self, lost: Charge, stage: str) -> bool:
        """Tell whether the ceilings allow a call under way to be sent once more; if so, take what it has `lost`.

        What the next sending takes at most is reserved already.
        """
        short = self._passed(lost)
        if short is not None:
            self._first = self._first or short
            self._undone[stage] += 1
            return False
        self.resent += 1
        self._spend(lost)
        return True

    def settle(self, reserved: Charge, bill: Charge, *, sent: int = 1) -> None:
        """Give a reservation back and take what the call came to, since the last `resend`.

        `sent` is how often its request was sent since then: 0 where it was not, more where nobody asked.
        """
        self._under_way.remove(reserved)
        self.resent += sent - 1
        self._spend(bill)
        self._settled.set()

    def _spend(self, bill: Charge) -> None:
        self.tokens += bill.tokens
        self.cost += bill.cost or 0.0
        self._priced &= bill.cost is not None

    def worst(self, request: Request, backend_id: str) -> Charge:
        """Return what a call can take at most, by estimates from above."""
        limit = request.sampling.max_tokens + request.reasoning_room
        return self.bill(backend_id, prompt_tokens(request), limit * request.candidates)

    def bill(self, backend_id: str, read: int, written: int, *, cached: int = 0) -> Charge:
        """Return the bill of so many tokens."""
        price = self._price(backend_id)
        if price is None:
            return Charge(read, written, None)
        return Charge(read, written, price.of(prompt_tokens=read, completion_tokens=written, cached_tokens=cached))

    def _short(self, worst: Charge) -> Ceiling | None:
        """Return the first ceiling that a further call might pass."""
        return "calls" if self.calls >= self.budget.calls else self._passed(worst)

    def _passed(self, more: Charge) -> Ceiling | None:
        """Return the first ceiling that sending once more might pass, and taking so much beside what is under way."""
        ceilings = self.ceilings
        if ceilings.calls is not None and self._all_calls >= ceilings.calls:
            return "calls"
        tokens = self._all_tokens + sum(bill.tokens for bill in self._under_way) + more.tokens
        if ceilings.tokens is not None and tokens > ceilings.tokens:
            return "tokens"
        cost = self._all_cost + sum(bill.cost or 0.0 for bill in self._under_way) + (more.cost or 0.0)
        return "cost" if ceilings.cost is not None and cost > ceilings.cost else None

    @property
    def _all_calls(self) -> int:
        return sum(one.calls for one in self.before) + self.calls + self.resent

    @property
    def _all_tokens(self) -> int:
        return sum(one.tokens for one in self.before) + self.tokens

    @property
    def _all_cost(self) -> float:
        return sum(one.cost or 0.0 for one in self.before) + self.cost

    def _refuse(self, short: Ceiling, worst: Charge, stage: str) -> NoReturn:
        spent_before = any(one.calls for one in self.before)
        # With one model alone a ceiling on calls allows at least one.
        if not self.calls and (stage not in DISPENSABLE if spent_before else short != "calls"):
            # Whoever else wants to call now must not: the run comes to nothing, and shall cost nothing.
            self._hopeless = _too_small(short, self.ceilings, worst, spent_before=spent_before)
            raise self._hopeless
        # That the plan itself allows no more calls is no ceiling that somebody set.
        if short != "calls" or (self.ceilings.calls is not None and self._all_calls >= self.ceilings.calls):
            self._first = self._first or short
            self._undone[stage] += 1
        raise LimitReachedError(f"the budget of {'money' if short == 'cost' else short} is spent")


def _too_small(short: Ceiling, ceilings: Ceilings, worst: Charge, *, spent_before: bool) -> BudgetError:
    after = " after what other models took" if spent_before else ""
    if short == "calls":
        return BudgetError(f"max_calls {ceilings.calls} allows not one call{after}: allow more")
    if short == "tokens":
        return BudgetError(
            f"max_tokens_total {ceilings.tokens} allows not one call{after}, which may take {worst.tokens:,} tokens "
            f"({worst.prompt_tokens:,} read, {worst.completion_tokens:,} written): allow more, or ask for less"
        )
    return BudgetError(
        f"max_cost {ceilings.cost:g} allows not one call{after}, which may cost {dollars(worst.cost or 0.0)} "
        f"({worst.prompt_tokens:,} tokens read, {worst.completion_tokens:,} written): allow more, or ask for less"
    )


def limit_in_words(limit_hit: LimitHit) -> str:
    """Return where a ceiling lies as people say it: "1 call", "5,000 tokens", "$0.50"."""
    if limit_hit.ceiling == "cost":
        return dollars(float(limit_hit.limit))
    noun = limit_hit.ceiling if limit_hit.limit != 1 else limit_hit.ceiling.removesuffix("s")
    return f"{limit_hit.limit:,} {noun}"


def limiter_for(budget: Budget, settings: Settings, *backends: Backend, before: Sequence[Tried] = ()) -> SpendLimiter:
    """Return the spend limiter of a run with the ceilings that are set, less what was spent `before`.

    ConfigurationError where a ceiling on cost is set and the price of one of the backends' models is not known.
    """
    for backend in backends:
        require_price(backend.id, settings)
    ceilings = Ceilings(calls=settings.max_calls, tokens=settings.max_tokens_total, cost=settings.max_cost)
    rooms = {backend.id: reasoning_allowance(backend, settings) for backend in backends}
    return SpendLimiter(
        budget, ceilings, price=lambda backend_id: price_of(backend_id, settings), before=before, rooms=rooms
    )
