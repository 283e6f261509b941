"""The faults that a server may have, and what each of them ends in: the table of docs/reliability.md. No tests."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from fault_server import (
    COUNTS,
    DELTAS,
    DONE,
    FINISH,
    TEXT,
    WELL,
    WHOLE,
    Fault,
    bomb,
    each_byte,
    event,
    huge,
    packed,
    saying,
    streaming,
)

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
    """What a call ends in: the whole answer (no error) or an error, and after how many attempts."""

    attempts: int
    error: type[CallError] | None = None

    def __str__(self) -> str:
        tried = f"{self.attempts} attempt{'s' if self.attempts > 1 else ''}"
        return f"`{self.error.__name__}`, {tried}" if self.error else f"the answer, {tried}"


@dataclass(frozen=True)
class Row:
    """A schedule of faults and its ending without and with a stream; None where it does not concern that kind.

    `text` is the right answer; without any fault nobody listens.
    """

    name: str
    schedule: tuple[Fault, ...]
    plain: Ending | None
    streamed: Ending | None
    text: str = TEXT
    attempts: int = 3
    total_timeout: float = 20.0


def once(fault: Fault, plain: Ending | None, streamed: Ending | None, **more: object) -> Row:
    """Return the row of a fault that comes once, before all is well."""
    return Row(f"once: {fault.name}", (fault, WELL), plain, streamed, **more)  # type: ignore[arg-type]


def always(fault: Fault, plain: Ending | None, streamed: Ending | None, **more: object) -> Row:
    """Return the row of a fault that stays."""
    return Row(fault.name, (fault,), plain, streamed, **more)  # type: ignore[arg-type]


def both(ending: Ending) -> tuple[Ending, Ending]:
    """Return the same ending twice."""
    return ending, ending


GOOD, SECOND = Ending(1), Ending(2)
SHORT = {"content-length": "9999"}
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
RESET_BODY = Fault("reset in the body or stream", cut=100, end="reset")
CLOSED_HEAD = Fault("closed without a response", cut=0, in_head=True, end="close")
CLOSED_BODY = Fault("closed in the body or stream", cut=100, end="close")
SHORT_BODY = Fault("closed before the Content-Length is reached", cut=100, end="close", framing="length")
UNTOLD_BODY = Fault("closed in a body of unknown length", cut=100, end="close", framing="none")
STALLED = Fault("stalls in the body or stream", cut=100, end="hang")
RATE_SECONDS = Fault("429 with Retry-After in seconds", saying({}), status=429, headers=(("retry-after", "9"),))
RATE_DATE = Fault("429 with Retry-After as a date", saying({}), status=429, headers=DATED)
BROKEN = Fault("500", saying({"error": {"message": "out of order"}}), status=500)
REFUSING = Fault("400", saying({"error": {"message": "no such thing"}}), status=400)
ELSEWHERE = Fault("a redirect", saying(b""), status=307, headers=(("location", "http://127.0.0.1:9/v1"),))
HTML = Fault("HTML with status 200", saying(b"<html><body>Log in</body></html>"), kind="text/html")
LIST = Fault("JSON, not an object", saying([1, 2, 3]), kind="application/json")
SHAPE = Fault("JSON of another shape", saying({"answer": 42}), kind="application/json")
EMPTY = Fault("empty choices", saying(WHOLE | {"choices": []}), kind="application/json")
HUGE_BODY = Fault("a body of 200 MB", huge, framing="none", end="close")
BOMB = Fault("200 MB compressed to 200 kB", bomb, headers=(("content-encoding", "gzip"),))
PACKED = Fault("unrequested gzip", packed, headers=(("content-encoding", "gzip"),))
CUT_PACKED = Fault(
    "gzip that ends early", lambda streamed: packed(streamed)[:1], headers=(("content-encoding", "gzip"),)
)
WRONG_TYPE = Fault("labelled text/plain", kind="text/plain")
AS_STREAM = Fault("JSON labelled as a stream", kind="text/event-stream")
AS_JSON = Fault("a stream labelled as JSON", kind="application/json")
PLAIN_INSTEAD = Fault("JSON instead of a stream", saying(WHOLE), kind="application/json")
NO_UTF8 = Fault("not UTF-8", lambda streamed: [b'data: "\xff\xfe"\n\n' if streamed else b'{"x": "\xff\xfe"}'])
REFUSAL = Fault(
    "the model refuses",
    lambda streamed: (
        [event({"choices": [{"index": 0, "delta": {"refusal": "I will not."}, "finish_reason": "stop"}]}), DONE]
        if streamed
        else saying({"choices": [{"message": {"content": None, "refusal": "I will not."}, "finish_reason": "stop"}]})(
            False
        )
    ),
)
NULL = Fault(
    "null for content",
    lambda streamed: (
        [event({"choices": [{"index": 0, "delta": {"content": None}, "finish_reason": "stop"}]}), DONE]
        if streamed
        else saying({"choices": [{"message": {"content": None}, "finish_reason": "stop"}]})(False)
    ),
)
ODD_EVENTS = Fault(
    "unknown, empty and repeated events, comments",
    streaming(
        b": ping\n\n", event({"x": 1}, "ping"), *DELTAS, event({"choices": []}), FINISH, FINISH, COUNTS, DONE, DONE
    ),
)
CR_EVENTS = Fault("lines that end with CR LF", lambda streamed: [b"".join([*DELTAS, FINISH]).replace(b"\n", b"\r\n")])
UNDONE = Fault("no [DONE]", streaming(*DELTAS, FINISH, COUNTS))
OPEN_END = Fault("left open after [DONE]", streaming(*DELTAS, FINISH, COUNTS, DONE), end="hang")
RESET_END = Fault("reset after the finish reason", streaming(*DELTAS, FINISH, COUNTS), end="reset")
EARLY = Fault("ends without a finish reason", streaming(*DELTAS, DONE))
CHOICELESS = Fault("a stream without choices", streaming(COUNTS, DONE))
NONSENSE = Fault("an event that is not JSON", streaming(*DELTAS, event("{oops"), FINISH, DONE))
ERROR_500 = Fault("a server error in the stream", streaming(DELTAS[0], event({"error": {"message": "oops"}})))
ERROR_400 = Fault(
    "a refusal in the stream",
    streaming(DELTAS[0], event({"error": {"message": "no such thing", "type": "invalid_request_error", "code": 400}})),
)

ROWS = (
    Row("none", (WELL,), *both(GOOD)),
    Row("connection refused", (), *both(BROKEN_OFF)),
    always(LATER, *both(GOOD)),
    always(SILENT, *both(LATE)),
    once(SILENT, *both(SECOND)),
    always(SLOW, *both(GOOD)),
    always(ENDLESS, *both(Ending(1, TimedOutError)), total_timeout=0.5),
    always(RESET_HEAD, *both(BROKEN_OFF)),
    always(RESET_BODY, *both(BROKEN_OFF)),
    once(RESET_BODY, *both(SECOND)),
    always(CLOSED_HEAD, *both(BROKEN_OFF)),
    always(CLOSED_BODY, *both(BROKEN_OFF)),
    always(SHORT_BODY, *both(BROKEN_OFF)),
    always(UNTOLD_BODY, *both(BROKEN_OFF)),
    always(STALLED, *both(LATE)),
    once(STALLED, *both(SECOND)),
    once(RATE_SECONDS, *both(SECOND)),
    once(RATE_DATE, *both(SECOND)),
    always(RATE_SECONDS, *both(RATE)),
    Row("500 five times", (BROKEN,) * 5 + (WELL,), *both(BUSY)),
    Row("500 five times, six attempts allowed", (BROKEN,) * 5 + (WELL,), *both(Ending(6)), attempts=6),
    always(REFUSING, *both(Ending(1, RequestRefusedError))),
    always(ELSEWHERE, *both(Ending(1, RequestRefusedError))),
    always(HTML, *both(MALFORMED)),
    always(LIST, *both(MALFORMED)),
    always(SHAPE, *both(MALFORMED)),
    always(EMPTY, *both(MALFORMED)),
    always(HUGE_BODY, *both(MALFORMED)),
    always(BOMB, *both(MALFORMED)),
    always(PACKED, *both(GOOD)),
    always(CUT_PACKED, *both(BROKEN_OFF)),
    always(WRONG_TYPE, *both(GOOD)),
    always(AS_STREAM, GOOD, None),
    always(AS_JSON, None, GOOD),
    always(PLAIN_INSTEAD, None, GOOD),
    always(NO_UTF8, *both(MALFORMED)),
    always(REFUSAL, *both(GOOD), text=""),
    always(NULL, *both(GOOD), text=""),
    always(ODD_EVENTS, None, GOOD),
    always(CR_EVENTS, None, GOOD),
    always(UNDONE, None, GOOD),
    always(OPEN_END, None, GOOD),
    always(RESET_END, None, GOOD),
    always(EARLY, None, BROKEN_OFF),
    once(EARLY, None, SECOND),
    always(CHOICELESS, None, BROKEN_OFF),
    always(NONSENSE, None, MALFORMED),
    always(ERROR_500, None, BUSY),
    once(ERROR_500, None, SECOND),
    always(ERROR_400, None, Ending(1, RequestRefusedError)),
)
