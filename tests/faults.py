"""Faults of servers and their outcomes, the table in docs/reliability.md."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from fault_server import TEXT, WELL, WHOLE, Fault, bomb, each_byte, huge, packed, saying

from summarise.errors import (
    CallError,
    MalformedAnswerError,
    OverloadedError,
    RateLimitError,
    RequestRefusedError,
    TimedOutError,
    UnreachableError,
)


@dataclass(frozen=True)
class Ending:
    """The outcome of a call after `attempts`: the full answer, or `error`."""

    attempts: int
    error: type[CallError] | None = None

    def __str__(self) -> str:
        tried = f"{self.attempts} attempt{'s' if self.attempts > 1 else ''}"
        return f"`{self.error.__name__}`, {tried}" if self.error else f"the answer, {tried}"


@dataclass(frozen=True)
class Row:
    """A schedule of faults and its outcome. If the schedule is empty, no server listens."""

    name: str
    schedule: tuple[Fault, ...]
    ending: Ending
    text: str = TEXT
    attempts: int = 3
    total_timeout: float = 20.0


def once(fault: Fault, ending: Ending) -> Row:
    return Row(f"once: {fault.name}", (fault, WELL), ending)


def always(fault: Fault, ending: Ending, **more: object) -> Row:
    return Row(fault.name, (fault,), ending, **more)  # type: ignore[arg-type]


GOOD, SECOND = Ending(1), Ending(2)
DATED = (
    ("date", "Sat, 14 Mar 2026 12:00:00 GMT"),
    ("retry-after", format_datetime(datetime(2026, 3, 14, 12, tzinfo=UTC) + timedelta(seconds=9), usegmt=True)),
)
MALFORMED, BROKEN_OFF = Ending(1, MalformedAnswerError), Ending(3, UnreachableError)
LATE, BUSY, RATE = Ending(3, TimedOutError), Ending(3, OverloadedError), Ending(3, RateLimitError)

LATER = Fault("answers late, but in time", late=0.1)
SILENT = Fault("never answers", cut=0, in_head=True, end="hang")
SLOW = Fault("one byte at a time", each_byte, framing="none", end="close")
ENDLESS = Fault("one byte at a time, past the deadline", each_byte, pause=0.05)
RESET_HEAD = Fault("reset in the headers", cut=20, in_head=True, end="reset")
RESET_BODY = Fault("reset in the body", cut=100, end="reset")
CLOSED_HEAD = Fault("closed without a response", cut=0, in_head=True, end="close")
CLOSED_BODY = Fault("closed in the body", cut=100, end="close")
SHORT_BODY = Fault("closed before the Content-Length is reached", cut=100, end="close", framing="length")
UNTOLD_BODY = Fault("closed in a body of unknown length", cut=100, end="close", framing="none")
STALLED = Fault("stalls in the body", cut=100, end="hang")
RATE_SECONDS = Fault("429 with Retry-After in seconds", saying({}), status=429, headers=(("retry-after", "9"),))
RATE_DATE = Fault("429 with Retry-After as a date", saying({}), status=429, headers=DATED)
BROKEN = Fault("500", saying({"error": {"message": "out of order"}}), status=500)
REFUSING = Fault("400", saying({"error": {"message": "no such thing"}}), status=400)
ELSEWHERE = Fault("a redirect", saying(b""), status=307, headers=(("location", "http://127.0.0.1:9/v1"),))
HTML = Fault("HTML with status 200", saying(b"<html><body>Log in</body></html>"), kind="text/html")
LIST = Fault("JSON, not an object", saying([1, 2, 3]))
SHAPE = Fault("JSON of another shape", saying({"answer": 42}))
EMPTY = Fault("empty choices", saying(WHOLE | {"choices": []}))
HUGE_BODY = Fault("a body of 200 MB", huge, framing="none", end="close")
BOMB = Fault("200 MB compressed to 200 kB", bomb, headers=(("content-encoding", "gzip"),))
PACKED = Fault("unrequested gzip", packed, headers=(("content-encoding", "gzip"),))
CUT_PACKED = Fault("gzip that ends early", lambda: packed()[:1], headers=(("content-encoding", "gzip"),))
WRONG_TYPE = Fault("labelled text/plain", kind="text/plain")
AS_STREAM = Fault("labelled as a stream", kind="text/event-stream")
NO_UTF8 = Fault("not UTF-8", saying(b'{"x": "\xff\xfe"}'))
REFUSAL = Fault(
    "the model refuses",
    saying({"choices": [{"message": {"content": None, "refusal": "I will not."}, "finish_reason": "stop"}]}),
)
NULL = Fault("null for content", saying({"choices": [{"message": {"content": None}, "finish_reason": "stop"}]}))
STREAM = Fault(
    "a stream, which was not asked for", saying(b'data: {"choices": []}\n\ndata: [DONE]\n\n'), kind="text/event-stream"
)

ROWS = (
    Row("none", (WELL,), GOOD),
    Row("connection refused", (), BROKEN_OFF),
    always(LATER, GOOD),
    always(SILENT, LATE),
    once(SILENT, SECOND),
    always(SLOW, GOOD),
    always(ENDLESS, Ending(1, TimedOutError), total_timeout=0.5),
    always(RESET_HEAD, BROKEN_OFF),
    always(RESET_BODY, BROKEN_OFF),
    once(RESET_BODY, SECOND),
    always(CLOSED_HEAD, BROKEN_OFF),
    always(CLOSED_BODY, BROKEN_OFF),
    always(SHORT_BODY, BROKEN_OFF),
    always(UNTOLD_BODY, BROKEN_OFF),
    always(STALLED, LATE),
    once(STALLED, SECOND),
    once(RATE_SECONDS, SECOND),
    once(RATE_DATE, SECOND),
    always(RATE_SECONDS, RATE),
    Row("500 five times", (BROKEN,) * 5 + (WELL,), BUSY),
    Row("500 five times, six attempts allowed", (BROKEN,) * 5 + (WELL,), Ending(6), attempts=6),
    always(REFUSING, Ending(1, RequestRefusedError)),
    always(ELSEWHERE, Ending(1, RequestRefusedError)),
    always(HTML, MALFORMED),
    always(LIST, MALFORMED),
    always(SHAPE, MALFORMED),
    always(EMPTY, MALFORMED),
    always(HUGE_BODY, MALFORMED),
    always(BOMB, MALFORMED),
    always(PACKED, GOOD),
    always(CUT_PACKED, BROKEN_OFF),
    always(WRONG_TYPE, GOOD),
    always(AS_STREAM, GOOD),
    always(STREAM, MALFORMED),
    always(NO_UTF8, MALFORMED),
    always(REFUSAL, GOOD, text=""),
    always(NULL, GOOD, text=""),
)
