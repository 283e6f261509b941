"""Items of a batch, from files, folders, patterns, URLs, tables and standard input."""

import glob
import hashlib
import json
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from summarise.article import MAX_CHARACTERS
from summarise.article.files import most_bytes
from summarise.article.formats.detect import FORMATS
from summarise.article.text import form_of
from summarise.batch.tables import ARTICLE_COLUMNS, ID, SUMMARY, TABLES, TableRow, count_rows, json_lines, table_rows
from summarise.data import Article, Source, Summary, Url
from summarise.errors import ArticleError, UsageError, machine_error
from summarise.files import real_path


@dataclass(frozen=True, slots=True)
class Item:
    """An article to summarise, or to check a `summary` against.

    `content` is the SHA-256 of the input, for a URL only of the address: nothing is fetched.
    """

    id: str
    source: Source | None = None
    summary: str | Summary | None = None
    problem: str | None = None
    content: str = ""


def item_of(
    item_id: str,
    source: Source,
    summary: str | Summary | None = None,
    *,
    max_characters: int = MAX_CHARACTERS,
) -> Item:
    """Return an item with the hash of its content.

    A pipe or device becomes a bad item, because reading it might never end. Raises MachineError.
    """
    if isinstance(source, Path) and is_special(source):
        return bad_item(item_id, f"{source} is not a regular file", str(source).encode(*UTF_8))
    parts = [
        *_content_of(source, most_bytes(max_characters)),
        *(() if summary is None else (b"summary", _text_of(summary).encode(*UTF_8))),
    ]
    return Item(printable(item_id), source, summary, content=content_hash(parts))


def bad_item(item_id: str, problem: str, row: bytes) -> Item:
    """Return an item that cannot be used."""
    return Item(printable(item_id), problem=printable(problem), content=content_hash([b"bad", row]))


UTF_8 = ("utf-8", "surrogatepass")


def content_hash(parts: Iterable[bytes]) -> str:
    """Return the SHA-256 of the length-prefixed parts."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def with_own_ids(items: Iterable[Item]) -> Iterator[Item]:
    """Yield items with unique ids; a repeated id gets "#2", "#3", …."""
    seen: dict[bytes, int] = {}
    for item in items:
        first, own = id_key(item.id), item.id
        while (key := id_key(own)) in seen:
            seen[first] += 1
            own = f"{item.id}#{seen[first]}"
        seen[key] = 1
        yield item if own == item.id else replace(item, id=own)


def id_key(item_id: str) -> bytes:
    """Return a 16-byte hash of an id."""
    return hashlib.blake2b(item_id.encode(*UTF_8), digest_size=16).digest()


def printable(text: str) -> str:
    """Replace surrogates, which come from undecodable file names."""
    return text.encode("utf-8", "replace").decode()


def is_special(path: Path) -> bool:
    """Return whether a path is a pipe, device or socket."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _content_of(source: Source, most: int) -> tuple[bytes, bytes]:
    if isinstance(source, Path):
        try:
            if source.stat().st_size > most:
                return b"too large", source.stat().st_size.to_bytes(8, "big")
            with source.open("rb") as file:
                return b"bytes", hashlib.file_digest(file, "sha256").digest()
        except (OSError, ValueError) as error:
            if (lacking := machine_error(error)) is not None:
                raise lacking from error
            # The reader reports the error. Once the file is readable, its hash is different.
            return b"unreadable", f"{source}: {getattr(error, 'errno', None)}".encode(*UTF_8)
    if isinstance(source, Url):
        return b"address", source.address.encode(*UTF_8)
    if isinstance(source, Article):
        return b"article", source.model_dump_json(exclude={"sentences"}).encode(*UTF_8)
    return b"text", source.encode(*UTF_8)


def _text_of(summary: str | Summary) -> str:
    return summary.prose if isinstance(summary, Summary) else summary


# suffixes of the files in a folder that are articles
ENDINGS = tuple(ending for one in FORMATS.values() for ending in one.endings)
STDIN = "-"
PATTERN = frozenset("*?[")


@dataclass(frozen=True)
class Reading:
    """How inputs are read.

    Folders and patterns skip `left_out` (resolved paths). `on_skipped` receives each pipe, device or socket in a
    folder.
    """

    pairs: bool = False
    allow_private: bool = False
    encoding: str | None = None
    left_out: tuple[Path, ...] = ()
    max_characters: int = MAX_CHARACTERS
    on_skipped: Callable[[Path], None] = lambda _: None

    def leaves_out(self, path: Path) -> bool:
        """Return whether folders and patterns skip a path."""
        resolved = real_path(path)
        return any(resolved.is_relative_to(one) for one in self.left_out)


def read_inputs(names: Sequence[str], reading: Reading) -> Iterator[Item]:
    """Return the items of the inputs, with unique ids.

    .jsonl, .ndjson, .csv, .tsv and .parquet files are tables, and so is "-" (JSON Lines on standard input). Folders are
    read recursively, without hidden files. The id is that of the row, "TABLE:LINE" or the path.

    Raises at once: ArticleError if an input is missing, TableError for an invalid table, UsageError for `pairs` without
    a table.
    """
    return with_own_ids(chain.from_iterable([_items(name, reading) for name in names]))


def count_inputs(names: Sequence[str], reading: Reading) -> int | None:
    """Return the number of items; None for standard input."""
    counts = [_count(name, reading) for name in names]
    return None if None in counts else sum(count for count in counts if count is not None)


def _count(name: str, reading: Reading) -> int | None:
    path = Path(name)
    if name == STDIN:
        return None
    if path.is_dir():
        return sum(not is_special(file) for file in _files(path, reading))
    if path.is_file() and path.suffix.lower() in TABLES:
        return count_rows(path, encoding=reading.encoding)
    if PATTERN & set(name) and "://" not in name and not path.exists():
        return count_inputs(_matching(name, reading), reading)
    return 1


def _matching(pattern: str, reading: Reading) -> list[str]:
    """Return matching files, or folders if no file matches."""
    fitting = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 - paths glob no absolute pattern
    found = [f"./{one}" if one == STDIN else one for one in fitting if not reading.leaves_out(Path(one))]
    return [one for one in found if Path(one).is_file()] or found


def _items(name: str, reading: Reading) -> Iterator[Item]:
    path = Path(name)
    if name == STDIN:
        if sys.stdin is None:
            raise ArticleError("standard input is closed: pipe JSON Lines in, or name a file")
        rows = json_lines(_stdin(), "standard input", pairs=reading.pairs, encoding=reading.encoding)
        return _of_table(rows, "stdin", Path(), reading)
    if "://" in name:
        _require_no_pairs(name, reading)
        return iter([item_of(name, Url(name, allow_private=reading.allow_private))])
    if path.is_dir():
        _require_no_pairs(name, reading)
        return _of_folder(path, reading)
    if path.is_file():
        if path.suffix.lower() in TABLES:
            rows = table_rows(path, pairs=reading.pairs, encoding=reading.encoding)
            return _of_table(rows, name, path.parent, reading)
        _require_no_pairs(name, reading)
        return iter([item_of(name, path, max_characters=reading.max_characters)])
    if PATTERN & set(name):
        found = _matching(name, reading)
        if not found:
            raise ArticleError(f"no file fits the pattern {name}")
        return chain.from_iterable([_items(one, reading) for one in found])
    raise ArticleError(f"there is no file or folder {name}")


def _stdin() -> BinaryIO:
    """Reopen standard input: `sys.stdin` cannot be closed while a thread reads it."""
    try:
        return open(sys.stdin.fileno(), "rb", closefd=False)
    except OSError:
        return sys.stdin.buffer


def _require_no_pairs(name: str, reading: Reading) -> None:
    if reading.pairs:
        raise UsageError(f"--pairs needs a table ({', '.join(TABLES)}, or - for JSON Lines), and {name} is none")


def _of_folder(folder: Path, reading: Reading) -> Iterator[Item]:
    files = _regular(_files(folder, reading), reading)
    first = next(files, None)
    if first is None:
        endings = " ".join(ENDINGS)
        raise ArticleError(f"no article is in the folder {folder}: files with these endings are read: {endings}")
    most = reading.max_characters
    return (item_of(path.as_posix(), path, max_characters=most) for path in chain([first], files))


def _regular(files: Iterator[Path], reading: Reading) -> Iterator[Path]:
    for path in files:
        if is_special(path):
            reading.on_skipped(path)
        else:
            yield path


def _files(folder: Path, reading: Reading) -> Iterator[Path]:
    for name, folders, files in os.walk(folder):
        here = Path(name)
        folders[:] = sorted(one for one in folders if not one.startswith(".") and not reading.leaves_out(here / one))
        for file in sorted(files):
            if not file.startswith(".") and Path(file).suffix.lower() in ENDINGS:
                yield here / file


def _of_table(rows: Iterator[TableRow], name: str, folder: Path, reading: Reading) -> Iterator[Item]:
    return (_of_row(row, f"{name}:{row.number}", folder, reading) for row in rows)


def _of_row(row: TableRow, place: str, folder: Path, reading: Reading) -> Item:
    if row.fields is None:
        return bad_item(place, f"{place} {row.problem}", row.raw)
    given = row.fields.get(ID)
    item_id = str(given) if isinstance(given, str | int | float) and str(given).strip() else place
    source, problem = _source(row.fields, folder, reading)
    summary = row.fields.get(SUMMARY) if reading.pairs else None
    if problem is None and reading.pairs and not (isinstance(summary, str) and summary.strip()):
        problem = f"has no text in the column {SUMMARY}"
    elif problem is None and isinstance(summary, str) and (form := form_of(summary)) is not None:
        problem = f"has {form} in the column {SUMMARY}, which takes the summary's text"
    if problem is not None or source is None:
        return bad_item(item_id, f"{place} {problem}", json.dumps(row.fields, default=str).encode())
    return item_of(item_id, source, summary, max_characters=reading.max_characters)


def _source(fields: Mapping[str, Any], folder: Path, reading: Reading) -> tuple[Source | None, str | None]:
    columns = [column for column in ARTICLE_COLUMNS if fields.get(column) not in (None, "")]
    if not columns:
        there = [column for column in ARTICLE_COLUMNS if column in fields]
        return None, f"has nothing in the column {' or '.join(there or ARTICLE_COLUMNS)}"
    column = columns[0]
    value = fields[column]
    if not isinstance(value, str):
        return None, f"has no text in the column {column}"
    if column == "path":
        return folder / value, None
    if column == "url":
        return Url(value, allow_private=reading.allow_private), None
    if (form := form_of(value)) is not None:
        own = "path" if form == "a path" else "url"
        return None, f"has {form} in the column {column}: give it in the column {own}"
    return value, None
