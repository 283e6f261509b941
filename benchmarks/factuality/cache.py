"""Keeps what was read of articles and claims on disk between runs: their facts, and beneath them the parser's tokens.

A kept reading is used only where nothing that could change it has changed. The folder of facts is named after a digest
of every part of the program that takes part in reading a text, that of tokens after a digest of the parser's module,
both with all installed packages and Python itself: what changes in `checks/` alone leaves the facts as they are, and
what changes in the extractors leaves the tokens, which are three quarters of the work. Does not keep anything that a
check found. The files hold texts of the articles and are pickles: keep them out of the project, and use only a folder
that this program wrote.
"""

import ast
import hashlib
import os
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, TypeVar

import summarise
from benchmarks.factuality.data import article_id
from benchmarks.factuality.watch import replaced
from summarise import api
from summarise.data import Article, Facts
from summarise.facts import extract, parser
from summarise.facts.parser import Token, parser_name, read

T = TypeVar("T")
Tokens = tuple[tuple[Token, ...], ...]

READERS = frozenset({"article", "facts"})
"""The parts of the program that turn a text into facts; what they import takes part too."""
PROJECT = Path(__file__).resolve().parents[2]


class Shelf:
    """Values by key, one file for each article, read when first asked for and written when the next one begins."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._path: Path | None = None
        self._values: dict[str, Any] | None = None
        self._grown = False

    def open(self, article: str) -> None:
        """Turn to another article."""
        self.write()
        self._path, self._values = self._folder / f"{article}.pickle", None

    def get(self, text: str, make: Callable[[], T]) -> T:
        """Return what is kept for a text, made now if there is nothing."""
        if self._path is None:
            return make()
        if self._values is None:
            self._values = pickle.loads(self._path.read_bytes()) if self._path.exists() else {}
        key = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        if key not in self._values:
            self._values[key] = make()
            self._grown = True
        found: T = self._values[key]
        return found

    def write(self) -> None:
        """Put what was made on disk, at once or not at all."""
        if self._grown and self._path is not None:
            temporary = self._path.with_suffix(f".{os.getpid()}")
            temporary.write_bytes(pickle.dumps(self._values, pickle.HIGHEST_PROTOCOL))
            temporary.replace(self._path)
        self._grown = False


class Kept:
    """What was read of one article and its claims at a time."""

    def __init__(self, facts: Shelf, tokens: Shelf) -> None:
        self._facts = facts
        self._tokens = tokens
        self._article: Facts | None = None

    def facts(self, source: str) -> Facts:
        """Return the facts of an article; the claims that are read from now on are its own."""
        self._article = None
        self._facts.open(article_id(source))
        self._tokens.open(article_id(source))
        self._article = self._facts.get(source, lambda: api.extract_facts(source))
        return self._article

    def extract(
        self,
        article: Article,
        *,
        rules: bool = False,
        known: Facts | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> Facts:
        """Do what `summarise.facts.extract` does, from what is kept where a claim of the article is read again."""
        if known is None or known is not self._article or rules or more:
            return extract(article, rules=rules, known=known, more=more)
        # The sentences are part of the key, in case the same text is ever split in another way; and no article is JSON.
        return self._facts.get(article.model_dump_json(), lambda: extract(article, known=known))

    def read(self, texts: Sequence[str], *, rules: bool = False) -> Tokens:
        """Do what `summarise.facts.parser.read` does; texts that were read together are kept together."""
        if rules:
            return read(texts, rules=rules)
        return self._tokens.get("\0".join(texts), lambda: read(texts))

    def write(self) -> None:
        """Put what was read anew on disk."""
        self._facts.write()
        self._tokens.write()


@contextmanager
def facts_kept(folder: Path) -> Iterator[Kept]:
    """Let the program read through what is kept under `folder`, in this process.

    Enter it where the parser is settled already: readings by rules and by the model are kept apart.
    """
    facts = Shelf(folder / f"facts-{parser_name()}-{reading_digest()}")
    kept = Kept(facts, Shelf(folder / f"tokens-{parser_name()}-{parser_digest()}"))
    with replaced(extract, kept.extract), replaced(read, kept.read):
        try:
            yield kept
        finally:
            kept.write()


@cache
def parser_digest() -> str:
    """Return a digest of all that decides how a sentence is read into tokens.

    Of the program that is the parser's module alone, which imports nothing from it but names of types.
    """
    return _digest([Path(parser.__file__)])


@cache
def reading_digest() -> str:
    """Return a digest of all that decides how a text is read into facts."""
    root = Path(summarise.__file__).parent
    return _digest(files_of(root, imported(imports(root), READERS)))


def _digest(files: Sequence[Path]) -> str:
    packages = sorted(f"{each.metadata['Name']} {each.version}" for each in distributions())
    digest = hashlib.sha256("\n".join([sys.version, *packages]).encode())
    for path in files:
        digest.update(f"\0{path.relative_to(Path(summarise.__file__).parent)}\0".encode())
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
