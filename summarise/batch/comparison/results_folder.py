"""The folder of a comparison's results: one comparison at a time has it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from summarise.batch.locks import lock


@contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """Keep other comparisons out of a folder during the block; UsageError where one is at work in it.

    Two at once that share variants would find each other's journals locked, and both might end early. On a file system
    that locks no folders nobody is kept out.
    """
    handle = None
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
    try:
        if handle is not None:
            with suppress(OSError):
                lock(handle, f"another comparison is at work in {folder}: wait for it, or name another folder")
        yield
    finally:
        if handle is not None:
            os.close(handle)
