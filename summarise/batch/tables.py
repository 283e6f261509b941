"""Rows of input tables: JSON Lines, CSV and Parquet."""

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from summarise.errors import ConfigurationError, TableError

JSON_LINES, PARQUET = (".jsonl", ".ndjson"), (".parquet",)
SEPARATORS = {".csv": ",", ".tsv": "\t"}
TABLES = (*JSON_LINES, *SEPARATORS, *PARQUET)
ARTICLE_COLUMNS = ("text", "path", "url")  # the first filled one is used
ID, SUMMARY = "id", "summary"
BATCH_ROWS = 32  # rows of Parquet in memory
UTF_8 = "utf-8-sig"  # also accepts UTF-8 without a byte order mark
LOOKED_AT = 100  # lines searched for the first JSON object, whose fields are the columns


class TableRow(NamedTuple):
    """A row and its line or row number from 1. `fields` is None if it is unreadable."""

    number: int
    fields: Mapping[str, Any] | None
    problem: str = ""
    raw: bytes = b""


def table_rows(path: Path, *, pairs: bool, encoding: str | None = None) -> Iterator[TableRow]:
    """Return the rows of a table. Raises TableError at once if a column is missing."""
    ending, encoding = path.suffix.lower(), encoding or UTF_8
    try:
        if ending in PARQUET:
            return _parquet(path, pairs=pairs)
        if ending in SEPARATORS:
            with _separated(path, SEPARATORS[ending], encoding) as reader:
                require_columns(reader.fieldnames or (), str(path), pairs=pairs)
            return _separated_rows(path, SEPARATORS[ending], encoding)
        with path.open("rb") as file:
            _require_first(_objects(file, encoding), str(path), pairs=pairs)
    except OSError as error:
        raise TableError(f"cannot read {path}: {error.strerror or type(error).__name__}") from None
    return _object_rows(path, encoding)


def count_rows(path: Path, *, encoding: str | None = None) -> int:
    """Count the rows of a table."""
    if path.suffix.lower() in PARQUET:
        import pyarrow.parquet as parquet

        return int(parquet.read_metadata(path).num_rows)
    if path.suffix.lower() in JSON_LINES:
        with path.open("rb") as file:
            return sum(not line.isspace() for line in file)
    return sum(1 for _ in table_rows(path, pairs=False, encoding=encoding))


def require_columns(there: Iterable[str], name: str, *, pairs: bool) -> None:
    """Raise TableError if a required column is missing."""
    columns = list(there)
    missing = []
    if not set(ARTICLE_COLUMNS) & set(columns):
        missing.append("text, path or url")
    if pairs and SUMMARY not in columns:
        missing.append(SUMMARY)
    if missing:
        told = ", ".join(columns[:20]) or "none"
        raise TableError(f"{name} needs a column {' and a column '.join(missing)}; its columns are {told}")


def json_lines(file: BinaryIO, name: str, *, pairs: bool, encoding: str | None = None) -> Iterator[TableRow]:
    """Return the rows of JSON Lines. Raises TableError if a column is missing."""
    rows = _objects(file, encoding or UTF_8)
    return chain(_require_first(rows, name, pairs=pairs), rows)


def _require_first(rows: Iterator[TableRow], name: str, *, pairs: bool) -> list[TableRow]:
    looked_at: list[TableRow] = []
    for row in rows:
        looked_at.append(row)
        if row.fields is not None:
            require_columns(row.fields, name, pairs=pairs)
            break
        if len(looked_at) == LOOKED_AT:
            raise TableError(f"{name}: none of the first {LOOKED_AT} lines is a JSON object")
    return looked_at


def _object_rows(path: Path, encoding: str) -> Iterator[TableRow]:
    with path.open("rb") as file:
        yield from _objects(file, encoding)


def _objects(file: BinaryIO, encoding: str) -> Iterator[TableRow]:
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line.decode(encoding))
        except UnicodeDecodeError:
            yield TableRow(number, None, f"is not {_shown(encoding)}", line)
        except (ValueError, RecursionError):
            yield TableRow(number, None, "is no JSON", line)
        except LookupError:
            raise TableError(f"there is no encoding {encoding!r}") from None
        else:
            if isinstance(fields, dict):
                yield TableRow(number, fields)
            else:
                yield TableRow(number, None, "is no JSON object", line)


def _shown(encoding: str) -> str:
    return "UTF-8" if encoding == UTF_8 else encoding


@contextmanager
def _separated(path: Path, separator: str, encoding: str) -> Iterator["csv.DictReader[str]"]:
    # The default limit is too small for an article; it can only be set for the whole process.
    csv.field_size_limit(sys.maxsize)
    number = 0
    try:
        with path.open(encoding=encoding, newline="") as file:
            reader = csv.DictReader(file, delimiter=separator, strict=True)
            try:
                yield reader
            finally:
                number = reader.line_num
    except LookupError:
        raise TableError(f"there is no encoding {encoding!r}") from None
    except UnicodeDecodeError:
        raise TableError(f"{path}, after line {number}: is not {_shown(encoding)}: name the right --encoding") from None
    except csv.Error as error:
        raise TableError(f"{path}, line {number}: {error}") from None


def _separated_rows(path: Path, separator: str, encoding: str) -> Iterator[TableRow]:
    with _separated(path, separator, encoding) as reader:
        for fields in reader:
            yield TableRow(reader.line_num, fields)


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
    require_columns(columns, str(path), pairs=pairs)
    wanted = [column for column in (ID, *ARTICLE_COLUMNS, SUMMARY) if column in columns]

    def rows() -> Iterator[TableRow]:
        number = 0
        with parquet.ParquetFile(path) as table:
            try:
                for batch in table.iter_batches(batch_size=BATCH_ROWS, columns=wanted):
                    for fields in batch.to_pylist():
                        number += 1
                        yield TableRow(number, fields)
            except (OSError, arrow.ArrowInvalid) as error:
                raise TableError(f"{path}, after row {number}: {' '.join(str(error).split())[:200]}") from None

    return rows()
