"""A small algebra of texts: literal text, a sequence, and a choice whose options say what they stand for.

Knows nothing of sentences. A node is a finite language; repetition does not exist here. Nodes are immutable.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from math import prod
from random import Random

_META = frozenset(r"\.[](){}*+?^$|")
_FOLDED = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"'})
Spelled = tuple[str, tuple[str, ...]]
"""A member, and the labels of the options that were taken for it, in order."""


class Node:
    """A finite language of texts."""

    def pattern(self) -> str:
        """Return the language as a regular expression from `^` to `$`: literals, escapes, groups, `|` and `?` alone."""
        return f"^{self.source()}$"

    def contains(self, text: str) -> bool:
        """Tell whether `text` is a member; straight and curled quotation marks are alike, space at the end is none."""
        return self.spelling(text) is not None

    def spelling(self, text: str) -> tuple[str, ...] | None:
        """Return the labels of the options that spell `text`, or None if it is no member."""
        folded = text.translate(_FOLDED)
        return next((labels for end, labels in self.read(folded, 0) if not folded[end:].strip()), None)

    def members(self, limit: int) -> tuple[str, ...]:
        """Return at most `limit` members, none twice, always the same ones in the same order."""
        return tuple(islice(dict.fromkeys(text for text, _ in islice(self.spelled(), limit * 8)), limit))

    @property
    def size(self) -> int:
        """How many ways there are to spell a member: at least the number of members."""
        raise NotImplementedError

    def source(self) -> str:
        """Return the regular expression without anchors."""
        raise NotImplementedError

    def spelled(self) -> Iterator[Spelled]:
        """Yield every way to spell a member."""
        raise NotImplementedError

    def read(self, text: str, start: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield where a member that begins at `start` of a folded text ends, with its labels."""
        raise NotImplementedError

    def sample(self, rng: Random) -> str:
        """Return a member drawn by choosing evenly at every choice."""
        raise NotImplementedError


@dataclass(frozen=True)
class Text(Node):
    """Literal text; `proper` says that its first letter is no sentence's capital but its own."""

    text: str
    proper: bool = False

    @property
    def size(self) -> int:
        """One."""
        return 1

    def source(self) -> str:
        """Return the text with metacharacters escaped."""
        return "".join("\\" + character if character in _META else character for character in self.text)

    def spelled(self) -> Iterator[Spelled]:
        """Yield the text."""
        yield self.text, ()

    def read(self, text: str, start: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield the end of the text if it stands there."""
        folded = self.text.translate(_FOLDED)
        if text.startswith(folded, start):
            yield start + len(folded), ()

    def sample(self, rng: Random) -> str:  # noqa: ARG002
        """Return the text."""
        return self.text


@dataclass(frozen=True)
class Sequence(Node):
    """One part after the other."""

    parts: tuple[Node, ...]

    @cached_property
    def size(self) -> int:
        """The product of the parts' sizes."""
        return prod(part.size for part in self.parts)

    def source(self) -> str:
        """Return the parts' expressions one after the other."""
        return "".join(part.source() for part in self.parts)

    def spelled(self) -> Iterator[Spelled]:
        """Yield every combination of the parts' members, the last part's changing fastest."""
        yield from _joined(self.parts)

    def read(self, text: str, start: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield the ends of all ways to read the parts in turn."""
        yield from _read_on(self.parts, text, start)

    def sample(self, rng: Random) -> str:
        """Return a sample of each part, joined."""
        return "".join(part.sample(rng) for part in self.parts)


@dataclass(frozen=True)
class Choice(Node):
    """One of several options, each with the label of what it stands for ("" for the words as they were)."""

    options: tuple[tuple[str, Node], ...]

    @cached_property
    def size(self) -> int:
        """The sum of the options' sizes."""
        return sum(node.size for _, node in self.options)

    def source(self) -> str:
        """Return a group of the options; that one of them is nothing is said by a question mark."""
        sources = list(dict.fromkeys(node.source() for _, node in self.options))
        told = [source for source in sources if source]
        if len(sources) == 1:
            return sources[0]
        return f"({'|'.join(told)})" + ("?" if len(told) < len(sources) else "")

    def spelled(self) -> Iterator[Spelled]:
        """Yield the members of each option in turn."""
        for label, node in self.options:
            for text, labels in node.spelled():
                yield text, ((label, *labels) if label else labels)

    def read(self, text: str, start: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield the ends of all options that stand there."""
        for label, node in self.options:
            for end, labels in node.read(text, start):
                yield end, ((label, *labels) if label else labels)

    def sample(self, rng: Random) -> str:
        """Return a sample of one of the options."""
        return rng.choice(self.options)[1].sample(rng)


def optional(node: Node, label: str) -> Choice:
    """Return the choice between a node and nothing; `label` says what leaving it out is."""
    return Choice((("", node), (label, Text(""))))


def sequence(*parts: Node) -> Node:
    """Return the parts one after the other, with texts that touch made one."""
    flat: list[Node] = []
    for part in parts:
        for one in part.parts if isinstance(part, Sequence) else (part,):
            last = flat[-1] if flat else None
            if isinstance(one, Text) and not one.text:
                continue
            if isinstance(one, Text) and isinstance(last, Text):
                flat[-1] = Text(last.text + one.text, last.proper)
            else:
                flat.append(one)
    return flat[0] if len(flat) == 1 else Sequence(tuple(flat))


def recased(node: Node, *, upper: bool) -> Node:
    """Return a language whose members begin with a capital or a small letter; proper names keep theirs."""
    if isinstance(node, Text):
        if not node.text or (node.proper and not upper) or any(letter.isupper() for letter in node.text[1:2]):
            return node
        first = node.text[0].upper() if upper else node.text[0].lower()
        return Text(first + node.text[1:], node.proper)
    if isinstance(node, Choice):
        return Choice(tuple((label, recased(option, upper=upper)) for label, option in node.options))
    assert isinstance(node, Sequence)
    head, rest = node.parts[0], node.parts[1:]
    if isinstance(head, Choice) and any(text == "" for text, _ in head.spelled()):
        # Where the first part may be missing, the next one begins the member.
        whole = [(label, sequence(option, *rest)) for label, option in head.options]
        return recased(Choice(tuple(whole)), upper=upper)
    return sequence(recased(head, upper=upper), *rest)


def _joined(parts: tuple[Node, ...]) -> Iterator[Spelled]:
    if not parts:
        yield "", ()
        return
    for text, labels in parts[0].spelled():
        for rest, others in _joined(parts[1:]):
            yield text + rest, labels + others


def _read_on(parts: tuple[Node, ...], text: str, start: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    if not parts:
        yield start, ()
        return
    for end, labels in parts[0].read(text, start):
        for last, others in _read_on(parts[1:], text, end):
            yield last, labels + others
