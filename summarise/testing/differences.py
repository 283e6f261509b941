"""Where a request parts from the nearest one that was recorded: line by line of what is said in it.

Shows no line that both have, and of a long line only the place where it changes. Decides about no match.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from vcr.request import Request

LONGEST = 20
"""Lines that are shown at most."""
WIDTH = 100
"""Characters of a line that are shown at most."""
BEFORE = 30
"""Characters that are shown before the place where a line changes."""


def difference(asked: Request, recorded: Sequence[Request]) -> list[str]:
    """Return the lines of the nearest recorded request that were not asked ("- "), and those asked instead ("+ ").

    No lines where the same was recorded; `recorded` must not be empty.
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
    """Yield what is compared: the address, then each text of the body line by line, and other values by name."""
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
    """Return which part of the words two texts have in common."""
    words, other = (Counter(word for line in text for word in line.split()) for text in (lines, others))
    return (words & other).total() / max(words.total(), other.total())


def _replaced(old: Sequence[str], now: Sequence[str]) -> Iterator[str]:
    """Yield lines with those in their place; each pair is cut at the place where it parts."""
    for before, after in zip_longest(old, now):
        start = max(0, _common(before, after) - BEFORE) if before and after else 0
        if before is not None:
            yield f"- {_clipped(before, start)}"
        if after is not None:
            yield f"+ {_clipped(after, start)}"


def _common(before: str, after: str) -> int:
    """Return how many characters two lines begin with in common."""
    parted = (index for index, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1])
    return next(parted, min(len(before), len(after)))


def _clipped(line: str, start: int) -> str:
    """Return the part of a line that begins about there; a short line whole."""
    if len(line) <= WIDTH:
        return line
    end = start + WIDTH
    return f"{'…' if start else ''}{line[start:end]}{'…' if end < len(line) else ''}"
