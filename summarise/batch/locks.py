"""Keeps two processes from writing the same results, on systems that have `flock`; elsewhere nothing is kept out."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from summarise.errors import UsageError


def lock(handle: int, refusal: str) -> None:
    """Keep others out until the handle is closed, or this process ends; UsageError with `refusal` if another has it."""
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UsageError(refusal) from None


@contextmanager
def folder_lock(folder: Path, refusal: str) -> Iterator[None]:
    """Keep others that lock the folder out during the block; UsageError with `refusal` if another has it.

    Nobody is kept out of a folder that is missing, or on a file system that locks no folder.
    """
    handle = None
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
    try:
        if handle is not None:
            with suppress(OSError):
                lock(handle, refusal)
        yield
    finally:
        if handle is not None:
            os.close(handle)
