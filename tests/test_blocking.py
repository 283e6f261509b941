"""Waiting for an asynchronous call in synchronous code."""

import asyncio
import gc
from contextlib import suppress

import pytest

from summarise.pipeline.blocking import blocking


async def _interrupted() -> None:
    raise KeyboardInterrupt


async def _with_a_task() -> None:
    task = asyncio.ensure_future(_interrupted())
    await asyncio.sleep(10)
    await task


def test_ctrl_c_in_the_midst_of_a_task_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    """It is raised, and the event loop logs no traceback."""
    # pytest.raises would keep the traceback, and with it the task, which logs when it is deleted.
    with suppress(KeyboardInterrupt):
        blocking(_with_a_task(), "twin")
    gc.collect()
    assert caplog.records == []
