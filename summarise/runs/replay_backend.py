"""Gives a kept run back: backends that answer what was answered then, and the prompts that were used.

What was not asked then has no answer, and that ends the run: `UnrecordedError`.
"""

import asyncio
from collections import defaultdict, deque

from summarise import errors
from summarise.data import Capabilities, Exchange, Failure, Reply, Request, Run, UsedBackend
from summarise.data.article import text_hash
from summarise.errors import CallError, ServerError
from summarise.prompting.prompt import Prompt, load, parsed
from summarise.runs.recorder import CANCELLED, request_key

PATIENCE = 5.0
"""Seconds after which a call that was given up then is not going to be given up again."""


class UnrecordedError(Exception):
    """Something was asked that the run did not ask; no stage takes it for a fault of a model."""


class RunPlayer:
    """The backends and prompts of a run that was kept."""

    def __init__(self, run: Run) -> None:
        answers: dict[tuple[str, str], deque[Exchange]] = defaultdict(deque)
        for exchange in run.exchanges:
            answers[exchange.backend, exchange.key].append(exchange)
        self.writer = ReplayBackend(run.writer, answers)
        self.judge = None if run.judge is None else ReplayBackend(run.judge, answers)
        self._prompts = {used.id: parsed(used.id, used.source.encode()) for used in run.prompts}

    def load(self, stage: str, version: str | None = None) -> Prompt:
        """Return the prompt of a stage that the run used; where it used none, the newest that is built in."""
        for prompt in self._prompts.values():
            if prompt.id == f"{stage}/{version}" or (version is None and prompt.stage == stage):
                return prompt
        return load(stage, version)


class ReplayBackend:
    """A backend that answers what was answered then, in the order of then where the same was asked several times."""

    def __init__(self, used: UsedBackend, answers: dict[tuple[str, str], deque[Exchange]]) -> None:
        self._used = used
        self._answers = answers
        self.capabilities = Capabilities(
            context_tokens=used.context_tokens,
            chunk_tokens=used.chunk_tokens,
            at_once=used.at_once,
            counts_here=used.counts_here,
            count=None if used.counts_here is None else self._count,
            kept=self.kept,
            forget=self.forget,
        )

    @property
    def id(self) -> str:
        """The backend and model in words, as it was then."""
        return self._used.id

    def kept(self, request: Request) -> Reply | None:
        """Return the answer to a request where it came from the cache then, None where it was paid for."""
        exchanges = self._answers.get((self.id, request_key(request)))
        if not exchanges or exchanges[0].reply is None or not exchanges[0].reply.from_cache:
            return None
        return exchanges.popleft().reply

    def forget(self, request: Request) -> None:
        """Keep everything: nothing is asked anew."""

    async def complete(self, request: Request) -> Reply:
        """Answer one request."""
        kept = self._answers.get((self.id, request_key(request)))
        if not kept:
            raise UnrecordedError(f"a request of the stage {request.stage} that the run did not make")
        exchange = kept.popleft()
        if exchange.failure is not None and exchange.failure.error == CANCELLED:
            # Another call is about to fail, as it did then, and takes this one with it.
            await asyncio.sleep(PATIENCE)
            raise UnrecordedError(f"a request of the stage {request.stage} that was given up then")
        if exchange.failure is not None:
            raise error_of(exchange.failure)
        assert exchange.reply is not None, "the file was checked"
        return exchange.reply

    async def _count(self, text: str) -> int:
        key = text_hash(text)
        if key not in self._used.counts:
            raise UnrecordedError("tokens of a text that the run did not count")
        counted = self._used.counts[key]
        if counted is None:
            raise ServerError("the tokens could not be counted")
        return counted


def error_of(failure: Failure) -> CallError:
    """Return the error that a call ended with."""
    found = getattr(errors, failure.error, None)
    kind = found if isinstance(found, type) and issubclass(found, CallError) else CallError
    told = failure.model_dump(exclude={"error", "what", "reply"})
    return kind(failure.what, reply=failure.reply, **told)
