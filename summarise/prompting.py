"""Finds, parses, validates, locks and renders versioned prompts.

A prompt file is TOML between two lines of `+++`, then sections ("## system").
"""

import hashlib
import json
import re
import string
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from summarise.data import Example, PromptUse, Record
from summarise.errors import ConfigurationError, UsageError
from summarise.files import read_bounded, write_whole
from summarise.settings.configuration import toml_place
from summarise.settings.model import Stage, by_slot, clipped, meant, quoted, stage_of

FENCE = "+++"
YAML_FENCE = "---"
HEADING = re.compile(r"##[ \t]*([^\s#]\S*)[ \t]*")
# For the front matter (`+++`) and each heading, the headings that may follow.
FOLLOWING: Mapping[str, Sequence[str]] = {
    FENCE: ("## system",),
    "## system": ("## example", "## user"),
    "## example": ("## answer",),
    "## answer": ("## example", "## user"),
    "## user": (),
}
NAMES = tuple(dict.fromkeys(heading.removeprefix("## ") for heading in FOLLOWING if heading != FENCE))


@dataclass(frozen=True)
class _Block:
    """A section of a prompt file. `number`: the line of its heading."""

    heading: str
    number: int
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()


def parts_of(text: str) -> tuple[str, str, str, tuple[Example, ...]]:
    """Split a prompt file into front matter, system message, user message and examples.

    Raises ConfigurationError with the wrong line's number.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    first = lines[0].rstrip()
    if first != FENCE:
        actual = "blank" if not first else YAML_FENCE if first == YAML_FENCE else "different"
        raise ConfigurationError(f"line 1: a prompt must begin with a line of {FENCE}, but its first line is {actual}")
    numbered = enumerate(lines[1:], start=2)
    ends = (number for number, line in numbered if line.rstrip() in (FENCE, YAML_FENCE) or HEADING.fullmatch(line))
    end = next(ends, None)
    if end is None:
        raise ConfigurationError(f"the front matter has no end: write a line of {FENCE} after it")
    if lines[end - 1].rstrip() != FENCE:
        raise ConfigurationError(f"line {end}: write a line of {FENCE} before it, to end the front matter")
    before, *sections = blocks = _blocks(lines, end)
    if before.text:
        raise ConfigurationError(f"line {end + 1}: only ## system may follow the front matter")
    if following := FOLLOWING[blocks[-1].heading]:
        raise ConfigurationError(f"the file ends after {blocks[-1].heading}: add {' or '.join(following)}")
    for block in sections:
        if not block.text:
            raise ConfigurationError(f"line {block.number}: the section {block.heading} is empty: write its text")
    system, *messages, user = sections
    pairs = zip(messages[::2], messages[1::2], strict=True)
    examples = tuple(Example(user=question.text, assistant=answer.text) for question, answer in pairs)
    return "".join(f"{line}\n" for line in lines[1 : end - 1]), system.text, user.text, examples


def _blocks(lines: Sequence[str], end: int) -> list[_Block]:
    blocks = [_Block(FENCE, end)]
    for number, line in enumerate(lines[end:], start=end + 1):
        heading = HEADING.fullmatch(line)
        if heading is None:
            blocks[-1].lines.append(line)
            continue
        name, last = heading[1], blocks[-1].heading
        if name not in NAMES:
            raise ConfigurationError(
                f"line {number}: ## {clipped(name)} is not a heading of a prompt: {meant(name, NAMES)}"
            )
        following = FOLLOWING[last]
        if f"## {name}" not in following:
            advice = f"write {' or '.join(following)} first" if following else "it must be the last heading"
            raise ConfigurationError(f"line {number}: ## {name} cannot follow {last}: {advice}")
        blocks.append(_Block(f"## {name}", number))
    return blocks


class Template(string.Template):
    """Text with `$name` placeholders, whose names may contain letters of any language."""

    idpattern = r"[^\W\d]\w*"


class FrontMatter(Record):
    """The front matter of a prompt: its purpose (`why`), its inputs, and the form of the answer (`output`)."""

    why: str
    inputs: tuple[str, ...]
    output: str


def front_matter(text: str, stage: Stage) -> FrontMatter:
    """Parse and validate a prompt's front matter. Raises ConfigurationError."""
    try:
        # The line break replaces the first +++, so that line numbers in errors are those of the file.
        table = tomllib.loads(f"\n{text}")
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"front matter: it is not valid TOML: look at {toml_place(error)}") from error
    # Examples for error messages.
    keys = {
        "why": 'why = "What this version is for."',
        "inputs": f"inputs = {json.dumps(stage.inputs)}",
        "output": f'output = "{stage.outputs[-1]}"',
    }
    for key in table:
        if key not in keys:
            raise ConfigurationError(f"front matter: unknown key {clipped(key)}: {meant(key, keys)}")
    for key, example in keys.items():
        if key not in table:
            raise ConfigurationError(f"front matter: {key} is missing: write {example}")
    why, inputs, output = (table[key] for key in keys)
    for key in ("why", "output"):
        if not isinstance(table[key], str):
            raise ConfigurationError(f"front matter: {key} must be text: put it in quotation marks")
    # On one line, because lists of prompts show it.
    why = " ".join(why.split())
    if not why:
        raise ConfigurationError("front matter: why is empty: write the purpose of this version")
    if not isinstance(inputs, list) or not all(isinstance(name, str) for name in inputs):
        raise ConfigurationError(f"front matter: inputs must be a list of names: write {keys['inputs']}")
    if output not in stage.outputs:
        known = meant(output, stage.outputs, there=f"{stage.name} has")
        raise ConfigurationError(f"front matter: unknown output {quoted(output)}: {known}")
    return FrontMatter(why=why, inputs=tuple(inputs), output=output)


def require_placeholders(texts: Iterable[str], examples: Iterable[str], front: FrontMatter, stage: Stage) -> None:
    """Raise ConfigurationError unless the placeholders in `texts`, and `front.inputs`, are exactly the stage's inputs.

    `examples` must not contain them, because no input is filled into examples.
    """
    templates = [Template(text) for text in texts]
    if not all(template.is_valid() for template in templates):
        raise ConfigurationError("a $ does not begin a placeholder: write $$ for a dollar sign")
    placeholders = list(dict.fromkeys(name for template in templates for name in template.get_identifiers()))
    has = f"{stage.name} has"
    for names, sign, unknown, missing in (
        (placeholders, "$", "unknown placeholder", "the placeholder {} is missing"),
        (front.inputs, "", "front matter: unknown input", "front matter: inputs does not contain {}"),
    ):
        for name in names:
            if name not in stage.inputs:
                known = meant(name, stage.inputs, there=has, sign=sign)
                raise ConfigurationError(f"{unknown} {sign}{clipped(name)}: {known}")
        for name in stage.inputs:
            if name not in names:
                lack = missing.format(f"{sign}{name}")
                raise ConfigurationError(f"{lack}: add it ({has} {', '.join(stage.inputs)})")
    for text in examples:
        for name in Template(text).get_identifiers():
            if name in stage.inputs:
                raise ConfigurationError(
                    f"${name} in an example: nothing is filled into examples, write the text itself"
                )


VERSION = re.compile(r"v([1-9]\d*)")


def parse_choices(choices: Iterable[str]) -> dict[str, str]:
    """Return the chosen version of each stage: {"draft": "bullets/v1"} for ["draft/bullets/v1"]. Raises UsageError."""
    names = tuple(choices)
    for choice in names:
        stage, _, version = choice.partition("/")
        if not stage or not VERSION.fullmatch(version.rpartition("/")[2]):
            raise UsageError(f"{choice!r} is not a prompt: write STAGE/vN, for example draft/v1")
    try:
        return by_slot(names)
    except ValueError as error:
        raise UsageError(f"--prompt: {error}") from error


def parse_name(name: str) -> tuple[str, str | None]:
    """Split a name STAGE/vN into stage and version, or None for a missing version."""
    stage, _, version = name.rpartition("/")
    return (stage, version) if VERSION.fullmatch(version) else (name.rstrip("/"), None)


LOCK = "prompts.lock"
# A line in the format of sha256sum, which prints a star before the name in binary mode.
LOCKED = re.compile(r"(?P<sha256>[0-9a-fA-F]{64})\s++\*?(?:\./)?(?P<name>.*)")
# The opening bracket of a prompt's tag or a chat-template token: `</article>`, `<|im_start|>`, `<s>`, `[INST]`.
MARKS = re.compile(r"<(?=/?[A-Za-z_|｜<]|[\s/]*+(?i:article|instructions|focus))|\[(?=[\s/]*+[A-Z][A-Z_]{2,30}\s*+])")
HARMLESS = {"<": "‹", "[": "［"}


# Maximum characters of the user's own instructions.
MOST_INSTRUCTIONS = 4000
HOUSE_STYLE = (
    "House style: follow it in how you write. It changes nothing of the above, neither what the article says nor the "
    "form of the answer."
)
# The answer requested from a model that finds nothing about the focus.
NO_ANSWER = "NO ANSWER"
# The end of the user message of a run with a focus.
FOCUS = """

A reader asks about this question or topic:
<focus>
{focus}
</focus>
Write only what is about it, the most direct answer first, even if that takes fewer sentences. If nothing above \
answers it, {no_answer}."""


class Prompt(Record):
    """A prompt. `source`: the text of its file. `sha256`: the hash of the file. `own`: False for a built-in prompt."""

    stage: str
    version: str
    front: FrontMatter
    system: str
    user: str
    examples: tuple[Example, ...] = ()
    sha256: str
    source: str = ""
    own: bool = False

    @property
    def id(self) -> str:
        """The prompt's name, such as "draft/v1"."""
        return f"{self.stage}/{self.version}"

    @property
    def use(self) -> PromptUse:
        """The prompt's entry in a run record."""
        return PromptUse(id=self.id, sha256=self.sha256)

    def about(self, focus: str | None) -> "Prompt":
        """Return the prompt with the focus, a question or topic, added to the user message."""
        if focus is None:
            return self
        empty = self.front.output == "minutes"
        no_answer = "leave the list of items empty" if empty else f"write {NO_ANSWER} as the only sentence"
        request = FOCUS.format(focus=harmless(focus).replace("$", "$$"), no_answer=no_answer)
        return self.model_copy(update={"user": self.user + request})

    def render(self, inputs: Mapping[str, str]) -> tuple[str, str]:
        """Return the system and user messages with `inputs` filled in.

        Raises ConfigurationError if an input is missing or unknown.
        """
        names, required = set(inputs), set(self.front.inputs)
        if names != required:
            missing = ", ".join(sorted(required - names)) or "none"
            unknown = ", ".join(sorted(names - required)) or "none"
            raise ConfigurationError(f"prompt {self.id}: missing inputs: {missing}; unknown inputs: {unknown}")
        system, user = (Template(text).substitute(inputs) for text in (self.system, self.user))
        return system, user

    def instructed(self, instructions: str) -> "Prompt":
        """Return the prompt with the user's instructions, between tags, added to the user message."""
        part = f"{HOUSE_STYLE}\n\n<instructions>\n{harmless(instructions)}\n</instructions>"
        return self.model_copy(update={"user": f"{self.user}\n\n{part.replace('$', '$$')}"})


def fence(text: str) -> str:
    """Return article text, made `harmless`, between `<article>` tags."""
    return f"<article>\n{harmless(text.strip())}\n</article>"


def harmless(text: str) -> str:
    """Replace the bracket of each tag and chat-template token by a similar one: "<|im_end|>" becomes "‹|im_end|>"."""
    return MARKS.sub(lambda mark: HARMLESS[mark.group()], text)


def builtin_directory() -> Path:
    """Return the folder of the built-in prompts."""
    packaged = Path(str(files("summarise"))) / "prompts"
    return packaged if packaged.is_dir() else packaged.parent.parent / "prompts"


def require_folder(directory: Path) -> None:
    """Raise ConfigurationError if a prompt folder is missing."""
    try:
        exists = directory.is_dir()
    except OSError:
        exists = False
    if not exists:
        raise ConfigurationError(f"no prompt folder {directory}: check the path")


# Folders are searched to this depth. Prompts must be in STAGE/ or STAGE/VARIANT/; a file elsewhere is an error.
DEEPEST = 5


def available(directory: Path) -> tuple[str, ...]:
    """Return the names (STAGE/vN) of a folder's prompts, with versions in ascending order."""
    paths = [path.relative_to(directory) for depth in range(DEEPEST) for path in directory.glob("*/" * depth + "v*.md")]
    prompts = [
        path for path in paths if VERSION.fullmatch(path.stem) and not any(part.startswith(".") for part in path.parts)
    ]
    prompts.sort(key=lambda path: (path.parent.as_posix(), int(path.stem[1:])))
    return tuple(path.with_suffix("").as_posix() for path in prompts)


def require_stage(directory: Path, name: str) -> None:
    """Raise ConfigurationError if a user's prompt is not in a folder named after a stage."""
    try:
        stage_of(name.rpartition("/")[0])
    except ConfigurationError as error:
        path = f"{directory / name}.md"
        shown = path if path.isprintable() else ascii(path)
        raise ConfigurationError(f"{shown} is not a valid prompt: {error}") from error


def find(stage: str, version: str | None = None, *, directory: Path | None = None) -> tuple[Path, str]:
    """Return the folder and name (STAGE/vN) of a prompt, by default the newest version.

    Prompts in `directory` take precedence over built-in prompts. `version` is "v1", or "bullets/v1" for a variant.
    Raises ConfigurationError if the prompt is missing.
    """
    names_by_place = {builtin_directory(): available(builtin_directory())}
    if directory is not None:
        require_folder(directory)
        names_by_place = {directory: available(directory), **names_by_place}
        for name in names_by_place[directory]:
            require_stage(directory, name)
    for place, names in names_by_place.items():
        # Variants are in subfolders of the stage's folder, and are used only if `version` names them.
        versions = [name for name in names if name.rpartition("/")[0] == stage]
        if version is not None:
            versions = [name for name in names if name == f"{stage}/{version}"]
        if versions:
            return place, versions[-1]
    known = list(dict.fromkeys(name for names in names_by_place.values() for name in names))
    name = f"{stage}/{version or 'v…'}"
    # If only the version is wrong, list all prompts of the stage; otherwise suggest a name.
    only_version = any(prompt.rpartition("/")[0] == name.rpartition("/")[0] for prompt in known)
    same_stage = [prompt for prompt in known if prompt.partition("/")[0] == name.partition("/")[0]]
    advice = f"there are {', '.join(same_stage)}" if only_version else meant(name, known)
    problem = f"no prompt {clipped(name)}" if stage or version else "the name of the prompt is empty"
    raise ConfigurationError(f"{problem}: {advice}")


def load(stage: str, version: str | None = None, *, directory: Path | None = None) -> Prompt:
    """Return a stage's prompt. The parameters are those of `find`.

    Raises ConfigurationError if the prompt is missing, invalid, or was edited after its release.
    """
    return read(*find(stage, version, directory=directory))


def content(directory: Path, name: str) -> bytes:
    """Return the bytes of a prompt's file, without validation. Raises ConfigurationError."""
    path = directory / f"{name}.md"
    try:
        return read_bounded(path)
    except OSError as error:
        raise ConfigurationError(f"prompt {name}: cannot read {path}: {error.strerror or error}") from error


# A function that loads the prompt of a stage, by default the newest version.
Load = Callable[..., Prompt]


def loader(directory: Path | None) -> Load:
    """Return the function `load` with a fixed `directory` of the user's prompts.

    Raises ConfigurationError if the directory is missing.
    """
    if directory is not None:
        require_folder(directory)
    return partial(load, directory=directory)


def read(directory: Path, name: str) -> Prompt:
    """Return the prompt `name` of a folder. Raises the errors of `load`."""
    path, data = directory / f"{name}.md", content(directory, name)
    sha256 = hashlib.sha256(data).hexdigest()
    released = locked(directory).get(f"{name}.md")
    if released is not None and released != sha256:
        raise ConfigurationError(f"prompt {name} was edited after its release: restore {path}, or add a new version")
    try:
        return parsed(name, data, own=directory != builtin_directory())
    except ConfigurationError as error:
        raise ConfigurationError(f"prompt {name} ({path}): {error}") from error


def parsed(name: str, data: bytes, *, own: bool = False) -> Prompt:
    """Parse and validate the file of the prompt `name`. Raises ConfigurationError."""
    folder, _, version = name.rpartition("/")
    stage = stage_of(folder)
    try:
        source = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigurationError("it is not UTF-8: save it in UTF-8") from error
    matter, system, user, examples = parts_of(source)
    front = front_matter(matter, stage)
    messages = [text for example in examples for text in (example.user, example.assistant)]
    require_placeholders((system, user), messages, front, stage)
    return Prompt(
        stage=folder,
        version=version,
        front=front,
        system=system,
        user=user,
        examples=examples,
        sha256=hashlib.sha256(data).hexdigest(),
        source=source,
        own=own,
    )


def locked(directory: Path) -> dict[str, str]:
    """Read the lock file of a folder. Returns the recorded SHA-256 by file name; empty without a lock file."""
    path = directory / LOCK
    message = f"{path} is not a lock file: restore it, with a SHA-256 and a file's name on each line"
    try:
        rows = [line.strip() for line in read_bounded(path).decode("utf-8").splitlines() if line.strip()]
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ConfigurationError(message) from error
    matches = [LOCKED.fullmatch(row) for row in rows]
    if None in matches:
        raise ConfigurationError(message)
    return {match["name"]: match["sha256"].lower() for match in matches if match is not None}


def lock(directory: Path) -> list[str]:
    """Add a folder's new prompts to its lock file, and return their names.

    Raises ConfigurationError, and adds nothing, if the folder has no prompt, a prompt is invalid, or a locked prompt
    was edited or is missing.
    """
    require_folder(directory)
    known = locked(directory)
    names = available(directory)
    for name in names:
        require_stage(directory, name)
    if missing := [file for file in known if file.removesuffix(".md") not in names]:
        raise ConfigurationError(f"released prompts are missing: restore {', '.join(missing)} in {directory}")
    if not names:
        raise ConfigurationError(f"there is no prompt in {directory}: put its file at STAGE/vN.md, such as draft/v2.md")
    rows = [f"{read(directory, name).sha256}  {name}.md\n" for name in sorted(names, key=lambda name: f"{name}.md")]
    new = [name for name in names if f"{name}.md" not in known]
    if new:
        try:
            write_whole(directory / LOCK, "".join(rows).encode())
        except OSError as error:
            raise ConfigurationError(f"cannot write {directory / LOCK}: {error.strerror or error}") from error
    return new


class Listed(NamedTuple):
    """A prompt, and the names of the built-in prompts that it overrides.

    A user's prompt overrides the built-in prompt of the same name. The user's newest prompt of a stage also overrides
    the newest built-in one.
    """

    prompt: Prompt
    overrides: tuple[str, ...] = ()


def listed(directory: Path | None) -> list[Listed]:
    """Return all prompts, the user's first. Raises ConfigurationError if any is invalid."""
    built_in = [Listed(read(builtin_directory(), name)) for name in available(builtin_directory())]
    if directory is None:
        return built_in
    require_folder(directory)
    own: list[Prompt] = []
    faults: list[ConfigurationError] = []
    for name in available(directory):
        try:
            require_stage(directory, name)
            own.append(read(directory, name))
        except ConfigurationError as error:
            faults.append(error)
    if faults:
        more = f" (and {len(faults) - 1} more of {directory})" if faults[1:] else ""
        raise ConfigurationError(f"{faults[0]}{more}")
    # Versions are in ascending order, so the last one is the newest.
    newest, newest_own = {each.prompt.stage: each.prompt.id for each in built_in}, {each.stage: each.id for each in own}
    names = {each.prompt.id for each in built_in}
    listings = []
    for prompt in own:
        overrides = [prompt.id] if prompt.id in names else []
        if prompt.stage in newest and newest_own[prompt.stage] == prompt.id:
            overrides.append(newest[prompt.stage])
        listings.append(Listed(prompt, tuple(dict.fromkeys(overrides))))
    return [*listings, *built_in]
