"""Reads and writes the journal of a batch: a line for each finished item, and the settings of the batch."""

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
from summarise.pipeline.plan import prompt_of
from summarise.settings.model import STAGES, Settings
from summarise.version import __version__

START_AGAIN = "name another output, or start again (on the command line --fresh)"
# settings as JSON values, by name
Used = dict[str, Any]
# settings that do not affect the results: access, speed and spending
NO_MATTER = frozenset(
    "api_key api_keys key_commands headers max_calls max_tokens_total max_cost concurrency connect_timeout "
    "read_timeout total_timeout max_attempts ca_bundle client_cert client_key proxy cache cache_dir "
    "max_answer_bytes entailment_threads".split()
)
# settings recorded by their effect, such as the hash of a prompt
ELSEWHERE = frozenset("model prompts prompt_dir accept entailment length".split())
# settings recorded as a hash, because their values may be secret or long
HASHED = frozenset("base_url base_urls extra_body models commands names instructions".split())


def settings_used(job: Job, *, backends: Mapping[str, str]) -> Used:
    """Return the settings and versions that affect the results. `backends`: ids of backends given as objects."""
    settings, options = job.settings, job.options
    values = settings.model_dump(mode="json", exclude=set(NO_MATTER | ELSEWHERE))
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


def changed(before: Used, now: Used) -> list[str]:
    """Return the settings that differ, with both values unless long or secret: "length (4, now 80w)"."""
    differences = []
    for name in sorted({*before, *now}):
        old, new = before.get(name), now.get(name)
        if old != new:
            short = all(isinstance(value, str | int | float | None) for value in (old, new))
            differences.append(f"{name} ({_word(old)}, now {_word(new)})" if short and name not in HASHED else name)
    return differences


def _word(value: object) -> str:
    return "not set" if value is None else str(value)


def _checker(settings: Settings) -> str:
    folder = folder_of(settings)
    parameters = parameters_in(folder)
    own = "" if folder is None else f" {_hash(parameters.model_dump(mode='json'))}"
    entailment = "none" if settings.entailment == "off" else read_layout(folder).name
    return f"{parameters.version}{own}, entailment {entailment}"


def _hash(value: object) -> str:
    return hashlib.sha256(to_json(value)).hexdigest()[:16]


FORMAT = 1
LONGEST_LINE = 2**30  # bytes
# The start of the last field of a line, whose value is copied without parsing. JSON strings escape quotes, so this text
# cannot occur earlier.
RESULT = b',"result":'

SUM = re.compile(rb'\{"sum":"([0-9a-f]{16})", ')  # start of a line with its checksum


class Kept(NamedTuple):
    """The last record of an item: its offset, the hash of the item's content, and whether the item succeeded."""

    offset: int
    content: bytes
    fine: bool


class Entry(NamedTuple):
    """A record of the journal. `shown` is the text in the output format, `result` the `Result` as JSON."""

    row: Row
    shown: str | None
    result: bytes


class Journal:
    """An open journal, locked for one batch.

    Call `begin` before adding a record. A file that is empty at the end is removed. `spent`: the spending of earlier
    runs. `damaged`: the number of records with a wrong checksum, which were ignored.
    """

    def __init__(self, path: Path, handle: int, used: Used) -> None:
        self.path = path
        self.spent = Spent()
        self.damaged = 0
        self._handle = handle
        self._used = used
        self._end = 0
        self._kept: dict[bytes, Kept] = {}

    @classmethod
    def open(cls, path: Path, used: Used, *, fresh: bool = False) -> "Journal":
        """Open and read a journal, begun with the settings `used`. `fresh`: ignore its records. `begin` writes first.

        Raises UnwrittenError, and UsageError if the file is locked, not a journal, or was begun with other settings.
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
        """Truncate the file after the last complete record, and write the header if it is missing."""
        with writing(self.path):
            os.ftruncate(self._handle, self._end)
        if not self._end:
            self._append(json.dumps({"journal": FORMAT, "used": self._used}).encode() + b"\n", durable=True)

    def state_of(self, item: Item) -> str:
        """Return the state of an item: "done", "failed" or "new" (also if its content has changed)."""
        kept = self._kept.get(id_key(item.id))
        if kept is None or kept.content != _short(item.content):
            return "new"
        return "done" if kept.fine else "failed"

    def add(self, outcome: Outcome) -> None:
        """Append an outcome to the file and sync it to disk. Raises UnwrittenError."""
        assert outcome.row is not None, "what was given up has no record"
        head = {"id": outcome.id, "content": outcome.content, "row": outcome.row.model_dump(mode="json")}
        if outcome.shown is not None:
            head["shown"] = outcome.shown
        line = json.dumps(head).encode()[:-1] + RESULT + outcome.result.encode() + b"}\n"
        offset = self._append(_with_sum(line), durable=True)
        self._kept[id_key(outcome.id)] = Kept(offset, _short(outcome.content), not outcome.row.failed)

    def add_spent(self, spent: Spent) -> None:
        """Append spending to the file, without a sync to disk."""
        self._append(_with_sum(json.dumps({"spent": spent.model_dump()}).encode() + b"\n"), durable=False)

    def entries(self, first: "Mapping[bytes, None] | None" = None) -> Iterator[Entry]:
        """Yield the last record of each item: first those with the id keys `first`, in that order, then the others."""
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
        header = None
        with os.fdopen(os.dup(self._handle), "rb") as file:
            file.seek(0)
            for line in iter(lambda: file.readline(LONGEST_LINE), b""):
                if not line.endswith(b"\n"):
                    break
                if header is None:
                    header = _header(line, self.path)
                else:
                    self._read_record(line)
                self._end += len(line)
        if header is None:
            if self._end != os.fstat(self._handle).st_size and self._not_ours():
                raise UsageError(f"{self.path} is not a batch journal: {START_AGAIN}")
            return
        differs = changed(header, json.loads(json.dumps(self._used)))
        if differs:
            raise UsageError(
                f"{self.path} was begun with other settings: {', '.join(differs)}. {START_AGAIN.capitalize()}"
            )

    def _not_ours(self) -> bool:
        """Return whether a file without a complete line cannot be a journal."""
        begins = b'{"journal": '
        os.lseek(self._handle, 0, os.SEEK_SET)
        return not begins.startswith(os.read(self._handle, len(begins)))

    def _read_record(self, line: bytes) -> None:
        found = SUM.match(line)
        if found is None or _sum(line[found.end() :]) != found[1]:
            if b'"spent"' in line[:40]:
                # Without this spending, the batch could exceed its ceilings.
                raise UsageError(f"{self.path} is damaged at byte {self._end}: {START_AGAIN}")
            self.damaged += 1
            return
        head, is_result, _ = line.partition(RESULT)
        fields: dict[str, Any] = json.loads(head + b"}" if is_result else line)
        if is_result:
            fine = fields["row"]["error"] is None
            self._kept[id_key(fields["id"])] = Kept(self._end, _short(fields["content"]), fine)
        else:
            self.spent = self.spent.plus(Spent(**fields["spent"]))

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


def _header(line: bytes, path: Path) -> Used:
    with suppress(ValueError, KeyError, TypeError, RecursionError):
        header = json.loads(line)
        if header["journal"] == FORMAT and isinstance(used := header["used"], dict):
            return used
    raise UsageError(f"{path} is not a batch journal of this version: {START_AGAIN}")


def _lock(handle: int, path: Path) -> None:
    """Lock a file until the handle is closed, if the system has `fcntl`. Raises UsageError if it is locked already."""
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UsageError(f"another batch is writing {path}: wait for it to end, or name another output") from None


def _locked(path: Path) -> int:
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
        # Another batch removed its empty journal before the lock: try again.
        os.close(handle)


def _with_sum(line: bytes) -> bytes:
    rest = line.removeprefix(b"{")
    return b'{"sum":"' + _sum(rest) + b'", ' + rest


def _sum(rest: bytes) -> bytes:
    return hashlib.sha256(rest).hexdigest()[:16].encode()


def _short(content: str) -> bytes:
    return bytes.fromhex(content)[:16]
