"""The progress line of a run."""

from collections.abc import Callable, Mapping
from threading import Lock
from time import monotonic

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


class RunProgress:
    """The progress of a run; thread-safe."""

    def __init__(self, *, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._stage: StageProgress | None = None
        # Calls under way and the last retry, with the times of their start.
        self._calls: dict[int, tuple[CallStarted, float]] = {}
        self._retry: tuple[RetryScheduled, float] | None = None
        self._usage = Usage()

    def take(self, event: ProgressEvent) -> None:
        """Add an event."""
        with self._lock:
            match event:
                case StageProgress():
                    self._stage = event
                case CallStarted():
                    self._calls[event.call] = (event, self._clock())
                case CallEnded():
                    self._calls.pop(event.call, None)
                    self._retry, self._usage = None, event.so_far
                case RetryScheduled():
                    self._retry = (event, self._clock())

    def line(self) -> str:
        """Return the progress line: stage, duration of the oldest call, next attempt, and cost."""
        with self._lock:
            now = self._clock()
            parts = [] if self._stage is None else [_doing(self._stage)]
            if self._calls:
                call, started = min(self._calls.values(), key=lambda entry: entry[1])
                if (elapsed := now - started) >= SHORT:
                    thinks = call.reasoning_room > 0 and elapsed >= THINKING
                    parts.append(f"{'the model is thinking, ' if thinks else ''}{_time(elapsed)}")
            if self._retry is not None:
                event, start = self._retry
                if (left := start + event.seconds - now) > 0:
                    why = WHY.get(event.error, "no answer")
                    parts.append(f"{event.provider}: {why}, next attempt in {_time(left)}")
            if self._usage.cost:
                parts.append(f"{dollars(self._usage.cost)} so far")
            return "; ".join(parts)


def _doing(event: StageProgress) -> str:
    doing = DOING[event.stage]
    if event.done is None or event.total is None or event.stage not in PARTS:
        return doing
    return f"{doing}: {event.done} of {event.total} {PARTS[event.stage]}"


def _time(seconds: float) -> str:
    minutes, left = divmod(round(seconds), 60)
    return f"{minutes} min {left} s" if minutes else f"{left} s"
