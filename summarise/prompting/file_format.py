"""Take the file of a prompt apart: its front matter, then its messages under headings.

A line of `##` and one word is a heading and nothing else, so that a slip in one is told and not sent; headings of
several words are text.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from summarise.data import Example
from summarise.errors import ConfigurationError
from summarise.settings.stages import clipped, meant

FENCE = "+++"
YAML_FENCE = "---"
HEADING = re.compile(r"##[ \t]*([^\s#]\S*)[ \t]*")
FOLLOWING: Mapping[str, Sequence[str]] = {
    FENCE: ("## system",),
    "## system": ("## example", "## user"),
    "## example": ("## answer",),
    "## answer": ("## example", "## user"),
    "## user": (),
}
"""What may come after each line that parts a file."""
NAMES = tuple(dict.fromkeys(heading.removeprefix("## ") for heading in FOLLOWING if heading != FENCE))


@dataclass(frozen=True)
class Parts:
    """The parts of a prompt's file, as they stand there but for the white space around each."""

    front: str
    system: str
    user: str
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Block:
    """What stands under a heading, which is the `number`-th line of the file."""

    heading: str
    number: int
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The lines, without the white space around them."""
        return "\n".join(self.lines).strip()


def parts_of(text: str) -> Parts:
    """Return the parts of a prompt's file; ConfigurationError says which line is wrong, and not of which file."""
    lines = text.split("\n")
    end = _end_of_front(lines)
    blocks = _blocks(lines, end)
    before, *told = blocks
    if before.text:
        raise ConfigurationError(f"line {end + 1}: only ## system may follow the front matter")
    if following := FOLLOWING[blocks[-1].heading]:
        raise ConfigurationError(f"it ends under {blocks[-1].heading}: there has to come {' or '.join(following)}")
    for block in told:
        if not block.text:
            raise ConfigurationError(f"line {block.number}: nothing stands under {block.heading}: write its text there")
    system, *shown, user = told
    pairs = zip(shown[::2], shown[1::2], strict=True)
    return Parts(
        front="".join(f"{line}\n" for line in lines[1 : end - 1]),
        system=system.text,
        user=user.text,
        examples=tuple(Example(user=question.text, assistant=answer.text) for question, answer in pairs),
    )


def _end_of_front(lines: Sequence[str]) -> int:
    """Return the number of the line, from 1, that ends the front matter."""
    first = lines[0].rstrip()
    if first != FENCE:
        found = "it is blank" if not first else f"it is {YAML_FENCE}" if first == YAML_FENCE else "it is another one"
        raise ConfigurationError(f"line 1: a prompt begins with a line of {FENCE}, and {found}")
    for number, line in enumerate(lines[1:], start=2):
        if line.rstrip() == FENCE:
            return number
        if line.rstrip() == YAML_FENCE or HEADING.fullmatch(line):
            raise ConfigurationError(f"line {number}: the front matter has to end before it, with a line of {FENCE}")
    raise ConfigurationError(f"the front matter has no end: write a line of {FENCE} after it")


def _blocks(lines: Sequence[str], end: int) -> list[Block]:
    """Return what stands under each heading, that behind the front matter first; headings are known and in order."""
    blocks = [Block(FENCE, end)]
    for number, line in enumerate(lines[end:], start=end + 1):
        heading = HEADING.fullmatch(line)
        if heading is None:
            blocks[-1].lines.append(line)
            continue
        name, last = heading[1], blocks[-1].heading
        if name not in NAMES:
            told = meant(name, NAMES)
            raise ConfigurationError(f"line {number}: ## {clipped(name)} is no heading of a prompt: {told}")
        following = FOLLOWING[last]
        if f"## {name}" not in following:
            there = f"there has to come {' or '.join(following)}" if following else "that is the last"
            raise ConfigurationError(f"line {number}: ## {name} cannot stand after {last}: {there}")
        blocks.append(Block(f"## {name}", number))
    return blocks
