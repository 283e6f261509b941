"""The conformance kit passes a correct backend and fails broken ones."""

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext
from itertools import count
from typing import Any

import pytest
from conforming_server import KEY, Question, answered, pieces

from summarise import Backend, Reply, Request
from summarise.data import Alternative, Finish, WireRequest
from summarise.errors import OverloadedError, ServerError, TimedOutError
from summarise.testing import check_backend
from summarise.testing.conformance import CASES

LIMIT = 0.1
NUMBERS = count()


class Good:
    """A backend that keeps every promise, including the optional ones."""

    context_tokens, chunk_tokens, at_once, counts_here = 8000, 4000, 2, True
    secrets = (KEY,)

    def __init__(self, situation: str = "well") -> None:
        self.situation = situation
        self.calls = 0

    @property
    def id(self) -> str:
        """Name of the backend."""
        return "good:m"

    async def count(self, text: str) -> int:
        """Count tokens."""
        return len(pieces(text))

    def on_the_wire(self, request: Request) -> WireRequest:
        """Return the request that would be sent."""
        return WireRequest(
            address="https://models.example/v1", body={"user": request.user, "schema": request.json_schema}
        )

    async def complete(self, request: Request) -> Reply:
        """Answer."""
        self.calls += 1
        if self.situation == "slow":
            await asyncio.sleep(LIMIT)
            raise TimedOutError("no answer in time")
        await asyncio.sleep(0.002)
        if self.situation == "failing" and self.calls == 1:
            raise OverloadedError("the server is busy", advice="try again later")
        if self.situation == "refusing":
            return Reply(text="", finish="filter", model="m")
        return self.reply(request)

    def reply(self, request: Request) -> Reply:
        """Build a reply."""
        said = answered(Question(request.user, request.sampling.max_tokens, request.json_schema is not None))
        finish: Finish = "length" if said.cut else "stop"
        others = tuple(Alternative(text=said.text, likelihood=-0.5) for _ in range(request.candidates - 1))
        counts: dict[str, Any] = {"prompt_tokens": said.read, "completion_tokens": said.written}
        return Reply(text=said.text, finish=finish, model="m", likelihood=-0.4, alternatives=others, **counts)


def changing(name: str, **change: Any) -> type[Good]:
    def reply(self: Good, request: Request) -> Reply:
        return Good.reply(self, request).model_copy(update=change)

    return type(name, (Good,), {"reply": reply})


def raising(name: str, error: Exception, *, instead_of: type[Exception]) -> type[Good]:
    async def complete(self: Good, request: Request) -> Reply:
        try:
            return await Good.complete(self, request)
        except instead_of:
            raise error from None

    return type(name, (Good,), {"complete": complete})


Nameless = changing("Nameless", model=" ")
SilentCut = changing("SilentCut", finish="stop")
Likely = changing("Likely", likelihood=0.7)
Overthinking = changing("Overthinking", reasoning_tokens=900)
Negative = changing("Negative", prompt_tokens=-1)
Undercounting = changing("Undercounting", prompt_tokens=3)
Raw = raising("Raw", ConnectionResetError("104"), instead_of=OverloadedError)
Talkative = raising("Talkative", OverloadedError(f"the server refuses {KEY}"), instead_of=OverloadedError)
Untyped = raising("Untyped", ServerError("something went wrong"), instead_of=TimedOutError)


class OtherJson(Good):
    """Answers a schema with JSON of another form."""

    def reply(self, request: Request) -> Reply:
        """Build a reply."""
        reply = super().reply(request)
        return reply if request.json_schema is None else reply.model_copy(update={"text": '{"summary": "The bridge."}'})


class HalfJson(Good):
    """Answers a schema with truncated JSON."""

    def reply(self, request: Request) -> Reply:
        """Build a reply."""
        reply = super().reply(request)
        return reply if request.json_schema is None else reply.model_copy(update={"text": reply.text[:-2]})


class TooMany(Good):
    """Returns more candidates than requested."""

    def reply(self, request: Request) -> Reply:
        """Build a reply."""
        return super().reply(request.model_copy(update={"candidates": request.candidates + 3}))


class Encoding(Good):
    """Raises `UnicodeEncodeError` for a lone surrogate."""

    def reply(self, request: Request) -> Reply:
        """Build a reply."""
        request.user.encode()
        return super().reply(request)


class Mutating(Good):
    """Changes the request's schema."""

    def reply(self, request: Request) -> Reply:
        """Build a reply."""
        if request.json_schema is not None:
            request.json_schema["title"] = "Draft"
        return super().reply(request)


class Apologising(Good):
    """Returns a refusal as an answer."""

    async def complete(self, request: Request) -> Reply:
        """Answer."""
        if self.situation == "refusing":
            return Reply(text="I am sorry.", model="m")
        return await super().complete(request)


class StaysBroken(Good):
    """Does not recover from an error."""

    async def complete(self, request: Request) -> Reply:
        """Answer."""
        if self.situation == "failing":
            raise OverloadedError("the server is busy")
        return await super().complete(request)


class Endless(Good):
    """Has no time-out."""

    async def complete(self, request: Request) -> Reply:
        """Answer."""
        if self.situation == "slow":
            await asyncio.sleep(60)
        return await super().complete(request)


class Deaf(Good):
    """Answers despite cancellation."""

    async def complete(self, request: Request) -> Reply:
        """Answer."""
        try:
            return await super().complete(request)
        except asyncio.CancelledError:
            return self.reply(request)


class Leaving(Good):
    """Leaves a task running."""

    async def complete(self, request: Request) -> Reply:
        """Answer."""
        if self.situation == "slow":
            return await super().complete(request)
        self.task = asyncio.create_task(asyncio.sleep(0.3 if "cancelled call" in request.user else 0))
        return await super().complete(request)


class Stuck(Good):
    """Stays locked after a cancelled call."""

    busy = False

    async def complete(self, request: Request) -> Reply:
        """Answer."""
        if self.busy:
            raise OverloadedError("still busy")
        if "cancelled call" not in request.user:
            return await super().complete(request)
        self.busy = True
        reply = await super().complete(request)
        self.busy = False
        return reply


class Mixing(Good):
    """Stores the request on itself, where concurrent calls overwrite it."""

    async def complete(self, request: Request) -> Reply:
        """Answer."""
        self.request = request
        await super().complete(request)
        return await super().complete(self.request)


class Renamed(Good):
    """Has a new id each time it opens."""

    def __init__(self, situation: str = "well") -> None:
        super().__init__(situation)
        self.number = next(NUMBERS)

    @property
    def id(self) -> str:
        """Name of the backend."""
        return f"good:{self.number}"


class Oversized(Good):
    """Has chunks larger than its context."""

    chunk_tokens = 9000


class Half(Good):
    """Has only one of two sizes."""

    chunk_tokens = None  # type: ignore[assignment]


class Constant(Good):
    """Counts the same for every text."""

    async def count(self, text: str) -> int:
        """Count tokens."""
        return 1000


class Showing(Good):
    """Reveals its key in `on_the_wire`."""

    def on_the_wire(self, request: Request) -> WireRequest:
        """Return the request."""
        return super().on_the_wire(request).model_copy(update={"beside": {"key": KEY}})


class Blurred(Good):
    """Shows the same for every request."""

    def on_the_wire(self, request: Request) -> WireRequest:
        """Return the request."""
        return WireRequest(address="https://models.example/v1", body={})


class Counted(Good):
    """Shows something else after each call."""

    def on_the_wire(self, request: Request) -> WireRequest:
        """Return the request."""
        sent = super().on_the_wire(request)
        return sent.model_copy(update={"beside": {"calls": self.calls}})


# The test that each backend fails.
BROKEN: dict[type[Good], str] = {
    Nameless: "a_plain_question_is_answered",
    OtherJson: "a_schema_is_held_or_answered_in_words",
    HalfJson: "a_schema_is_held_or_answered_in_words",
    SilentCut: "an_answer_that_is_cut_off_says_so",
    TooMany: "no_more_candidates_than_asked_for",
    Likely: "no_more_candidates_than_asked_for",
    Encoding: "any_text_is_answered_or_refused",
    Overthinking: "usage_is_plausible",
    Negative: "usage_is_plausible",
    Undercounting: "usage_is_plausible",
    Mutating: "the_request_is_not_changed",
    Apologising: "a_refusal_is_reported",
    Raw: "an_error_is_typed_and_does_not_last",
    StaysBroken: "an_error_is_typed_and_does_not_last",
    Talkative: "an_error_is_typed_and_does_not_last",
    Untyped: "a_time_out_is_a_typed_error",
    Endless: "a_time_out_is_a_typed_error",
    Deaf: "a_cancelled_call_ends_at_once_and_leaves_nothing",
    Leaving: "a_cancelled_call_ends_at_once_and_leaves_nothing",
    Stuck: "a_cancelled_call_ends_at_once_and_leaves_nothing",
    Mixing: "calls_at_once_get_their_own_answers",
    Renamed: "it_has_one_id_and_opens_again",
    Oversized: "sizes_are_whole_and_fit",
    Half: "sizes_are_whole_and_fit",
    Constant: "counts_of_tokens_are_possible",
    Showing: "on_the_wire_is_stable_and_shows_no_secrets",
    Blurred: "on_the_wire_is_stable_and_shows_no_secrets",
    Counted: "on_the_wire_is_stable_and_shows_no_secrets",
}


def outcomes(kind: type[Good], *, situations: bool = True) -> dict[str, str]:
    """Return the message of each test of the kit, "" if it passed."""

    def opening(situation: str) -> Any:
        def opened() -> AbstractAsyncContextManager[Backend]:
            return nullcontext(kind(situation))

        return opened

    more = {name: opening(name) for name in ("refusing", "failing", "slow")} if situations else {}
    tests = check_backend(opening("well"), **more, time_limit=2 * LIMIT)
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


def test_a_backend_that_keeps_every_promise_passes_all() -> None:
    found = outcomes(Good)
    assert len(found) == 16
    assert set(found.values()) == {""}


def test_what_cannot_be_provoked_is_skipped_and_says_what_to_give() -> None:
    """Without the optional situations, their tests are skipped and name the option."""
    found = outcomes(Good, situations=False)
    assert sorted(said for said in found.values() if said) == [
        f"skipped: not tried without {option}=" for option in ("failing", "refusing", "slow")
    ]


def test_each_promise_is_broken_by_some_backend() -> None:
    assert set(BROKEN.values()) == set(outcomes(Good))


FIRST = {broken: kind for kind, broken in reversed(BROKEN.items())}.values()


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind",
    [pytest.param(kind, id=kind.__name__, marks=[] if kind in FIRST else pytest.mark.slow) for kind in BROKEN],
)
def test_a_broken_promise_fails_its_test_and_no_other(kind: type[Good]) -> None:
    """A failed test states what was expected."""
    failed = {name: said for name, said in outcomes(kind).items() if said}
    assert list(failed) == [BROKEN[kind]]
    (expected,) = [case.expected for case in CASES if case.name == BROKEN[kind]]
    assert f"expected: {expected}" in failed[BROKEN[kind]]
