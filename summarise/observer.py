"""Reports the events of a run to the log and to the user's `progress` function."""

import logging
import time
from collections.abc import Awaitable, Mapping
from inspect import iscoroutinefunction
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
from summarise.secrets import found_secrets

ROOT = "summarise"
RUN = logging.getLogger(f"{ROOT}.run")
CALLS = logging.getLogger(f"{ROOT}.calls")
RETRIES = logging.getLogger(f"{ROOT}.retries")
PROGRESS = logging.getLogger(f"{ROOT}.progress")
PREFIX = "summarise_"
USAGE = "%(prompt_tokens)d + %(completion_tokens)d tokens, cost %(dollars)s, %(seconds).1f s"
# Fields left out of the log: words of an article, model or server, and `kind` and `so_far`, which are renamed.
TEXTS = {"kind", "text", "reason", "model", "so_far"}
COUNTS = ("prompt_tokens", "cached_tokens", "completion_tokens", "reasoning_tokens")
REPLY_FIELDS = {*COUNTS, "model", "cost", "finish", "seconds", "from_cache"}
WITHHELD = "(withheld: it contains a key)"

logging.getLogger(ROOT).addHandler(logging.NullHandler())


def log_event(event: ProgressEvent) -> None:
    """Log an event: the end of a call at INFO, a failed call or a retry at WARNING, others at DEBUG."""
    logger, level = PROGRESS, logging.DEBUG
    match event:
        case CallEnded(error=None):
            logger, level = CALLS, logging.INFO
            message = f"call %(call)d ended: %(stage)s, %(backend)s, {USAGE}"
        case CallEnded():
            logger, level = CALLS, logging.WARNING
            message = "call %(call)d failed: %(stage)s, %(backend)s, %(error)s, %(seconds).1f s"
        case CallStarted():
            logger = CALLS
            message = "call %(call)d started: %(stage)s, %(backend)s, about %(prompt_tokens)d tokens"
        case RetryScheduled():
            logger, level = RETRIES, logging.WARNING
            message = "%(provider)s: attempt %(attempt)d failed (%(error)s, status %(status)s), next in %(seconds).1f s"
        case StageProgress(total=None):
            message = "stage %(stage)s"
        case StageProgress():
            message = "stage %(stage)s: %(done)s of %(total)s"
        case SentenceChecked():
            message = "sentence %(verdict)s, probability %(probability).2f"
    if logger.isEnabledFor(level):
        fields = event.model_dump(exclude=TEXTS)
        if isinstance(event, CallEnded):
            fields |= {f"run_{name}": value for name, value in event.so_far.model_dump().items()}
        _write(logger, level, message, {"event": event.kind, **fields})


def _write(logger: logging.Logger, level: int, message: str, fields: Mapping[str, Any], **texts: str) -> None:
    """Log a message. `fields` and `texts` fill its placeholders; only `fields` become attributes of the record."""
    if logger.isEnabledFor(level):
        cost = fields.get("cost")
        values = {**fields, "dollars": "unknown" if cost is None else f"${cost:.6f}", **texts}
        logger.log(level, message, values, extra={f"{PREFIX}{name}": value for name, value in fields.items()})


def require_callable(progress: object) -> None:
    """Raise TypeError if `progress` is not a plain function."""
    if progress is not None and not callable(progress):
        raise TypeError(f"progress is called with each event: give a function, not {type(progress).__name__}")
    if iscoroutinefunction(progress):
        raise TypeError("progress is called without await: give a function that is not async")


class Observer:
    """Reports the events of one run to the log and to `progress`.

    `secrets`: secret values by name; a prompt or answer that contains one is not logged. `silent_calls`: do not report
    calls (for a replay).
    """

    def __init__(
        self, progress: Progress | None = None, *, secrets: Mapping[str, str] | None = None, silent_calls: bool = False
    ) -> None:
        self.usage = Usage()
        self._progress = progress
        self._secrets = dict(secrets or {})
        self._silent_calls = silent_calls
        self._calls = 0
        self._progress_failed = False

    def stage(self, stage: RunStage, done: int | None = None, total: int | None = None) -> None:
        """Report that a stage began, or that `done` of its `total` items are done."""
        self._report(StageProgress(stage=stage, done=done, total=total))

    def sentence(self, checked: CheckedSentence, *, shown: bool = False) -> None:
        """Report the verdict of a sentence. `shown`: whether the summary contains it."""
        fields = checked.model_dump(include={"text", "verdict", "support", "probability", "strength", "origin"})
        self._report(SentenceChecked(**fields, shown=shown))

    def retry(self, event: RetryScheduled) -> None:
        """Report that a failed call will be repeated."""
        self._report(event)

    async def call(self, request: Request, backend: Backend, asking: Awaitable[Reply], *, prompt_tokens: int) -> Reply:
        """Await `asking`, the reply to a request, and return it. Report the call. `prompt_tokens` is an estimate."""
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
        """Report a reply from the cache as a call, and return it."""
        self._ended(self._started(request, backend, reply.prompt_tokens), request, backend, reply)
        return reply

    async def run(self, plan: RunPlan, running: Awaitable[Summary]) -> Summary:
        """Await `running`, the summary of a run, and return it. Log the start and the end of the run."""
        fields = plan.model_dump(include={"backend", "prompting", "style", "judge", "words"})
        fields |= {"calls_expected": plan.expected.calls, "calls_most": plan.most.calls}
        calls = "%(calls_expected)d calls expected, %(calls_most)d at most"
        message = f"run started: %(backend)s, %(prompting)s, %(words)d words, {calls}"
        _write(RUN, logging.INFO, message, {"event": "run started", **fields})
        try:
            summary = await running
        except BaseException as error:
            # The message of the error is not logged, because it may quote a server.
            _write(RUN, logging.WARNING, "run failed: %(error)s", {"event": "run failed", "error": name_of(error)})
            raise
        fields = summary.run.model_dump(include={"backend", "prompting", "cost", "seconds", *COUNTS})
        fields |= {
            "sentences": len(summary.sentences),
            "supported": sum(sentence.verdict == "supported" for sentence in summary.sentences),
            "calls": sum(1 + call.wasted for call in summary.run.calls if not call.from_cache),
            "verdict": summary.verdict,
        }
        message = f"run ended: %(supported)d of %(sentences)d sentences supported, %(calls)d calls, {USAGE}"
        _write(RUN, logging.INFO, message, {"event": "run ended", **fields})
        return summary

    def _started(self, request: Request, backend: Backend, prompt_tokens: int) -> int:
        if self._silent_calls:
            return 0
        self._calls += 1
        self._report(
            CallStarted(
                call=self._calls,
                stage=request.stage,
                backend=backend.id,
                prompt_tokens=prompt_tokens,
                reasoning_room=request.reasoning_room,
            )
        )
        self._log_text("prompt", self._calls, backend, request.system, request.user)
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
        self.usage = _usage_after(self.usage, reply)
        fields: dict[str, Any] = {"seconds": seconds}
        if reply is not None:
            self._log_text("answer", call, backend, reply.text, *(answer.text for answer in reply.alternatives))
            fields = reply.model_dump(include=REPLY_FIELDS)
        self._report(
            CallEnded(call=call, stage=request.stage, backend=backend.id, error=error, so_far=self.usage, **fields)
        )

    def _report(self, event: ProgressEvent) -> None:
        log_event(event)
        if self._progress is None:
            return
        try:
            self._progress(event)
        except Exception as error:
            # An error in the callable must not end a run whose calls were paid for.
            level = logging.DEBUG if self._progress_failed else logging.WARNING
            fields = {"event": "progress failed", "error": type(error).__name__}
            _write(PROGRESS, level, "the progress callable raised %(error)s: the run goes on", fields)
            self._progress_failed = True

    def _log_text(self, what: str, call: int, backend: Backend, *texts: str) -> None:
        if CALLS.isEnabledFor(logging.DEBUG):
            keys = {f"{backend.id} {place}": value for place, value in enumerate(capabilities_of(backend).secrets())}
            text = "\n".join(texts)
            text = WITHHELD if found_secrets(self._secrets | keys, text) else text
            _write(CALLS, logging.DEBUG, f"call %(call)d: {what}: %(text)s", {"call": call}, text=text)


def _usage_after(before: Usage, reply: Reply | None) -> Usage:
    if reply is None:
        return before.model_copy(update={"calls": before.calls + 1})
    if reply.from_cache:
        return before
    counts = {name: getattr(before, name) + getattr(reply, name) for name in COUNTS}
    cost = None if before.cost is None or reply.cost is None else before.cost + reply.cost
    return before.model_copy(update={"calls": before.calls + 1, "cost": cost, **counts})
