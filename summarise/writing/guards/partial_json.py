"""A tolerant reader for JSON that may be broken or end anywhere: its strings and numbers, and where they stood.

Builds no tree and does not recurse, so that no nesting is too deep. Does not know what the values are for.
"""

import re
from dataclasses import dataclass

_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_CLOSING = {'"': '"', "'": "'", "“": "”"}
_BARE = re.compile(r"[\w.+-]+")
_SPACE = re.compile(r"\s*")
_NUMBER = re.compile(r"-?\d{1,9}")
_BEGINS_VALUE = re.compile(r"[\"'“{}\[\]]|-?\d|(?:true|false|null|True|False|None)\b")


@dataclass(frozen=True)
class Leaf:
    """A string or an integer: under which `key` of which object (a running number), and whether it is `whole`."""

    value: str | int
    key: str | None
    owner: int
    whole: bool = True


@dataclass
class _Open:
    """A bracket that has not been closed; an array passes on the key and the object that it stands in."""

    is_object: bool
    owner: int
    key: str | None
    awaits_key: bool


def leaves(text: str, start: int = 0) -> tuple[tuple[Leaf, ...], int]:
    """Return the strings and integers from `start` on, in order, and where the outermost bracket closed.

    Read besides JSON: strings in single or curly quotes, with quotation marks or line ends inside, commas too many,
    and a value that the end of the text tore, which is not `whole`.
    """
    found: list[Leaf] = []
    stack: list[_Open] = []
    objects = 0
    at = start
    while at < len(text):
        mark = text[at]
        if mark in "{[":
            above = stack[-1] if stack else _Open(is_object=False, owner=0, key=None, awaits_key=False)
            is_object = mark == "{"
            objects += is_object
            stack.append(_Open(is_object, objects if is_object else above.owner, above.key, is_object))
        elif mark in "}]":
            if stack:
                stack.pop()
            if not stack:
                return tuple(found), at + 1
        elif mark in _CLOSING:
            in_object = bool(stack) and stack[-1].is_object
            value, at, whole = _string(text, at, in_object=in_object)
            after = _SPACE.match(text, at).end()  # type: ignore[union-attr]
            if in_object and text[after : after + 1] == ":":
                stack[-1].key, stack[-1].awaits_key = value, False
                at = after + 1
            elif stack and not (stack[-1].awaits_key and after == len(text)):
                found.append(Leaf(value, stack[-1].key, stack[-1].owner, whole))
            continue
        elif mark == "," and stack:
            stack[-1].awaits_key = stack[-1].is_object
        elif bare := _BARE.match(text, at):
            if stack and _NUMBER.fullmatch(bare.group()):
                found.append(Leaf(int(bare.group()), stack[-1].key, stack[-1].owner, bare.end() < len(text)))
            at = bare.end()
            continue
        at += 1
    return tuple(found), len(text)


def _string(text: str, start: int, *, in_object: bool) -> tuple[str, int, bool]:
    """Read the string that opens at `start`: its text, where it ends, and whether it was closed."""
    closing = _CLOSING[text[start]]
    parts: list[str] = []
    at = start + 1
    while at < len(text):
        mark = text[at]
        if mark == "\\":
            part, at = _escaped(text, at)
            parts.append(part)
            continue
        if mark == closing and _closes(text, at, in_object=in_object):
            return _paired("".join(parts)), at + 1, True
        parts.append(mark)
        at += 1
    return _paired("".join(parts)), at, False


def _closes(text: str, at: int, *, in_object: bool) -> bool:
    """Tell whether a quotation mark ends its string or only stands in it, by what follows."""
    after = _SPACE.match(text, at + 1).end()  # type: ignore[union-attr]
    following = text[after : after + 1]
    if following == ",":
        beyond = _SPACE.match(text, after + 1).end()  # type: ignore[union-attr]
        return beyond == len(text) or _BEGINS_VALUE.match(text, beyond) is not None
    return not following or following in "]}" or (following == ":" and in_object)


def _escaped(text: str, at: int) -> tuple[str, int]:
    following = text[at + 1 : at + 2]
    digits = text[at + 2 : at + 6]
    if following == "u" and re.fullmatch(r"[0-9a-fA-F]{4}", digits):
        return chr(int(digits, 16)), at + 6
    return _SIMPLE.get(following, following), at + 2


def _paired(text: str) -> str:
    """Join halves of surrogate pairs; a half alone becomes a question mark, as elsewhere in answers."""
    if not any("\ud800" <= character <= "\udfff" for character in text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\ufffd", "?")
