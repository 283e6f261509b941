"""Limits and records the calls, tokens and cost of a run.

A reasoning allowance ("room") is the maximum number of reasoning tokens in a call. A ceiling is a limit set by the
user.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from math import floor, inf, log10
from typing import Any, NoReturn
from urllib.parse import urlsplit

from summarise.backends.breaker import ProxyBackend
from summarise.backends.http.transport import is_loopback, resent_only_if
from summarise.backends.replies import lacks_answer, require_full_prompt, within_length
from summarise.backends.tokens import prompt_tokens
from summarise.data import (
    Backend,
    Budget,
    Call,
    Capabilities,
    Ceiling,
    Dollars,
    GuardEvent,
    LimitHit,
    Reasoning,
    Record,
    Reply,
    Request,
    StagePlan,
    Tried,
    capabilities_of,
)
from summarise.errors import BudgetError, CallError, ConfigurationError, ContextOverflowError, MalformedAnswerError
from summarise.observer import COUNTS, Observer
from summarise.settings.model import Settings
from summarise.settings.providers import HERE, kind_of, provider

# The initial allowance of a model known to reason, in tokens, by the setting `reasoning`. Not measured.
START: Mapping[Reasoning, int] = {"off": 2048, "auto": 8192, "low": 8192, "medium": 16_384, "high": 32_768}
# The maximum allowance.
CAP = 32_768
# The minimum allowance of a call. A call for which the ceilings leave fewer tokens is not sent.
LEAST = 1024
# After a reply without an answer, the allowance becomes TIMES the call's token limit, but at least GROWN.
TIMES, GROWN = 4, 16_384
# Plans expect a model to use 1/8 of its allowance. Not measured.
USUAL = 8


class ReasoningAllowance:
    """The reasoning allowance of one backend in one run: `tokens` per call, which may grow to `most`.

    `known`: whether it is known if the model reasons. If not, the first call runs alone, and its reply decides.
    `window`: the size of the context window in tokens.
    """

    def __init__(
        self, tokens: int = 0, *, most: int | None = None, known: bool = True, window: int | None = None
    ) -> None:
        self.start = self.tokens = tokens
        self.most = tokens if most is None else most
        self.known = known
        self._window = window
        self._repeated = False
        self._first_call = asyncio.Lock()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Enclose one call: `async with allowance.turn(): …`.

        Until it is `known` whether the model reasons, the other calls wait for the first one.
        """
        if not self.known:
            async with self._first_call:
                if not self.known:
                    try:
                        yield
                    finally:
                        # Also after an error: another call alone would reveal nothing more.
                        self.known = True
                    return
        yield

    def within(self, request: Request) -> int:
        """Return the allowance for a request in tokens, limited by the context window."""
        if self._window is None:
            return self.tokens
        return max(0, min(self.tokens, self._window - prompt_tokens(request) - request.sampling.max_tokens))

    def learn(self, request: Request, reply: Reply) -> None:
        """Raise the allowance if a reply shows that the model reasons."""
        if reply.reasoning_tokens or lacks_answer(request, reply):
            self.tokens = max(self.tokens, min(self.most, START["auto"]))
        self.known = True

    def grow(self, request: Request) -> bool:
        """Increase the allowance after a reply without an answer, and return whether to repeat the request.

        Only one request per run is repeated.
        """
        limit = request.sampling.max_tokens + request.reasoning_room
        self.tokens = max(self.tokens, min(self.most, max(TIMES * limit, GROWN)))
        again = not self._repeated and self.within(request) > request.reasoning_room
        self._repeated = self._repeated or again
        return again

    def shrink(self, request: Request) -> int:
        """Halve the allowance after a request exceeded the context window, and return it. Below `LEAST` it is 0."""
        smaller = request.reasoning_room // 2 if request.reasoning_room >= 2 * LEAST else 0
        self.tokens = self.most = min(self.tokens, smaller)
        return smaller

    def budgets(self, stage: StagePlan, *, candidates: int, first: bool) -> StagePlan:
        """Return a stage's plan with reasoning tokens added, for requests with `candidates` answers each.

        `first`: whether this is the backend's first stage, whose maximum includes the call that a run may repeat.
        """
        usual = self.start // USUAL * stage.expected.calls * candidates
        expected = stage.expected.added(Budget(calls=0, prompt_tokens=0, completion_tokens=usual))
        most = self.allowing(stage.most, candidates=candidates, repeating=first)
        return stage.model_copy(update={"expected": expected, "most": most})

    def allowing(self, budget: Budget, *, candidates: int = 1, repeating: bool = True) -> Budget:
        """Return a budget with `self.most` reasoning tokens added for each of the `candidates` answers of a call.

        `repeating`: whether to add a call, because a run may repeat one request whose reply had no answer.
        """
        if not budget.calls:
            return budget
        repeats = int(repeating and self.most > 0)
        # Assume that a stage's longest prompt is at most twice the average.
        read = min(budget.prompt_tokens, -(-2 * budget.prompt_tokens // budget.calls)) * repeats
        written = -(-budget.completion_tokens // budget.calls) * repeats
        room = self.most * candidates * (budget.calls + repeats)
        return budget.added(Budget(calls=repeats, prompt_tokens=read, completion_tokens=written + room))


def reasoning_allowance(backend: Backend, settings: Settings) -> ReasoningAllowance:
    """Return the initial reasoning allowance of a backend's model.

    If the model's card does not state whether the model reasons, the allowance is not `known` for providers and the
    local engine; other backends are assumed not to reason.
    """
    traits, level = settings.traits_of(backend.id), settings.reasoning
    sizes = (capabilities_of(backend).context_tokens, settings.context_tokens)
    window = min((size for size in sizes if size is not None), default=None)
    is_level = level not in ("auto", "off")
    if traits.thinks == "no":
        return ReasoningAllowance()
    if traits.thinks == "yes" or (traits.thinks == "optional" and is_level):
        start = START[level] if traits.reasoning_room is None else traits.reasoning_room
        return ReasoningAllowance(start, most=max(start, CAP), window=window)
    served = provider(kind_of(backend.id)) is not None or kind_of(backend.id) == "local"
    if not served and traits.thinks is None:
        return ReasoningAllowance()
    return ReasoningAllowance(START[level] if is_level else 0, most=CAP, known=False, window=window)


class Price(Record):
    """US dollars per million tokens of prompt, cached prompt and completion."""

    prompt: Dollars
    cached: Dollars
    completion: Dollars

    def of(self, *, prompt_tokens: int, completion_tokens: int, cached_tokens: int = 0) -> float:
        """Return the cost in US dollars; `cached_tokens` are part of `prompt_tokens`."""
        cached = min(cached_tokens, prompt_tokens)
        sums = (prompt_tokens - cached) * self.prompt, cached * self.cached, completion_tokens * self.completion
        return sum(sums) / 1_000_000


FREE = Price(prompt=0.0, cached=0.0, completion=0.0)


def price_of(backend_id: str, settings: Settings) -> Price | None:
    """Return the price of a backend's model, or None if it is not known; local servers are free.

    The user's own prices take precedence.
    """
    name = kind_of(backend_id)
    own = settings.models.get(backend_id)
    if name in HERE:
        return FREE
    if (own is None or not own.priced) and (preset := provider(name)) is not None:
        host = urlsplit(settings.base_url_of(preset) or preset.base_url).hostname
        if is_loopback(host or ""):
            return FREE
    card = settings.card_of(backend_id)
    if card is None or card.input_price is None or card.output_price is None:
        return None
    cached = card.input_price if card.cached_input_price is None else card.cached_input_price
    return Price(prompt=card.input_price, cached=cached, completion=card.output_price)


def require_price(backend_id: str, settings: Settings) -> None:
    """Raise ConfigurationError if `max_cost` is set and the price is not known."""
    if settings.max_cost is not None and price_of(backend_id, settings) is None:
        raise ConfigurationError(
            f"max_cost needs the price of {backend_id}, which is not known: set input_price and output_price "
            f'(US dollars for a million tokens) in the configuration file under [models."{backend_id}"]'
        )


def dollars(amount: float) -> str:
    """Format an amount of US dollars: "$12.50", "$0.0021"."""
    if amount <= 0:
        return "$0"
    digits = 2 if amount >= 0.1 else 1 - floor(log10(amount))
    return f"${amount:,.{digits}f}"


def call_of(stage: str, reply: Reply, *, problem: str | None = None, events: tuple[GuardEvent, ...] = ()) -> Call:
    """Return the record of a call that got `reply`. Its field `said` contains all answers of the reply.

    `problem`: why the reply was not used, or None. `events`: defects of the reply.
    """
    answers = [reply.text, *(other.text for other in reply.alternatives)]
    return Call(
        stage=stage,
        reasoning=clean(reply.reasoning),
        seconds=round(reply.seconds, 3),
        said=clean("\n".join(answers)),
        problem=problem,
        events=events,
        **reply.model_dump(include={"model", "cost", "finish", "from_cache", "wasted", *COUNTS}),
    )


def forget_reply(backend: Backend, request: Request) -> None:
    """Remove the unusable reply to a request from the backend's cache, if it has one."""
    if forget := capabilities_of(backend).forget:
        forget(request)


def failed_call(stage: str, error: CallError) -> Call:
    """Return the record of a failed call, with the token counts of its reply, if any."""
    if isinstance(error.reply, Reply):
        return call_of(stage, error.reply, problem=str(error))
    return Call(stage=stage, problem=str(error), finish="other")


def totals_of(calls: Sequence[Call]) -> dict[str, Any]:
    """Return the tokens and cost of calls, as fields of the run record.

    The cost is None if the cost of any answered call is not known. Cached calls, and failed calls without a reply, add
    nothing.
    """
    sent = [call for call in calls if not call.from_cache]
    costs = [call.cost for call in sent if call.model is not None]
    known_costs = [cost for cost in costs if cost is not None]
    counts = {name: sum(getattr(call, name) for call in sent) for name in COUNTS}
    return {**counts, "cost": round(sum(known_costs), 9) if len(known_costs) == len(costs) else None}


def clean(text: str) -> str:
    """Replace NUL characters by spaces, and lone surrogates by question marks."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


class LimitReachedError(Exception):
    """A limit of the run does not allow the next call. The run returns the results so far."""


class Ceilings(Record):
    """The user's limits on the calls, tokens and US dollars of a run; None means no limit."""

    calls: int | None = None
    tokens: int | None = None
    cost: float | None = None


@dataclass(frozen=True)
class Charge:
    """The tokens and cost of a call; `cost` is in US dollars, or None if the price is not known."""

    prompt_tokens: int
    completion_tokens: int
    cost: float | None

    @property
    def tokens(self) -> int:
        """The sum of prompt and completion tokens."""
        return self.prompt_tokens + self.completion_tokens


class SpendLimiter:
    """Grants calls up to the number planned in `budget`, and within the user's `ceilings`.

    Retries (`resent`), and failed runs with other models (`before`), count towards the ceilings but not the budget.
    `rooms` contains reasoning allowances by backend id.

    A call is granted if the ceilings cover the amounts spent, the worst cases of the running calls, and its own worst
    case. Otherwise it waits until a running call ends. Waiting calls are served in order.
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
        self._running: list[Charge] = []
        self._queue = asyncio.Lock()
        self._settled = asyncio.Event()
        self._first_ceiling: Ceiling | None = None
        self._skipped_calls: Counter[str] = Counter()
        self._fatal_error: BudgetError | None = None

    @property
    def spending(self) -> dict[str, Any]:
        """The calls, tokens and cost so far, as fields of `Tried`, the record of a failed model."""
        return {
            "calls": self.calls + self.resent,
            "tokens": self.tokens,
            "cost": round(self.cost, 9) if self._priced else None,
        }

    @property
    def limit_hit(self) -> LimitHit | None:
        """The first ceiling reached, with the number of skipped calls by stage, or None."""
        if self._first_ceiling is None:
            return None
        limit = getattr(self.ceilings, self._first_ceiling) or 0
        return LimitHit(
            ceiling=self._first_ceiling, limit=limit, skipped_calls=dict(sorted(self._skipped_calls.items()))
        )

    def room(self, backend_id: str) -> ReasoningAllowance:
        """Return a backend's reasoning allowance."""
        return self._rooms.setdefault(backend_id, ReasoningAllowance())

    def affordable(self, request: Request, backend_id: str) -> Request:
        """Return the request with its reasoning allowance limited by the ceilings, but at least `LEAST` tokens."""
        room = request.reasoning_room
        if not room:
            return request
        without_room = self.worst(request.model_copy(update={"reasoning_room": 0}), backend_id)
        allowances = [room, (self._remaining("tokens") - without_room.tokens) / request.candidates]
        token_cost = self.bill(backend_id, 0, request.candidates).cost
        if without_room.cost is not None and token_cost:
            allowances.append((self._remaining("cost") - without_room.cost) / token_cost)
        return request.model_copy(update={"reasoning_room": max(int(min(allowances)), min(room, LEAST))})

    async def take(self, request: Request, backend_id: str) -> tuple[Request, Charge]:
        """Reserve the largest charge that a call may cause, and wait if necessary.

        Returns the request as limited by `affordable`, and the reserved charge, to be passed to `settle`. Raises
        LimitReachedError, or BudgetError if not even the first call is allowed.
        """
        async with self._queue:
            if self._fatal_error is not None:
                raise self._fatal_error
            while True:
                granted = self.affordable(request, backend_id)
                worst = self.worst(granted, backend_id)
                limit = "calls" if self.calls >= self.budget.calls else self._exceeded_ceiling(worst)
                if limit is None:
                    break
                if limit == "calls" or not self._running:
                    self._refuse(limit, worst, request.stage)
                self._settled.clear()
                await self._settled.wait()
            self.calls += 1
            self._running.append(worst)
            return granted, worst

    def resend(self, lost: Charge, stage: str) -> bool:
        """Return whether the ceilings allow a retry. If so, add the retry and `lost`, the failed attempt's charge."""
        if (ceiling := self._exceeded_ceiling(lost)) is not None:
            self._skip(ceiling, stage)
            return False
        self.resent += 1
        self._spend(lost)
        return True

    def settle(self, reserved: Charge, charge: Charge, *, sent: int = 1) -> None:
        """Replace the reserved charge of a call by the actual one.

        `sent`: the number of attempts that `resend` did not count, including the first; 0 if nothing was sent.
        """
        self._running.remove(reserved)
        self.resent += sent - 1
        self._spend(charge)
        self._settled.set()

    def _spend(self, charge: Charge) -> None:
        self.tokens += charge.tokens
        self.cost += charge.cost or 0.0
        self._priced &= charge.cost is not None

    def worst(self, request: Request, backend_id: str) -> Charge:
        """Return the largest charge that a call may cause."""
        limit = request.sampling.max_tokens + request.reasoning_room
        return self.bill(backend_id, prompt_tokens(request), limit * request.candidates)

    def bill(self, backend_id: str, read: int, written: int, *, cached: int = 0) -> Charge:
        """Return the charge for `read` prompt tokens (of them `cached`) and `written` completion tokens."""
        price = self._price(backend_id)
        tokens = {"prompt_tokens": read, "completion_tokens": written, "cached_tokens": cached}
        return Charge(read, written, None if price is None else price.of(**tokens))

    def _exceeded_ceiling(self, charge: Charge) -> Ceiling | None:
        if self._remaining("calls") <= 0:
            return "calls"
        charges = [*self._running, charge]
        if sum(charge.tokens for charge in charges) > self._remaining("tokens"):
            return "tokens"
        return "cost" if sum(charge.cost or 0.0 for charge in charges) > self._remaining("cost") else None

    def _remaining(self, ceiling: Ceiling) -> float:
        limit = getattr(self.ceilings, ceiling)
        if limit is None:
            return inf
        spent = {"calls": self.calls + self.resent, "tokens": self.tokens, "cost": self.cost}
        return float(limit - spent[ceiling] - sum(getattr(tried, ceiling) or 0 for tried in self.before))

    def _skip(self, ceiling: Ceiling, stage: str) -> None:
        self._first_ceiling = self._first_ceiling or ceiling
        self._skipped_calls[stage] += 1

    def _refuse(self, limit: Ceiling, worst: Charge, stage: str) -> NoReturn:
        spent_before = any(tried.calls for tried in self.before)
        # A run can do without its judge. If no other model was tried, a limit of 0 calls is the plan's, not a ceiling.
        if not self.calls and (stage != "judge" if spent_before else limit != "calls"):
            # Also refuse concurrent calls, because a run that fails here must cost nothing.
            self._fatal_error = _no_call_error(limit, self.ceilings, worst, spent_before=spent_before)
            raise self._fatal_error
        # The number of calls in the plan is a limit, but not a ceiling of the user.
        if limit != "calls" or self._remaining("calls") <= 0:
            self._skip(limit, stage)
        raise LimitReachedError(f"the limit on {limit} is reached")


def _no_call_error(ceiling: Ceiling, ceilings: Ceilings, worst: Charge, *, spent_before: bool) -> BudgetError:
    used = " (partly used by other models)" if spent_before else ""
    if ceiling == "calls":
        return BudgetError(f"max_calls {ceilings.calls}{used} does not allow a single call: allow more calls")
    if ceiling == "tokens":
        return BudgetError(
            f"max_tokens_total {ceilings.tokens}{used} does not allow a single call, which may use "
            f"{worst.tokens:,} tokens ({worst.prompt_tokens:,} read, {worst.completion_tokens:,} written): "
            "allow more tokens, or request a shorter summary"
        )
    return BudgetError(
        f"max_cost {ceilings.cost:g}{used} does not allow a single call, which may cost {dollars(worst.cost or 0.0)} "
        f"({worst.prompt_tokens:,} tokens read, {worst.completion_tokens:,} written): "
        "allow a higher cost, or request a shorter summary"
    )


def limit_in_words(limit_hit: LimitHit) -> str:
    """Format a reached ceiling: "1 call", "5,000 tokens", "$0.50"."""
    if limit_hit.ceiling == "cost":
        return dollars(float(limit_hit.limit))
    noun = limit_hit.ceiling if limit_hit.limit != 1 else limit_hit.ceiling.removesuffix("s")
    return f"{limit_hit.limit:,} {noun}"


def limiter_for(budget: Budget, settings: Settings, *backends: Backend, before: Sequence[Tried] = ()) -> SpendLimiter:
    """Return the spend limiter of a run. `before`: the run's failed models, whose calls count towards the ceilings.

    Raises ConfigurationError if `max_cost` is set and a price is unknown.
    """
    for backend in backends:
        require_price(backend.id, settings)
    ceilings = Ceilings(calls=settings.max_calls, tokens=settings.max_tokens_total, cost=settings.max_cost)
    rooms = {backend.id: reasoning_allowance(backend, settings) for backend in backends}
    return SpendLimiter(
        budget, ceilings, price=lambda backend_id: price_of(backend_id, settings), before=before, rooms=rooms
    )


class MeteredBackend(ProxyBackend):
    """A backend whose calls are granted by a limiter and reported to an observer.

    Replies contain their cost, or None if it is not known. `complete` also raises LimitReachedError or BudgetError if a
    call is not granted, and TruncationError if the server truncated the prompt.
    """

    def __init__(self, backend: Backend, limiter: SpendLimiter, observer: Observer | None = None) -> None:
        inner = capabilities_of(backend)
        super().__init__(backend, Capabilities(kept=inner.kept, forget=inner.forget))
        self._limiter = limiter
        self._observer = observer or Observer()

    async def complete(self, request: Request) -> Reply:
        """Return the reply to a request; a cached reply is free."""
        if (kept := self.capabilities.kept) and (reply := kept(request)) is not None:
            return self._observer.kept(request, self._backend, within_length(request, reply))
        room = self._limiter.room(self.id)
        async with room.turn():
            return await self._complete_with_room(request, room)

    async def _complete_with_room(self, request: Request, room: ReasoningAllowance) -> Reply:
        first = self._with_allowance(request, room)
        reply = await self._granted_call(first, room)
        room.learn(first, reply)
        if not (lacks_answer(first, reply) and room.grow(first)):
            return reply
        larger = self._with_allowance(request, room)
        if larger.reasoning_room <= first.reasoning_room:
            return reply
        try:
            second = await self._granted_call(larger, room)
        except LimitReachedError:
            return reply
        except CallError as error:
            lost = reply.model_copy(update={"wasted": reply.wasted + 1})
            error.reply = with_wasted_reply(reply, error.reply) if isinstance(error.reply, Reply) else lost
            raise
        if lacks_answer(larger, second):
            # No third attempt, but the next request gets a larger allowance.
            room.grow(larger)
        return with_wasted_reply(reply, second)

    def _with_allowance(self, request: Request, room: ReasoningAllowance) -> Request:
        tokens = room.within(request)
        if not tokens:
            return request
        return self._limiter.affordable(request.model_copy(update={"reasoning_room": tokens}), self.id)

    async def _granted_call(self, request: Request, room: ReasoningAllowance) -> Reply:
        granted, reserved = await self._limiter.take(request, self.id)
        reply, read = self._send(granted, reserved, room), reserved.prompt_tokens
        return await self._observer.call(granted, self._backend, reply, prompt_tokens=read)

    async def _send(self, request: Request, reserved: Charge, room: ReasoningAllowance) -> Reply:
        retries = 0

        def may_resend(status: int | None) -> bool:
            nonlocal retries
            allowed = self._limiter.resend(self._charge_of_failure(status, reserved), request.stage)
            retries += allowed
            return allowed

        try:
            with resent_only_if(may_resend):
                reply = await self._complete_in_window(request, room)
        except BaseException as error:
            # A backend may have retried without asking `may_resend`. A ConfigurationError means that nothing was sent.
            otherwise = int(not isinstance(error, ConfigurationError))
            sent = max(0, error.attempts - retries) if isinstance(error, CallError) else otherwise
            self._limiter.settle(reserved, self._charge_of_failure(_status_of(error), reserved, times=sent), sent=sent)
            raise
        charge = self._charge_of_reply(reply, reserved)
        self._limiter.settle(reserved, charge)
        is_counted = (reply.prompt_tokens > 0 and reply.completion_tokens > 0) or charge.cost == 0
        if is_counted and reply.cost is None:
            reply = reply.model_copy(update={"cost": charge.cost})
        # After settling: a reply to a truncated prompt is billed, too.
        require_full_prompt(request, reply, server=self.id)
        return reply

    async def _complete_in_window(self, request: Request, room: ReasoningAllowance) -> Reply:
        while True:
            try:
                return within_length(request, await self._backend.complete(request))
            except ContextOverflowError:
                if not request.reasoning_room:
                    raise
                request = request.model_copy(update={"reasoning_room": room.shrink(request)})

    def _charge_of_failure(self, status: int | None, reserved: Charge, *, times: int = 1) -> Charge:
        """Return the charge of failed attempts with an HTTP `status`.

        A success status costs as much as the worst case, an error status costs nothing. If there was no response
        (None), only the prompt is charged.
        """
        written = status is not None and 200 <= status < 300
        read = times * reserved.prompt_tokens if written or status is None else 0
        return self._limiter.bill(self.id, read, times * reserved.completion_tokens if written else 0)

    def _charge_of_reply(self, reply: Reply, reserved: Charge) -> Charge:
        read = reply.prompt_tokens or reserved.prompt_tokens
        # A count of 0 is credible for a filtered answer, and for an empty one if the server counted the prompt.
        empty = not (reply.text or reply.alternatives) and reply.prompt_tokens > 0 and reply.finish == "stop"
        free = empty or reply.finish == "filter"
        written = reply.completion_tokens or (0 if free else reserved.completion_tokens)
        charge = self._limiter.bill(self.id, read, written, cached=reply.cached_tokens)
        return charge if reply.cost is None else Charge(read, written, reply.cost)


def _status_of(error: BaseException) -> int | None:
    if isinstance(error, MalformedAnswerError):
        return 200
    return error.status if isinstance(error, CallError) else None


def with_wasted_reply(wasted: Reply, reply: Reply) -> Reply:
    """Return a reply with the token counts, time and cost of an earlier, `wasted` reply added."""
    sums: dict[str, Any] = {name: getattr(wasted, name) + getattr(reply, name) for name in (*COUNTS, "seconds")}
    cost = None if wasted.cost is None or reply.cost is None else wasted.cost + reply.cost
    reasoning = "\n\n".join(filter(None, (wasted.reasoning, reply.reasoning)))
    return reply.model_copy(update={**sums, "cost": cost, "reasoning": reasoning, "wasted": wasted.wasted + 1})
