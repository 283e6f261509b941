"""What every prompt is held to, the user's as well as ours: its front matter, its placeholders, and its stage's table.

Each rule raises a ConfigurationError, to which who reads the file adds its name.
"""

import json
import string
import tomllib
from collections.abc import Iterable
from typing import Any

from summarise.data import Record
from summarise.errors import ConfigurationError
from summarise.settings.stages import Stage, clipped, meant, quoted
from summarise.settings.toml_errors import toml_place

QUOTED = "put it in quotation marks"


class Template(string.Template):
    """A text with `$name` placeholders; a name goes on as long as there are letters, of whichever language."""

    idpattern = r"[^\W\d]\w*"


class FrontMatter(Record):
    """What a prompt says of itself: why this version exists, what it needs, the schema of its answer."""

    why: str
    inputs: tuple[str, ...]
    output: str


def front_matter(text: str, stage: Stage) -> FrontMatter:
    """Read the front matter of a prompt of that stage: all keys, no others, each of its type, and an output it has."""
    try:
        # The line of +++ before it is counted, so that an error tells the file's lines.
        table = tomllib.loads(f"\n{text}")
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"front matter: it is no TOML: look at {toml_place(error)}") from error
    for key in table:
        if key not in FrontMatter.model_fields:
            raise ConfigurationError(f"front matter: {clipped(key)} is no key: {meant(key, FrontMatter.model_fields)}")
    # How each is written, for whoever left it out or wrote it otherwise.
    inputs = f"inputs = {json.dumps(stage.inputs)}"
    output = f'output = "{stage.outputs[-1]}"'
    for key, write in {"why": 'why = "What this version is for."', "inputs": inputs, "output": output}.items():
        if key not in table:
            raise ConfigurationError(f"front matter: {key} is missing: write {write}")
    for key in ("why", "output"):
        if not isinstance(table[key], str):
            raise ConfigurationError(f"front matter: {key} must be text: {QUOTED}")
    # In one line, as it is listed.
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
    """Hold the placeholders of a prompt's messages, and the `inputs` it names, against what its stage fills in.

    Nothing is filled into examples: a placeholder in one would be shown as it stands.
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
