"""Answers that were given before, in an SQLite file that several processes use at once.

Knows neither requests nor what makes two of them the same: a key is any text. Holds no prompt and no article, but the
models' answers. What cannot be read or written is no error: then nothing is kept.
"""

import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from pydantic import ValidationError

from summarise.data import Record, Reply
from summarise.settings import Settings

FILE = "answers.sqlite3"
MOST_BYTES = 256 * 2**20
"""A larger file loses the half of its answers that was used least lately, when it is opened next."""
PATIENCE = 5.0
"""Seconds to wait for another process that writes."""
STALE = timedelta(days=1)
"""So old may the time be when an answer was last used, before it is written anew: reading need not write each time."""
_TABLE = (
    "CREATE TABLE IF NOT EXISTS answers "
    "(key TEXT PRIMARY KEY, reply TEXT NOT NULL, kept TEXT NOT NULL, used TEXT NOT NULL) WITHOUT ROWID"
)


class CacheStats(Record):
    """What is kept: where, how many answers, the size of the file in bytes, and since when (None where nothing is).

    `readable` tells that the file is one, or that there is none yet.
    """

    path: Path
    answers: int = 0
    bytes: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None
    readable: bool = True


def answers_path(settings: Settings) -> Path:
    """Return where answers are kept, or would be."""
    return settings.cache_dir / FILE


class Answers:
    """The answers in the file at `path`, by key; use it as a context manager. The file is made when one is kept."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def get(self, key: str) -> Reply | None:
        """Return the answer that is kept under a key, None where there is none."""
        with suppress(sqlite3.Error, OSError, ValidationError):
            if self._connection is None and not self._path.exists():
                return None
            connection = self._open()
            row = connection.execute("SELECT reply, used FROM answers WHERE key = ?", (key,)).fetchone()
            if row is None:
                return None
            reply = Reply.model_validate_json(row[0])
            now = datetime.now(UTC)
            with suppress(sqlite3.Error, ValueError):
                if now - datetime.fromisoformat(row[1]) > STALE:
                    with connection:
                        connection.execute("UPDATE answers SET used = ? WHERE key = ?", (now.isoformat(), key))
            return reply
        return None

    def put(self, key: str, reply: Reply) -> None:
        """Keep an answer under a key, in the place of an earlier one."""
        now = datetime.now(UTC).isoformat()
        with suppress(sqlite3.Error, OSError), self._open() as connection:
            connection.execute("REPLACE INTO answers VALUES (?, ?, ?, ?)", (key, reply.model_dump_json(), now, now))

    def _open(self) -> sqlite3.Connection:
        """Return the connection to the file, which is made where there is none; nobody else may read it."""
        if self._connection is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.touch(mode=0o600)
            large = self._path.stat().st_size > MOST_BYTES
            connection = sqlite3.connect(self._path, timeout=PATIENCE)
            try:
                with connection:
                    connection.execute(_TABLE)
                if large:
                    _halve(connection)
            except sqlite3.Error:
                connection.close()
                raise
            self._connection = connection
        return self._connection


def _halve(connection: sqlite3.Connection) -> None:
    with connection:
        connection.execute(
            "DELETE FROM answers WHERE key IN "
            "(SELECT key FROM answers ORDER BY used LIMIT (SELECT (COUNT(*) + 1) / 2 FROM answers))"
        )
    connection.execute("VACUUM")


def cache_stats(settings: Settings) -> CacheStats:
    """Return what is kept; a file that is none, or that nobody may read, is told by `readable`."""
    path = answers_path(settings)
    try:
        size = path.stat().st_size
        # Read only: to look at what is kept makes no file and changes none.
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=PATIENCE)) as connection:
            count, oldest, newest = connection.execute("SELECT COUNT(*), MIN(kept), MAX(kept) FROM answers").fetchone()
            return CacheStats(path=path, answers=count, bytes=size, oldest=oldest, newest=newest)
    except FileNotFoundError:
        return CacheStats(path=path)
    except (sqlite3.Error, OSError, ValidationError):
        return CacheStats(path=path, readable=False)


def clear_cache(settings: Settings) -> CacheStats:
    """Remove all that is kept, and return what that was; OSError where the file cannot be removed."""
    found = cache_stats(settings)
    for path in (found.path, found.path.with_name(f"{FILE}-journal")):
        path.unlink(missing_ok=True)
    return found
