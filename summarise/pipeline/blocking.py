"""Asynchronous calls from synchronous code."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from summarise.errors import UsageError

T = TypeVar("T")


def blocking(work: Coroutine[Any, Any, T], twin: str) -> T:
    """Run a coroutine. Raises UsageError, naming its asynchronous `twin`, if an event loop is running."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        with asyncio.Runner() as runner:
            runner.get_loop().set_exception_handler(_log_unless_interrupted)
            return runner.run(work)
    work.close()
    raise UsageError(f"an event loop is running already: await {twin}(...) instead")


def _log_unless_interrupted(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    if not isinstance(context.get("exception"), KeyboardInterrupt):
        loop.default_exception_handler(context)
