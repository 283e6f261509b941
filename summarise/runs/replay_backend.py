"""Replay of a saved run: its backends and prompts."""

import asyncio
from collections import defaultdict, deque

from summarise import errors
from summarise.data import Capabilities, Exchange, Failure, Reply, Request, Run, UsedBackend
from summarise.data.article import text_hash
from summarise.errors import CallError, ServerError
from summarise.prompting.prompt import Prompt, load, parsed
from summarise.runs.recorder import CANCELLED, request_key

# Seconds to wait for the failure that cancelled a call in the recorded run.
PATIENCE = 5.0


class UnrecordedError(Exception):
    """The replay asked for something that the run did not; no stage treats it as a model's fault."""


class RunPlayer:
    """The backends and prompts of a saved run."""

    def __init__(self, run: Run) -> None:
        answers: dict[tuple[str, str], deque[Exchange]] = defaultdict(deque)
        for exchange in run.exchanges:
            answers[exchange.backend, exchange.key].append(exchange)
        self.writer = ReplayBackend(run.writer, answers)
        self.judge = None if run.judge is None else ReplayBackend(run.judge, answers)
        self._prompts = {used.id: parsed(used.id, used.source.encode()) for used in run.prompts}

    def load(self, stage: str, version: str | None = None) -> Prompt:
        """Return the prompt of a stage that the run used, else the newest built-in one."""
        for prompt in self._prompts.values():
            if prompt.id == f"{stage}/{version}" or (version is None and prompt.stage == stage):
                return prompt
        return load(stage, version)


class ReplayBackend:
    """A backend that returns recorded replies, repeated requests in the recorded order."""

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
        """The id of the recorded backend."""
        return self._used.id

    def kept(self, request: Request) -> Reply | None:
        """Return the recorded reply if it came from the cache, else None."""
        exchanges = self._answers.get((self.id, request_key(request)))
        if not exchanges or exchanges[0].reply is None or not exchanges[0].reply.from_cache:
            return None
        return exchanges.popleft().reply

    def forget(self, request: Request) -> None:
        """Do nothing: a replay repeats no request."""

    async def complete(self, request: Request) -> Reply:
        """Return the recorded reply, or raise the recorded error; UnrecordedError without a record."""
        kept = self._answers.get((self.id, request_key(request)))
        if not kept:
            raise UnrecordedError(f"a request of the stage {request.stage} that the run did not make")
        exchange = kept.popleft()
        if exchange.failure is not None and exchange.failure.error == CANCELLED:
            # Another call is about to fail, as in the recorded run, and cancels this one.
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
    """Return the exception for a recorded failure."""
    found = getattr(errors, failure.error, None)
    kind = found if isinstance(found, type) and issubclass(found, CallError) else CallError
    told = failure.model_dump(exclude={"error", "what", "reply"})
    return kind(failure.what, reply=failure.reply, **told)
