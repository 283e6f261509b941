"""The tokens that a model may use to think, beside those of its answer."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from summarise.backends.replies import came_to_nothing
from summarise.backends.tokens import prompt_tokens
from summarise.data import Backend, Budget, Reasoning, Reply, Request, StagePlan, capabilities_of
from summarise.settings.model import Settings
from summarise.settings.providers import kind_of, provider

START: Mapping[Reasoning, int] = {"off": 2048, "auto": 8192, "low": 8192, "medium": 16_384, "high": 32_768}
"""The room of a model that is known to think, by how much it is asked to. Not measured."""
GROWN = 16_384
"""The least room after an answer came to nothing."""
CAP = 32_768
"""The most room that a call is given."""
LEAST = 1024
"""A model that thinks is not asked where ceilings leave it less room than this."""
TIMES = 4
"""By so much the limit of an answer that came to nothing is raised."""
USUAL = 8
"""Of the room of a model that is known to think, this part is expected to be used. Not measured."""


class ReasoningAllowance:
    """The room of one backend in one run: `tokens` is what a call is given now.

    `most` is what it can grow to. `known` tells that it is known, or was seen, whether the model thinks: until then one
    call goes alone, so that no others come to nothing beside it. `window` is how much it reads and writes together,
    None where that is not known.
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
        """How many calls of a run may come to nothing and be made again: one, of a model that may think."""
        return 1 if self.most else 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Let calls through: one alone, until something is known of the model, then all."""
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
                # Whatever came of it: of a server that is down no more is found out by going one by one.
                self.known = True
                self._first.release()

    def within(self, request: Request) -> int:
        """Return the room that a request can have beside its prompt and answer: less where the window is small."""
        if self._window is None:
            return self.tokens
        return max(0, min(self.tokens, self._window - prompt_tokens(request) - request.sampling.max_tokens))

    def learn(self, request: Request, reply: Reply) -> None:
        """Take in what a call brought: a model that thinks gets room from then on."""
        if reply.reasoning_tokens or came_to_nothing(request, reply):
            self.tokens = max(self.tokens, min(self.most, START["auto"]))
        self.known = True

    def grow(self, request: Request) -> bool:
        """Make the room larger, because a request came to nothing; tell whether it is to be asked once more.

        That is once a run: whoever was asked at the same time, or again, has the larger room the next time.
        """
        limit = request.sampling.max_tokens + request.reasoning_room
        self.tokens = max(self.tokens, min(self.most, max(TIMES * limit, GROWN)))
        again = not self._repeated and self.within(request) > request.reasoning_room
        self._repeated = self._repeated or again
        return again

    def shrink(self, request: Request) -> int:
        """Return a smaller room for a request that did not fit into the model's window; others get no more either."""
        smaller = request.reasoning_room // 2 if request.reasoning_room >= 2 * LEAST else 0
        self.tokens = self.most = min(self.tokens, smaller)
        return smaller

    def budgets(self, stage: StagePlan, *, candidates: int, first: bool) -> StagePlan:
        """Return what a stage takes with the room; the `first` stage of a run has the call that may come to nothing."""
        expected = self.start // USUAL * stage.expected.calls * candidates
        repeats = self.repeats if first and stage.most.calls else 0
        most = self.allowing(stage.most, candidates=candidates, repeats=repeats)
        return stage.model_copy(update={"expected": _more(stage.expected, written=expected), "most": most})

    def allowing(self, budget: Budget, *, candidates: int = 1, repeats: int | None = None) -> Budget:
        """Return a budget with room for thoughts in each of its calls, and with the calls that may be made again."""
        again = self.repeats if repeats is None else repeats
        if not budget.calls:
            return budget
        # Prompts of one stage are about as long as each other: the longest is no more than twice the average.
        read = min(budget.prompt_tokens, -(-2 * budget.prompt_tokens // budget.calls)) * again
        written = -(-budget.completion_tokens // budget.calls) * again
        room = self.most * candidates * (budget.calls + again)
        return _more(budget, calls=again, read=read, written=written + room)


def _more(budget: Budget, *, calls: int = 0, read: int = 0, written: int = 0) -> Budget:
    return budget.added(Budget(calls=calls, prompt_tokens=read, completion_tokens=written))


def reasoning_allowance(backend: Backend, settings: Settings) -> ReasoningAllowance:
    """Return the room of a backend's model in a new run.

    Of models that are in no table it is found out; of backends that are neither a provider's nor an engine's nothing is
    taken to think, unless the user says so.
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
