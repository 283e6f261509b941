"""Waiting for an asynchronous call."""

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
    """As it is raised, and not by the event loop, too, with a traceback."""
    # Not pytest.raises, which keeps the traceback, and with it the task that tells when it is gone.
    with suppress(KeyboardInterrupt):
        blocking(_with_a_task(), "twin")
    gc.collect()
    assert caplog.records == []
