"""Writes the output of a batch: JSON Lines, Parquet, or a folder of files. Files are replaced atomically."""

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from summarise.batch.inputs import JSON_LINES, PARQUET, id_key
from summarise.batch.jobs import Row, writing
from summarise.batch.journal import Entry
from summarise.data import OutputFormat
from summarise.errors import UNSUPPORTED, ConfigurationError, UsageError
from summarise.files import replace_whole, replacing, sweep, sweep_beside
from summarise.secrets import without_control

SUFFIXES: dict[OutputFormat, str] = {
    "text": ".txt",
    "explain": ".txt",
    "markdown": ".md",
    "json": ".json",
    "html": ".html",
    "junit": ".xml",
    "sarif": ".sarif",
    "github": ".txt",
}
PACKAGE = "summarise.batch"
MAX_NAME = 80  # characters of an id in a file name
ROWS = 256  # rows of Parquet in memory
MAX_FAILURES = 3  # failed results that the totals contain


@dataclass(frozen=True)
class Output:
    """The output of a batch. `shape` is the format of the files in a folder, or None if the output is one file."""

    path: Path
    shape: OutputFormat | None = None

    @property
    def journal(self) -> Path:
        """The path of the journal."""
        return self.path.with_name(f"{self.path.name}.journal")


@dataclass
class Totals:
    """Totals over all results.

    `passed`: results in which every sentence is supported or accepted. `unsupported`: results with the exit code
    `UNSUPPORTED`. `incomplete`: summaries that lack a part of the article. `faithfulness`: the sum over all results.
    `sentences`: the number of sentences, and of those that are "supported", "repaired", …. `errors`: failures by error
    class. `failures`: the first results that failed.
    """

    done: int = 0
    failed: int = 0
    passed: int = 0
    faithfulness: float = 0.0
    unsupported: int = 0
    incomplete: int = 0
    sentences: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    failures: list[Row] = field(default_factory=list)

    def add(self, row: Row) -> None:
        """Add a result to the totals."""
        if row.error is not None:
            self.failed += 1
            self.errors[row.error] += 1
            if len(self.failures) < MAX_FAILURES:
                self.failures.append(row)
            return
        self.done += 1
        self.passed += bool(row.passed)
        self.faithfulness += row.faithfulness or 0.0
        self.unsupported += row.exit_code == UNSUPPORTED
        self.incomplete += not row.complete
        for name in ("sentences", "supported", "unverified", "contradicted", "repaired", "replaced"):
            self.sentences[name] += getattr(row, name)


def output_of(out: str, shape: OutputFormat | None, *, fresh: bool = False) -> Output:
    """Return the output for a path: a file that ends in .jsonl, .ndjson or .parquet, else a folder.

    Raises UsageError if the path cannot be written, or if it exists without a journal and `fresh` is not set;
    ConfigurationError if Parquet cannot be written.
    """
    if not out or out == "-":
        raise UsageError("--out needs a name: a file that ends in .jsonl or .parquet, or a folder")
    path = Path(out)
    ending = path.suffix.lower()
    if ending in (*JSON_LINES, *PARQUET):
        if shape is not None:
            raise UsageError(f"--format is for a folder of files, not for {out}: name a folder, or leave out --format")
        output = Output(path)
        if path.is_dir():
            raise UsageError(f"{out} is a folder: name a file, or a folder whose name does not end in {ending}")
    elif ending and not path.is_dir() and not out.endswith(("/", os.sep)):
        raise UsageError(f"--out cannot end in {ending}: use .jsonl or .parquet, or write {out}/ for a folder")
    else:
        output = Output(path, shape or "text")
        if path.exists() and not path.is_dir():
            raise UsageError(f"{out} is a file: name a folder, or a file that ends in .jsonl or .parquet")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"there is no folder {path.parent}: make it, or name another --out")
    has_content = path.exists() and (not path.is_dir() or any(path.iterdir()))
    if has_content and not output.journal.exists() and not fresh:
        raise UsageError(f"{out} already exists and is not from a batch: name another --out, or add --fresh")
    if ending in PARQUET:
        try:
            import pyarrow.parquet  # noqa: F401
        except ImportError:
            raise ConfigurationError(
                "writing Parquet needs pyarrow: pip install 'summarise-checked[tables]', or let --out end in .jsonl"
            ) from None
    return output


def write_output(output: Output, entries: Iterable[Entry]) -> Totals:
    """Write all results and return their totals. Raises UnwrittenError."""
    totals = Totals()

    def add_to_totals() -> Iterator[Entry]:
        for entry in entries:
            totals.add(entry.row)
            yield entry

    with writing(output.path):
        _write(output, add_to_totals(), totals)
    return totals


def _write(output: Output, entries: Iterable[Entry], totals: Totals) -> None:
    if output.shape is not None:
        output.path.mkdir(exist_ok=True)
        sweep(output.path)
        _write_listing(output.path / "index.html", _write_files(output.path, output.shape, entries), totals)
        return
    sweep_beside(output.path)
    if output.path.suffix.lower() in PARQUET:
        _write_parquet(output.path, entries)
        return
    with replacing(output.path) as file:
        for entry in entries:
            file.write(entry.result + b"\n")


def file_name(item_id: str, shape: OutputFormat) -> str:
    """Return the file name for an item: its id, with a hash if the id is long, or has capitals or unsafe characters."""
    name = re.sub(r"[^\w.-]+", "_", item_id, flags=re.ASCII).lstrip(".")[:MAX_NAME]
    # With the hash, names also differ on file systems that ignore case. index.html is the list of results.
    is_safe = name == item_id.lower() == item_id and name != "index"
    suffix = "" if is_safe else f"-{id_key(item_id).hex()[:10]}"
    return f"{name}{suffix}{SUFFIXES[shape]}"


def _write_files(folder: Path, shape: OutputFormat, entries: Iterable[Entry]) -> Iterator[tuple[str | None, Row]]:
    for entry in entries:
        if entry.row.failed or entry.shown is None:
            yield None, entry.row
            continue
        name = file_name(entry.row.id, shape)
        data = f"{entry.shown}\n".encode()
        path = folder / name
        if not _has_content(path, data):
            replace_whole(path, data)
        yield name, entry.row


def _write_listing(path: Path, results: Iterator[tuple[str | None, Row]], totals: Totals) -> None:
    """Write the page of results. `totals` is complete only after the last of the `results`."""
    from summarise.report.html import escaping, source_hash

    script = files(PACKAGE).joinpath("listing.js").read_text(encoding="utf-8")
    pieces = (
        escaping(PACKAGE)
        .get_template("listing.html.j2")
        .generate(
            results=((None if name is None else quote(name), row) for name, row in results),
            totals=totals,
            script=script,
            script_hash=source_hash(script),
        )
    )
    with replacing(path) as file:
        file.writelines(without_control(piece).encode() for piece in pieces)


def _has_content(path: Path, data: bytes) -> bool:
    with suppress(OSError):
        return path.stat().st_size == len(data) and path.read_bytes() == data
    return False


def _write_parquet(path: Path, entries: Iterable[Entry]) -> None:
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    types = {"bool": arrow.bool_(), "int": arrow.int64(), "float": arrow.float64(), "str": arrow.string()}
    fields = [(name, types[_type_name(name)]) for name in Row.model_fields]
    schema = arrow.schema([*fields, ("json", arrow.string())])
    with replacing(path) as file, parquet.ParquetWriter(file, schema) as writer:
        rows = []
        for entry in entries:
            rows.append({**entry.row.model_dump(), "json": entry.result.decode()})
            if len(rows) == ROWS:
                writer.write_table(arrow.Table.from_pylist(rows, schema))
                rows = []
        writer.write_table(arrow.Table.from_pylist(rows, schema))


def _type_name(column: str) -> str:
    annotation = Row.model_fields[column].annotation
    return annotation.__name__ if isinstance(annotation, type) else str(annotation).partition(" ")[0]
