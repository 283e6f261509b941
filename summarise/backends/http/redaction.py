"""Keeps keys out of the HTTP library's logs: at DEBUG it logs the headers that a server answers with.

Levels and handlers stay as the user set them.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from summarise.observing.secrets import without

# A filter sees what is logged to its own logger, not to those below it.
LOGGERS = ("httpx", *(f"httpcore.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")))


@contextmanager
def redacted_logs(secrets: Callable[[], Sequence[str]]) -> Iterator[None]:
    """Keep secrets out of the HTTP library's logs until the block ends; `secrets` are asked for each time."""

    def redact(record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if (shown := without(secrets(), message)) != message:
            record.msg, record.args = shown, ()
        return True

    for name in LOGGERS:
        logging.getLogger(name).addFilter(redact)
    try:
        yield
    finally:
        for name in LOGGERS:
            logging.getLogger(name).removeFilter(redact)
