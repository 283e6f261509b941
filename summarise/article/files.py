"""Path → bytes, with an error in one line for whatever can be wrong with a path.

Does not decode. Reads once and never more than the limit, so that pipes and growing files are safe.
"""

from pathlib import Path
from typing import BinaryIO

from summarise.errors import ArticleError

# No encoding of Unicode takes more bytes for a character.
BYTES_PER_CHARACTER = 4
BLOCK = 1 << 20


def read_bytes(path: Path, *, max_characters: int) -> bytes:
    """Return the content of the file (or FIFO) at `path`.

    Raises ArticleError if it is missing, a directory, not readable, or certainly longer than
    `max_characters`, which is asked of the file system before anything is read.
    """
    limit = max_characters * BYTES_PER_CHARACTER
    try:
        if path.is_dir():
            raise ArticleError(f"{path} is a directory: name a file in it")
        if path.stat().st_size > limit:
            raise too_large(str(path), max_characters)
        with path.open("rb") as file:
            return read_stream(file, name=str(path), max_characters=max_characters)
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error


def read_stream(stream: BinaryIO, *, name: str, max_characters: int) -> bytes:
    """Return what a stream holds, read in blocks; raises ArticleError as soon as it is certainly too long."""
    limit = max_characters * BYTES_PER_CHARACTER
    blocks: list[bytes] = []
    total = 0
    while block := stream.read(BLOCK):
        blocks.append(block)
        total += len(block)
        if total > limit:
            raise too_large(name, max_characters)
    return b"".join(blocks)


def too_large(name: str, max_characters: int) -> ArticleError:
    """Return the error for an article over the limit."""
    return ArticleError(
        f"{name} has more than {max_characters:,} characters: shorten it, or raise the limit (--max-characters)"
    )


def unreadable(path: Path, error: Exception) -> ArticleError:
    """Return the error for a path that the system refuses to read, in our words."""
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return ArticleError(f"there is no file {path}: check the path")
        case PermissionError():
            return ArticleError(f"no permission to read {path}: change its permissions, or run as its owner")
        case OSError():
            return ArticleError(f"cannot read {path}: {error.strerror or error}")
        case _:
            return ArticleError(f"{str(path)!r} is not a valid path: {error}")
