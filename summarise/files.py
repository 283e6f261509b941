"""Write a file whole or not at all: others may read it meanwhile, and whoever is interrupted leaves none behind.

Does not know what stands in it.
"""

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
    path = path.resolve()
    part = path.with_name(f"{_beginning(path)}{secrets.token_hex(6)}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            with suppress(FileNotFoundError):
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
    path = path.resolve()
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
