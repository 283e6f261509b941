"""Reads and writes the journal of a batch: its settings, a line for each finished item, and the spending."""

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, Self

from pydantic_core import to_json

from summarise.batch.inputs import Item, id_key
from summarise.batch.jobs import Job, Outcome, Row, Spent, UnwrittenError, writing
from summarise.checks.entailment.model import read_layout
from summarise.checks.entailment.reader import folder_of
from summarise.checks.verdict import parameters_in
from summarise.errors import UsageError
from summarise.pipeline.run import prompt_of
from summarise.settings.model import STAGES, Settings
from summarise.version import __version__

START_AGAIN = "name another output, or start again (on the command line --fresh)"
# settings as JSON values, by name
Used = dict[str, Any]
# settings that do not affect the results: access, speed and spending
NO_EFFECT = frozenset(
    "api_key api_keys key_commands headers max_calls max_tokens_total max_cost concurrency connect_timeout "
    "read_timeout total_timeout max_attempts ca_bundle client_cert client_key proxy cache cache_dir "
    "max_answer_bytes entailment_threads".split()
)
# settings that `settings_used` records by their effect, such as the hash of a prompt
BY_EFFECT = frozenset("model prompts prompt_dir accept entailment length".split())
# settings recorded as a hash, because their values may be secret or long
HASHED = frozenset("base_url base_urls extra_body models commands names instructions".split())


def settings_used(job: Job, *, backends: Mapping[str, str]) -> Used:
    """Return the settings and versions that affect results. `backends`: ids of backends given as objects, by name."""
    settings, options = job.settings, job.options
    values = settings.model_dump(mode="json", exclude=set(NO_EFFECT | BY_EFFECT))
    used: Used = {
        "version": __version__,
        "checker": _checker(settings),
        **{name: _hash(value) if name in HASHED and value else value for name, value in values.items()},
        "judge": backends.get(job.judge or "", job.judge),
        "encoding": job.encoding,
        "format": job.shape,
        "accept": None if options.accepted is None else _hash(options.accepted.model_dump(mode="json")),
        "own_checks": [check.name for check in options.own_checks] or None,
        "names": None if options.names is None else _hash(options.names.entries),
        "instructions": None if options.instructions is None else _hash(options.instructions),
    }
    if not job.pairs:
        used |= {
            "model": [backends.get(name or "", name) for name in options.models],
            "length": settings.length if options.length is None else options.length,
            "style": options.style,
            "focus": options.focus,
            "on_unsupported": options.on_unsupported,
        }
    stages = [stage for stage in STAGES if (job.judge is not None if stage == "judge" else not job.pairs)]
    prompts = {stage: prompt_of(stage, options.style, settings).sha256 for stage in stages}
    return used | {"job": "check" if job.pairs else "summarise", "prompts": prompts or None}


def changed_settings(before: Used, now: Used) -> list[str]:
    """Return the names of the settings that differ, with values if they are short: "length (4, now 80w)"."""
    differences = []
    for name in sorted({*before, *now}):
        old, new = before.get(name), now.get(name)
        if old != new:
            short = all(isinstance(value, str | int | float | None) for value in (old, new)) and name not in HASHED
            old, new = ("not set" if value is None else value for value in (old, new))
            differences.append(f"{name} ({old}, now {new})" if short else name)
    return differences


def _checker(settings: Settings) -> str:
    folder = folder_of(settings)
    parameters = parameters_in(folder)
    own = "" if folder is None else f" {_hash(parameters.model_dump(mode='json'))}"
    entailment = "none" if settings.entailment == "off" else read_layout(folder).name
    return f"{parameters.version}{own}, entailment {entailment}"


def _hash(value: object) -> str:
    return hashlib.sha256(to_json(value)).hexdigest()[:16]


FORMAT = 1
MAX_LINE_BYTES = 2**30
# A line's last field begins with this; its value is copied without parsing. JSON strings escape quotes, so this text
# cannot occur earlier.
RESULT = b',"result":'
HEADER = b'{"journal": '  # start of the first line
CHECKSUM = re.compile(rb'\{"sum":"([0-9a-f]{16})", ')  # start of a line


class Position(NamedTuple):
    """The offset of an item's last record, the hash of the item's content, and whether the item succeeded."""

    offset: int
    content: bytes
    succeeded: bool


class Entry(NamedTuple):
    """A record of an item. `shown`: the text in the output format. `result`: the `Result` as JSON."""

    row: Row
    shown: str | None
    result: bytes


class Journal:
    """An open journal file, locked for this batch. A context manager, which removes the file if it is empty.

    Call `begin` before you add a record. `spent`: the spending of earlier runs. `damaged`: the number of ignored
    records with a wrong checksum.
    """

    def __init__(self, path: Path, handle: int, used: Used) -> None:
        self.path = path
        self.spent = Spent()
        self.damaged = 0
        self._handle = handle
        self._used = used
        self._end = 0
        self._positions: dict[bytes, Position] = {}

    @classmethod
    def open(cls, path: Path, used: Used, *, fresh: bool = False) -> "Journal":
        """Open and read a journal, but write nothing. `fresh`: ignore its records.

        Raises UnwrittenError, and UsageError if the file is locked, not a journal, or has other settings than `used`.
        """
        journal = cls(path, _open_locked(path), used)
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
        """Cut off an incomplete last line (if opened with `fresh`, all lines), and write a missing header."""
        with writing(self.path):
            os.ftruncate(self._handle, self._end)
        if not self._end:
            self._append(json.dumps({"journal": FORMAT, "used": self._used}).encode() + b"\n", durable=True)

    def state_of(self, item: Item) -> str:
        """Return "done", "failed" or "new". An item whose content has changed is new."""
        position = self._positions.get(id_key(item.id))
        if position is None or position.content != _short(item.content):
            return "new"
        return "done" if position.succeeded else "failed"

    def add(self, outcome: Outcome) -> None:
        """Append an outcome to the file and sync it to disk. Raises UnwrittenError."""
        assert outcome.row is not None, "an item that was given up has no record"
        head = {"id": outcome.id, "content": outcome.content, "row": outcome.row.model_dump(mode="json")}
        if outcome.shown is not None:
            head["shown"] = outcome.shown
        line = json.dumps(head).encode()[:-1] + RESULT + outcome.result.encode() + b"}\n"
        offset = self._append(_with_checksum(line), durable=True)
        self._positions[id_key(outcome.id)] = Position(offset, _short(outcome.content), not outcome.row.failed)

    def add_spent(self, spent: Spent) -> None:
        """Append spending to the file, without a sync to disk. Raises UnwrittenError."""
        self._append(_with_checksum(json.dumps({"spent": spent.model_dump()}).encode() + b"\n"), durable=False)

    def entries(self, first: Mapping[bytes, None] = {}) -> Iterator[Entry]:
        """Yield the last record of each item. `first`: the ids (by `id_key`) that come first, in this order."""
        with self.path.open("rb") as file:
            for key in {**first, **self._positions}:
                if key not in self._positions:
                    continue
                file.seek(self._positions[key].offset)
                head, _, result = file.readline().rstrip(b"\n").partition(RESULT)
                fields = json.loads(head + b"}")
                yield Entry(Row(**fields["row"]), fields.get("shown"), result[:-1])

    def _read(self) -> None:
        header = None
        with os.fdopen(os.dup(self._handle), "rb") as file:
            file.seek(0)
            for line in iter(lambda: file.readline(MAX_LINE_BYTES), b""):
                if not line.endswith(b"\n"):
                    break
                if header is None:
                    header = _header(line, self.path)
                else:
                    self._read_record(line)
                self._end += len(line)
        if header is None:
            # The file has no complete line. It is empty, or may be the beginning of a header.
            os.lseek(self._handle, 0, os.SEEK_SET)
            if not HEADER.startswith(os.read(self._handle, len(HEADER))):
                raise UsageError(f"{self.path} is not a batch journal: {START_AGAIN}")
            return
        differences = changed_settings(header, json.loads(json.dumps(self._used)))
        if differences:
            raise UsageError(
                f"{self.path} was begun with other settings: {', '.join(differences)}. {START_AGAIN.capitalize()}"
            )

    def _read_record(self, line: bytes) -> None:
        start = CHECKSUM.match(line)
        if start is None or _checksum(line[start.end() :]) != start[1]:
            if b'"spent"' in line[:40]:
                # Without this spending, the batch could exceed its ceilings.
                raise UsageError(f"{self.path} is damaged at byte {self._end}: {START_AGAIN}")
            self.damaged += 1
            return
        head, is_result, _ = line.partition(RESULT)
        fields: dict[str, Any] = json.loads(head + b"}" if is_result else line)
        if is_result:
            succeeded = fields["row"]["error"] is None
            self._positions[id_key(fields["id"])] = Position(self._end, _short(fields["content"]), succeeded)
        else:
            self.spent = self.spent.plus(Spent(**fields["spent"]))

    def _append(self, line: bytes, *, durable: bool) -> int:
        offset = self._end
        try:
            with writing(self.path):
                os.lseek(self._handle, offset, os.SEEK_SET)
                rest = memoryview(line)
                while rest:
                    rest = rest[os.write(self._handle, rest) :]
                if durable:
                    os.fsync(self._handle)
        except UnwrittenError:
            with suppress(OSError):
                os.ftruncate(self._handle, offset)
            raise
        self._end += len(line)
        return offset


def _header(line: bytes, path: Path) -> Used:
    with suppress(ValueError, KeyError, TypeError, RecursionError):
        header = json.loads(line)
        if header["journal"] == FORMAT and isinstance(used := header["used"], dict):
            return used
    raise UsageError(f"{path} is not a batch journal of this version: {START_AGAIN}")


def _lock(handle: int, path: Path) -> None:
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UsageError(f"another batch is writing {path}: wait for it to end, or name another output") from None


def _open_locked(path: Path) -> int:
    while True:
        with writing(path):
            handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
        try:
            with writing(path), suppress(FileNotFoundError):
                _lock(handle, path)
                if os.path.samestat(os.fstat(handle), path.stat()):
                    return handle
        except BaseException:
            os.close(handle)
            raise
        # Another batch removed this file, its empty journal, before it was locked here: try again.
        os.close(handle)


def _with_checksum(line: bytes) -> bytes:
    rest = line.removeprefix(b"{")
    return b'{"sum":"' + _checksum(rest) + b'", ' + rest


def _checksum(rest: bytes) -> bytes:
    return hashlib.sha256(rest).hexdigest()[:16].encode()


def _short(content: str) -> bytes:
    return bytes.fromhex(content)[:16]
