"""Reads files up to a size limit, and writes files atomically."""

import errno
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

# Temporary files older than this number of seconds are assumed to be from killed processes.
LEFT_OVER = 3600.0

# The default size limit, which no configuration or list written by hand exceeds.
MOST_BYTES = 16 * 2**20


def read_bounded(path: Path, *, most: int = MOST_BYTES) -> bytes:
    """Return the content of a file. Raises OSError if it is unreadable or larger than `most` bytes."""
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"it has more than {most / 2**20:g} MiB", str(path))
    return data


def real_path(path: Path) -> Path:
    """Return an absolute path with symbolic links resolved, unless they form a cycle."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()


def write_whole(path: Path, data: bytes) -> None:
    """Write `data` to a file atomically. Raises OSError.

    Follows symbolic links and keeps the mode of an existing file. Removes temporary files of killed processes.
    """
    sweep_beside(path)
    replace_whole(path, data)


def replace_whole(path: Path, data: bytes) -> None:
    """Write a file like `write_whole`, without removing old temporary files."""
    with replacing(path) as file:
        file.write(data)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Yield a temporary file, which replaces `path` atomically if the block raises no error."""
    path = real_path(path)
    part = path.with_name(f"{_temporary_prefix(path)}{secrets.token_hex(6)}.part")
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


def _temporary_prefix(path: Path) -> str:
    return f".{path.name[:60]}."


def sweep_beside(path: Path) -> None:
    """Remove the temporary files of earlier writes of `path`, if older than `LEFT_OVER` seconds."""
    path = real_path(path)
    sweep(path.parent, _temporary_prefix(path))


def sweep(folder: Path, prefix: str = ".") -> None:
    """Remove temporary files (.part) of `folder` that begin with `prefix` and are older than `LEFT_OVER` seconds."""
    name = re.compile(re.escape(prefix) + r".*[0-9a-f]{12}\.part")
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if name.fullmatch(entry.name) and time.time() - entry.stat(follow_symlinks=False).st_mtime > LEFT_OVER:
                Path(entry.path).unlink(missing_ok=True)
