"""Caches replies and token counts in a SQLite file."""

import hashlib
import json
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Self

from pydantic import ValidationError

from summarise.backends.breaker import ProxyBackend
from summarise.backends.replies import has_truncated_prompt
from summarise.data import Backend, Record, Reply, Request, Sampling, capabilities_of
from summarise.secrets import found_secrets
from summarise.settings.model import Settings

FILE = "answers.sqlite3"
# Suffix for the name of a damaged file. A later damaged file replaces it.
DAMAGED = ".damaged"
# SQLite's errors for a damaged file.
_DAMAGE_CODES = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
# When a larger file is opened, the older half of its replies is deleted.
MOST_BYTES = 256 * 2**20
# Seconds to wait for a lock.
PATIENCE = 2.0
# The columns `kept` and `used` both hold the time of storing; `used` is only for files of earlier versions.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers
    (key TEXT PRIMARY KEY, reply TEXT NOT NULL, kept TEXT NOT NULL, used TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counts (key TEXT PRIMARY KEY, tokens INTEGER NOT NULL) WITHOUT ROWID;
"""


class CacheStats(Record):
    """Statistics of the response cache: the number of `answers`, size, and times of the oldest and newest answer.

    `readable`: False for a file that is not a cache. `busy`: the file is locked. `damaged`: the path of a damaged file
    that was renamed.
    """

    path: Path
    answers: int = 0
    bytes: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None
    readable: bool = True
    busy: bool = False
    damaged: Path | None = None


def _damaged_path(path: Path) -> Path:
    return path.with_name(path.name + DAMAGED)


def answers_path(settings: Settings) -> Path:
    """Return the path of the response cache's file."""
    return settings.cache_dir / FILE


class ResponseCache:
    """Stores replies and token counts by key in the SQLite file at `path`; a context manager.

    Errors are ignored: a lookup then returns None. A file that stays locked for `PATIENCE` seconds is not used again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._disabled = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def get(self, key: str) -> Reply | None:
        """Return the reply stored for a key, or None."""
        row = self._execute("SELECT reply FROM answers WHERE key = ?", key)
        try:
            return Reply.model_validate_json(row[0]) if row else None
        except ValidationError:
            return None

    def put(self, key: str, reply: Reply) -> None:
        """Store a reply, replacing an earlier one."""
        now = datetime.now(UTC).isoformat()
        self._execute("REPLACE INTO answers VALUES (?, ?, ?, ?)", key, reply.model_dump_json(), now, now)

    def drop(self, key: str) -> None:
        """Remove the reply for a key."""
        self._execute("DELETE FROM answers WHERE key = ?", key)

    def count(self, key: str) -> int | None:
        """Return the token count stored for a key, or None."""
        row = self._execute("SELECT tokens FROM counts WHERE key = ?", key)
        return row[0] if row and isinstance(row[0], int) else None

    def put_count(self, key: str, tokens: int) -> None:
        """Store a token count."""
        self._execute("REPLACE INTO counts VALUES (?, ?)", key, tokens)

    def _execute(self, statement: str, *values: str | int) -> Any:
        """Return the first row of the result, or None on failure. A damaged file is renamed, and a new one is used."""
        for _ in range(2):
            if self._disabled:
                return None
            try:
                # A lookup must not create the file.
                if self._connection is None and statement.startswith("SELECT") and not self._path.exists():
                    return None
                with self._open() as connection:
                    return connection.execute(statement, values).fetchone()
            except sqlite3.Error as error:
                if _code(error) in _DAMAGE_CODES and self._rename_damaged():
                    continue
                self._disabled = _is_locked(error)
            except OSError:
                pass
            return None
        return None

    def _rename_damaged(self) -> bool:
        self.__exit__()
        if not os.access(self._path, os.W_OK):
            return False
        try:
            self._path.replace(_damaged_path(self._path))
            for suffix in ("-journal", "-wal", "-shm"):
                self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        except OSError:
            return False
        return True

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            if self._path.exists() and not os.access(self._path, os.W_OK):
                self._connection = read_only_connection(self._path)
                return self._connection
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.touch(mode=0o600)
            with suppress(OSError):
                self._path.chmod(0o600)
            connection = sqlite3.connect(self._path, timeout=PATIENCE)
            try:
                connection.executescript(_SCHEMA)
            except sqlite3.Error:
                connection.close()
                raise
            with suppress(sqlite3.Error):
                _halve_if_large(connection)
            self._connection = connection
        return self._connection


def read_only_connection(path: Path) -> sqlite3.Connection:
    """Return a read-only connection to the cache file; a missing file is not created."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=PATIENCE)


def _is_locked(error: sqlite3.Error) -> bool:
    return _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


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
            "(SELECT key FROM answers ORDER BY kept LIMIT (SELECT (COUNT(*) + 1) / 2 FROM answers))"
        )
        connection.execute("DELETE FROM counts")
    connection.execute("VACUUM")


def cache_stats(settings: Settings) -> CacheStats:
    """Return statistics of the response cache."""
    path = answers_path(settings)
    damaged = _damaged_path(path)
    stats = partial(CacheStats, path=path, damaged=damaged if damaged.exists() else None)
    try:
        size = path.stat().st_size
        with closing(read_only_connection(path)) as connection:
            table = "SELECT 1 FROM sqlite_master WHERE name = 'answers' AND type = 'table'"
            if connection.execute(table).fetchone() is None:
                return stats(bytes=size)
            count, oldest, newest = connection.execute("SELECT COUNT(*), MIN(kept), MAX(kept) FROM answers").fetchone()
            return stats(answers=count, bytes=size, oldest=oldest, newest=newest)
    except FileNotFoundError:
        return stats()
    except sqlite3.OperationalError as error:
        return stats(readable=_is_locked(error), busy=_is_locked(error))
    except (sqlite3.Error, OSError, ValidationError):
        return stats(readable=False)


def clear_cache(settings: Settings) -> CacheStats:
    """Empty the response cache, and return its earlier statistics. Raises OSError on failure.

    The file is kept, because other processes may have it open. Damaged files, and a file that is not a cache, are
    deleted.
    """
    stats = cache_stats(settings)
    if stats.damaged is not None:
        stats.damaged.unlink(missing_ok=True)
    if not stats.path.exists():
        return stats
    if not stats.readable:
        stats.path.unlink()
        return stats
    try:
        with closing(sqlite3.connect(stats.path, timeout=PATIENCE)) as connection:
            connection.executescript(_SCHEMA)
            connection.executescript("BEGIN; DELETE FROM answers; DELETE FROM counts; COMMIT; VACUUM;")
    except sqlite3.Error as error:
        raise OSError(f"another program uses it ({error}): try again later") from None
    return stats


# A part of all keys. A new number invalidates all cached replies.
REQUEST_FORMAT = 1


class CachedBackend(ProxyBackend):
    """A backend that caches replies and token counts in `answers`.

    Incomplete replies are stored only if the model is deterministic, and replies that contain one of the `secrets`
    (values by name) are not stored. A reply from the cache has `from_cache` set, and a cost and time of 0. Cached
    reasoning is returned only if `keep_reasoning` is set.
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
        """Return the cached reply to a request, or None."""
        reply = self._answers.get(key_of(self._backend, request))
        if reply is None:
            return None
        reasoning = reply.reasoning if self._keep_reasoning else ""
        return reply.model_copy(update={"from_cache": True, "cost": 0.0, "seconds": 0.0, "reasoning": reasoning})

    def forget(self, request: Request) -> None:
        """Remove the unusable reply to a request, unless the model is deterministic and would give it again."""
        if not self._inner.repeats:
            self._answers.drop(key_of(self._backend, request))

    async def complete(self, request: Request) -> Reply:
        """Return the cached reply, or call the wrapped backend and store its reply if allowed."""
        if (cached := self.kept(request)) is not None:
            return cached
        reply = await self._backend.complete(request)
        if self._is_cacheable(request, reply):
            self._answers.put(key_of(self._backend, request), reply)
        return reply

    def _is_cacheable(self, request: Request, reply: Reply) -> bool:
        answers = [(reply.text, reply.finish), *((other.text, other.finish) for other in reply.alternatives)]
        complete = all(text.strip() and finish == "stop" for text, finish in answers)
        # A deterministic model (`repeats`) would give the same incomplete answer again.
        usable = (complete or self._inner.repeats) and not has_truncated_prompt(request, reply)
        secrets = {**self._secrets, **{f"key {place}": key for place, key in enumerate(self.capabilities.secrets())}}
        return usable and not found_secrets(secrets, reply.model_dump())

    async def _count(self, text: str) -> int:
        assert self._inner.count is not None
        key = key_of(self._backend, Request(stage="count", system="", user=text, sampling=Sampling()))
        if (cached := self._answers.count(key)) is not None:
            return cached
        tokens = await self._inner.count(text)
        self._answers.put_count(key, tokens)
        return tokens


def key_of(backend: Backend, request: Request) -> str:
    """Return the cache key of a request: the SHA-256 of everything that the reply depends on.

    JSON fields in another order give another key. The reasoning allowance, which changes within a run, is left out.
    """
    on_the_wire = capabilities_of(backend).on_the_wire
    assert on_the_wire is not None, "only a backend that declares its wire request is cached"
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
