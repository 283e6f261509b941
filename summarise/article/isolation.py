"""Documents, HTML and Markdown are read in a worker process with limits, so that a hostile one costs no more.

PDFium, lxml, trafilatura and mammoth can be made to take any memory and time by a file of a few kB.
"""

from typing import Any

from summarise.article.formats.detect import DOCUMENTS, HTML
from summarise.data import Article
from summarise.errors import ArticleError, ConfigurationError, SummariseError
from summarise.workers import WorkerError, Workers, WorkerStartError, WorkerTimeoutError

MEMORY = 1 << 30
"""Bytes that a worker may use; only Linux enforces that."""
SECONDS, BYTES_PER_SECOND, MOST_SECONDS = 20.0, 50_000, 120.0
"""Every document has 20 s, and one second more for each 50 kB, up to two minutes."""
WORKERS = Workers(__name__, memory=MEMORY)


def read_apart(data: bytes, found: str, *, name: str, encoding: str | None, max_characters: int) -> Article:
    """Return text, metadata and pages of a document, a page or Markdown, read in a worker process.

    Raises ArticleError also if that takes more memory or time than the limits, ConfigurationError if no process can be
    started.
    """
    question = {"format": found, "name": name, "encoding": encoding, "max_characters": max_characters}
    seconds = min(MOST_SECONDS, SECONDS + len(data) / BYTES_PER_SECOND)
    try:
        answer = WORKERS.ask(question, data, seconds=seconds)
    except WorkerStartError as error:
        raise ConfigurationError(
            f"a process that reads {name} cannot be started ({error}): save its text as plain text"
        ) from error
    except WorkerTimeoutError as error:
        raise ArticleError(f"{name} takes more than {seconds:.0f} seconds to read: save its text alone") from error
    except WorkerError as error:
        raise ArticleError(
            f"{name} takes more than {MEMORY >> 20} MiB of memory to read, or its reader crashes: save its text alone"
        ) from error
    if "error" in answer:
        raise (ConfigurationError if answer["configuration"] else ArticleError)(answer["error"])
    return Article.model_validate(answer["article"])


def answer(question: dict[str, Any], data: bytes) -> dict[str, Any]:
    """Read data in this process: the worker's side of `read_apart`. MemoryError where the memory does not suffice."""
    try:
        return {"article": _read(data, **question).model_dump(mode="json", exclude_defaults=True)}
    except SummariseError as error:
        if _is_of_memory(error):
            raise MemoryError from None
        return {"error": str(error), "configuration": isinstance(error, ConfigurationError)}


def _read(data: bytes, *, format: str, name: str, encoding: str | None, max_characters: int) -> Article:  # noqa: A002
    from summarise.article.text import check_is_text, decode

    if format in DOCUMENTS:
        from summarise.article.formats.reading import read_document

        return read_document(data, format, name=name, max_characters=max_characters)
    if format == HTML:
        from summarise.article.formats.html import read_page

        check_is_text(data, name=name)
        return read_page(decode(data, name=name, encoding=encoding) if encoding else data, name=name)
    from summarise.article.formats.markdown import read_markdown

    return read_markdown(decode(data, name=name, encoding=encoding))


def _is_of_memory(error: BaseException | None) -> bool:
    """Return whether an error, or one that caused it, is a MemoryError: readers take any error for a damaged file."""
    while error is not None:
        if isinstance(error, MemoryError):
            return True
        error = error.__cause__ or error.__context__
    return False
