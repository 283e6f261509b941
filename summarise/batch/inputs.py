"""Reads the items of a batch from files, folders, patterns, URLs, tables (JSON, CSV, Parquet) and standard input."""

import csv
import glob
import hashlib
import json
import os
import re
import stat
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from summarise.article import MAX_CHARACTERS
from summarise.article.formats.detect import BEGINNING, FORMATS, byte_order, transcript_of
from summarise.article.text import form_of, most_bytes
from summarise.data import Article, Source, Summary, Url
from summarise.errors import ArticleError, ConfigurationError, TableError, UsageError, machine_error
from summarise.files import read_bounded, real_path

JSON_LINES, JSON_ARRAY, PARQUET = (".jsonl", ".ndjson"), (".json",), (".parquet",)
SEPARATORS = {".csv": ",", ".tsv": "\t"}
SEPARATOR_HINT = ": columns are separated by commas in .csv and by tabs in .tsv"
OTHER_SEPARATOR = re.compile(r"[;,\t|]")
TABLES = (*JSON_LINES, *JSON_ARRAY, *SEPARATORS, *PARQUET)
ARTICLE_COLUMNS = ("text", "path", "url")  # the first one that is not empty in a row is used
# Columns of lists of texts. "sources" is our own name, the others are for retrieved passages in ragas (old and new),
# DeepEval and LangChain. "context" is last, because DeepEval uses it for the expected passages.
CONTEXT_COLUMNS = tuple(
    "sources contexts retrieved_contexts retrieval_context documents source_documents context".split()
)
ID, FOCUS = "id", "focus"
# Columns of the text to check: our own name, and the names in ragas (old and new), DeepEval and LangChain.
SUMMARY_COLUMNS = ("summary", "answer", "response", "actual_output", "result")
BATCH_ROWS = 32  # rows of Parquet read at once
UTF_8_SIG = "utf-8-sig"  # also accepts UTF-8 without a byte order mark
SEARCHED_ROWS = 100  # rows of JSON that are searched for the required columns
MAX_JSON_BYTES = 1 << 30  # size limit of a .json file, which is read into memory


class TableRow(NamedTuple):
    """A row of a table. `number`: its line or row number, from 1. `fields`: its values by column name.

    If the row cannot be read, `fields` is None, `problem` the reason ("is not JSON"), and `raw` its bytes.
    """

    number: int
    fields: Mapping[str, Any] | None
    problem: str = ""
    raw: bytes = b""


def table_rows(path: Path, *, pairs: bool, encoding: str | None = None) -> Iterator[TableRow]:
    """Return an iterator over the rows of a table file: JSON Lines, JSON, CSV, TSV or Parquet, by its suffix.

    `pairs`: also require a summary column. Raises TableError at once if a required column is missing.
    """
    ending, encoding = path.suffix.lower(), encoding or UTF_8_SIG
    try:
        if ending in PARQUET:
            return _parquet(path, pairs=pairs)
        if ending in SEPARATORS:
            rows = _separated(path, SEPARATORS[ending], encoding, pairs=pairs)
        else:
            rows = (_array if ending in JSON_ARRAY else _lines)(path, encoding)
        return _with_columns(rows, str(path), encoding, pairs=pairs)
    except OSError as error:
        raise TableError(f"cannot read {path}: {error.strerror or type(error).__name__}") from None


def _require_columns(columns: Collection[str], name: str, *, pairs: bool) -> None:
    missing = []
    if not {*ARTICLE_COLUMNS, *CONTEXT_COLUMNS} & set(columns):
        missing.append("text, path, url or sources")
    if pairs and not set(SUMMARY_COLUMNS) & set(columns):
        missing.append(SUMMARY_COLUMNS[0])
    if missing:
        names = ", ".join(islice(columns, 20)) or "none"
        hint = SEPARATOR_HINT if len(columns) == 1 and OTHER_SEPARATOR.search(names) else ""
        raise TableError(f"{name} needs a column {' and a column '.join(missing)}; its columns are {names}{hint}")


def _with_columns(rows: Iterator[TableRow], name: str, encoding: str, *, pairs: bool) -> Iterator[TableRow]:
    first_rows: list[TableRow] = []
    columns: dict[str, None] = {}
    try:
        for row in islice(rows, SEARCHED_ROWS):
            first_rows.append(row)
            columns |= dict.fromkeys(row.fields or ())
            with suppress(TableError):
                _require_columns(columns, name, pairs=pairs)
                return chain(first_rows, rows)
    except LookupError:
        raise TableError(f"there is no encoding {encoding!r}: name another --encoding") from None
    if columns:
        _require_columns(columns, name, pairs=pairs)
    elif len(first_rows) == SEARCHED_ROWS:
        raise TableError(f"{name}: none of the first {SEARCHED_ROWS} lines is a JSON object: write one on each line")
    return chain(first_rows, rows)


def _array(path: Path, encoding: str) -> Iterator[TableRow]:
    try:
        rows = json.loads(read_bounded(path, most=MAX_JSON_BYTES).decode(encoding))
    except UnicodeDecodeError:
        raise TableError(f"{path} is not {_encoding_name(encoding)}: name the right --encoding") from None
    except (ValueError, RecursionError) as error:
        place = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise TableError(f"{path}{place} is not JSON: let the name end in .jsonl if each line is an object") from None
    if not isinstance(rows, list) or not any(isinstance(fields, dict) for fields in rows):
        raise TableError(f"{path} is not a JSON array of objects: write an object for each row")
    for number, fields in enumerate(rows, start=1):
        is_object = isinstance(fields, dict)
        yield TableRow(number, fields if is_object else None, "is not a JSON object", repr(fields).encode())


def _lines(path: Path, encoding: str) -> Iterator[TableRow]:
    with path.open("rb") as file:
        yield from _objects(file, encoding)


def _objects(file: BinaryIO, encoding: str) -> Iterator[TableRow]:
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line.decode(encoding))
            problem = "" if isinstance(fields, dict) else "is not a JSON object"
        except UnicodeDecodeError:
            problem = f"is not {_encoding_name(encoding)}"
        except (ValueError, RecursionError):
            problem = "is not JSON"
        yield TableRow(number, None, problem, line) if problem else TableRow(number, fields)


def _encoding_name(encoding: str) -> str:
    return "UTF-8" if encoding == UTF_8_SIG else encoding


def _separated(path: Path, separator: str, encoding: str, *, pairs: bool) -> Iterator[TableRow]:
    # The default limit is too small for an article.
    csv.field_size_limit(sys.maxsize)
    try:
        with path.open(encoding=encoding, newline="") as file:
            reader = csv.DictReader(file, delimiter=separator, strict=True)
            _require_columns(reader.fieldnames or (), str(path), pairs=pairs)
            for fields in reader:
                yield TableRow(reader.line_num, fields)
    except UnicodeDecodeError:
        place = f"{path}, after line {reader.line_num},"
        raise TableError(f"{place} is not {_encoding_name(encoding)}: name the right --encoding") from None
    except csv.Error as error:
        hint = "" if reader.line_num else SEPARATOR_HINT
        raise TableError(f"{path}, line {reader.line_num or 1}: {error}{hint}") from None


def _parquet(path: Path, *, pairs: bool) -> Iterator[TableRow]:
    try:
        import pyarrow as arrow
        import pyarrow.parquet as parquet
    except ImportError:
        raise ConfigurationError(
            f"reading {path} needs pyarrow: pip install 'summarise-checked[tables]', or give JSON Lines or CSV"
        ) from None
    try:
        columns = parquet.read_schema(path).names
    except arrow.ArrowInvalid as error:
        raise TableError(f"cannot read {path} as Parquet: {' '.join(str(error).split())[:200]}") from None
    _require_columns(columns, str(path), pairs=pairs)
    used = [column for column in (ID, FOCUS, *ARTICLE_COLUMNS, *CONTEXT_COLUMNS, *SUMMARY_COLUMNS) if column in columns]

    def rows() -> Iterator[TableRow]:
        number = 0
        with parquet.ParquetFile(path) as table:
            try:
                for batch in table.iter_batches(batch_size=BATCH_ROWS, columns=used):
                    for fields in batch.to_pylist():
                        number += 1
                        yield TableRow(number, fields)
            except (OSError, arrow.ArrowInvalid) as error:
                raise TableError(f"{path}, after row {number}: {' '.join(str(error).split())[:200]}") from None

    return rows()


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a batch: an article to summarise, or a `summary` to check against an article.

    `source`: the article, or several sources; None if there is a `problem`, the reason why the input cannot be used.
    `content`: the SHA-256 of the input (for a URL, of the address). `focus`: None means the focus of the job.
    """

    id: str
    source: Source | tuple[Source, ...] | None = None
    summary: str | Summary | None = None
    problem: str | None = None
    content: str = ""
    focus: str | None = None


def item_of(
    item_id: str,
    source: Source | tuple[Source, ...],
    summary: str | Summary | None = None,
    *,
    max_characters: int = MAX_CHARACTERS,
    focus: str | None = None,
) -> Item:
    """Return an item with the hash of its content.

    A pipe or device is not read: its item has a `problem`. Raises MachineError if memory or file handles run out.
    """
    if isinstance(source, Path) and is_special(source):
        return bad_item(item_id, f"{source} is not a regular file", str(source).encode(*UTF_8))
    parts = [
        *_content_of(source, most_bytes(max_characters)),
        *(() if summary is None else (b"summary", _text_of(summary).encode(*UTF_8))),
        *(() if focus is None else (b"focus", focus.encode(*UTF_8))),
    ]
    return Item(printable(item_id), source, summary, content=_hash(parts), focus=focus)


def bad_item(item_id: str, problem: str, row: bytes) -> Item:
    """Return an item that cannot be used, because of `problem`. `row`: the content to hash."""
    return Item(printable(item_id), problem=printable(problem), content=_hash([b"bad", row]))


UTF_8 = ("utf-8", "surrogatepass")


def _hash(parts: Iterable[bytes]) -> str:
    """Return the SHA-256 of the parts. Each is prefixed with its length, so that ("ab", "c") and ("a", "bc") differ."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def with_unique_ids(items: Iterable[Item]) -> Iterator[Item]:
    """Yield the items with unique ids: a second "a" becomes "a#2"."""
    counts: dict[bytes, int] = {}
    for item in items:
        first, unique_id = id_key(item.id), item.id
        while (key := id_key(unique_id)) in counts:
            counts[first] += 1
            unique_id = f"{item.id}#{counts[first]}"
        counts[key] = 1
        yield item if unique_id == item.id else replace(item, id=unique_id)


def id_key(item_id: str) -> bytes:
    """Return a hash of an id, 16 bytes, to save memory."""
    return hashlib.blake2b(item_id.encode(*UTF_8), digest_size=16).digest()


def printable(text: str) -> str:
    """Return a text with "?" instead of lone surrogates, which occur in undecodable file names."""
    return text.encode("utf-8", "replace").decode()


def is_special(path: Path) -> bool:
    """Return whether a path is a pipe, device or socket."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _content_of(source: Source | tuple[Source, ...], most: int) -> tuple[bytes, ...]:
    if isinstance(source, tuple):
        return (b"sources", *(part for each in source for part in _content_of(each, most)))
    if isinstance(source, Path):
        try:
            if source.stat().st_size > most:
                return b"too large", source.stat().st_size.to_bytes(8, "big")
            with source.open("rb") as file:
                return b"bytes", hashlib.file_digest(file, "sha256").digest()
        except (OSError, ValueError) as error:
            if (of_machine := machine_error(error)) is not None:
                raise of_machine from error
            # The error is reported when the article is read. Once the file is readable, its hash is different.
            return b"unreadable", f"{source}: {getattr(error, 'errno', None)}".encode(*UTF_8)
    if isinstance(source, Url):
        return b"address", source.address.encode(*UTF_8)
    if isinstance(source, Article):
        return b"article", source.model_dump_json(exclude={"sentences"}).encode(*UTF_8)
    return b"text", source.encode(*UTF_8)


def _text_of(summary: str | Summary) -> str:
    return summary.prose if isinstance(summary, Summary) else summary


# suffixes of articles in a folder
ENDINGS = tuple(ending for article_format in FORMATS.values() for ending in article_format.endings)
STDIN = "-"
WILDCARDS = frozenset("*?[")


@dataclass(frozen=True)
class Reading:
    """Options for reading the inputs of a batch.

    `pairs`: each item is an article with a summary to check. `allow_private`: also fetch from private networks.
    `encoding`: of tables. `left_out`: resolved paths to skip in folders and patterns.
    """

    pairs: bool = False
    allow_private: bool = False
    encoding: str | None = None
    left_out: tuple[Path, ...] = ()
    max_characters: int = MAX_CHARACTERS

    def leaves_out(self, path: Path) -> bool:
        """Return whether a path in a folder or pattern is skipped."""
        resolved = real_path(path)
        return any(resolved.is_relative_to(skipped) for skipped in self.left_out)


def read_inputs(names: Sequence[str], reading: Reading) -> Iterator[Item]:
    """Return an iterator over the items of all inputs, with unique ids.

    Files that end in .jsonl, .ndjson, .json, .csv, .tsv or .parquet are tables, and so is "-" (JSON Lines on standard
    input). Folders are read recursively, without hidden files. Ids: for a table row, its column id, else "TABLE:LINE";
    for other items, the path or URL.

    Raises, before the first item: ArticleError if an input is missing, TableError for an invalid table, UsageError if
    `reading.pairs` is set and an input is not a table.
    """
    return with_unique_ids(chain.from_iterable([_items(name, reading) for name in _expanded(names, reading)]))


def count_inputs(names: Sequence[str], reading: Reading) -> int | None:
    """Return the number of items, or None if an input is standard input."""
    if STDIN in names:
        return None
    return sum(_count(Path(name), reading) for name in _expanded(names, reading))


def _count(path: Path, reading: Reading) -> int:
    if path.is_dir():
        return sum(1 for _ in _files(path, reading))
    if not path.is_file() or not _is_table(path, reading):
        return 1
    if path.suffix.lower() in PARQUET:
        import pyarrow.parquet as parquet

        return int(parquet.read_metadata(path).num_rows)
    if path.suffix.lower() in JSON_LINES:
        with path.open("rb") as file:
            return sum(not line.isspace() for line in file)
    return sum(1 for _ in table_rows(path, pairs=False, encoding=reading.encoding))


def _expanded(names: Sequence[str], reading: Reading) -> Iterator[str]:
    """Yield the names; for a pattern, the matching files, or the matching folders if no file matches."""
    for name in names:
        if "://" in name or not WILDCARDS & set(name) or Path(name).exists():
            yield name
            continue
        matching = sorted(glob.glob(name, recursive=True))  # noqa: PTH207 - `Path.glob` takes no absolute pattern
        paths = [f"./{path}" if path == STDIN else path for path in matching if not reading.leaves_out(Path(path))]
        if not paths:
            raise ArticleError(f"no file matches {name}: check the folder and the spelling")
        yield from [path for path in paths if Path(path).is_file()] or paths


def _items(name: str, reading: Reading) -> Iterator[Item]:
    if name == STDIN:
        if sys.stdin is None:
            raise ArticleError("standard input is closed: pipe JSON Lines in, or name a file")
        encoding = reading.encoding or UTF_8_SIG
        rows = _with_columns(_objects(_stdin(), encoding), "standard input", encoding, pairs=reading.pairs)
        return (_of_row(row, f"stdin:{row.number}", Path(), reading) for row in rows)
    if "://" in name:
        _require_no_pairs(name, reading)
        return iter([item_of(name, Url(name, allow_private=reading.allow_private))])
    path = Path(name)
    if path.is_dir():
        _require_no_pairs(name, reading)
        return _of_folder(path, reading)
    if not path.is_file():
        raise ArticleError(f"there is no file or folder {name}: check the spelling")
    if _is_table(path, reading):
        rows = table_rows(path, pairs=reading.pairs, encoding=reading.encoding)
        return (_of_row(row, f"{name}:{row.number}", path.parent, reading) for row in rows)
    _require_no_pairs(name, reading)
    return iter([item_of(name, path, max_characters=reading.max_characters)])


def _require_no_pairs(name: str, reading: Reading) -> None:
    if reading.pairs:
        raise UsageError(f"--pairs needs a table ({', '.join(TABLES)}, or - for JSON Lines), not {name}")


def _stdin() -> BinaryIO:
    """Reopen standard input, because `sys.stdin` cannot be closed while a thread reads from it."""
    try:
        return open(sys.stdin.fileno(), "rb", closefd=False)
    except OSError:
        return sys.stdin.buffer


def _of_folder(folder: Path, reading: Reading) -> Iterator[Item]:
    files = _files(folder, reading)
    first = next(files, None)
    if first is None:
        endings = " ".join((*ENDINGS, ".json (of Whisper)"))
        raise ArticleError(f"the folder {folder} contains no article: name a folder with files that end in {endings}")
    limit = reading.max_characters
    return (item_of(path.as_posix(), path, max_characters=limit) for path in chain([first], files))


def _files(folder: Path, reading: Reading) -> Iterator[Path]:
    for name, folders, files in os.walk(folder):
        here = Path(name)
        folders[:] = sorted(sub for sub in folders if not sub.startswith(".") and not reading.leaves_out(here / sub))
        for file in sorted(files):
            path = here / file
            if file.startswith(".") or is_special(path):
                continue
            if path.suffix.lower() in ENDINGS or _is_transcript(path):
                yield path


def _is_table(path: Path, reading: Reading) -> bool:
    return path.suffix.lower() in TABLES and (reading.pairs or not _is_transcript(path))


def _is_transcript(path: Path) -> bool:
    if path.suffix.lower() not in JSON_ARRAY:
        return False
    with suppress(OSError), path.open("rb") as file:
        start = file.read(BEGINNING)
        if start.lstrip(b"\xef\xbb\xbf\xff\xfe\0\t\r\n ").startswith(b"{"):
            data = start + file.read(MAX_JSON_BYTES)
            return transcript_of(data.decode(byte_order(data) or "utf-8", errors="replace")) == "whisper"
    return False


def _of_row(row: TableRow, place: str, folder: Path, reading: Reading) -> Item:
    if row.fields is None:
        return bad_item(place, f"{place} {row.problem}", row.raw)
    given = row.fields.get(ID)
    item_id = str(given) if isinstance(given, str | int | float) and str(given).strip() else place
    try:
        return _of_fields(item_id, row.fields, folder, reading)
    except TableError as problem:
        return bad_item(item_id, f"{place} {problem}", json.dumps(row.fields, default=str).encode())


def _of_fields(item_id: str, fields: Mapping[str, Any], folder: Path, reading: Reading) -> Item:
    source = _source(fields, folder, reading)
    if reading.pairs:
        return item_of(item_id, source, _summary(fields), max_characters=reading.max_characters)
    focus = fields.get(FOCUS) or None
    if not isinstance(focus, str | None):
        raise TableError(f"has no text in the column {FOCUS}")
    return item_of(item_id, source, max_characters=reading.max_characters, focus=focus)


def _summary(fields: Mapping[str, Any]) -> str:
    columns = [column for column in SUMMARY_COLUMNS if column in fields] or SUMMARY_COLUMNS
    column = next((column for column in columns if str(fields.get(column) or "").strip()), columns[0])
    summary = fields.get(column)
    if not isinstance(summary, str) or not summary.strip():
        raise TableError(f"has no text in the column {column}")
    if (form := form_of(summary)) is not None:
        raise TableError(f"has {form} in the column {column}: give the text of the summary")
    return summary


def _source(fields: Mapping[str, Any], folder: Path, reading: Reading) -> Source | tuple[Source, ...]:
    columns = [column for column in ARTICLE_COLUMNS if fields.get(column) not in (None, "")]
    lists = [column for column in CONTEXT_COLUMNS if isinstance(fields.get(column), list) and fields[column]]
    # A row may contain both passages and the address of a page.
    if lists and (reading.pairs or not columns):
        texts = tuple(map(_passage, fields[lists[0]]))
        for number, text in enumerate(texts, start=1):
            if not text.strip():
                raise TableError(f"has no text in passage {number} of the column {lists[0]}")
        return texts
    if not columns:
        empty = [column for column in (*ARTICLE_COLUMNS, *CONTEXT_COLUMNS) if column in fields]
        raise TableError(f"has nothing in the column {' or '.join(empty or (*ARTICLE_COLUMNS, 'sources'))}")
    column = columns[0]
    value = fields[column]
    if not isinstance(value, str):
        raise TableError(f"has no text in the column {column}")
    if column == "path":
        return folder / value
    if column == "url":
        return Url(value, allow_private=reading.allow_private)
    if (form := form_of(value)) is not None:
        right = "path" if form == "a path" else "url"
        raise TableError(f"has {form} in the column {column}: give it in the column {right}")
    return value


def _passage(given: Any) -> str:
    match given:
        # text, or a document of LangChain or LlamaIndex
        case str(text) | {"page_content": str(text)} | {"kwargs": {"page_content": str(text)}} | {"text": str(text)}:
            return text
        case _:
            return ""
