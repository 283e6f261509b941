"""The items of a batch: files, folders, patterns, addresses, tables, standard input."""

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
    """An article to summarise, or one with the `summary` to check; `problem` says why a row of a table is neither.

    `content` is the SHA-256 of what there is to read: of an address only the address, since nothing is fetched for it.
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
    """Return an item with the hash of its content. A file is read for that, as far as an article may be long.

    A pipe or a device is an item with a problem: reading it might never end. Raises MachineError if the machine, and
    not the file, is the reason why it cannot be read.
    """
    if isinstance(source, Path) and is_special(source):
        return bad_item(item_id, f"{source} is not a regular file", str(source).encode(*UTF_8))
    parts = [
        *_content_of(source, most_bytes(max_characters)),
        *(() if summary is None else (b"summary", _text_of(summary).encode(*UTF_8))),
    ]
    return Item(printable(item_id), source, summary, content=content_hash(parts))


def bad_item(item_id: str, problem: str, row: bytes) -> Item:
    """Return an item for a row that cannot be used."""
    return Item(printable(item_id), problem=printable(problem), content=content_hash([b"bad", row]))


UTF_8 = ("utf-8", "surrogatepass")


def content_hash(parts: Iterable[bytes]) -> str:
    """Return the SHA-256 of some parts, each with its length, so that no two lists have one hash."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def with_own_ids(items: Iterable[Item]) -> Iterator[Item]:
    """Yield items with an id of their own each: the second of an id gets "#2" behind it, or a larger free number."""
    seen: dict[bytes, int] = {}
    for item in items:
        first, own = id_key(item.id), item.id
        while (key := id_key(own)) in seen:
            seen[first] += 1
            own = f"{item.id}#{seen[first]}"
        seen[key] = 1
        yield item if own == item.id else replace(item, id=own)


def id_key(item_id: str) -> bytes:
    """Return an id in 16 bytes, for indexes of many."""
    return hashlib.blake2b(item_id.encode(*UTF_8), digest_size=16).digest()


def printable(text: str) -> str:
    """Return a text that JSON and UTF-8 can hold: names of files may have bytes that are no UTF-8."""
    return text.encode("utf-8", "replace").decode()


def is_special(path: Path) -> bool:
    """Return whether a path leads to a pipe, a device or a socket."""
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
            # Whoever reads it tells what is wrong; a file that can be read later has another hash.
            return b"unreadable", f"{source}: {getattr(error, 'errno', None)}".encode(*UTF_8)
    if isinstance(source, Url):
        return b"address", source.address.encode(*UTF_8)
    if isinstance(source, Article):
        return b"article", source.model_dump_json(exclude={"sentences"}).encode(*UTF_8)
    return b"text", source.encode(*UTF_8)


def _text_of(summary: str | Summary) -> str:
    return summary.prose if isinstance(summary, Summary) else summary


ENDINGS = tuple(ending for one in FORMATS.values() for ending in one.endings)
"""Endings of the files in a folder that are read as articles."""
STDIN = "-"
PATTERN = frozenset("*?[")


@dataclass(frozen=True)
class Reading:
    """How inputs are read: as `pairs` of article and summary or as articles.

    `left_out` are resolved paths, those of the output: they and what is below them are no input, unless named.
    `on_skipped` is called with the path of each pipe, device or socket in a folder.
    """

    pairs: bool = False
    allow_private: bool = False
    encoding: str | None = None
    left_out: tuple[Path, ...] = ()
    max_characters: int = MAX_CHARACTERS
    on_skipped: Callable[[Path], None] = lambda _: None

    def leaves_out(self, path: Path) -> bool:
        """Tell whether a path is left out of folders and patterns."""
        resolved = real_path(path)
        return any(resolved.is_relative_to(one) for one in self.left_out)


def read_inputs(names: Sequence[str], reading: Reading) -> Iterator[Item]:
    """Return the items of some inputs, each id once.

    A file that ends in .jsonl, .ndjson, .csv, .tsv or .parquet is a table, and so is standard input ("-", JSON Lines);
    a folder is read with all below it, what is hidden left out. An id is that of the row, else "TABLE:LINE"; of a file
    its path. Before the first item is taken: ArticleError where an input is not there, TableError for a table that
    cannot be read or lacks a column, UsageError for --pairs of what is no table.
    """
    return with_own_ids(chain.from_iterable([_items(name, reading) for name in names]))


def count_inputs(names: Sequence[str], reading: Reading) -> int | None:
    """Return how many items some inputs have, None where standard input is one of them; raises as `read_inputs`."""
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
    """Return what fits a pattern, without the output: the files, and folders only where there are no files."""
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
    """Return a reader of its own of standard input: `sys.stdin` cannot be closed at exit while a thread waits in it."""
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
    """Yield the articles below a folder in the order of their names, without what is hidden and without the output."""
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
    """Return the article that a row names, or what is wrong with the row."""
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
