"""Read a file up to a limit, and write one whole or not at all: others may read it meanwhile, and none is left behind.

Does not know what stands in it.
"""

import errno
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

LEFT_OVER = 3600.0
"""Seconds after which a part that was not written to its end is taken to be left over by who was killed."""

MOST_BYTES = 16 * 2**20
"""Nobody writes a larger file by hand."""


def read_bounded(path: Path, *, most: int = MOST_BYTES) -> bytes:
    """Return what stands in a file; OSError where it cannot be read or has no end, as a device, or more bytes."""
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"it has more than {most / 2**20:g} MiB", str(path))
    return data


def real_path(path: Path) -> Path:
    """Return where a path leads; where links lead in a circle, the path."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file in one step, of a link the one that it leads to; it keeps its mode, a new one gets the usual one.

    What an earlier writer of the same file left over beside it is removed. OSError where it cannot be written.
    """
    sweep_beside(path)
    replace_whole(path, data)


def replace_whole(path: Path, data: bytes) -> None:
    """Write a file as `write_whole` does, and look for nothing that was left over: for one of many in a folder."""
    with replacing(path) as file:
        file.write(data)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Yield a new file that takes the place of one in one step when the block ends well, as `replace_whole` does."""
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
    """Return how the names of the parts of a file begin."""
    return f".{path.name[:60]}."


def sweep_beside(path: Path) -> None:
    """Remove the parts of a file that an earlier writer left over beside it."""
    path = real_path(path)
    sweep(path.parent, _beginning(path))


def sweep(folder: Path, beginning: str = ".") -> None:
    """Remove the parts of files that are left over in a folder, of all whose name has that `beginning`.

    One that another process writes just now is none of them.
    """
    name = re.compile(re.escape(beginning) + r".*[0-9a-f]{12}\.part")
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if name.fullmatch(entry.name) and time.time() - entry.stat(follow_symlinks=False).st_mtime > LEFT_OVER:
                Path(entry.path).unlink(missing_ok=True)
