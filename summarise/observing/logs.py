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
    match event:
        case CallEnded(error=None):
            told = "%(backend)s, %(prompt_tokens)d + %(completion_tokens)d tokens, cost %(dollars)s, %(seconds).1f s"
            _log(CALLS, logging.INFO, f"call %(call)d ended: %(stage)s, {told}", event)
        case CallEnded():
            told = "call %(call)d failed: %(stage)s, %(backend)s, %(error)s, %(seconds).1f s"
            _log(CALLS, logging.WARNING, told, event)
        case CallStarted():
            told = "call %(call)d started: %(stage)s, %(backend)s, about %(prompt_tokens)d tokens"
            _log(CALLS, logging.DEBUG, told, event)
        case RetryScheduled():
            told = "%(provider)s: attempt %(attempt)d failed (%(error)s, status %(status)s), next in %(seconds).1f s"
            _log(RETRIES, logging.WARNING, told, event)
        case StageProgress(total=None):
            _log(PROGRESS, logging.DEBUG, "stage %(stage)s", event)
        case StageProgress():
            _log(PROGRESS, logging.DEBUG, "stage %(stage)s: %(done)s of %(total)s", event)
        case SentenceChecked():
            _log(PROGRESS, logging.DEBUG, "sentence %(verdict)s, probability %(probability).2f", event)


def log_run_started(plan: RunPlan) -> None:
    """Log at INFO what a run is going to ask of which model."""
    fields = plan.model_dump(include={"backend", "strategy", "style", "judge", "words"})
    fields |= {"calls_expected": plan.expected.calls, "calls_most": plan.most.calls}
    told = "%(backend)s, %(strategy)s, %(words)d words, %(calls_expected)d calls expected, %(calls_most)d at most"
    _write(RUN, logging.INFO, f"run started: {told}", {"event": "run started", **fields})


def log_run_ended(summary: Summary) -> None:
    """Log at INFO what a run came to."""
    run = summary.run
    fields = run.model_dump(include={"backend", "strategy", "prompt_tokens", "cached_tokens", "completion_tokens"})
    fields |= run.model_dump(include={"reasoning_tokens", "cost", "seconds"})
    fields |= {
        "sentences": len(summary.sentences),
        "supported": sum(sentence.verdict == "supported" for sentence in summary.sentences),
        "calls": sum(1 + call.wasted for call in run.calls if not call.from_cache),
        "verdict": summary.verdict,
    }
    told = (
        "%(supported)d of %(sentences)d sentences supported, %(calls)d calls, "
        "%(prompt_tokens)d + %(completion_tokens)d tokens, cost %(dollars)s, %(seconds).1f s"
    )
    _write(RUN, logging.INFO, f"run ended: {told}", {"event": "run ended", **fields})


def log_run_failed(error: BaseException) -> None:
    """Log at WARNING that a run ended with an error, by its name: what it says may be a server's words."""
    _write(RUN, logging.WARNING, "run failed: %(error)s", {"event": "run failed", "error": name_of(error)})


def log_request(call: int, request: Request, secrets: Mapping[str, str]) -> None:
    """Log at DEBUG what a model is asked; a text that shows one of `secrets`, values by name, is withheld."""
    if CALLS.isEnabledFor(logging.DEBUG):
        _texts("prompt", call, "\n".join((request.system, request.user)), secrets)


def log_reply(call: int, reply: Reply, secrets: Mapping[str, str]) -> None:
    """Log at DEBUG what a model answered; a text that shows one of `secrets`, values by name, is withheld."""
    if CALLS.isEnabledFor(logging.DEBUG):
        _texts("answer", call, "\n".join((reply.text, *(one.text for one in reply.alternatives))), secrets)


def log_callable_failed(error: Exception, *, first: bool) -> None:
    """Log that the `progress` callable raised: by the error's name at WARNING the first time, else at DEBUG."""
    fields = {"event": "progress failed", "error": type(error).__name__}
    level = logging.WARNING if first else logging.DEBUG
    _write(PROGRESS, level, "the progress callable raised %(error)s: the run goes on", fields)


def _texts(what: str, call: int, text: str, secrets: Mapping[str, str]) -> None:
    told = WITHHELD if shown(secrets, text) else text
    _write(CALLS, logging.DEBUG, f"call %(call)d: {what}: %(text)s", {"call": call}, text=told)


def _log(logger: logging.Logger, level: int, message: str, event: ProgressEvent) -> None:
    if logger.isEnabledFor(level):
        fields = event.model_dump(exclude=TEXTS)
        if isinstance(event, CallEnded):
            fields |= {f"run_{name}": value for name, value in event.so_far.model_dump().items()}
        _write(logger, level, message, {"event": event.kind, **fields})


def _write(logger: logging.Logger, level: int, message: str, fields: Mapping[str, Any], **beside: str) -> None:
    """Log a message that names fields; what is `beside` them stands in the message alone."""
    if logger.isEnabledFor(level):
        cost = fields.get("cost")
        told = {**fields, "dollars": "unknown" if cost is None else f"${cost:.6f}", **beside}
        logger.log(level, message, told, extra={f"{PREFIX}{name}": value for name, value in fields.items()})
