"""What the tests of `check_backend` ask a backend, and how they take its answer."""

import asyncio
from copy import deepcopy
from functools import partial
from itertools import accumulate
from time import perf_counter
from typing import Any

from summarise.data import Backend, Evidence, Reply, Request, Sampling, capabilities_of
from summarise.errors import SummariseError

SLACK = 1.0
"""Seconds that something immediate may take on a busy machine."""
FACTS = (
    "The Orre Bridge opened in 1907 and carries 4,000 cars a day.",
    "The council of Lindal voted on Tuesday to close it for repairs until June.",
    "Engineers found cracks in two of its nine piers in March.",
)
PROPERTIES = {"sentences": {"type": "array", "items": {"type": "string"}}}
SCHEMA = {"type": "object", "properties": PROPERTIES, "required": ["sentences"], "additionalProperties": False}


class BrokenError(AssertionError):
    """What a backend did instead of what its test expects."""


def expect(held: object, got: object) -> None:
    """Raise BrokenError if a condition does not hold."""
    if not held:
        raise BrokenError(got)


def question(user: str, *passages: str, max_tokens: int = 300, room: int = 2000, **fields: Any) -> Request:
    """Return a request about the `passages` of an article."""
    starts = accumulate((len(text) + 1 for text in passages), initial=0)
    evidence = (Evidence(start=at, end=at + len(text), text=text) for at, text in zip(starts, passages, strict=False))
    sampling = Sampling(max_tokens=max_tokens, temperature=0.7 if "candidates" in fields else 0.0)
    asked = {"stage": "draft", "system": "You summarise news.", "user": user, "passages": tuple(evidence), **fields}
    return Request(**asked, sampling=sampling, reasoning_room=room)


def plain(label: str = "", **fields: Any) -> Request:
    """Return a question for free text; another `label` makes another question."""
    return question(f"Summarise in one sentence{label}: {' '.join(FACTS)}", *FACTS, **deepcopy(fields))


structured = partial(plain, " as JSON", json_schema=SCHEMA)
several = partial(plain, candidates=3)


async def outcome(backend: Backend, request: Request) -> Reply | SummariseError:
    """Return the reply or the error of `summarise.errors`, which must be fit to be shown."""
    try:
        reply: object = await backend.complete(request)
    except SummariseError as error:
        expect(str(error).strip() and "\n" not in str(error), f"an error whose message is not one line: {error!r}")
        shown = [secret for secret in capabilities_of(backend).secrets() if secret in str(error)]
        expect(not shown, "an error that shows a secret of the backend")
        return error
    if not isinstance(reply, Reply):
        raise BrokenError(f"an object of {type(reply).__name__}, not a Reply")
    return reply


async def answer(backend: Backend, request: Request) -> Reply:
    """Return the reply; an error fails the test."""
    reply = await outcome(backend, request)
    if isinstance(reply, SummariseError):
        raise BrokenError(repr(reply))
    return reply


async def cancelled(backend: Backend, request: Request, *, after: float) -> bool:
    """Cancel a call. Returns False if it ended before."""
    before = asyncio.all_tasks()
    call = asyncio.create_task(backend.complete(request))
    await asyncio.sleep(after)
    pending = call.cancel()
    done, _ = await asyncio.wait({call}, timeout=SLACK)
    expect(done, f"no end within {SLACK:g} s of being cancelled")
    expect(call.cancelled() or not pending, "no CancelledError")
    await no_task_left(before)
    return pending


async def no_task_left(before: set["asyncio.Task[Any]"]) -> None:
    """Fail the test if there are more tasks than before; those that are ending get a moment."""
    deadline = perf_counter() + 0.2
    while left := asyncio.all_tasks() - before:
        expect(perf_counter() < deadline, f"tasks left: {', '.join(task.get_name() for task in left)}")
        await asyncio.sleep(0.01)
