"""Reads documents, HTML and Markdown in a worker process with limits of memory and time.

A hostile file of a few kB can make the parsers use any amount of memory and time.
"""

import atexit
import json
import os
from functools import partial
from typing import Any

from summarise.article.formats.detect import DOCUMENTS, HTML
from summarise.data import Article
from summarise.errors import ArticleError, ConfigurationError, SummariseError
from summarise.workers import (
    Answer,
    Channel,
    Worker,
    WorkerError,
    Workers,
    WorkerStartError,
    WorkerTimeoutError,
    limit_memory,
    limit_processor,
)

MEMORY = 1 << 30  # bytes of a worker; enforced on Linux only
# The time limit: 20 seconds plus one for each 50 kB, at most 120.
SECONDS, BYTES_PER_SECOND, MOST_SECONDS = 20.0, 50_000, 120.0
# Libraries may not free all memory, so a worker is replaced after 100 requests.
WORKERS = Workers(partial(Worker, __name__), most_requests=100)
atexit.register(WORKERS.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=WORKERS.after_fork)


def read_in_worker(data: bytes, kind: str, *, name: str, encoding: str | None) -> Article:
    """Read a document, HTML page or Markdown in a worker process. `kind` is its format ("pdf").

    Raises the reader's errors, ArticleError for an exceeded limit, ConfigurationError if no worker can start.
    """
    seconds = min(MOST_SECONDS, SECONDS + len(data) / BYTES_PER_SECOND)
    head = json.dumps({"seconds": seconds, "kind": kind, "name": name, "encoding": encoding}).encode()
    try:
        answer = json.loads(WORKERS.ask(head + b"\n" + data, seconds=seconds))
    except WorkerStartError as error:
        raise ConfigurationError(
            f"the process to read {name} cannot be started ({error}): save the article as plain text"
        ) from error
    except WorkerTimeoutError as error:
        raise ArticleError(f"{name} takes more than {seconds:.0f} seconds to read: save only its text") from error
    except WorkerError as error:
        raise ArticleError(
            f"{name} takes more than {MEMORY >> 20} MiB of memory to read, or its reader crashes: save only its text"
        ) from error
    if "error" in answer:
        raise (ConfigurationError if answer["configuration"] else ArticleError)(answer["error"])
    return Article.model_validate(answer["article"])


def serve(channel: Channel) -> Answer:
    """Return the function that answers requests in a worker process."""
    del channel
    limit_memory(MEMORY)

    async def answer(body: bytes) -> bytes:
        # The first request, which sets the worker up, is empty.
        return _answer(body) if body else b""

    return answer


def _answer(body: bytes) -> bytes:
    head, _, data = body.partition(b"\n")
    request = json.loads(head)
    limit_processor(request.pop("seconds"))
    answer: dict[str, Any]
    try:
        answer = {"article": _read(data, **request).model_dump(mode="json", exclude_defaults=True)}
    except SummariseError as error:
        if _is_memory_error(error):
            raise MemoryError from None
        answer = {"error": str(error), "configuration": isinstance(error, ConfigurationError)}
    return json.dumps(answer).encode()


def _read(data: bytes, *, kind: str, name: str, encoding: str | None) -> Article:
    from summarise.article.text import check_is_text, decode

    if kind in DOCUMENTS:
        from summarise.article.formats.documents import read_document

        return read_document(data, kind, name=name)
    if kind == HTML:
        from summarise.article.formats.html import read_page

        check_is_text(data, name=name)
        return read_page(decode(data, name=name, encoding=encoding) if encoding else data, name=name)
    from summarise.article.formats.documents import read_markdown

    return read_markdown(decode(data, name=name, encoding=encoding))


def _is_memory_error(error: BaseException | None) -> bool:
    # Readers report a MemoryError as a damaged file.
    while error is not None:
        if isinstance(error, MemoryError):
            return True
        error = error.__cause__ or error.__context__
    return False
