"""Bounded reads and atomic writes of files."""

import errno
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

# Age in seconds after which a part file (an unfinished write) is assumed to be from a killed process.
LEFT_OVER = 3600.0

# Default size limit: larger than any configuration or list written by hand.
MOST_BYTES = 16 * 2**20


def read_bounded(path: Path, *, most: int = MOST_BYTES) -> bytes:
    """Return a file's bytes. Raises OSError if it is unreadable or exceeds `most`."""
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"it has more than {most / 2**20:g} MiB", str(path))
    return data


def real_path(path: Path) -> Path:
    """Resolve a path, or only make it absolute if its links form a cycle."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file atomically, following links and keeping its mode. Raises OSError.

    Also removes old part files of this file, which a killed process left in the folder.
    """
    sweep_beside(path)
    replace_whole(path, data)


def replace_whole(path: Path, data: bytes) -> None:
    """Write a file like `write_whole`, but leave the temporary files of earlier writes."""
    with replacing(path) as file:
        file.write(data)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Yield a temporary ("part") file, which replaces `path` atomically if the block succeeds."""
    path = real_path(path)
    part = path.with_name(f"{_beginning(path)}{secrets.token_hex(6)}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            with suppress(FileNotFoundError):
                if path.exists():
                    part.chmod(path.stat().st_mode & 0o777)
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def _beginning(path: Path) -> str:
    return f".{path.name[:60]}."


def sweep_beside(path: Path) -> None:
    """Remove old part files of `path` from its folder."""
    path = real_path(path)
    sweep(path.parent, _beginning(path))


def sweep(folder: Path, beginning: str = ".") -> None:
    """Remove part files older than `LEFT_OVER` whose names start with `beginning`."""
    name = re.compile(re.escape(beginning) + r".*[0-9a-f]{12}\.part")
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if name.fullmatch(entry.name) and time.time() - entry.stat(follow_symlinks=False).st_mtime > LEFT_OVER:
                Path(entry.path).unlink(missing_ok=True)
