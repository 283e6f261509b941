"""The progress line of a run."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from summarise.backends.budget import dollars
from summarise.data import CallEnded, CallStarted, ProgressEvent, RetryScheduled, RunStage, StageProgress, Usage

DOING: Mapping[RunStage, str] = {
    "facts": "reading the article for facts",
    "draft": "drafting",
    "rewrite": "rewriting",
    "merge": "merging",
    "check": "checking",
    "judge": "judging",
    "repair": "repairing",
}
PARTS: Mapping[RunStage, str] = {
    "draft": "chunks",
    "rewrite": "passages",
    "merge": "batches",
    "check": "claims",
    "judge": "sentences",
}
WHY = {"RateLimitError": "rate limit", "OverloadedError": "server overloaded", "TimedOutError": "no answer in time"}
# Seconds after which the line shows how long a call has taken.
SHORT = 5.0
# Seconds after which a model with room for thinking is reported as thinking.
THINKING = 20.0


@dataclass(frozen=True)
class Shown:
    """The line's content; calls and the retry have the times of their start."""

    stage: StageProgress | None = None
    calls: Mapping[int, tuple[CallStarted, float]] = field(default_factory=dict)
    retry: tuple[RetryScheduled, float] | None = None
    usage: Usage = field(default_factory=Usage)


def after(shown: Shown, event: ProgressEvent, now: float) -> Shown:
    """Return the state after an event at `now`, in seconds of any clock."""
    match event:
        case StageProgress():
            return replace(shown, stage=event)
        case CallStarted():
            return replace(shown, calls={**shown.calls, event.call: (event, now)})
        case CallEnded():
            left = {call: one for call, one in shown.calls.items() if call != event.call}
            return replace(shown, calls=left, retry=None, usage=event.so_far)
        case RetryScheduled():
            return replace(shown, retry=(event, now))
        case _:
            return shown


def progress_line(shown: Shown, now: float) -> str:
    """Return the line: stage, duration of the oldest call, next attempt, and cost."""
    parts = [] if shown.stage is None else [_stage(shown.stage)]
    if shown.calls:
        call, started = min(shown.calls.values(), key=lambda one: one[1])
        if (taken := now - started) >= SHORT:
            thinks = call.reasoning_room > 0 and taken >= THINKING
            parts.append(f"{'the model is thinking, ' if thinks else ''}{_time(taken)}")
    if shown.retry is not None and (left := shown.retry[1] + shown.retry[0].seconds - now) > 0:
        event = shown.retry[0]
        parts.append(f"{event.provider}: {WHY.get(event.error, 'no answer')}, next attempt in {_time(left)}")
    if shown.usage.cost:
        parts.append(f"{dollars(shown.usage.cost)} so far")
    return "; ".join(parts)


def _stage(event: StageProgress) -> str:
    doing = DOING[event.stage]
    if event.done is None or event.total is None or event.stage not in PARTS:
        return doing
    return f"{doing}: {event.done} of {event.total} {PARTS[event.stage]}"


def _time(seconds: float) -> str:
    minutes, left = divmod(round(seconds), 60)
    return f"{minutes} min {left} s" if minutes else f"{left} s"
