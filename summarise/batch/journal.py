"""The journal of a batch: what was done, one line each, and the only place that says so.

A line is appended as a whole and is on disk before anybody is told. The first line says what shapes the results. The
last record of an id counts; what calls took stands in lines of its own, so that ceilings hold over all runs. Of what a
kill left half written, the last line, nothing is kept.

Each line after the first begins with a checksum of the rest. A record that does not match it is ignored, so that its
article is done again. Older journals have no checksums: their records are accepted as they are.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, Self

from summarise.batch.backends import Spent
from summarise.batch.items import Item, id_key
from summarise.batch.jobs import Outcome
from summarise.batch.locks import lock
from summarise.batch.result_settings import Used, changed
from summarise.batch.results import Row
from summarise.batch.unwritten import UnwrittenError, writing
from summarise.errors import UsageError

FORMAT = 1
LONGEST_LINE = 2**30
"""Bytes: no record is as long."""
RESULT = b',"result":'
"""What stands before the result, which is the last field: it is taken out as it is. No JSON text can hold it."""

CHECKED = re.compile(rb'\{"sum":"([0-9a-f]{16})", ')
"""The beginning of a line with its checksum."""


class Kept(NamedTuple):
    """Where the last record of an item is, the hash of what it was made of, and whether it is a result."""

    offset: int
    content: bytes
    fine: bool


class Entry(NamedTuple):
    """A record of the journal: the row, what was shown, and the JSON of the `Result`."""

    row: Row
    shown: str | None
    result: bytes


class Journal:
    """An open journal, which one batch has at a time. `spent` is what earlier runs took.

    `damaged` counts the records that do not match their checksum.

    Open it with `Journal.open`, use it as a context manager, and `begin` before the first record. A file that is still
    empty at the end is removed.
    """

    def __init__(self, path: Path, handle: int, used: Used) -> None:
        self.path = path
        self.spent = Spent()
        self.damaged = 0
        self._handle = handle
        self._used = used
        self._end = 0
        self._kept: dict[bytes, Kept] = {}
        self._checked = False

    @classmethod
    def open(cls, path: Path, used: Used, *, fresh: bool = False) -> "Journal":
        """Open the journal at a path and read it; what is there stays as it is. With `fresh` it is taken as empty.

        UsageError where another batch has it open, where it is none, and where its results were shaped by other
        settings than those that are `used` now. UnwrittenError where it cannot be read or written.
        """
        journal = cls(path, _locked(path), used)
        try:
            with writing(path):
                if not fresh:
                    journal._read()
        except BaseException:
            journal.__exit__()
            raise
        return journal

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        with suppress(OSError):
            if os.fstat(self._handle).st_size == 0:
                self.path.unlink()
        os.close(self._handle)

    def begin(self) -> None:
        """Take away what `open` did not read, and write the first line where there is none; UnwrittenError."""
        with writing(self.path):
            os.ftruncate(self._handle, self._end)
        if not self._end:
            header = {"journal": FORMAT, "checked": True, "used": dict(self._used)}
            self._append(json.dumps(header).encode() + b"\n", durable=True)

    def state_of(self, item: Item) -> str:
        """Return "done", "failed", or "new" for an item, by its id and content."""
        kept = self._kept.get(id_key(item.id))
        if kept is None or kept.content != _short(item.content):
            return "new"
        return "done" if kept.fine else "failed"

    def add(self, outcome: Outcome) -> None:
        """Append what came of an item; it is on disk when this returns. UnwrittenError where it cannot be."""
        assert outcome.row is not None, "what was given up has no record"
        head = {"id": outcome.id, "content": outcome.content, "row": outcome.row.model_dump(mode="json")}
        if outcome.shown is not None:
            head["shown"] = outcome.shown
        line = json.dumps(head).encode()[:-1] + RESULT + outcome.result.encode() + b"}\n"
        offset = self._append(_with_sum(line), durable=True)
        self._kept[id_key(outcome.id)] = Kept(offset, _short(outcome.content), not outcome.row.failed)

    def add_spent(self, spent: Spent) -> None:
        """Append what calls took: it outlives this process."""
        self._append(_with_sum(json.dumps({"spent": spent.model_dump()}).encode() + b"\n"), durable=False)

    def entries(self, first: "Mapping[bytes, None] | None" = None) -> Iterator[Entry]:
        """Yield the last record of each item: those of the id keys in `first`, in that order, then the others."""
        order = [key for key in first or () if key in self._kept]
        seen = first or {}
        order += [key for key in self._kept if key not in seen]
        with self.path.open("rb") as file:
            for key in order:
                file.seek(self._kept[key].offset)
                head, _, result = file.readline().rstrip(b"\n").partition(RESULT)
                fields = json.loads(head + b"}")
                yield Entry(Row(**fields["row"]), fields.get("shown"), result[:-1])

    def _read(self) -> None:
        """Read what is there, up to a line that broke off."""
        header = None
        with os.fdopen(os.dup(self._handle), "rb") as file:
            file.seek(0)
            for line in iter(lambda: file.readline(LONGEST_LINE), b""):
                if not line.endswith(b"\n"):
                    break
                if header is None:
                    header, self._checked = _header(line, self.path)
                else:
                    self._read_record(line)
                self._end += len(line)
        if header is None:
            if self._end != os.fstat(self._handle).st_size and self._not_ours():
                raise UsageError(f"{self.path} is no journal of a batch: name another output, or add --fresh")
            return
        differs = changed(header, json.loads(json.dumps(dict(self._used))))
        if differs:
            raise UsageError(
                f"{self.path} was begun with other settings: {', '.join(differs)}. Add --fresh to do all of it again, "
                "or name another --out"
            )

    def _not_ours(self) -> bool:
        """Tell whether a file without a whole line is something else than a journal whose first line broke off."""
        begins = b'{"journal": '
        os.lseek(self._handle, 0, os.SEEK_SET)
        return not begins.startswith(os.read(self._handle, len(begins)))

    def _read_record(self, line: bytes) -> None:
        if (checked := CHECKED.match(line)) is not None:
            self._checked = True
        if self._checked and (checked is None or _sum(line[checked.end() :]) != checked[1]):
            if b'"spent"' in line[:40]:
                # Without it the ceilings would not hold.
                raise self._damage()
            self.damaged += 1
            return
        head, found, _ = line.partition(RESULT)
        try:
            fields: dict[str, Any] = json.loads(head + b"}" if found else line)
            if "spent" in fields:
                self.spent = self.spent.plus(_spending(fields["spent"]))
                return
            _require_whole(line)
            fine = not Row(**fields["row"]).failed
            self._kept[id_key(fields["id"])] = Kept(self._end, _short(fields["content"]), fine)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise self._damage() from None

    def _damage(self) -> UsageError:
        return UsageError(
            f"{self.path} is damaged at byte {self._end}: add --fresh to do all of it again, or name another --out"
        )

    def _append(self, line: bytes, *, durable: bool) -> int:
        offset = self._end
        try:
            with writing(self.path):
                os.lseek(self._handle, offset, os.SEEK_SET)
                left = memoryview(line)
                while left:
                    left = left[os.write(self._handle, left) :]
                if durable:
                    os.fsync(self._handle)
        except UnwrittenError:
            with suppress(OSError):
                os.ftruncate(self._handle, offset)
            raise
        self._end += len(line)
        return offset


def _header(line: bytes, path: Path) -> tuple[Used, bool]:
    """Return what shapes the results, and whether every record has a checksum."""
    try:
        header = json.loads(line)
        if header["journal"] == FORMAT and isinstance(used := header["used"], dict):
            return used, header.get("checked") is True
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise UsageError(f"{path} is no journal of a batch of this version: name another --out, or add --fresh")


def _locked(path: Path) -> int:
    """Return a handle of a file that nobody else has; UsageError where another batch has it."""
    while True:
        with writing(path):
            handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
        try:
            with writing(path), suppress(FileNotFoundError):
                lock(handle, f"another batch is writing {path}: wait for it, or name another --out")
                if os.path.samestat(os.fstat(handle), path.stat()):
                    return handle
        except BaseException:
            os.close(handle)
            raise
        # Another batch removed its empty journal between the two.
        os.close(handle)


def _with_sum(line: bytes) -> bytes:
    rest = line.removeprefix(b"{")
    return b'{"sum":"' + _sum(rest) + b'", ' + rest


def _sum(rest: bytes) -> bytes:
    return hashlib.sha256(rest).hexdigest()[:16].encode()


def _short(content: str) -> bytes:
    return bytes.fromhex(content)[:16]


def _spending(fields: dict[str, Any]) -> Spent:
    """Return what a record says was spent; ValueError if that is less than nothing."""
    spent = Spent(**fields)
    if min(spent.calls, spent.tokens, spent.cost) < 0:
        raise ValueError("less than nothing was spent")
    return spent


def _require_whole(record: bytes) -> None:
    """Raise ValueError for a record that was cut, as far as that shows without reading the result in it."""
    record.decode()
    if RESULT not in record or not record.endswith(b"}}\n"):
        raise ValueError("a record that was cut")
