"""Keeps keys out of the HTTP library's logs: at DEBUG it logs the headers that a server answers with.

Logs nothing itself, and leaves levels and handlers as the user set them.
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
    watcher = _Filter(secrets)
    for name in LOGGERS:
        logging.getLogger(name).addFilter(watcher)
    try:
        yield
    finally:
        for name in LOGGERS:
            logging.getLogger(name).removeFilter(watcher)


class _Filter(logging.Filter):
    def __init__(self, secrets: Callable[[], Sequence[str]]) -> None:
        super().__init__()
        self._secrets = secrets

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, with the secrets in its message replaced."""
        message = record.getMessage()
        if (shown := without(self._secrets(), message)) != message:
            record.msg, record.args = shown, ()
        return True
