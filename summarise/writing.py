"""Write a file whole or not at all: others may read it meanwhile, and whoever is interrupted leaves none behind.

Does not know what stands in it.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write a file in one step, of a link the one that it leads to; it keeps its mode, a new one gets the usual one.

    OSError where it cannot be written.
    """
    path = path.resolve()
    part = path.with_name(f".{path.name[:60]}.{secrets.token_hex(6)}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            with suppress(FileNotFoundError):
                part.chmod(path.stat().st_mode & 0o777)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
