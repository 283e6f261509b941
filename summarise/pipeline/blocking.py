"""Wait for an asynchronous call from where no event loop is running."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from summarise.errors import UsageError

T = TypeVar("T")


def blocking(work: Coroutine[Any, Any, T], twin: str) -> T:
    """Return what a call comes to; UsageError, which names its asynchronous `twin`, where an event loop is running."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    work.close()
    raise UsageError(f"an event loop is running already: await {twin}(...) instead")
