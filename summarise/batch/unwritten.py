"""The error that ends a batch, and fails no item: what was done cannot be kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class UnwrittenError(Exception):
    """The journal or the output cannot be written: a full disk, say.

    No error of ours, so that no stage takes it for a failed call.
    """

    exit_code = 74


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raise UnwrittenError, with the path, for what the system does not allow in the block."""
    try:
        yield
    except OSError as error:
        raise UnwrittenError(f"cannot write {path}: {error.strerror or type(error).__name__}") from None
