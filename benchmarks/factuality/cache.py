"""Keeps the facts of articles and claims on disk between runs, so that only the checks are done again.

A kept reading is used only where nothing that could change it has changed: its folder is named after a digest of every
part of the program that takes part in reading a text, of all installed packages and of Python itself. What changes in
`checks/` alone leaves the readings as they are. Does not keep anything that a check found. The files hold texts of the
articles and are pickles: keep them out of the project, and use only a folder that this program wrote.
"""

import ast
import hashlib
import os
import pickle
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import summarise
from benchmarks.factuality.data import article_id
from benchmarks.factuality.watch import replaced
from summarise import api
from summarise.data import Article, Facts
from summarise.facts import extract
from summarise.facts.parser import parser_name

READERS = frozenset({"article", "facts"})
"""The parts of the program that turn a text into facts; what they import takes part too."""
PROJECT = Path(__file__).resolve().parents[2]


class Kept:
    """The readings in one folder: those of one article and its claims at a time, written when the next one begins."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder
        self._known: dict[str, Facts] = {}
        self._article: Facts | None = None
        self._grown = False

    def facts(self, source: str) -> Facts:
        """Return the facts of an article; the claims that are read from now on are its own."""
        self.write()
        article = article_id(source)
        self._path = self._folder / f"{article}.pickle"
        self._known = pickle.loads(self._path.read_bytes()) if self._path.exists() else {}
        self._article = None
        if article not in self._known:
            self._known[article] = api.extract_facts(source)
            self._grown = True
        self._article = self._known[article]
        return self._article

    def extract(self, article: Article, *, rules: bool = False, known: Facts | None = None) -> Facts:
        """Do what `summarise.facts.extract` does, from the kept reading where a claim of the article is read again."""
        if known is None or known is not self._article or rules:
            return extract(article, rules=rules, known=known)
        # The sentences are part of the key, in case the same text is ever split in another way.
        key = hashlib.sha256(article.model_dump_json().encode("utf-8", "surrogatepass")).hexdigest()
        if key not in self._known:
            self._known[key] = extract(article, known=known)
            self._grown = True
        return self._known[key]

    def write(self) -> None:
        """Put what was read anew on disk, at once or not at all."""
        if self._grown:
            temporary = self._path.with_suffix(f".{os.getpid()}")
            temporary.write_bytes(pickle.dumps(self._known, pickle.HIGHEST_PROTOCOL))
            temporary.replace(self._path)
        self._grown = False


@contextmanager
def facts_kept(folder: Path) -> Iterator[Kept]:
    """Let the program read claims through what is kept under `folder`, in this process.

    Enter it where the parser is settled already: readings by rules and by the model are kept apart.
    """
    own = folder / f"{reading_digest()}-{parser_name()}"
    own.mkdir(parents=True, exist_ok=True)
    kept = Kept(own)
    with replaced(extract, kept.extract):
        try:
            yield kept
        finally:
            kept.write()


@cache
def reading_digest() -> str:
    """Return a digest of all that decides how a text is read into facts."""
    root = Path(summarise.__file__).parent
    packages = sorted(f"{each.metadata['Name']} {each.version}" for each in distributions())
    digest = hashlib.sha256("\n".join([sys.version, *packages]).encode())
    for path in files_of(root, imported(imports(root), READERS)):
        digest.update(f"\0{path.relative_to(root)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def files_of(root: Path, parts: frozenset[str]) -> list[Path]:
    """Return every file of some parts of a package, data included and compiled code left out, in order."""
    found = [path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return sorted(path for path in found if _part(path.relative_to(root)) in parts)


def imported(imports: Mapping[str, frozenset[str]], parts: frozenset[str]) -> frozenset[str]:
    """Return the parts that some parts import, directly or through others, and themselves."""
    reached = parts
    while more := frozenset().union(*(imports.get(part, frozenset()) for part in reached)) - reached:
        reached |= more
    return reached


def imports(root: Path) -> dict[str, frozenset[str]]:
    """Return which parts (modules and packages right under `root`) each part of a package imports from it."""
    found: dict[str, set[str]] = {}
    for path in root.rglob("*.py"):
        names = found.setdefault(_part(path.relative_to(root)), set())
        for node in ast.walk(ast.parse(path.read_bytes())):
            names.update(_imported_by(node, root.name))
    # `from package import X` may name a part or something else; the package's own file always belongs.
    return {part: frozenset(names) | {"__init__"} for part, names in found.items() if part != "__init__"}


def _imported_by(node: Any, package: str) -> Iterator[str]:
    modules: list[str] = []
    if isinstance(node, ast.Import):
        modules = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and node.module:
        modules = [f"{node.module}.{alias.name}" for alias in node.names]
    for module in modules:
        first, _, rest = module.partition(".")
        if first == package and rest:
            yield rest.split(".")[0]


def _part(path: Path) -> str:
    return path.parts[0].removesuffix(".py")
