"""The log: standard `logging` under the logger `summarise`, with what the events of a run tell.

Sets no handler but NullHandler, and no level. No text of an article, a prompt or an answer, and no words of a server
are logged above DEBUG, and a key at no level. Fields of a record have the prefix `summarise_`.
"""

import logging
from collections.abc import Mapping
from typing import Any

from summarise.data import (
    CallEnded,
    CallStarted,
    ProgressEvent,
    Reply,
    Request,
    RetryScheduled,
    RunPlan,
    SentenceChecked,
    StageProgress,
    Summary,
)
from summarise.errors import name_of
from summarise.observing.secrets import shown

ROOT = "summarise"
RUN = logging.getLogger(f"{ROOT}.run")
CALLS = logging.getLogger(f"{ROOT}.calls")
RETRIES = logging.getLogger(f"{ROOT}.retries")
PROGRESS = logging.getLogger(f"{ROOT}.progress")
PREFIX = "summarise_"
TEXTS = {"kind", "text", "reason", "model", "so_far"}
"""Fields of events that hold, or may hold, words of an article, a model or a server."""
WITHHELD = "(withheld: a key stands in it)"

logging.getLogger(ROOT).addHandler(logging.NullHandler())


def log_event(event: ProgressEvent) -> None:
    """Log an event: the end of a call at INFO, a failed call or a retry at WARNING, the rest at DEBUG."""
    what: tuple[object, ...]
    match event:
        case CallEnded(error=None):
            tokens = event.prompt_tokens, event.completion_tokens
            what = (event.call, event.stage, event.backend, *tokens, _cost(event.cost), event.seconds)
            _log(CALLS, logging.INFO, "call %d ended: %s, %s, %d + %d tokens, cost %s, %.1f s", what, event)
        case CallEnded():
            what = (event.call, event.stage, event.backend, event.error, event.seconds)
            _log(CALLS, logging.WARNING, "call %d failed: %s, %s, %s, %.1f s", what, event)
        case CallStarted():
            what = (event.call, event.stage, event.backend, event.prompt_tokens)
            _log(CALLS, logging.DEBUG, "call %d started: %s, %s, about %d tokens", what, event)
        case RetryScheduled():
            what = (event.provider, event.attempt, event.error, event.status, event.seconds)
            _log(RETRIES, logging.WARNING, "%s: attempt %d failed (%s, status %s), next in %.1f s", what, event)
        case StageProgress(total=None):
            _log(PROGRESS, logging.DEBUG, "stage %s", (event.stage,), event)
        case StageProgress():
            _log(PROGRESS, logging.DEBUG, "stage %s: %s of %s", (event.stage, event.done, event.total), event)
        case SentenceChecked():
            _log(PROGRESS, logging.DEBUG, "sentence %s, support %.2f", (event.verdict, event.support), event)


def log_run_started(plan: RunPlan) -> None:
    """Log at INFO what a run is going to ask of which model."""
    fields = plan.model_dump(include={"backend", "strategy", "style", "judge", "words"})
    fields |= {"calls_expected": plan.expected.calls, "calls_most": plan.most.calls}
    what = (plan.backend, plan.strategy, plan.words, plan.expected.calls, plan.most.calls)
    message = "run started: %s, %s, %d words, %d calls expected, %d at most"
    _write(RUN, logging.INFO, message, what, {"event": "run started", **fields})


def log_run_ended(summary: Summary) -> None:
    """Log at INFO what a run came to."""
    run, total = summary.run, len(summary.sentences)
    calls = sum(1 + call.wasted for call in run.calls if not call.from_cache)
    supported = sum(sentence.verdict == "supported" for sentence in summary.sentences)
    fields = run.model_dump(include={"backend", "strategy", "prompt_tokens", "cached_tokens", "completion_tokens"})
    fields |= run.model_dump(include={"reasoning_tokens", "cost", "seconds"})
    fields |= {"sentences": total, "supported": supported, "calls": calls, "verdict": summary.verdict}
    message = "run ended: %d of %d sentences supported, %d calls, %d + %d tokens, cost %s, %.1f s"
    tokens = run.prompt_tokens, run.completion_tokens
    what = (supported, total, calls, *tokens, _cost(run.cost), run.seconds)
    _write(RUN, logging.INFO, message, what, {"event": "run ended", **fields})


def log_run_failed(error: BaseException) -> None:
    """Log at WARNING that a run ended with an error, by its name: what it says may be a server's words."""
    name = name_of(error)
    _write(RUN, logging.WARNING, "run failed: %s", (name,), {"event": "run failed", "error": name})


def log_request(call: int, request: Request, secrets: Mapping[str, str]) -> None:
    """Log at DEBUG what a model is asked; a text that shows one of `secrets`, values by name, is withheld."""
    if CALLS.isEnabledFor(logging.DEBUG):
        _texts("call %d: prompt: %s", call, "\n".join((request.system, request.user)), secrets)


def log_reply(call: int, reply: Reply, secrets: Mapping[str, str]) -> None:
    """Log at DEBUG what a model answered; a text that shows one of `secrets`, values by name, is withheld."""
    if CALLS.isEnabledFor(logging.DEBUG):
        _texts("call %d: answer: %s", call, "\n".join((reply.text, *(one.text for one in reply.alternatives))), secrets)


def log_callable_failed(error: Exception, *, first: bool) -> None:
    """Log that the `progress` callable raised: by the error's name at WARNING the first time, else at DEBUG."""
    name = type(error).__name__
    fields = {"event": "progress failed", "error": name}
    level = logging.WARNING if first else logging.DEBUG
    _write(PROGRESS, level, "the progress callable raised %s: the run goes on", (name,), fields)


def _cost(cost: float | None) -> str:
    return "unknown" if cost is None else f"${cost:.6f}"


def _texts(message: str, call: int, text: str, secrets: Mapping[str, str]) -> None:
    told = WITHHELD if shown(secrets, text) else text
    _write(CALLS, logging.DEBUG, message, (call, told), {"call": call})


def _log(logger: logging.Logger, level: int, message: str, what: tuple[object, ...], event: ProgressEvent) -> None:
    if logger.isEnabledFor(level):
        fields = event.model_dump(exclude=TEXTS)
        if isinstance(event, CallEnded):
            fields |= {f"run_{name}": value for name, value in event.so_far.model_dump().items()}
        _write(logger, level, message, what, {"event": event.kind, **fields})


def _write(
    logger: logging.Logger, level: int, message: str, what: tuple[object, ...], fields: Mapping[str, Any]
) -> None:
    if logger.isEnabledFor(level):
        logger.log(level, message, *what, extra={f"{PREFIX}{name}": value for name, value in fields.items()})
