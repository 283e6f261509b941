"""Load, verify and render one versioned prompt.

Does not know what a stage does with a prompt, and never edits one: a released version is locked by its hash.

A prompt is `prompts/<stage>/v<n>.md` (variants in folders of their own: `prompts/draft/bullets/v1.md`): TOML
front matter between `+++` lines, then `## system` and `## user` with `$name` placeholders. Between the two may stand
examples, each a question under `## example` and the answer that it should get under `## answer`, without placeholders.
"""

import hashlib
import re
import string
import tomllib
from collections.abc import Mapping
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from summarise.data import Example, PromptUse, Record
from summarise.errors import ConfigurationError, UsageError

LOCK = "prompts.lock"
FILE = re.compile(
    r"\A\+\+\+\n(?P<front>.*?)^\+\+\+\n\s*## system\n(?P<system>.*?)"
    r"(?P<examples>(?:^## example\n.*?^## answer\n.*?)*)^## user\n(?P<user>.*)\Z",
    re.S | re.M,
)
EXAMPLE = re.compile(r"^## example\n(?P<user>.*?)^## answer\n(?P<assistant>.*?)(?=^## example\n|\Z)", re.S | re.M)
VERSION = re.compile(r"v([1-9]\d*)")
FENCE = re.compile(r"<(\s*/?\s*article)", re.I)


class Load(Protocol):
    """What loads the prompt of a stage: the version that is named, else the newest."""

    def __call__(self, stage: str, version: str | None = None) -> "Prompt":
        """Return the prompt; ConfigurationError where there is none such."""
        ...


class FrontMatter(Record):
    """What a prompt says of itself: why this version exists, what it needs, the schema of its answer."""

    why: str
    inputs: tuple[str, ...]
    output: str


class Prompt(Record):
    """One version of one prompt; `source` is its file, `sha256` the hash of that; `own` is one that is not built in."""

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
        """The prompt in words: STAGE/vN."""
        return f"{self.stage}/{self.version}"

    @property
    def use(self) -> PromptUse:
        """What a run record keeps of it."""
        return PromptUse(id=self.id, sha256=self.sha256)

    def render(self, inputs: Mapping[str, str]) -> tuple[str, str]:
        """Fill in the placeholders and return the system and the user message.

        Raises ConfigurationError that names inputs which are missing or which the prompt does not know.
        """
        given, wanted = set(inputs), set(self.front.inputs)
        if given != wanted:
            lacking = ", ".join(sorted(wanted - given)) or "none"
            unknown = ", ".join(sorted(given - wanted)) or "none"
            raise ConfigurationError(f"prompt {self.id}: missing inputs: {lacking}; unknown inputs: {unknown}")
        system, user = (string.Template(text).substitute(inputs) for text in (self.system, self.user))
        return system, user


def fence(text: str) -> str:
    """Wrap article text as data between `<article>` tags; a tag of that name inside it is made harmless."""
    return "<article>\n" + FENCE.sub(r"‹\1", text.strip()) + "\n</article>"


def builtin_directory() -> Path:
    """Return the folder of the prompts that ship: in the package, else beside it in a checkout."""
    packaged = Path(str(files("summarise"))) / "prompts"
    return packaged if packaged.is_dir() else packaged.parent.parent / "prompts"


def require_folder(directory: Path) -> None:
    """Raise ConfigurationError where a folder of prompts is none, or cannot be looked at."""
    try:
        there = directory.is_dir()
    except OSError:
        there = False
    if not there:
        raise ConfigurationError(f"no prompt folder {directory}: name one that exists with --prompt-dir")


def available(directory: Path) -> tuple[str, ...]:
    """List the prompts in a folder as STAGE/vN, versions of a stage in ascending order."""
    found = [path.relative_to(directory) for path in directory.rglob("v*.md") if VERSION.fullmatch(path.stem)]
    found.sort(key=lambda path: (path.parent.as_posix(), int(path.stem[1:])))
    return tuple(path.with_suffix("").as_posix() for path in found)


def load(stage: str, version: str | None = None, *, directory: Path | None = None) -> Prompt:
    """Load one prompt, the newest version unless one is named; the user's `directory` goes before the built-in one.

    `version` is "v1", or "bullets/v1" for a variant of the stage.
    Raises ConfigurationError where there is no such prompt, where it is malformed, and where a released one was edited.
    """
    places = [builtin_directory()] if directory is None else [directory, builtin_directory()]
    if directory is not None:
        require_folder(directory)
    for place in places:
        names = available(place)
        # Variants lie in folders of their own and are used only when named.
        versions = [name for name in names if name.rpartition("/")[0] == stage]
        if version is not None and f"{stage}/{version}" in names:
            return read(place, f"{stage}/{version}")
        if version is None and versions:
            return read(place, versions[-1])
    known = ", ".join(dict.fromkeys(name for place in places for name in available(place)))
    raise ConfigurationError(f"no prompt {stage}/{version or 'v…'}: there are {known}")


def loader(directory: Path | None) -> Load:
    """Return what loads prompts as `load` does, the user's `directory` first."""
    return partial(load, directory=directory)


def read(directory: Path, name: str) -> Prompt:
    """Read and verify the prompt `name` (STAGE/vN) of one folder."""
    path = directory / f"{name}.md"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"prompt {name}: cannot read {path}: {error.strerror or error}") from error
    sha256 = hashlib.sha256(data).hexdigest()
    released = locked(directory).get(f"{name}.md")
    if released is not None and released != sha256:
        raise ConfigurationError(f"prompt {name} was edited after its release: restore {path}, or add a new version")
    return parsed(name, data, own=directory != builtin_directory())


def parsed(name: str, data: bytes, *, own: bool = False) -> Prompt:
    """Return the prompt `name` (STAGE/vN) that a file holds; `own` is one of the user's."""
    try:
        parts = FILE.match(data.decode("utf-8"))
        if parts is None:
            raise ConfigurationError(f"prompt {name}: needs front matter between +++ lines, then ## system, ## user")
        front = FrontMatter.model_validate(tomllib.loads(parts["front"]))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"prompt {name}: {error}") from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise ConfigurationError(f"prompt {name}: front matter: {faults}") from error
    stage, _, version = name.rpartition("/")
    prompt = Prompt(
        stage=stage,
        version=version,
        front=front,
        system=parts["system"].strip(),
        user=parts["user"].strip(),
        examples=tuple(
            Example(user=found["user"].strip(), assistant=found["assistant"].strip())
            for found in EXAMPLE.finditer(parts["examples"])
        ),
        sha256=hashlib.sha256(data).hexdigest(),
        source=data.decode("utf-8"),
        own=own,
    )
    texts = [string.Template(text) for text in (prompt.system, prompt.user)]
    if not all(text.is_valid() for text in texts):
        raise ConfigurationError(f"prompt {prompt.id}: a $ that begins no placeholder: write $$ for a dollar sign")
    placeholders = {name for text in texts for name in text.get_identifiers()}
    if placeholders != set(front.inputs):
        odd = ", ".join(sorted(placeholders ^ set(front.inputs)))
        raise ConfigurationError(f"prompt {prompt.id}: placeholders and `inputs` differ in: {odd}")
    return prompt


def locked(directory: Path) -> dict[str, str]:
    """Read the lock file of a folder: file name → SHA-256; empty where there is none."""
    path = directory / LOCK
    if not path.is_file():
        return {}
    try:
        rows = [line.split(maxsplit=1) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return {name.strip(): sha256 for sha256, name in rows}
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path} is no lock file: each line is a SHA-256 and a file's name") from error


def parse_choice(choice: str) -> tuple[str, str]:
    """Split STAGE/vN (or STAGE/VARIANT/vN) as given on the command line into stage and version."""
    stage, _, version = choice.partition("/")
    if not stage or not VERSION.fullmatch(version.rpartition("/")[2]):
        raise UsageError(f"{choice!r} is no prompt: write STAGE/vN, for example draft/v1")
    return stage, version
