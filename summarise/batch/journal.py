"""The journal of a batch: what was done, one line each, and the only place that says so.

A line is appended as a whole and is on disk before anybody is told. The first line says what shapes the results. The
last record of an id counts; what calls took stands in lines of its own, so that ceilings hold over all runs. Of what a
kill left half written, the last line, nothing is kept.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, Self

from summarise.batch.backends import Spent
from summarise.batch.items import Item, id_key
from summarise.batch.jobs import Outcome
from summarise.batch.result_settings import Used, changed
from summarise.batch.results import Row
from summarise.errors import UsageError

FORMAT = 1
RESULT = b',"result":'
"""What stands before the result, which is the last field: it is taken out as it is. No JSON text can hold it."""


class JournalError(Exception):
    """The journal cannot be read or written: a full disk, say."""


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

    Open it with `Journal.open`, use it as a context manager.
    """

    def __init__(self, path: Path, handle: int) -> None:
        self.path = path
        self.spent = Spent()
        self._handle = handle
        self._end = 0
        self._kept: dict[bytes, Kept] = {}

    @classmethod
    def open(cls, path: Path, used: Used, *, fresh: bool = False) -> "Journal":
        """Open the journal at a path, and make it where there is none; with `fresh` begin it anew.

        UsageError where another batch has it open, where it is none, and where its results were shaped by other
        settings than those that are `used` now. JournalError where it cannot be read or written.
        """
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
        except OSError as error:
            raise JournalError(f"cannot write {path}: {error.strerror or type(error).__name__}") from None
        journal = cls(path, handle)
        try:
            _lock(handle, path)
            if fresh:
                os.ftruncate(handle, 0)
            journal._begin(used)
        except OSError as error:
            os.close(handle)
            raise JournalError(f"cannot use {path}: {error.strerror or type(error).__name__}") from None
        except BaseException:
            os.close(handle)
            raise
        return journal

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        os.close(self._handle)

    def __len__(self) -> int:
        return len(self._kept)

    def state_of(self, item: Item) -> str:
        """Return "done", "failed", or "new" for an item, by its id and content."""
        kept = self._kept.get(id_key(item.id))
        if kept is None or kept.content != _short(item.content):
            return "new"
        return "done" if kept.fine else "failed"

    def add(self, outcome: Outcome) -> None:
        """Append what came of an item; it is on disk when this returns. JournalError where it cannot be."""
        assert outcome.row is not None, "what was given up has no record"
        head = {"id": outcome.id, "content": outcome.content, "row": outcome.row.model_dump(mode="json")}
        if outcome.shown is not None:
            head["shown"] = outcome.shown
        line = json.dumps(head).encode()[:-1] + RESULT + outcome.result.encode() + b"}\n"
        offset = self._append(line, durable=True)
        self._kept[id_key(outcome.id)] = Kept(offset, _short(outcome.content), not outcome.row.failed)

    def add_spent(self, spent: Spent) -> None:
        """Append what calls took: it outlives this process."""
        self._append(json.dumps({"spent": spent.model_dump()}).encode() + b"\n", durable=False)

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

    def _begin(self, used: Used) -> None:
        """Read what is there, or write the first line."""
        header = None
        with os.fdopen(os.dup(self._handle), "rb") as file:
            file.seek(0)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                if header is None:
                    header = _header(line, self.path)
                else:
                    self._read(line)
                self._end += len(line)
        if header is None:
            if self._end != os.fstat(self._handle).st_size and self._not_ours():
                raise UsageError(f"{self.path} is no journal of a batch: name another output, or add --fresh")
            os.ftruncate(self._handle, 0)
            self._end = 0
            self._append(json.dumps({"journal": FORMAT, "used": dict(used)}).encode() + b"\n", durable=True)
            return
        os.ftruncate(self._handle, self._end)
        differs = changed(header, json.loads(json.dumps(dict(used))))
        if differs:
            raise UsageError(
                f"{self.path} was begun with other settings: {', '.join(differs)}. Add --fresh to do all of it anew, "
                "or name another --out"
            )

    def _not_ours(self) -> bool:
        """Tell whether a file without a whole line is something else than a journal whose first line broke off."""
        begins = b'{"journal": '
        os.lseek(self._handle, 0, os.SEEK_SET)
        return not begins.startswith(os.read(self._handle, len(begins)))

    def _read(self, line: bytes) -> None:
        head, found, _ = line.partition(RESULT)
        try:
            fields: dict[str, Any] = json.loads(head + b"}" if found else line)
            if "spent" in fields:
                self.spent = self.spent.plus(Spent(**fields["spent"]))
                return
            fine = fields["row"]["error"] is None
            self._kept[id_key(fields["id"])] = Kept(self._end, _short(fields["content"]), fine)
        except (ValueError, KeyError, TypeError):
            raise UsageError(
                f"{self.path} is damaged at byte {self._end}: add --fresh to do all of it anew, or name another --out"
            ) from None

    def _append(self, line: bytes, *, durable: bool) -> int:
        offset = self._end
        try:
            os.lseek(self._handle, offset, os.SEEK_SET)
            left = memoryview(line)
            while left:
                left = left[os.write(self._handle, left) :]
            if durable:
                os.fsync(self._handle)
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(self._handle, offset)
            raise JournalError(f"cannot write {self.path}: {error.strerror or type(error).__name__}") from None
        self._end += len(line)
        return offset


def _header(line: bytes, path: Path) -> Used:
    try:
        header = json.loads(line)
        if header["journal"] == FORMAT:
            used: Used = header["used"]
            return used
    except (ValueError, KeyError, TypeError):
        pass
    raise UsageError(f"{path} is no journal of a batch of this version: name another --out, or add --fresh")


def _lock(handle: int, path: Path) -> None:
    """Keep others out until the handle is closed, or this process ends, where the system can do that."""
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UsageError(f"another batch is writing {path}: wait for it, or name another --out") from None


def _short(content: str) -> bytes:
    return bytes.fromhex(content)[:16]
