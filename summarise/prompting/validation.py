"""The file format of prompts, and its validation."""

import json
import re
import string
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from summarise.data import Example, Record
from summarise.errors import ConfigurationError
from summarise.settings.configuration import toml_place
from summarise.settings.stages import Stage, clipped, meant, quoted

FENCE = "+++"
YAML_FENCE = "---"
HEADING = re.compile(r"##[ \t]*([^\s#]\S*)[ \t]*")
# The headings that may follow each separator.
FOLLOWING: Mapping[str, Sequence[str]] = {
    FENCE: ("## system",),
    "## system": ("## example", "## user"),
    "## example": ("## answer",),
    "## answer": ("## example", "## user"),
    "## user": (),
}
NAMES = tuple(dict.fromkeys(heading.removeprefix("## ") for heading in FOLLOWING if heading != FENCE))


@dataclass(frozen=True)
class Parts:
    """The parts of a prompt's file."""

    front: str
    system: str
    user: str
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Block:
    """The lines under a heading in line `number`."""

    heading: str
    number: int
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The lines, stripped."""
        return "\n".join(self.lines).strip()


def parts_of(text: str) -> Parts:
    """Split a prompt's file. Raises ConfigurationError with the line number."""
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
    """Return the number of the line that ends the front matter."""
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


QUOTED = "put it in quotation marks"


class Template(string.Template):
    """Text with `$name` placeholders, of letters of any language."""

    idpattern = r"[^\W\d]\w*"


class FrontMatter(Record):
    """A prompt's purpose, inputs, and output format."""

    why: str
    inputs: tuple[str, ...]
    output: str


def front_matter(text: str, stage: Stage) -> FrontMatter:
    """Parse a prompt's front matter. Raises ConfigurationError."""
    try:
        # The line break represents the first +++, so that errors have the file's line numbers.
        table = tomllib.loads(f"\n{text}")
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"front matter: it is no TOML: look at {toml_place(error)}") from error
    for key in table:
        if key not in FrontMatter.model_fields:
            raise ConfigurationError(f"front matter: {clipped(key)} is no key: {meant(key, FrontMatter.model_fields)}")
    # Examples for error messages.
    inputs = f"inputs = {json.dumps(stage.inputs)}"
    output = f'output = "{stage.outputs[-1]}"'
    for key, write in {"why": 'why = "What this version is for."', "inputs": inputs, "output": output}.items():
        if key not in table:
            raise ConfigurationError(f"front matter: {key} is missing: write {write}")
    for key in ("why", "output"):
        if not isinstance(table[key], str):
            raise ConfigurationError(f"front matter: {key} must be text: {QUOTED}")
    # On one line, because it is listed.
    why = " ".join(table["why"].split())
    if not why:
        raise ConfigurationError("front matter: why is empty: say in it what this version is for")
    if not _are_names(table["inputs"]):
        raise ConfigurationError(f"front matter: inputs must be a list of names: write {inputs}")
    if table["output"] not in stage.outputs:
        raise ConfigurationError(
            f"front matter: unknown output {quoted(table['output'])}: {_of(table['output'], stage.outputs, stage)}"
        )
    return FrontMatter(why=why, inputs=tuple(table["inputs"]), output=table["output"])


def require_placeholders(texts: Iterable[str], examples: Iterable[str], front: FrontMatter, stage: Stage) -> None:
    """Raise ConfigurationError if placeholders or `inputs` are not those of the stage.

    Nothing is filled into examples.
    """
    templates = [Template(text) for text in texts]
    if not all(template.is_valid() for template in templates):
        raise ConfigurationError("a $ that begins no placeholder: write $$ for a dollar sign")
    found = list(dict.fromkeys(name for template in templates for name in template.get_identifiers()))
    for name in found:
        if name not in stage.inputs:
            told = _of(name, stage.inputs, stage, sign="$")
            raise ConfigurationError(f"unknown placeholder ${clipped(name)}: {told}")
    for name in stage.inputs:
        if name not in found:
            raise ConfigurationError(f"${name} does not occur in it: write it where it belongs ({_has(stage)})")
    for name in front.inputs:
        if name not in stage.inputs:
            raise ConfigurationError(f"front matter: unknown input {clipped(name)}: {_of(name, stage.inputs, stage)}")
    for name in stage.inputs:
        if name not in front.inputs:
            raise ConfigurationError(f"front matter: inputs lacks {name}: {_has(stage)}")
    for text in examples:
        for name in Template(text).get_identifiers():
            if name in stage.inputs:
                raise ConfigurationError(f"${name} in an example: examples are shown as they stand, write it out")


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _of(name: str, known: tuple[str, ...], stage: Stage, *, sign: str = "") -> str:
    return meant(name, known, there=f"{stage.name} has", sign=sign)


def _has(stage: Stage) -> str:
    return f"{stage.name} has {', '.join(stage.inputs)}"
