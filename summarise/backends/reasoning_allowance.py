"""The reasoning allowance: tokens for reasoning, in addition to the answer."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from summarise.backends.replies import came_to_nothing
from summarise.backends.tokens import prompt_tokens
from summarise.data import Backend, Budget, Reasoning, Reply, Request, StagePlan, capabilities_of
from summarise.settings.model import Settings
from summarise.settings.providers import kind_of, provider

# Initial tokens for a model known to reason, by level. Not measured.
START: Mapping[Reasoning, int] = {"off": 2048, "auto": 8192, "low": 8192, "medium": 16_384, "high": 32_768}
# The minimum after a reply without an answer.
GROWN = 16_384
CAP = 32_768
# The minimum worth asking with, if ceilings leave less.
LEAST = 1024
# Growth factor after a reply without an answer.
TIMES = 4
# Expected use: this fraction (1/8) of the allowance. Not measured.
USUAL = 8


class ReasoningAllowance:
    """The allowance of one backend in one run: `tokens` per call, at most `most`.

    Until it is `known` whether the model reasons, one call runs alone, so that others are not wasted. `window` is the
    size of the context in tokens.
    """

    def __init__(
        self, tokens: int = 0, *, most: int | None = None, known: bool = True, window: int | None = None
    ) -> None:
        self.start = self.tokens = tokens
        self.most = tokens if most is None else most
        self.known = known
        self._window = window
        self._repeated = self.most <= 0
        self._first = asyncio.Lock()

    @property
    def repeats(self) -> int:
        """The maximum number of calls repeated in a run for lack of an answer."""
        return 1 if self.most else 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Let the first call run alone until `known`, then all calls."""
        alone = False
        if not self.known:
            await self._first.acquire()
            alone = not self.known
            if not alone:
                self._first.release()
        try:
            yield
        finally:
            if alone:
                # Also after an error: calling a failing server one by one reveals nothing more.
                self.known = True
                self._first.release()

    def within(self, request: Request) -> int:
        """Return the allowance for a request, limited by the context window."""
        if self._window is None:
            return self.tokens
        return max(0, min(self.tokens, self._window - prompt_tokens(request) - request.sampling.max_tokens))

    def learn(self, request: Request, reply: Reply) -> None:
        """Grant an allowance once a reply shows that the model reasons."""
        if reply.reasoning_tokens or came_to_nothing(request, reply):
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
        """Halve the allowance, because a request exceeded the context, and return it."""
        smaller = request.reasoning_room // 2 if request.reasoning_room >= 2 * LEAST else 0
        self.tokens = self.most = min(self.tokens, smaller)
        return smaller

    def budgets(self, stage: StagePlan, *, candidates: int, first: bool) -> StagePlan:
        """Return a stage's budgets with the allowance."""
        expected = self.start // USUAL * stage.expected.calls * candidates
        repeats = self.repeats if first and stage.most.calls else 0
        most = self.allowing(stage.most, candidates=candidates, repeats=repeats)
        return stage.model_copy(update={"expected": _more(stage.expected, written=expected), "most": most})

    def allowing(self, budget: Budget, *, candidates: int = 1, repeats: int | None = None) -> Budget:
        """Return a budget with the allowance and repeated calls."""
        again = self.repeats if repeats is None else repeats
        if not budget.calls:
            return budget
        # Assume that a stage's longest prompt is at most twice the average.
        read = min(budget.prompt_tokens, -(-2 * budget.prompt_tokens // budget.calls)) * again
        written = -(-budget.completion_tokens // budget.calls) * again
        room = self.most * candidates * (budget.calls + again)
        return _more(budget, calls=again, read=read, written=written + room)


def _more(budget: Budget, *, calls: int = 0, read: int = 0, written: int = 0) -> Budget:
    return budget.added(Budget(calls=calls, prompt_tokens=read, completion_tokens=written))


def reasoning_allowance(backend: Backend, settings: Settings) -> ReasoningAllowance:
    """Return the initial allowance of a backend's model.

    Unknown models of providers and the local engine are observed; those of other backends are assumed not to reason.
    """
    traits, level = settings.traits_of(backend.id), settings.reasoning
    sizes = (capabilities_of(backend).context_tokens, settings.context_tokens)
    window = min((size for size in sizes if size is not None), default=None)
    asked = level not in ("auto", "off")
    if traits.thinks == "no":
        return ReasoningAllowance()
    if traits.thinks == "yes" or (traits.thinks == "optional" and asked):
        start = START[level] if traits.reasoning_room is None else traits.reasoning_room
        return ReasoningAllowance(start, most=max(start, CAP), window=window)
    served = provider(kind_of(backend.id)) is not None or kind_of(backend.id) == "local"
    if not served and traits.thinks is None:
        return ReasoningAllowance()
    return ReasoningAllowance(START[level] if asked else 0, most=CAP, known=False, window=window)
