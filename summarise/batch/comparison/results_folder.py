"""The folder of a comparison's results: one comparison at a time has it."""

from contextlib import AbstractContextManager
from pathlib import Path

from summarise.batch.locks import folder_lock


def taken(folder: Path) -> AbstractContextManager[None]:
    """Keep other comparisons out of a folder during the block; UsageError where one is at work in it.

    Two at once that share variants would find each other's journals locked, and both might end early.
    """
    return folder_lock(folder, f"another comparison is at work in {folder}: wait for it, or name another folder")
