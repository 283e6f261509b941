"""The response cache: a SQLite file of replies, and the backend that uses it."""

import hashlib
import json
import os
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import ValidationError

from summarise.backends.proxy import ProxyBackend
from summarise.backends.replies import was_cut
from summarise.data import Backend, Record, Reply, Request, Sampling, capabilities_of
from summarise.observing.secrets import shown
from summarise.settings.model import Settings

T = TypeVar("T")
FILE = "answers.sqlite3"
DAMAGED = ".damaged"
"""What is put behind the name of a file that is set aside; an earlier one of that name is lost."""
_OF_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
"""What SQLite says of a file that is broken, that is none of its own, and that has other tables."""
MOST_BYTES = 256 * 2**20
"""With more in it the file loses the half of its answers that was used least lately, when it is opened next."""
PATIENCE = 2.0
"""Seconds to wait for another process that writes."""
STALE = timedelta(days=1)
"""So old may the time be when an answer was last used, before it is written anew: reading need not write each time."""
_ANSWERS = (
    "CREATE TABLE IF NOT EXISTS answers "
    "(key TEXT PRIMARY KEY, reply TEXT NOT NULL, kept TEXT NOT NULL, used TEXT NOT NULL) WITHOUT ROWID"
)
_COUNTS = "CREATE TABLE IF NOT EXISTS counts (key TEXT PRIMARY KEY, tokens INTEGER NOT NULL) WITHOUT ROWID"


class CacheStats(Record):
    """What is kept: where, how many answers, the size of the file in bytes, and since when (None where nothing is).

    `readable` tells that the file is one, or that there is none yet, `busy` that another program holds it just now.
    `damaged` is where a damaged file was set aside, None where there is none.
    """

    path: Path
    answers: int = 0
    bytes: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None
    readable: bool = True
    busy: bool = False
    damaged: Path | None = None


def _aside(path: Path) -> Path:
    """Return where a damaged file is set aside."""
    return path.with_name(path.name + DAMAGED)


def answers_path(settings: Settings) -> Path:
    """Return where answers are kept, or would be."""
    return settings.cache_dir / FILE


class ResponseCache:
    """The answers in the file at `path`, by key; use it as a context manager. The file is made when one is kept.

    Where another process holds the file for longer than it may be waited for, it is waited for once, and never again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._given_up = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._close()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def get(self, key: str) -> Reply | None:
        """Return the answer that is kept under a key, None where there is none."""

        def found() -> Reply | None:
            if (row := self._row("SELECT reply, used FROM answers WHERE key = ?", key)) is None:
                return None
            reply = Reply.model_validate_json(row[0])
            now = datetime.now(UTC)
            with suppress(sqlite3.Error, ValueError, TypeError):
                if now - datetime.fromisoformat(row[1]) > STALE:
                    with self._open() as connection:
                        connection.execute("UPDATE answers SET used = ? WHERE key = ?", (now.isoformat(), key))
            return reply

        return self._forgiven(found)

    def put(self, key: str, reply: Reply) -> None:
        """Keep an answer under a key, in the place of an earlier one."""
        now = datetime.now(UTC).isoformat()
        self._write("REPLACE INTO answers VALUES (?, ?, ?, ?)", key, reply.model_dump_json(), now, now)

    def drop(self, key: str) -> None:
        """Keep no answer under a key."""
        self._write("DELETE FROM answers WHERE key = ?", key)

    def count(self, key: str) -> int | None:
        """Return the tokens that are kept under a key, None if there are none."""
        row = self._forgiven(lambda: self._row("SELECT tokens FROM counts WHERE key = ?", key))
        return row[0] if row and isinstance(row[0], int) else None

    def put_count(self, key: str, tokens: int) -> None:
        """Keep how many tokens a text is."""
        self._write("REPLACE INTO counts VALUES (?, ?)", key, tokens)

    def _row(self, query: str, key: str) -> Any:
        if self._connection is None and not self._path.exists():
            return None
        return self._open().execute(query, (key,)).fetchone()

    def _write(self, command: str, *values: str | int) -> None:
        def write() -> None:
            with self._open() as connection:
                connection.execute(command, values)

        self._forgiven(write)

    def _forgiven(self, use: Callable[[], T]) -> T | None:
        """Return what a use of the file comes to, None where that goes wrong; a damaged file is set aside for it."""
        for _ in range(2):
            if self._given_up:
                return None
            try:
                return use()
            except sqlite3.Error as error:
                if _is_damage(error) and self._set_aside():
                    continue
                self._given_up = is_locked(error)
            except (OSError, ValidationError):
                pass
            return None
        return None

    def _set_aside(self) -> bool:
        """Put the file out of the way, and tell whether that could be done; one that may only be read stays."""
        self._close()
        if not os.access(self._path, os.W_OK):
            return False
        try:
            self._path.replace(_aside(self._path))
            for beside in ("-journal", "-wal", "-shm"):
                self._path.with_name(self._path.name + beside).unlink(missing_ok=True)
        except OSError:
            return False
        return True

    def _open(self) -> sqlite3.Connection:
        """Return the connection to the file, which is made where there is none; nobody else may read it."""
        if self._connection is None:
            if self._path.exists() and not os.access(self._path, os.W_OK):
                connection = connected(self._path)
                _require_plain(connection)
                self._connection = connection
                return connection
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.touch(mode=0o600)
            with suppress(OSError):
                self._path.chmod(0o600)
            connection = sqlite3.connect(self._path, timeout=PATIENCE)
            try:
                _require_plain(connection)
                with connection:
                    connection.execute(_ANSWERS)
                    connection.execute(_COUNTS)
            except sqlite3.Error:
                connection.close()
                raise
            with suppress(sqlite3.Error):
                _halve_if_large(connection)
            self._connection = connection
        return self._connection


def connected(path: Path) -> sqlite3.Connection:
    """Return a connection that reads only: to look at what is kept makes no file and changes none."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=PATIENCE)


def _require_plain(connection: sqlite3.Connection) -> None:
    """Raise the error of a file that is none of ours where it has more than tables: a view or trigger need not end."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE type <> 'table'").fetchone():
        error = sqlite3.DatabaseError("it has views or triggers")
        error.sqlite_errorcode = sqlite3.SQLITE_NOTADB
        raise error


def is_locked(error: sqlite3.Error) -> bool:
    """Tell whether another process holds the file."""
    return _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _is_damage(error: sqlite3.Error) -> bool:
    return _code(error) in _OF_DAMAGE


def _code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _halve_if_large(connection: sqlite3.Connection) -> None:
    pages, free, size = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    if (pages - free) * size <= MOST_BYTES:
        return
    with connection:
        connection.execute(
            "DELETE FROM answers WHERE key IN "
            "(SELECT key FROM answers ORDER BY used LIMIT (SELECT (COUNT(*) + 1) / 2 FROM answers))"
        )
        connection.execute("DELETE FROM counts")
    connection.execute("VACUUM")


def cache_stats(settings: Settings) -> CacheStats:
    """Return what is kept; `readable` tells of a file that is none or that nobody may read, `busy` of one in use."""
    path = answers_path(settings)
    stats = _stats(path)
    aside = _aside(path)
    return stats.model_copy(update={"damaged": aside}) if aside.exists() else stats


def _stats(path: Path) -> CacheStats:
    try:
        size = path.stat().st_size
        with closing(connected(path)) as connection:
            known = "SELECT 1 FROM sqlite_master WHERE name = 'answers' AND type = 'table'"
            if connection.execute(known).fetchone() is None:
                return CacheStats(path=path, bytes=size)
            count, oldest, newest = connection.execute("SELECT COUNT(*), MIN(kept), MAX(kept) FROM answers").fetchone()
            return CacheStats(path=path, answers=count, bytes=size, oldest=oldest, newest=newest)
    except FileNotFoundError:
        return CacheStats(path=path)
    except sqlite3.OperationalError as error:
        return CacheStats(path=path, readable=is_locked(error), busy=is_locked(error))
    except (sqlite3.Error, OSError, ValidationError):
        return CacheStats(path=path, readable=False)


def clear_cache(settings: Settings) -> CacheStats:
    """Remove all that is kept, and return what that was; OSError where it cannot be removed.

    A file that others may have open is emptied; one that is no cache is removed, and so is one that was set aside.
    """
    found = cache_stats(settings)
    if found.damaged is not None:
        found.damaged.unlink(missing_ok=True)
    if not found.path.exists():
        return found
    if not found.readable:
        found.path.unlink()
        return found
    try:
        with closing(sqlite3.connect(found.path, timeout=PATIENCE)) as connection:
            with connection:
                connection.execute(_ANSWERS)
                connection.execute(_COUNTS)
                connection.execute("DELETE FROM answers")
                connection.execute("DELETE FROM counts")
            connection.execute("VACUUM")
    except sqlite3.Error as error:
        raise OSError(f"another program uses it ({error})") from None
    return found


REQUEST_FORMAT = 1
"""Raised when the program comes to mean something else by a request or an answer of the same words."""


class CachedBackend(ProxyBackend):
    """A backend whose whole answers are looked for in `answers` first, and kept there.

    One that was kept is marked (`Reply.from_cache`), took no time and cost nothing; its counts are those of then. An
    answer that shows one of the `secrets` (values by name) is not kept. Thoughts are given back only where
    `keep_reasoning` says so, and are there only where it did then. Counts of tokens are kept, too.
    """

    def __init__(
        self,
        backend: Backend,
        answers: ResponseCache,
        *,
        secrets: Mapping[str, str] | None = None,
        keep_reasoning: bool = False,
    ) -> None:
        inner = capabilities_of(backend)
        count = inner.count and self._count
        super().__init__(backend, replace(inner, kept=self.kept, forget=self.forget, count=count))
        self._inner = inner
        self._keep_reasoning = keep_reasoning
        self._secrets = secrets or {}
        self._answers = answers

    def kept(self, request: Request) -> Reply | None:
        """Return the answer that is kept for a request, None where there is none."""
        found = self._answers.get(key_of(self._backend, request))
        if found is None:
            return None
        told = {"from_cache": True, "cost": 0.0, "seconds": 0.0}
        return found.model_copy(update=told if self._keep_reasoning else told | {"reasoning": ""})

    def forget(self, request: Request) -> None:
        """Remove an answer of which nothing can be used, unless the model would give the same answer again."""
        if not self._inner.repeats:
            self._answers.drop(key_of(self._backend, request))

    async def complete(self, request: Request) -> Reply:
        """Answer one request."""
        if (found := self.kept(request)) is not None:
            return found
        reply = await self._backend.complete(request)
        secrets = {**self._secrets, **{f"key {place}": key for place, key in enumerate(self.capabilities.secrets())}}
        kept = may_be_kept(request, reply, repeats=self._inner.repeats)
        if kept and not shown(secrets, reply.model_dump()):
            self._answers.put(key_of(self._backend, request), reply)
        return reply

    async def _count(self, text: str) -> int:
        assert self._inner.count is not None
        key = key_of(self._backend, Request(stage="count", system="", user=text, sampling=Sampling()))
        if (found := self._answers.count(key)) is not None:
            return found
        tokens = await self._inner.count(text)
        self._answers.put_count(key, tokens)
        return tokens


def key_of(backend: Backend, request: Request) -> str:
    """Return the key of a request: the SHA-256 of all that its answer depends on, as JSON.

    The body stands in it as it is written, the order of its fields included: a schema's order is one of writing. The
    room to think does not: a run that finds out how much a model needs shall find the same answers the next time.
    """
    on_the_wire = capabilities_of(backend).on_the_wire
    assert on_the_wire is not None, "nothing is kept of a backend that does not tell what it sends"
    sent = on_the_wire(request.model_copy(update={"reasoning_room": 0}))
    ingredients = {
        "format": REQUEST_FORMAT,
        "backend": backend.id,
        "address": sent.address,
        "body": sent.body,
        "beside": sent.beside,
        "prompt": request.prompt.model_dump() if request.prompt else None,
    }
    return hashlib.sha256(json.dumps(ingredients, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def may_be_kept(request: Request, reply: Reply, *, repeats: bool) -> bool:
    """Return whether an answer may be kept: one to the whole prompt, and complete unless the model `repeats` it.

    Complete are words that the model itself ended, in all alternatives.
    """
    answers = [(reply.text, reply.finish), *((other.text, other.finish) for other in reply.alternatives)]
    complete = all(text.strip() and finish == "stop" for text, finish in answers)
    return (complete or repeats) and not was_cut(request, reply)
