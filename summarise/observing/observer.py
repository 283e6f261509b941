"""What is told of a run while it goes on: each event goes to the log, and to the callable of who asked for progress.

Decides nothing. A callable that raises loses nothing of a run: the error is logged and the run goes on.
"""

import time
from collections.abc import Awaitable, Mapping
from typing import Any

from summarise.data import (
    Backend,
    CallEnded,
    CallStarted,
    CheckedSentence,
    Progress,
    ProgressEvent,
    Reply,
    Request,
    RetryScheduled,
    RunPlan,
    RunStage,
    SentenceChecked,
    StageProgress,
    Summary,
    Usage,
    capabilities_of,
)
from summarise.errors import CallError, name_of
from summarise.observing import logs


def require_callable(progress: object) -> None:
    """Raise TypeError if what a call was given as `progress` cannot be called."""
    if progress is not None and not callable(progress):
        raise TypeError(f"progress is called with each event: give a function, not {type(progress).__name__}")


class Observer:
    """Tells what goes on in one run; `usage` is what it has used so far.

    `secrets` are values by name that must stand in no log, besides those that a backend authenticates with. With
    `silent_calls` no call is told, for a run that asks nobody.
    """

    def __init__(
        self, progress: Progress | None = None, *, secrets: Mapping[str, str] | None = None, silent_calls: bool = False
    ) -> None:
        self.usage = Usage()
        self._progress = progress
        self._secrets = dict(secrets or {})
        self._silent_calls = silent_calls
        self._calls = 0
        self._raised = False

    def stage(self, stage: RunStage, done: int | None = None, total: int | None = None) -> None:
        """Tell that a stage has begun, or how much of it is done."""
        self._tell(StageProgress(stage=stage, done=done, total=total))

    def sentence(self, checked: CheckedSentence, *, shown: bool = False) -> None:
        """Tell that a sentence has its verdict; `shown` if it is one of the summary."""
        told = checked.model_dump(include={"text", "verdict", "support", "probability", "strength", "origin"})
        self._tell(SentenceChecked(**told, shown=shown))

    def retry(self, event: RetryScheduled) -> None:
        """Tell that a request is going to be sent again."""
        self._tell(event)

    async def call(self, request: Request, backend: Backend, asking: Awaitable[Reply], *, prompt_tokens: int) -> Reply:
        """Return the reply that is waited for, and tell that its call has started and how it ended; errors pass.

        `prompt_tokens` is an estimate.
        """
        call, started = self._started(request, backend, prompt_tokens), time.perf_counter()
        try:
            reply = await asking
        except BaseException as error:
            answer = error.reply if isinstance(error, CallError) and isinstance(error.reply, Reply) else None
            seconds = round(time.perf_counter() - started, 3)
            self._ended(call, request, backend, answer, error=name_of(error), seconds=seconds)
            raise
        self._ended(call, request, backend, reply)
        return reply

    def kept(self, request: Request, backend: Backend, reply: Reply) -> Reply:
        """Return a reply from the cache, and tell of it as of a call."""
        self._ended(self._started(request, backend, reply.prompt_tokens), request, backend, reply)
        return reply

    async def run(self, plan: RunPlan, running: Awaitable[Summary]) -> Summary:
        """Return the summary that is waited for, and log that its run has started and how it ended; errors pass."""
        logs.log_run_started(plan)
        try:
            summary = await running
        except BaseException as error:
            logs.log_run_failed(error)
            raise
        logs.log_run_ended(summary)
        return summary

    def _started(self, request: Request, backend: Backend, prompt_tokens: int) -> int:
        """Tell that a call has started, and return its number."""
        if self._silent_calls:
            return 0
        self._calls += 1
        self._tell(
            CallStarted(
                call=self._calls,
                stage=request.stage,
                backend=backend.id,
                prompt_tokens=prompt_tokens,
                reasoning_room=request.reasoning_room,
            )
        )
        logs.log_request(self._calls, request, self._secrets_with(backend))
        return self._calls

    def _ended(
        self,
        call: int,
        request: Request,
        backend: Backend,
        reply: Reply | None,
        *,
        error: str | None = None,
        seconds: float = 0.0,
    ) -> None:
        if self._silent_calls:
            return
        self.usage = used(self.usage, reply)
        of_reply: dict[str, Any] = {"seconds": seconds}
        if reply is not None:
            logs.log_reply(call, reply, self._secrets_with(backend))
            of_reply = reply.model_dump(include=OF_REPLY)
        self._tell(
            CallEnded(call=call, stage=request.stage, backend=backend.id, error=error, so_far=self.usage, **of_reply)
        )

    def _tell(self, event: ProgressEvent) -> None:
        logs.log_event(event)
        if self._progress is None:
            return
        try:
            self._progress(event)
        except Exception as error:
            # Somebody else's code, which only shows what goes on: a summary that was paid for is worth more.
            logs.log_callable_failed(error, first=not self._raised)
            self._raised = True

    def _secrets_with(self, backend: Backend) -> dict[str, str]:
        own = capabilities_of(backend).secrets()
        return self._secrets | {f"{backend.id} {place}": value for place, value in enumerate(own)}


COUNTS = ("prompt_tokens", "cached_tokens", "completion_tokens", "reasoning_tokens")
OF_REPLY = {*COUNTS, "model", "cost", "finish", "seconds", "from_cache"}


def used(before: Usage, reply: Reply | None) -> Usage:
    """Return what was used with one call more; None is a call without an answer, of which nobody tells what it cost."""
    if reply is None:
        return before.model_copy(update={"calls": before.calls + 1})
    if reply.from_cache:
        return before
    counts = {name: getattr(before, name) + getattr(reply, name) for name in COUNTS}
    cost = None if before.cost is None or reply.cost is None else before.cost + reply.cost
    return before.model_copy(update={"calls": before.calls + 1, "cost": cost, **counts})
