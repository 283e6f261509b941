"""Keeps keys out of what servers hand back: errors that come with a status of success, and the HTTP library's logs.

Does not touch what a model wrote, and leaves the levels and handlers of logs as the user set them.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from summarise.backends.refusals import without

# At DEBUG these log the headers of answers. A filter sees what is logged to its own logger, not to those below it.
LOGGERS = ("httpx", *(f"httpcore.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")))


def redacted(value: Any, secrets: Sequence[str]) -> Any:
    """Return a value of JSON with "…" for every secret in its texts."""
    if isinstance(value, str):
        return without(secrets, value)
    if isinstance(value, list):
        return [redacted(item, secrets) for item in value]
    if isinstance(value, dict):
        return {without(secrets, name): redacted(item, secrets) for name, item in value.items()}
    return value


@contextmanager
def redacted_logs(secrets: Sequence[str]) -> Iterator[None]:
    """Keep secrets out of the HTTP library's logs until the block ends."""
    watcher = _Filter(secrets)
    for name in LOGGERS:
        logging.getLogger(name).addFilter(watcher)
    try:
        yield
    finally:
        for name in LOGGERS:
            logging.getLogger(name).removeFilter(watcher)


class _Filter(logging.Filter):
    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__()
        self._secrets = secrets

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, with the secrets in its message replaced."""
        message = record.getMessage()
        if any(secret in message for secret in self._secrets):
            record.msg, record.args = without(self._secrets, message), ()
        return True
