"""Generates texts on which an expression could be slow: repetitions of text that its loops match."""

import random
from collections.abc import Iterator
from importlib import import_module
from re import DOTALL, Pattern
from typing import Any

# Python's parser of regular expressions, which has no public name since 3.11
_parser: Any = import_module("re._parser")
_constants: Any = import_module("re._constants")
# Characters in order of preference. With few different characters, several parts of an expression match the same text.
_CHARACTERS = "a 0A.,'\"-\n:;!?()[]{}<>*_`/|#$%&’‘“”«»…–€é一\t+=@\\~^"
_LONG = 16  # loops with a smaller maximum take constant time
_PREFERRED = 'a ,"0A-.'
"""Characters that are tried first wherever they match, to find parts of an expression that match the same text."""


def pumped(pattern: Pattern[str], length: int) -> Iterator[str]:
    """Yield texts of about `length` characters that repeat a loop of an expression, some with a mismatch at the end."""
    seen: set[tuple[str, str, str]] = set()
    tree = _parser.parse(pattern.pattern, pattern.flags)
    for preferred in _PREFERRED:
        reader = _Reader(preferred, pattern.flags)
        for before, body in reader.loops(tree.data, ""):
            once = reader.sample(body)
            refused = next((c for c in '\0\n!a,<"' if not reader.accepts(body, c)), "")
            pumps = {once, once[:1], before + once, reader.sample(body) + once}
            for pump in pumps - {""}:
                for after in {"", refused, refused + pump}:
                    seen.add((before, pump, after))
    for before, pump, after in sorted(seen):
        yield before + pump * (length // len(pump)) + after


class _Reader:
    def __init__(self, preferred: str, flags: int) -> None:
        self._chance = random.Random(preferred)
        self._characters = preferred + _CHARACTERS
        self._flags = flags

    def loops(self, items: Any, before: str) -> Iterator[tuple[str, Any]]:
        """Yield each loop of a parsed sequence, with a text that matches everything before it."""
        for kind, value in items:
            if kind in _REPEATS:
                _, most, body = value
                yield from self.loops(body, before)
                if most >= _LONG:
                    yield before, body
            else:
                for part in _parts(kind, value):
                    yield from self.loops(part, before)
            before += self._sample_one(kind, value)

    def sample(self, items: Any) -> str:
        """Return a text that a parsed sequence matches."""
        return "".join(self._sample_one(kind, value) for kind, value in items)

    def accepts(self, items: Any, character: str) -> bool:
        """Return whether any part of a parsed sequence matches a character."""
        for kind, value in items:
            inner = [value[2]] if kind in _REPEATS else list(_parts(kind, value))
            if any(self.accepts(part, character) for part in inner) or _reads(kind, value, character, self._flags):
                return True
        return False

    def _sample_one(self, kind: Any, value: Any) -> str:
        if kind in _REPEATS:
            least, most, body = value
            times = max(least, min(most, self._chance.choice((0, 1, 1, 2))))
            return "".join(self.sample(body) for _ in range(times))
        if kind is _constants.ASSERT_NOT:
            return ""
        parts = list(_parts(kind, value))
        if parts:
            return self.sample(self._chance.choice(parts))
        if kind is _constants.LITERAL:
            return chr(value)
        return next((c for c in self._characters if _reads(kind, value, c, self._flags)), "")


_REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)


def _parts(kind: Any, value: Any) -> Iterator[Any]:
    """Yield the sequences within an item of a parsed expression."""
    if kind is _constants.SUBPATTERN:
        yield value[3]
    elif kind is _constants.BRANCH:
        yield from value[1]
    elif kind is _constants.ATOMIC_GROUP:
        yield value
    elif kind in (_constants.ASSERT, _constants.ASSERT_NOT):
        yield value[1]
    elif kind is _constants.GROUPREF_EXISTS:
        yield from (part for part in value[1:] if part)


def _reads(kind: Any, value: Any, character: str, flags: int) -> bool:
    if kind is _constants.LITERAL:
        return bool(ord(character) == value)
    if kind is _constants.NOT_LITERAL:
        return bool(ord(character) != value)
    if kind is _constants.ANY:
        return character != "\n" or bool(flags & DOTALL)
    if kind is _constants.IN:
        negated = bool(value[0][0] is _constants.NEGATE)
        return negated != any(_in_class(kind, part, character) for kind, part in value)
    return False


def _in_class(kind: Any, value: Any, character: str) -> bool:
    if kind is _constants.LITERAL:
        return bool(ord(character) == value)
    if kind is _constants.RANGE:
        return bool(value[0] <= ord(character) <= value[1])
    if kind is _constants.CATEGORY:
        return _in_category(str(value).removeprefix("CATEGORY_"), character)
    return False


def _in_category(name: str, character: str) -> bool:
    kind = name.removeprefix("NOT_").removeprefix("UNI_").removeprefix("NOT_")
    tests = {
        "DIGIT": character.isdigit(),
        "SPACE": character.isspace(),
        "WORD": character.isalnum() or character == "_",
    }
    return tests[kind] != ("NOT_" in name)
