"""A metered backend: a spend limiter grants each call before it is sent, and settles it by the counts of the server.

A model that thinks is given room for it, and asked once more where that was too little. Who is given such a backend
cannot call it unpaid.
"""

from typing import Any

from summarise.backends.budget.reasoning_allowance import ReasoningAllowance
from summarise.backends.budget.spend_limiter import Charge, LimitReachedError, SpendLimiter
from summarise.backends.http.resending import resent_only_if
from summarise.backends.reply_checks import require_whole, within_length
from summarise.backends.thoughts import came_to_nothing
from summarise.data import Backend, Capabilities, Reply, Request, capabilities_of
from summarise.errors import CallError, ConfigurationError, ContextOverflowError, MalformedAnswerError
from summarise.observing.observer import Observer

NO_MODEL = "extract"
"""The backend that asks no model: nothing is taken for it."""


class MeteredBackend:
    """A backend whose calls a spend limiter grants and an observer reports, and whose replies carry their cost.

    That is not known, unless the price is nothing, where the server did not tell both counts.

    Besides what the backend raises: SpentError and BudgetError before a call, TruncationError where the server read
    clearly less than it was sent.
    """

    def __init__(self, backend: Backend, limiter: SpendLimiter, observer: Observer | None = None) -> None:
        self._backend = backend
        self._inner = capabilities_of(backend)
        self.capabilities = Capabilities(kept=self.kept, forget=self.forget)
        self._limiter = limiter
        self._observer = observer or Observer()

    @property
    def id(self) -> str:
        """The backend and model in words, for the run record."""
        return self._backend.id

    def kept(self, request: Request) -> Reply | None:
        """Return the answer that is kept for a request, which costs nothing; None where there is none."""
        return self._inner.kept(request) if self._inner.kept else None

    def forget(self, request: Request) -> None:
        """Have an answer asked for anew the next time."""
        if self._inner.forget:
            self._inner.forget(request)

    async def complete(self, request: Request) -> Reply:
        """Answer one request."""
        if self.id == NO_MODEL:
            return (await self._backend.complete(request)).model_copy(update={"cost": 0.0})
        if (kept := self.kept(request)) is not None:
            return self._observer.kept(request, self._backend, within_length(request, kept))
        room = self._limiter.room(self.id)
        async with room.turn():
            return await self._with_room(request, room)

    async def _with_room(self, request: Request, room: ReasoningAllowance) -> Reply:
        """Answer one request, and ask once more where thoughts took the room of the answer; the sums tell of both."""
        asked = self._given(request, room)
        reply = await self._paid(asked, room)
        room.learn(asked, reply)
        if not (came_to_nothing(asked, reply) and room.grow(asked)):
            return reply
        larger = self._given(request, room)
        if larger.reasoning_room <= asked.reasoning_room:
            return reply
        try:
            second = await self._paid(larger, room)
        except LimitReachedError:
            return reply
        except CallError as error:
            lost = reply.model_copy(update={"wasted": reply.wasted + 1})
            error.reply = after(reply, error.reply) if isinstance(error.reply, Reply) else lost
            raise
        if came_to_nothing(larger, second):
            # It is not asked a third time; the next request has yet more room.
            room.grow(larger)
        return after(reply, second)

    def _given(self, request: Request, room: ReasoningAllowance) -> Request:
        """Return a request with as much room as there is now, and as ceilings allow."""
        tokens = room.within(request)
        if not tokens:
            return request
        return self._limiter.affordable(request.model_copy(update={"reasoning_room": tokens}), self.id)

    async def _paid(self, request: Request, room: ReasoningAllowance) -> Reply:
        """Ask once, and pay for it."""
        given, reserved = await self._limiter.take(request, self.id)
        answering, read = self._settled(given, reserved, room), reserved.prompt_tokens
        return await self._observer.call(given, self._backend, answering, prompt_tokens=read)

    async def _settled(self, request: Request, reserved: Charge, room: ReasoningAllowance) -> Reply:
        """Answer one request for which `reserved` was granted by the limiter, and settle it."""
        granted = 0

        def may_resend(status: int | None) -> bool:
            nonlocal granted
            allowed = self._limiter.resend(self._lost(status, reserved), request.stage)
            granted += allowed
            return allowed

        try:
            with resent_only_if(may_resend):
                reply = await self._fitting(request, room)
        except BaseException as error:
            # One that was refused by another than the server was not sent; a backend may have tried again unasked.
            # Without a key nothing is sent.
            unknown = int(not isinstance(error, ConfigurationError))
            sent = max(0, error.attempts - granted) if isinstance(error, CallError) else unknown
            self._limiter.settle(reserved, self._lost(_status_of(error), reserved, times=sent), sent=sent)
            raise
        bill = self._bill(reply, reserved)
        self._limiter.settle(reserved, bill)
        told = (reply.prompt_tokens > 0 and reply.completion_tokens > 0) or bill.cost == 0
        if told and reply.cost is None:
            reply = reply.model_copy(update={"cost": bill.cost})
        # Once it is paid for: an answer to a part of the prompt is billed like any other.
        require_whole(request, reply, server=self.id)
        return reply

    async def _fitting(self, request: Request, room: ReasoningAllowance) -> Reply:
        """Ask with less room for thoughts where a request with all of it does not fit into the model's window."""
        while True:
            try:
                return within_length(request, await self._backend.complete(request))
            except ContextOverflowError:
                if not request.reasoning_room:
                    raise
                request = request.model_copy(update={"reasoning_room": room.shrink(request)})

    def _lost(self, status: int | None, reserved: Charge, *, times: int = 1) -> Charge:
        """Return what sending a request is taken to have cost where it came to nothing, by the status of the answer.

        An answer that broke off or cannot be read was written, to its end for all we know: the worst. A server that
        refuses asks nothing. Of one that said nothing nobody knows: it is taken to have read the prompt.
        """
        written = status is not None and 200 <= status < 300
        read = times * reserved.prompt_tokens if written or status is None else 0
        return self._limiter.bill(self.id, read, times * reserved.completion_tokens if written else 0)

    def _bill(self, reply: Reply, reserved: Charge) -> Charge:
        """Return the bill by the server's own counts; what it does not tell may have been the worst."""
        read = reply.prompt_tokens or reserved.prompt_tokens
        # Nothing written is believed of a server that counts, and of an answer that was withheld.
        nothing = not (reply.text or reply.alternatives) and reply.prompt_tokens > 0 and reply.finish == "stop"
        silent = nothing or reply.finish == "filter"
        written = reply.completion_tokens or (0 if silent else reserved.completion_tokens)
        bill = self._limiter.bill(self.id, read, written, cached=reply.cached_tokens)
        return bill if reply.cost is None else Charge(read, written, reply.cost)


def _status_of(error: BaseException) -> int | None:
    """Return the status of the answer that an error is about, None where none came, or none is known."""
    if isinstance(error, MalformedAnswerError):
        return 200
    return error.status if isinstance(error, CallError) else None


def after(wasted: Reply, reply: Reply) -> Reply:
    """Return a reply with what was spent on the one before it, of which nothing came."""
    summed = ("prompt_tokens", "completion_tokens", "cached_tokens", "reasoning_tokens", "seconds")
    both: dict[str, Any] = {name: getattr(wasted, name) + getattr(reply, name) for name in summed}
    costs = (wasted.cost, reply.cost)
    both["cost"] = None if None in costs else sum(filter(None, costs), 0.0)
    both["reasoning"] = "\n\n".join(filter(None, (wasted.reasoning, reply.reasoning)))
    return reply.model_copy(update={**both, "wasted": wasted.wasted + 1})
