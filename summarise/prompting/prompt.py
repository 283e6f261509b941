"""Versioned prompts: lookup, lock file, and rendering."""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Protocol

from summarise.data import Example, PromptUse, Record
from summarise.errors import ConfigurationError, UsageError
from summarise.files import read_bounded, write_whole
from summarise.prompting.validation import FrontMatter, Template, front_matter, parts_of, require_placeholders
from summarise.settings.stages import by_slot, clipped, meant, stage_of

VERSION = re.compile(r"v([1-9]\d*)")


def parse_choices(choices: Iterable[str]) -> dict[str, str]:
    """Return prompts named STAGE/vN or STAGE/VARIANT/vN by slot. Raises UsageError."""
    named = tuple(choices)
    for choice in named:
        stage, _, version = choice.partition("/")
        if not stage or not VERSION.fullmatch(version.rpartition("/")[2]):
            raise UsageError(f"{choice!r} is no prompt: write STAGE/vN, for example draft/v1")
    try:
        return by_slot(named)
    except ValueError as error:
        raise UsageError(f"--prompt: {error}") from error


def parse_name(name: str) -> tuple[str, str | None]:
    """Split STAGE/vN; the version is None if missing."""
    stage, _, version = name.rpartition("/")
    return (stage, version) if VERSION.fullmatch(version) else (name.rstrip("/"), None)


LOCK = "prompts.lock"
# A line of sha256sum; a star before the name means binary mode.
LOCKED = re.compile(r"(?P<sha256>[0-9a-fA-F]{64})\s++\*?(?:\./)?(?P<name>.*)")
# Starts of the prompt's tags and of chat-template tokens: `</article>`, `<|im_start|>`, `<s>`, `[INST]`.
MARKS = re.compile(r"<(?=[|｜/]?[A-Za-z_|｜]|<|\s*+(?:/\s*+)?(?i:article))|\[(?=\s*+(?:/\s*+)?[A-Z][A-Z_]{2,30}\s*+\])")
HARMLESS = {"<": "‹", "[": "［"}


class Load(Protocol):
    """Loads a stage's prompt, by default the newest version."""

    def __call__(self, stage: str, version: str | None = None) -> "Prompt":
        """Return the prompt. Raises ConfigurationError."""
        ...


class Prompt(Record):
    """A prompt. `source` is its file's text, `sha256` the file's hash, `own` true for a user's prompt."""

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
        """The name STAGE/vN."""
        return f"{self.stage}/{self.version}"

    @property
    def use(self) -> PromptUse:
        """The entry in a run record."""
        return PromptUse(id=self.id, sha256=self.sha256)

    def render(self, inputs: Mapping[str, str]) -> tuple[str, str]:
        """Return the system and user messages. Raises ConfigurationError for missing or unknown inputs."""
        given, wanted = set(inputs), set(self.front.inputs)
        if given != wanted:
            lacking = ", ".join(sorted(wanted - given)) or "none"
            unknown = ", ".join(sorted(given - wanted)) or "none"
            raise ConfigurationError(f"prompt {self.id}: missing inputs: {lacking}; unknown inputs: {unknown}")
        system, user = (Template(text).substitute(inputs) for text in (self.system, self.user))
        return system, user


def fence(text: str) -> str:
    """Return article text between `<article>` tags, with tags in it made harmless."""
    return f"<article>\n{harmless(text.strip())}\n</article>"


def harmless(text: str) -> str:
    """Replace brackets of tags and chat-template tokens, which servers would interpret, by similar characters."""
    return MARKS.sub(lambda mark: HARMLESS[mark.group()], text)


def builtin_directory() -> Path:
    """Return the built-in prompts' folder, in the package or in a checkout."""
    packaged = Path(str(files("summarise"))) / "prompts"
    return packaged if packaged.is_dir() else packaged.parent.parent / "prompts"


def require_folder(directory: Path) -> None:
    """Raise ConfigurationError if a prompt folder is missing."""
    if not _is_folder(directory):
        raise ConfigurationError(f"no prompt folder {directory}: name one that exists with --prompt-dir")


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def available(directory: Path) -> tuple[str, ...]:
    """Return a folder's prompts as STAGE/vN, versions in ascending order."""
    found = [
        path.relative_to(directory)
        for path in _below(directory)
        if path.suffix == ".md" and VERSION.fullmatch(path.stem)
    ]
    found.sort(key=lambda path: (path.parent.as_posix(), int(path.stem[1:])))
    return tuple(path.with_suffix("").as_posix() for path in found)


def _below(folder: Path, above: frozenset[str] = frozenset()) -> Iterator[Path]:
    """Yield all visible paths below a folder; links are followed, cycles are not."""
    place = os.path.realpath(folder)
    if place in above:
        return
    try:
        there = sorted(folder.iterdir())
    except OSError:
        return
    for path in there:
        if not path.name.startswith("."):
            yield path
            if _is_folder(path):
                yield from _below(path, above | {place})


def require_stage(directory: Path, name: str) -> None:
    """Raise ConfigurationError if a user's prompt is not in a stage's folder."""
    try:
        stage_of(name.rpartition("/")[0])
    except ConfigurationError as error:
        path = f"{directory / name}.md"
        shown = path if path.isprintable() else ascii(path)
        raise ConfigurationError(f"{shown} is no prompt: {error}") from error


def find(stage: str, version: str | None = None, *, directory: Path | None = None) -> tuple[Path, str]:
    """Return the folder and name (STAGE/vN) of a prompt, by default the newest version.

    Prompts in `directory` precede built-in ones. `version` is "v1", or "bullets/v1" for a variant of the stage.
    Raises ConfigurationError if the prompt is missing.
    """
    places = [builtin_directory()] if directory is None else [directory, builtin_directory()]
    if directory is not None:
        require_folder(directory)
    there = {place: available(place) for place in places}
    for one in there[directory] if directory is not None else ():
        require_stage(places[0], one)
    for place, names in there.items():
        # Variants are in subfolders, and are used only when named.
        versions = [name for name in names if name.rpartition("/")[0] == stage]
        if version is not None and f"{stage}/{version}" in names:
            return place, f"{stage}/{version}"
        if version is None and versions:
            return place, versions[-1]
    known = list(dict.fromkeys(name for names in there.values() for name in names))
    name = f"{stage}/{version or 'v…'}"
    # List all prompts of a known folder; suggest a name for a misspelt one.
    right = any(other.rpartition("/")[0] == name.rpartition("/")[0] for other in known)
    same = [other for other in known if other.partition("/")[0] == name.partition("/")[0]]
    told = f"there are {', '.join(same)}" if right else meant(name, known)
    raise ConfigurationError(f"no prompt {clipped(name)}: {told}")


def load(stage: str, version: str | None = None, *, directory: Path | None = None) -> Prompt:
    """Return the prompt that `find` finds. Raises ConfigurationError also if it is invalid or was edited."""
    return read(*find(stage, version, directory=directory))


def content(directory: Path, name: str) -> bytes:
    """Return a prompt's file unchecked. Raises ConfigurationError."""
    path = directory / f"{name}.md"
    try:
        return read_bounded(path)
    except OSError as error:
        raise ConfigurationError(f"prompt {name}: cannot read {path}: {error.strerror or error}") from error


def loader(directory: Path | None) -> Load:
    """Return `load` for a user's `directory`."""
    return partial(load, directory=directory)


def read(directory: Path, name: str) -> Prompt:
    """Return the prompt `name` of a folder. Raises ConfigurationError if it is invalid or was edited."""
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
        raise ConfigurationError("it is not UTF-8: save it as that") from error
    parts = parts_of(plain(source))
    front = front_matter(parts.front, stage)
    shown = [text for example in parts.examples for text in (example.user, example.assistant)]
    require_placeholders((parts.system, parts.user), shown, front, stage)
    return Prompt(
        stage=folder,
        version=version,
        front=front,
        system=parts.system,
        user=parts.user,
        examples=parts.examples,
        sha256=hashlib.sha256(data).hexdigest(),
        source=source,
        own=own,
    )


def plain(text: str) -> str:
    """Remove a byte order mark, and replace CR LF."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def locked(directory: Path) -> dict[str, str]:
    """Return the SHA-256 of each file in a folder's lock file."""
    path = directory / LOCK
    wrong = f"{path} is no lock file: each line is a SHA-256 and a file's name"
    try:
        rows = [line.strip() for line in read_bounded(path).decode("utf-8").splitlines() if line.strip()]
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ConfigurationError(wrong) from error
    found = [LOCKED.fullmatch(row) for row in rows]
    if None in found:
        raise ConfigurationError(wrong)
    return {row["name"]: row["sha256"].lower() for row in found if row is not None}


def lock(directory: Path) -> list[str]:
    """Lock a folder's new prompts, and return their names.

    Raises ConfigurationError, and locks nothing, if a prompt is invalid, edited or missing.
    """
    require_folder(directory)
    known = locked(directory)
    names = available(directory)
    for name in names:
        require_stage(directory, name)
    if gone := [file for file in known if file.removesuffix(".md") not in names]:
        raise ConfigurationError(f"released prompts are gone: restore {', '.join(gone)} in {directory}")
    rows = [f"{read(directory, name).sha256}  {name}.md\n" for name in sorted(names, key=lambda name: f"{name}.md")]
    new = [name for name in names if f"{name}.md" not in known]
    if new:
        try:
            write_whole(directory / LOCK, "".join(rows).encode())
        except OSError as error:
            raise ConfigurationError(f"cannot write {directory / LOCK}: {error.strerror or error}") from error
    return new


@dataclass(frozen=True)
class Listed:
    """A prompt, and the built-in prompts that it overrides."""

    prompt: Prompt
    overrides: tuple[str, ...] = ()


def listed(directory: Path | None) -> list[Listed]:
    """Return all prompts, the user's first. Raises ConfigurationError if any is invalid."""
    ours = [Listed(read(builtin_directory(), name)) for name in available(builtin_directory())]
    if directory is None:
        return ours
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
    built_in = [one.prompt for one in ours]
    return [*(Listed(prompt, overrides=overridden(prompt, own, built_in)) for prompt in own), *ours]


def overridden(prompt: Prompt, own: Sequence[Prompt], built_in: Sequence[Prompt]) -> tuple[str, ...]:
    """Return the built-in prompts that a user's prompt overrides.

    That of its name; also the newest of its stage, if it is the user's newest.
    """
    # Versions are in ascending order, so the last one is the newest.
    newest, newest_own = ({one.stage: one.id for one in some} for some in (built_in, own))
    same = [one.id for one in built_in if one.id == prompt.id]
    used = [newest[prompt.stage]] if prompt.stage in newest and newest_own[prompt.stage] == prompt.id else []
    return tuple(dict.fromkeys(same + used))
