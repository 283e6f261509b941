"""What the conformance kit is made of: asking a backend as a test does, and telling what was promised and what came.

Knows no backend.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import wraps
from typing import Any, ClassVar, TypeGuard, TypeVar

import pytest

from summarise.data import Backend, Reply, Request, capabilities_of
from summarise.errors import SummariseError

MakeBackend = Callable[[], AbstractAsyncContextManager[Backend]]
"""Opens a backend: what an entry point of `summarise.backends` is, its model and settings given."""
AT_ONCE = 1.0
"""Seconds that a backend may take for what has to happen at once, on a busy machine, too."""


@dataclass(frozen=True, kw_only=True)
class Situations:
    """The situations that a backend can be brought into, None where its author gave no way; see `check_backend`."""

    make: MakeBackend
    refusing: MakeBackend | None
    failing: MakeBackend | None
    slow: MakeBackend | None
    time_limit: float


class BrokenPromiseError(AssertionError):
    """A backend does not do what every backend promises: what was promised, and what came instead."""

    def __init__(self, promised: str, came: str) -> None:
        super().__init__(f"promised: {promised}\n    came: {came}")


class UnprovokedError(Exception):
    """What a check is about cannot be brought about with this backend, and why."""


class BackendTests:
    """Tests of one backend."""

    backend: ClassVar[Situations]


Tests = TypeVar("Tests", bound=BackendTests)


def promise(check: Callable[[Tests], Awaitable[None]]) -> Callable[[Tests], None]:
    """Return a test of a backend, which pytest runs without any plug-in for asyncio."""

    @wraps(check)
    def test(self: Tests) -> None:
        async def checked() -> None:
            await check(self)

        try:
            asyncio.run(checked())
        except UnprovokedError as missing:
            pytest.skip(str(missing))
        except BrokenPromiseError as broken:
            if broken.__cause__ is not None:
                raise  # the author's own traceback tells where
            pytest.fail(str(broken), pytrace=False)

    return test


def require(held: bool, promised: str, came: str) -> None:
    """Raise BrokenPromiseError where a promise is not held."""
    if not held:
        raise BrokenPromiseError(promised, came)


def given(make: MakeBackend | None, option: str) -> MakeBackend:
    """Return what opens a situation; UnprovokedError where the author gave nothing."""
    if make is None:
        raise UnprovokedError(f"nothing was given to provoke it with: {option}=")
    return make


async def reply_to(backend: Backend, request: Request) -> Reply:
    """Return the reply to a request, or raise the error of `summarise.errors` that came."""
    promised = "a Reply, or an error of summarise.errors"
    try:
        reply: object = await backend.complete(request)
    except SummariseError:
        raise
    except Exception as error:
        raise BrokenPromiseError(promised, called(error)) from error
    if not isinstance(reply, Reply):
        raise BrokenPromiseError(promised, called(reply))
    return reply


async def answer_to(backend: Backend, request: Request) -> Reply:
    """Return the reply to a request that has to be answered."""
    try:
        return await reply_to(backend, request)
    except SummariseError as error:
        raise BrokenPromiseError("an answer", called(error)) from error


async def is_cancelled(backend: Backend, request: Request, *, after: float) -> bool:
    """Cancel a call that is under way and return whether it was: it may have ended before."""
    call = asyncio.create_task(backend.complete(request))
    await asyncio.sleep(after)
    if not call.cancel():
        await asyncio.gather(call, return_exceptions=True)
        return False
    done, _ = await asyncio.wait({call}, timeout=AT_ONCE)
    require(bool(done), f"an end within {AT_ONCE:g} s of being cancelled", "none")
    if not call.cancelled():
        ended = call.exception() or call.result()
        raise BrokenPromiseError("CancelledError from a call that is cancelled", called(ended))
    return True


async def require_no_task(before: set["asyncio.Task[Any]"], what: str) -> None:
    """Raise where tasks are left; one that is just ending is given a moment."""
    for _ in range(20):
        left = asyncio.all_tasks() - before
        if not left:
            return
        await asyncio.sleep(0.01)
    require(False, f"no task left by {what}", ", ".join(task.get_name() for task in left))


def require_fit_to_show(error: SummariseError, backend: Backend) -> None:
    """Raise where an error cannot be shown to a user as it is."""
    line = str(error)
    require(line.strip() != "" and "\n" not in line, "an error that is one line", repr(line))
    held = [secret for secret in capabilities_of(backend).secrets() if secret in line]
    require(not held, "no secret in an error", f"{len(held)} of the backend's secrets")


def fits(value: object) -> bool:
    """Tell whether a value is one that `SCHEMA` allows."""
    if not isinstance(value, dict) or value.keys() != {"sentences"}:
        return False
    items = value["sentences"]
    return isinstance(items, list) and all(isinstance(item, str) for item in items)


def is_count(value: object, *, least: int) -> TypeGuard[int]:
    """Tell whether a value is a whole number, and no smaller than that."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def called(what: object) -> str:
    """Return what came, in a few words."""
    return f"{type(what).__name__}: {what}" if isinstance(what, BaseException) else type(what).__name__
