"""Reading of documents, HTML and Markdown in a worker process with limits.

A hostile file of a few kB can make the parsers use any amount of memory and time.
"""

from typing import Any

from summarise.article.formats.detect import DOCUMENTS, HTML
from summarise.data import Article
from summarise.errors import ArticleError, ConfigurationError, SummariseError
from summarise.workers import WorkerError, Workers, WorkerStartError, WorkerTimeoutError

MEMORY = 1 << 30  # bytes of a worker; enforced on Linux only
SECONDS, BYTES_PER_SECOND, MOST_SECONDS = 20.0, 50_000, 120.0
WORKERS = Workers(__name__, memory=MEMORY)


def read_apart(data: bytes, found: str, *, name: str, encoding: str | None, max_characters: int) -> Article:
    """Read a document, page or Markdown in a worker process.

    Raises ArticleError also if it exceeds the limits, ConfigurationError if no process can be started.
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
    """Answer `read_apart` in the worker process; raises MemoryError if the memory does not suffice."""
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
    """Return whether a MemoryError caused an error, which readers report as a damaged file."""
    while error is not None:
        if isinstance(error, MemoryError):
            return True
        error = error.__cause__ or error.__context__
    return False
