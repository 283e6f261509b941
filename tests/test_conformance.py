"""The conformance kit: on every backend of this project, with servers on loopback, and on broken backends."""

import asyncio
import re
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from conforming_server import (
    KEY,
    TIME_LIMIT,
    WIRES,
    cached,
    opened,
    opening,
    pieces,
    reply_to,
    scripted,
    wire_request,
)

from summarise import Backend, Reply, Request, Settings, errors
from summarise.testing import check_backend
from summarise.testing.conformance import CASES

PAGE = (Path(__file__).parent.parent / "docs" / "own-backend.md").read_text(encoding="utf-8")
pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])

for _wire in WIRES.values():
    globals()[f"Test{_wire.name}"] = check_backend(
        opening(_wire),
        refusing=opening(_wire, "refusing"),
        failing=opening(_wire, "failing"),
        slow=opening(_wire, "slow"),
        time_limit=TIME_LIMIT,
    )


def example() -> ModuleType:
    """Load the plug-in in docs/own-backend.md."""
    module = ModuleType("summarise_firsts")
    (code,) = re.findall(r"^`summarise_firsts.py`:\n\n```python\n(.*?)```", PAGE, re.S | re.M)
    exec(code, module.__dict__)
    return module


TestScripted = check_backend(scripted("well"), refusing=scripted("refusing"), failing=scripted("failing"))
TestPlugIn = check_backend(
    scripted("well", plug_in=True),
    refusing=scripted("refusing", plug_in=True),
    failing=scripted("failing", plug_in=True),
)
TestCached = check_backend(cached)
TestOwn = check_backend(lambda: example().open_firsts("x", Settings()))
TestLocal = pytest.mark.local(pytest.mark.usefixtures("local_settings")(check_backend(lambda: opened("local"))))
PROGRAM = """
import sys, time
situation, asked = sys.argv[1], sys.stdin.buffer.read().decode("utf-8", "replace")
if situation == "slow":
    time.sleep(5)
if situation == "refusing":
    sys.exit("the model refuses")
sentence = asked.strip().splitlines()[-1].partition(": ")[2]
print(sentence if "Repeat this sentence" in asked else "The bridge is closed.")
"""


def program(situation: str = "well") -> Callable[[], AbstractAsyncContextManager[Backend]]:
    limit = TIME_LIMIT if situation == "slow" else 20
    command = {"arguments": (sys.executable, "-I", "-S", "-c", PROGRAM, situation), "time_limit": limit}
    return lambda: opened("command:small", commands={"small": command})


TestCommand = check_backend(program(), refusing=program("refusing"), slow=program("slow"), time_limit=1)


# The kit itself: a correct backend passes all tests, and each broken one fails one test.

LIMIT = 0.1


class _Good:
    """A backend that meets every requirement, including the optional ones."""

    context_tokens, chunk_tokens, at_once, counts_here = 8000, 4000, 2, True
    secrets = (KEY,)

    def __init__(self, situation: str = "well") -> None:
        self.situation = situation
        self.calls = 0

    @property
    def id(self) -> str:
        return "good:m"

    async def count(self, text: str) -> int:
        return len(pieces(text))

    def on_the_wire(self, request: Request) -> Any:
        return wire_request(user=request.user, schema=request.json_schema)

    async def complete(self, request: Request) -> Reply:
        self.calls += 1
        if self.situation == "slow":
            await asyncio.sleep(LIMIT)
            raise errors.TimedOutError("no answer in time")
        await asyncio.sleep(0.002)
        if self.situation == "failing" and self.calls == 1:
            raise errors.OverloadedError("the server is busy")
        if self.situation == "refusing":
            return Reply(text="", finish="filter", model="m")
        return self.reply(request)

    def reply(self, request: Request) -> Reply:
        return reply_to(request)


def broken(**attributes: Any) -> type[_Good]:
    return type("Broken", (_Good,), attributes)


def changing(**fields: Any) -> type[_Good]:
    """Return a backend that changes its replies."""
    return broken(reply=lambda self, request: _Good.reply(self, request).model_copy(update=fields))


def raising(situation: str, error: Exception, *, after: int = 99) -> type[_Good]:
    """Return a backend that raises `error` in a situation, in its first `after` calls."""

    async def complete(self: _Good, request: Request) -> Reply:
        if self.situation != situation or self.calls >= after:
            return await _Good.complete(self, request)
        self.calls += 1
        raise error

    return broken(complete=complete)


def too_many(self: _Good, request: Request) -> Reply:
    return _Good.reply(self, request.model_copy(update={"candidates": request.candidates + 3}))


def misshaping(self: _Good, request: Request) -> Reply:
    reply = _Good.reply(self, request)
    return reply if request.json_schema is None else reply.model_copy(update={"text": '{"summary": "No."}'})


def encoding(self: _Good, request: Request) -> Reply:
    request.user.encode()
    return _Good.reply(self, request)


def mutating(self: _Good, request: Request) -> Reply:
    if request.json_schema is not None:
        request.json_schema["title"] = "Draft"
    return _Good.reply(self, request)


async def apologising(self: _Good, request: Request) -> Reply:
    if self.situation == "refusing":
        return Reply(text="I am sorry.", model="m")
    return await _Good.complete(self, request)


async def endless(self: _Good, request: Request) -> Reply:
    if self.situation == "slow":
        await asyncio.sleep(60)
    return await _Good.complete(self, request)


async def deaf(self: _Good, request: Request) -> Reply:
    try:
        return await _Good.complete(self, request)
    except asyncio.CancelledError:
        return self.reply(request)


async def leaving(self: Any, request: Request) -> Reply:
    if self.situation != "slow":
        self.task = asyncio.create_task(asyncio.sleep(0.3 if "cancelled call" in request.user else 0))
    return await _Good.complete(self, request)


async def stuck(self: Any, request: Request) -> Reply:
    if getattr(self, "busy", False):
        raise errors.OverloadedError("still busy")
    if "cancelled call" not in request.user:
        return await _Good.complete(self, request)
    self.busy = True
    reply = await _Good.complete(self, request)
    self.busy = False
    return reply


async def mixing(self: Any, request: Request) -> Reply:
    """Store the request where concurrent calls overwrite it."""
    self.request = request
    await _Good.complete(self, request)
    return await _Good.complete(self, self.request)


async def constant(self: _Good, text: str) -> int:
    return 1000


def with_fields(self: _Good, request: Request, **fields: Any) -> Any:
    return wire_request(user=request.user).model_copy(update={"beside": fields})


# The test that each broken backend fails.
BROKEN: dict[str, tuple[str, type[_Good]]] = {
    "no model name": ("a_plain_question_is_answered", changing(model=" ")),
    "JSON of another form": ("a_schema_is_held_or_answered_in_words", broken(reply=misshaping)),
    "a cut that is not reported": ("an_answer_that_is_cut_off_says_so", changing(finish="stop")),
    "too many candidates": ("no_more_candidates_than_asked_for", broken(reply=too_many)),
    "a likelihood above 0": ("no_more_candidates_than_asked_for", changing(likelihood=0.7)),
    "UnicodeEncodeError": ("any_text_is_answered_or_refused", broken(reply=encoding)),
    "too many reasoning tokens": ("usage_is_plausible", changing(reasoning_tokens=900)),
    "too few prompt tokens": ("usage_is_plausible", changing(prompt_tokens=3)),
    "a changed schema": ("the_request_is_not_changed", broken(reply=mutating)),
    "a refusal as an answer": ("a_refusal_is_reported", broken(complete=apologising)),
    "an untyped error": ("an_error_is_typed_and_does_not_last", raising("failing", ConnectionError("104"), after=1)),
    "an error that lasts": (
        "an_error_is_typed_and_does_not_last",
        raising("failing", errors.OverloadedError("the server is busy")),
    ),
    "an error with the key": (
        "an_error_is_typed_and_does_not_last",
        raising("failing", errors.OverloadedError(f"refused {KEY}"), after=1),
    ),
    "another error than a time-out": ("a_time_out_is_a_typed_error", raising("slow", errors.ServerError("no"))),
    "no time-out": ("a_time_out_is_a_typed_error", broken(complete=endless)),
    "an answer despite cancellation": ("a_cancelled_call_ends_at_once_and_leaves_nothing", broken(complete=deaf)),
    "a task left": ("a_cancelled_call_ends_at_once_and_leaves_nothing", broken(complete=leaving)),
    "a lock kept": ("a_cancelled_call_ends_at_once_and_leaves_nothing", broken(complete=stuck)),
    "mixed requests": ("calls_at_once_get_their_own_answers", broken(complete=mixing)),
    "another id each time": ("it_has_one_id_and_opens_again", broken(id=property(lambda self: f"good:{id(self)}"))),
    "chunks larger than the context": ("sizes_are_whole_and_fit", broken(chunk_tokens=9000)),
    "one of two sizes": ("sizes_are_whole_and_fit", broken(chunk_tokens=None)),
    "a count without counts_here": ("counts_of_tokens_are_possible", broken(counts_here=None)),
    "a constant count": ("counts_of_tokens_are_possible", broken(count=constant)),
    "a key on the wire": (
        "on_the_wire_is_stable_and_shows_no_secrets",
        broken(on_the_wire=lambda self, request: with_fields(self, request, key=KEY)),
    ),
    "the same for every request": (
        "on_the_wire_is_stable_and_shows_no_secrets",
        broken(on_the_wire=lambda self, request: wire_request()),
    ),
}


def outcomes(kind: type[_Good], *, situations: bool = True) -> dict[str, str]:
    """Return the message of each test of the kit, "" if it passed."""

    def situation(name: str) -> Any:
        return lambda: nullcontext(kind(name))

    more = {name: situation(name) for name in ("refusing", "failing", "slow")} if situations else {}
    tests = check_backend(situation("well"), **more, time_limit=2 * LIMIT)
    found = {}
    for case in CASES:
        found[case.name] = ""
        try:
            tests().test_backend(case)
        except pytest.skip.Exception as outcome:
            found[case.name] = f"skipped: {outcome}"
        except (pytest.fail.Exception, Exception) as outcome:
            found[case.name] = "\n".join([str(outcome), *getattr(outcome, "__notes__", ())])
    return found


@pytest.mark.slow
def test_a_backend_that_meets_every_requirement_passes() -> None:
    """If a function for a situation is not given, its test is skipped and names the option."""
    found = outcomes(_Good)
    assert found.keys() == {name for name, _ in BROKEN.values()}, "each test has a backend that fails it"
    assert set(found.values()) == {""}
    skipped = [message for message in outcomes(_Good, situations=False).values() if message]
    assert sorted(skipped) == [
        f"skipped: not tested: pass {name}= to check_backend" for name in ("failing", "refusing", "slow")
    ]


@pytest.mark.slow
@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_backend_fails_one_test(fault: str) -> None:
    """The failed test states the requirement."""
    name, kind = BROKEN[fault]
    failed = {case: message for case, message in outcomes(kind).items() if message}
    assert list(failed) == [name]
    (expected,) = [case.expected for case in CASES if case.name == name]
    assert f"expected: {expected}" in failed[name]


def test_the_page_lists_the_tests() -> None:
    """The table in docs/own-backend.md has a row for each case with its expected behaviour."""
    listed = re.findall(r"^\| `(\w+)` \| (.*?)(?: \(needs `(\w+)=`\))? \|$", PAGE, re.M)
    assert listed == [(case.name, case.expected, "" if case.situation == "make" else case.situation) for case in CASES]
