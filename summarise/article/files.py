"""Reading of files, with one-line errors.

Each is read once and not beyond the limit, so that pipes and growing files are safe.
"""

from pathlib import Path
from typing import BinaryIO

from summarise.article.formats.detect import may_be_document
from summarise.errors import ArticleError

# The most in any encoding of Unicode.
BYTES_PER_CHARACTER = 4
BLOCK = 1 << 20
BEGINNING = 8192  # bytes that distinguish a document from text
MAX_DOCUMENT = 64 << 20  # bytes, pictures included


def most_bytes(max_characters: int) -> int:
    """Return the limit in bytes for text of `max_characters` or a document."""
    return max(max_characters * BYTES_PER_CHARACTER, MAX_DOCUMENT)


def read_bytes(path: Path, *, max_characters: int, told: str | None) -> bytes:
    """Return the content of the file or FIFO at `path`.

    `told` is the format that the user or the name gives; documents have a limit in bytes. Raises ArticleError if the
    file is missing, a directory, unreadable or too large.
    """
    try:
        if path.is_dir():
            raise ArticleError(f"{path} is a directory: name a file in it")
        with path.open("rb") as file:
            beginning = file.read(BEGINNING)
            document = may_be_document(beginning, told)
            limit = MAX_DOCUMENT if document else max_characters * BYTES_PER_CHARACTER
            error = _too_large_document(str(path)) if document else too_large(str(path), max_characters)
            if max(path.stat().st_size, len(beginning)) > limit:
                raise error
            return beginning + _read_on(file, limit - len(beginning), error)
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error


def _read_on(file: BinaryIO, limit: int, error: ArticleError) -> bytes:
    blocks: list[bytes] = []
    total = 0
    while block := file.read(BLOCK):
        blocks.append(block)
        total += len(block)
        if total > limit:
            raise error
    return b"".join(blocks)


def too_large(name: str, max_characters: int) -> ArticleError:
    """Return the error for an article over the limit."""
    return ArticleError(
        f"{name} has more than {max_characters:,} characters: shorten it, or raise the limit (--max-characters)"
    )


def check_document_size(data: bytes, *, name: str) -> None:
    """Raise ArticleError for a document over the limit."""
    if len(data) > MAX_DOCUMENT:
        raise _too_large_document(name)


def _too_large_document(name: str) -> ArticleError:
    return ArticleError(f"{name} has more than {MAX_DOCUMENT >> 20} MiB: save the part that matters, or its text alone")


def unreadable(path: Path, error: Exception) -> ArticleError:
    """Return the error for a path that the system refuses to read."""
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return ArticleError(f"there is no file {path}: check the path")
        case PermissionError():
            return ArticleError(f"no permission to read {path}: change its permissions, or run as its owner")
        case OSError():
            return ArticleError(f"cannot read {path}: {error.strerror or error}")
        case _:
            return ArticleError(f"{str(path)!r} is not a valid path: {error}")
