"""Messages about recordings and replays."""

import json
import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from vcr.cassette import Cassette
from vcr.errors import CannotOverwriteExistingCassetteException
from vcr.request import Request

from summarise.settings.configuration import ADDRESS_VARIABLE, ENVIRONMENT

# Maximum number of lines.
LONGEST = 20
# Maximum characters of a line.
WIDTH = 100
# Characters shown before a line's first difference.
BEFORE = 30


def difference(asked: Request, recorded: Sequence[Request]) -> list[str]:
    """Return how the request differs from the nearest recorded one, as lines with "- " and "+ ".

    `recorded` must not be empty.
    """
    now = list(_lines(asked))
    old = max((list(_lines(one)) for one in recorded), key=lambda lines: (lines == now, _nearness(lines, now)))
    shown: list[str] = []
    for kind, start, end, now_start, now_end in SequenceMatcher(None, old, now, autojunk=False).get_opcodes():
        if kind != "equal":
            shown += _replaced(old[start:end], now[now_start:now_end])
    if len(shown) > LONGEST:
        return [*shown[: LONGEST - 1], f"… and {len(shown) - LONGEST + 1} lines more"]
    return shown


def _lines(request: Request) -> Iterator[str]:
    yield f"{request.method} {request.uri}"
    body = request.body or b""
    text = body.decode(errors="replace") if isinstance(body, bytes) else str(body)
    said: Any = text
    with suppress(ValueError):
        said = json.loads(text)
    yield from _said(said, "")


def _said(value: Any, name: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in sorted(value.items()):
            yield from _said(inner, f"{name}.{key}" if name else key)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _said(inner, f"{name}[{index}]")
    else:
        first, *others = str(value).splitlines() or [""]
        yield f"{name}: {first}" if name else first
        yield from others


def _nearness(lines: Sequence[str], others: Sequence[str]) -> float:
    """Return the share of common words."""
    words, other = (Counter(word for line in text for word in line.split()) for text in (lines, others))
    return (words & other).total() / max(words.total(), other.total())


def _replaced(old: Sequence[str], now: Sequence[str]) -> Iterator[str]:
    for before, after in zip_longest(old, now):
        start = max(0, _common(before, after) - BEFORE) if before and after else 0
        if before is not None:
            yield f"- {_clipped(before, start)}"
        if after is not None:
            yield f"+ {_clipped(after, start)}"


def _common(before: str, after: str) -> int:
    """Return the length of the common prefix."""
    parted = (index for index, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1])
    return next(parted, min(len(before), len(after)))


def _clipped(line: str, start: int) -> str:
    if len(line) <= WIDTH:
        return line
    end = start + WIDTH
    return f"{'…' if start else ''}{line[start:end]}{'…' if end < len(line) else ''}"


_ELSEWHERE = (
    "the test asks nothing, or a fixture asks that is set up for a whole class, module or session, which is never "
    'recorded (give it scope="function"), or the test sets cache=True; or take the mark away'
)


def unmatched(error: CannotOverwriteExistingCassetteException, test: str) -> str:
    """Return the message about a request without a recorded response."""
    if not len(error.cassette):
        return f"nothing was recorded yet: {recording(test)}"
    lines = ["This, and not the hints above, is what to do with a test that uses summarise.testing."]
    asked = error.failed_request and error.cassette.filter_request(error.failed_request)
    places = list(dict.fromkeys(_place(request) for request in error.cassette.requests))
    if asked and _place(asked) not in places:
        return "\n".join(
            [
                *lines,
                f"It was recorded from {' and '.join(places)}, and is asked of {_place(asked)} now.",
                "A replay needs the address of the recording: in the test's settings, the configuration file, or the "
                f"environment ({ENVIRONMENT['model']} with {ADDRESS_VARIABLE}). Set it as it was; the port of a server "
                f"on loopback does not matter. If another server is meant, {recording(test)}",
            ]
        )
    if asked and (parted := difference(asked, error.cassette.requests)):
        lines += ["The nearest that was recorded (-), and what is asked now (+), where they differ:", *parted]
        why = "a prompt, an article or a setting is not what it was when this was recorded"
    else:
        why = "the same was recorded, and is asked more often now"
    return "\n".join([*lines, f"{why}: if that is meant, {recording(test)}"])


def _place(request: Request) -> str:
    return str(request.uri).partition("?")[0]


def incomplete(cassette: Cassette, test: str) -> str | None:
    """Return the message about an empty or not fully played cassette, or None."""
    replays = cassette.write_protected
    if not len(cassette):
        if replays:
            return (
                f"the test is marked vcr, but has no cassette: {recording(test)}; if that records nothing, {_ELSEWHERE}"
            )
        return f"the test is marked vcr, but nothing was recorded: {_ELSEWHERE}"
    places = [str(request) for index, request in enumerate(cassette.requests) if not cassette.play_counts[index]]
    if not replays or not places:
        return None
    return (
        f"{len(places)} of {len(cassette)} recorded interactions were not played "
        f"({', '.join(dict.fromkeys(places))}): if the test is to ask less, {recording(test)}; "
        "if it sets cache=True, an answer may have come from the cache: take that away"
    )


def recording(test: str) -> str:
    """Return the shell command that records a test again."""
    return f"run `pytest --record-mode=rewrite {shlex.quote(test)}`"
