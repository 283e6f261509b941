"""The form of an answer: JSON as asked for, JSON that is broken or of another form, or plain lines.

Judges no sentence. What cannot be read in any form gives no lines.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from summarise.article.sentences import words
from summarise.writing.guards.partial_json import Leaf, leaves

Output = Literal["sentences", "cited", "sentence"]

BULLET = re.compile(r"^\s*(?:[-*•‣▪◦–—]|\(?\d{1,2}[.)]|#+)\s+")
FENCED = re.compile(r"```[^\S\n]*+(?:\w++[^\S\n]*+)?\n(.*?)(?:```|\Z)", re.S)
EMPHASIS = re.compile(r"\*\*(\S(?:[^*\n]*\S)?)\*\*|__(\S(?:[^_\n]*\S)?)__")
CITED = re.compile(r"\[(\d{1,6}(?: ?[,;] ?\d{1,6})*+)\] ?([.!?]?)$")
# Where JSON may begin after other words: at a line's beginning or behind a colon.
BEGINS = re.compile(r"(?:(?:\A|:)\s*+|(?<=\S)[^\S\n]*+\n\s*+)(\{\s*+[\"'“{\[}]|\[\s*+[\"'“{\[\]])")
FIELDS: dict[Output, str] = {"sentences": "sentences", "cited": "sentences", "sentence": "sentence"}
BESIDE = frozenset(
    "title headline url link id type role name note notes thoughts reasoning analysis language lang".split()
)
"""Fields that hold something else than a sentence of the answer."""
LEAST_WORDS = 3
"""So many words a string under a name that nobody asked for must have, to be taken for a sentence."""
MOST_SOURCE = 10**6


@dataclass(frozen=True)
class Line:
    """A string of JSON or a line of plain text; `torn` where the answer broke off in it."""

    text: str
    sources: tuple[int, ...] = ()
    torn: bool = False


@dataclass(frozen=True)
class ParsedOutput:
    """The lines of an answer, whether it was JSON, and what was wrong with its form (None for nothing)."""

    lines: tuple[Line, ...]
    is_json: bool
    fault: str | None = None


def read(text: str, *, output: Output, cut: bool) -> ParsedOutput:
    """Read an answer without marks; `cut` tells that it did not end by itself."""
    text = text.strip()
    if fenced := FENCED.search(text):
        inner = fenced[1].strip()
        if fenced.span() == (0, len(text)) or BEGINS.match(inner):
            around = (text[: fenced.start()] + text[fenced.end() :]).strip()
            reading = read(inner, output=output, cut=cut)
            return reading if not around or reading.fault else ParsedOutput(reading.lines, reading.is_json, around)
    if text.startswith(("{", "[")):
        found = _exactly(text, output)
        if found is not None:
            return ParsedOutput(found, is_json=True)
    if begin := BEGINS.search(text):
        reading = _tolerantly(text, begin.start(1), output=output, cut=cut)
        if reading.lines or begin.start(1) == 0:
            return reading
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("```")]
    last = len(lines) - 1
    return ParsedOutput(
        tuple(_plain(line, output, torn=cut and at == last) for at, line in enumerate(lines)), is_json=False
    )


def bare(text: str) -> str:
    """Return a line without the bullets, numbers and emphasis that lists and Markdown put around it."""
    text = " ".join(text.split())
    while True:
        before = text
        text = EMPHASIS.sub(lambda match: match[1] or match[2], BULLET.sub("", text)).strip()
        if text == before:
            return text


def _plain(line: str, output: Output, *, torn: bool) -> Line:
    text = " ".join(bare(line).split())
    if output == "cited" and (cited := CITED.search(text)):
        sources = tuple(int(number) for number in re.findall(r"\d+", cited[1]))
        return Line(text[: cited.start()].rstrip() + cited[2], sources, torn)
    return Line(text, torn=torn)


def _exactly(text: str, output: Output) -> tuple[Line, ...] | None:
    """Return the lines of JSON that is just as it was asked for, None for any other."""
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, dict) or set(answer) != {FIELDS[output]}:
        return None
    value = answer[FIELDS[output]]
    if output == "sentence":
        return (Line(bare(value)),) if isinstance(value, str) else None
    if not isinstance(value, list):
        return None
    if output == "sentences":
        return tuple(Line(bare(item)) for item in value) if all(isinstance(item, str) for item in value) else None
    lines = [_cited(item) for item in value]
    return None if any(line is None for line in lines) else tuple(line for line in lines if line is not None)


def _cited(item: Any) -> Line | None:
    if not isinstance(item, dict) or set(item) != {"text", "sources"} or not isinstance(item["text"], str):
        return None
    sources = item["sources"]
    if not isinstance(sources, list) or not all(
        type(number) is int and 0 <= number <= MOST_SOURCE for number in sources
    ):
        return None
    return Line(bare(item["text"]), tuple(sources))


def _tolerantly(text: str, start: int, *, output: Output, cut: bool) -> ParsedOutput:
    """Read what is left of JSON that is broken, cut off, or of another form."""
    found, end = leaves(text, start)
    lines = _lines(found, output)
    nothing = not found and re.fullmatch(r"\{\s*\}|\[\s*\]", text)
    fault = None if nothing else text
    if cut and start == 0 and end == len(text) and _fits(found, output):
        # All that is wrong is that it was cut off.
        fault = None
    return ParsedOutput(lines, is_json=True, fault=fault)


def _fits(found: Sequence[Leaf], output: Output) -> bool:
    keys = {leaf.key for leaf in found}
    return keys <= ({"text", "sources"} if output == "cited" else {FIELDS[output]})


def _lines(found: Sequence[Leaf], output: Output) -> tuple[Line, ...]:
    numbers: dict[int, list[int]] = {}
    if output == "cited":
        for leaf in found:
            number = _number(leaf.value)
            if number is not None and leaf.whole and leaf.key not in {None, *FIELDS.values()}:
                numbers.setdefault(leaf.owner, []).append(number)
    wanted = {None, FIELDS[output]} | ({"text"} if output == "cited" else set())
    lines = []
    for leaf in found:
        if not isinstance(leaf.value, str) or (leaf.key or "").casefold() in BESIDE:
            continue
        if leaf.key in wanted or len(words(leaf.value)) >= LEAST_WORDS:
            lines.append(Line(bare(leaf.value), tuple(numbers.get(leaf.owner, ())), torn=not leaf.whole))
    return tuple(lines)


def _number(value: str | int) -> int | None:
    """Return the number of a source, also where it came as a string ("3", "[3]")."""
    if isinstance(value, str):
        match = re.fullmatch(r"\s*\[?([0-9]{1,6})\]?\s*", value)
        return int(match[1]) if match else None
    return value if 0 <= value <= MOST_SOURCE else None
