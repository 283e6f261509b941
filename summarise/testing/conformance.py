"""Defines the tests that every backend must pass (docs/own-backend.md)."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from copy import deepcopy
from functools import partial
from itertools import accumulate
from time import perf_counter
from typing import Any, ClassVar, NamedTuple

import pytest

from summarise.backends.replies import FRACTION
from summarise.backends.tokens import least_prompt_tokens, least_tokens
from summarise.data import Backend, Evidence, Reply, Request, Sampling, capabilities_of
from summarise.errors import SummariseError, TimedOutError

# seconds that an immediate action may take on a busy machine
SLACK = 1.0
FACTS = (
    "The Orre Bridge opened in 1907 and carries 4,000 cars a day.",
    "The council of Lindal voted on Tuesday to close it for repairs until June.",
    "Engineers found cracks in two of its nine piers in March.",
)
PROPERTIES = {"sentences": {"type": "array", "items": {"type": "string"}}}
SCHEMA = {"type": "object", "properties": PROPERTIES, "required": ["sentences"], "additionalProperties": False}


class _BrokenError(AssertionError):
    """A backend does not behave as a test expects."""


def _expect(condition: object, got: object) -> None:
    if not condition:
        raise _BrokenError(got)


def _question(user: str, *passages: str, max_tokens: int = 300, room: int = 2000, **fields: Any) -> Request:
    starts = accumulate((len(text) + 1 for text in passages), initial=0)
    evidence = (Evidence(start=at, end=at + len(text), text=text) for at, text in zip(starts, passages, strict=False))
    sampling = Sampling(max_tokens=max_tokens, temperature=0.7 if "candidates" in fields else 0.0)
    fields = {"stage": "draft", "system": "You summarise news.", "user": user, "passages": tuple(evidence), **fields}
    return Request(**fields, sampling=sampling, reasoning_room=room)


def _plain(label: str = "", **fields: Any) -> Request:
    return _question(f"Summarise in one sentence{label}: {' '.join(FACTS)}", *FACTS, **deepcopy(fields))


_structured = partial(_plain, " as JSON", json_schema=SCHEMA)
_several = partial(_plain, candidates=3)


async def _outcome(backend: Backend, request: Request) -> Reply | SummariseError:
    """Return the reply or the error, whose message must be one line without a secret."""
    try:
        reply: object = await backend.complete(request)
    except SummariseError as error:
        _expect(str(error).strip() and "\n" not in str(error), f"an error whose message is not one line: {error!r}")
        leaked = [secret for secret in capabilities_of(backend).secrets() if secret in str(error)]
        _expect(not leaked, "an error that shows a secret of the backend")
        return error
    if not isinstance(reply, Reply):
        raise _BrokenError(f"an object of {type(reply).__name__}, not a Reply")
    return reply


async def _answer(backend: Backend, request: Request) -> Reply:
    reply = await _outcome(backend, request)
    if isinstance(reply, SummariseError):
        raise _BrokenError(repr(reply))
    return reply


async def _cancelled(backend: Backend, request: Request, *, after: float) -> bool:
    """Cancel a call after `after` seconds. Returns False if it had already ended."""
    before = asyncio.all_tasks()
    call = asyncio.create_task(backend.complete(request))
    await asyncio.sleep(after)
    pending = call.cancel()
    done, _ = await asyncio.wait({call}, timeout=SLACK)
    _expect(done, f"no end within {SLACK:g} s of being cancelled")
    _expect(call.cancelled() or not pending, "no CancelledError")
    await _no_task_left(before)
    return pending


async def _no_task_left(before: set["asyncio.Task[Any]"]) -> None:
    deadline = perf_counter() + 0.2
    while remaining := asyncio.all_tasks() - before:
        _expect(perf_counter() < deadline, f"tasks left: {', '.join(task.get_name() for task in remaining)}")
        await asyncio.sleep(0.01)


MakeBackend = Callable[[], AbstractAsyncContextManager[Backend]]
# seconds after which a call is cancelled
CANCEL_AFTER = (0.0, 0.001, 0.005, 0.02)
# OpenAI's Responses API refuses a smaller limit (https://platform.openai.com/docs/api-reference/responses).
FEW_TOKENS = 16
PORTS = ("Aalborg", "Bergen", "Cadiz", "Dresden", "Eindhoven", "Fulda", "Ghent", "Huelva")
ODD_TEXTS = ("a lone surrogate \ud800", "a NUL \x00", "emoji 👩🏽‍🚒", "قال رئيس البلدية إن الجسر مغلق")


class Situations(NamedTuple):
    """Functions that open a backend in a situation; None if it is not tested."""

    make: MakeBackend
    refusing: MakeBackend | None
    failing: MakeBackend | None
    slow: MakeBackend | None
    time_limit: float


Check = Callable[[Backend, Situations], Awaitable[None]]


class Case(NamedTuple):
    """A test of the requirement `expected`. `situation`: the field of `Situations` that opens the backend."""

    name: str
    expected: str
    check: Check
    situation: str


CASES: list[Case] = []


def case(expected: str, *, situation: str = "make") -> Callable[[Check], Check]:
    """Return a decorator that adds a check to `CASES`."""

    def add(check: Check) -> Check:
        CASES.append(Case(check.__name__.removeprefix("_"), expected, check, situation))
        return check

    return add


@case("a reply has text, the model's name, finish `stop`")
async def _a_plain_question_is_answered(backend: Backend, _: Situations) -> None:
    reply = await _answer(backend, _plain())
    _expect(reply.text.strip() and reply.model.strip() and reply.finish == "stop", repr(reply))


@case("the reply is JSON that the schema allows, or text that is not JSON")
async def _a_schema_is_held_or_answered_in_words(backend: Backend, _: Situations) -> None:
    reply = await _answer(backend, _structured())
    text = reply.text.strip()
    _expect(text, repr(reply))
    try:
        value = json.loads(text)
    except ValueError:
        _expect(text[0] not in "{[" or reply.finish != "stop", repr(reply))
        return
    if isinstance(value, dict | list):
        texts = value["sentences"] if isinstance(value, dict) and value.keys() == {"sentences"} else None
        _expect(isinstance(texts, list) and all(isinstance(item, str) for item in texts), repr(reply))


@case("finish is `length` if `sampling.max_tokens` is too small")
async def _an_answer_that_is_cut_off_says_so(backend: Backend, _: Situations) -> None:
    story = partial(_question, "Write a story of at least three hundred words about a bridge.", *FACTS, room=0)
    whole, short = await _answer(backend, story()), await _answer(backend, story(max_tokens=FEW_TOKENS))
    if short.finish == "stop" == whole.finish and short.text == whole.text:
        pytest.skip("no answer was cut off: the same text with a limit and without")
    _expect(short.finish == "length", repr(short))


@case("at most as many candidates as requested")
async def _no_more_candidates_than_asked_for(backend: Backend, _: Situations) -> None:
    for request in (_several(), _plain()):
        reply = await _answer(backend, request)
        likelihoods = (reply.likelihood, *(other.likelihood for other in reply.alternatives))
        _expect(all((value or 0) <= 0 for value in likelihoods), f"a mean log-probability above 0: {reply!r}")
        _expect(len(reply.alternatives) < request.candidates, repr(reply))


@case("lone surrogates, NUL, emoji: a reply or a typed error")
async def _any_text_is_answered_or_refused(backend: Backend, _: Situations) -> None:
    for text in ODD_TEXTS:
        await _outcome(backend, _question(f"Summarise in one sentence: {text} {FACTS[0]}", text, FACTS[0]))
    await _answer(backend, _plain())


@case("token counts are plausible, or 0 if unknown; reasoning tokens are part of the completion tokens")
async def _usage_is_plausible(backend: Backend, _: Situations) -> None:
    request, started = _plain(), perf_counter()
    reply = await _answer(backend, request)
    read, written, thought = reply.prompt_tokens, reply.completion_tokens, reply.reasoning_tokens
    _expect(min(thought, reply.cached_tokens, reply.cost or 0, reply.seconds) >= 0, repr(reply))
    _expect(reply.cached_tokens <= read and thought <= written, repr(reply))
    _expect(read == 0 or read >= FRACTION * least_prompt_tokens(request), repr(reply))
    _expect(written == 0 or written >= thought + FRACTION * least_tokens(reply.text), repr(reply))
    _expect(reply.seconds <= perf_counter() - started + SLACK, repr(reply))


@case("the backend changes neither schema nor passages")
async def _the_request_is_not_changed(backend: Backend, _: Situations) -> None:
    for make in (_plain, _structured, _several):
        await _answer(backend, request := make())
        _expect(request == make(), f"a changed request: {request!r}")


@case("an error of `summarise.errors`, or finish `filter`", situation="refusing")
async def _a_refusal_is_reported(backend: Backend, _: Situations) -> None:
    for reply in (await _outcome(backend, _plain()), await _outcome(backend, _plain())):
        _expect(isinstance(reply, SummariseError) or reply.finish == "filter", repr(reply))


@case("an error of `summarise.errors` with a message of one line; the next call succeeds", situation="failing")
async def _an_error_is_typed_and_does_not_last(backend: Backend, _: Situations) -> None:
    reply = await _outcome(backend, _plain())
    _expect(isinstance(reply, SummariseError), repr(reply))
    await _answer(backend, _plain())


@case("`TimedOutError` within the limit", situation="slow")
async def _a_time_out_is_a_typed_error(backend: Backend, situations: Situations) -> None:
    call = asyncio.create_task(_outcome(backend, _plain(room=0)))
    done, _ = await asyncio.wait({call}, timeout=situations.time_limit + SLACK)
    _expect(done and isinstance(call.result(), TimedOutError), call.result() if done else "no end in time")


@case("`CancelledError`, no task left, and the next call succeeds")
async def _a_cancelled_call_ends_at_once_and_leaves_nothing(backend: Backend, situations: Situations) -> None:
    await _answer(backend, _plain())
    calls = [await _cancelled(backend, _plain(f" (cancelled call, {at} s)"), after=at) for at in CANCEL_AFTER]
    await _answer(backend, _plain(" (after the cancelled calls)"))
    if situations.slow is not None:
        async with situations.slow() as slow:
            calls.append(await _cancelled(slow, _plain(room=0), after=0.05))
    if not any(calls):
        pytest.skip("every call ended before it could be cancelled: pass slow= to check_backend")


@case("each of eight concurrent calls gets its own reply")
async def _calls_at_once_get_their_own_answers(backend: Backend, _: Situations) -> None:
    sentences = [f"The ferry to {port} sails at noon." for port in PORTS]
    requests = (_question(f"Repeat this sentence word for word: {sentence}", sentence) for sentence in sentences)
    answers = await asyncio.gather(*(_answer(backend, request) for request in requests))
    named = [{port for port in PORTS if port in reply.text} for reply in answers]
    _expect(all(ports <= {port} for port, ports in zip(PORTS, named, strict=True)), f"answers about {named}")
    if not any(named):
        pytest.skip("no answer shows which question it belongs to")


@case("the id is constant and one line; closing leaves no task")
async def _it_has_one_id_and_opens_again(backend: Backend, situations: Situations) -> None:
    ids: list[object] = [backend.id]
    await _answer(backend, _plain())
    before = asyncio.all_tasks()
    async with situations.make() as again:
        ids += [backend.id, again.id]
        await _answer(again, _plain())
        ids.append(again.id)
    await _no_task_left(before)
    one_line = isinstance(ids[0], str) and ids[0].strip() == ids[0] != "" and ids[0].isprintable()
    _expect(one_line and len(set(ids)) == 1, ids)


@case("both `chunk_tokens` and `context_tokens`, the first at most as large as the second; or neither")
async def _sizes_are_whole_and_fit(backend: Backend, _: Situations) -> None:
    can = capabilities_of(backend)
    chunk, context, at_once = can.chunk_tokens, can.context_tokens, can.at_once
    got = f"{chunk = }, {context = }, {at_once = }"
    _expect(all(size is None or (type(size) is int and size > 0) for size in (chunk, context, at_once)), got)
    if chunk is None and context is None:
        pytest.skip("the backend has no sizes")
    _expect(chunk is not None and context is not None and chunk <= context, got)


@case("if there is `count`, there is `counts_here`; a longer text has a higher count")
async def _counts_of_tokens_are_possible(backend: Backend, _: Situations) -> None:
    can, texts = capabilities_of(backend), (FACTS[0], " ".join(FACTS))
    _expect(can.counts_here is not None or not callable(getattr(backend, "count", None)), "count without counts_here")
    if can.count is None:
        pytest.skip("the backend does not count tokens")
    try:
        counts = [await can.count(text) for text in texts]
    except SummariseError as error:
        pytest.skip(f"this server does not count tokens: {error}")
    possible = all(type(count) is int for count in counts) and counts[0] >= FRACTION * least_tokens(texts[0])
    _expect(possible and counts[1] >= FRACTION * least_tokens(texts[1]) and counts[0] < counts[1], counts)


@case("`on_the_wire` returns the same for the same request, without the backend's `secrets`")
async def _on_the_wire_is_stable_and_shows_no_secrets(backend: Backend, _: Situations) -> None:
    can, request = capabilities_of(backend), _structured()
    if can.on_the_wire is None:
        pytest.skip("the backend has no on_the_wire")
    first = can.on_the_wire(request)
    _expect(request == _structured(), "a changed request")
    await _answer(backend, request)
    _expect(first == can.on_the_wire(request), f"another result after a call than before it: {first}")
    _expect(first != can.on_the_wire(_plain()), f"the same for another request: {first}")
    body = json.dumps(first.model_dump())
    _expect(not any(secret in body for secret in can.secrets()), "a secret of the backend")


class BackendTests:
    """The tests of a backend. `check_backend` makes a subclass for each backend."""

    situations: ClassVar[Situations]

    @pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
    def test_backend(self, case: Case) -> None:
        """Run a case in a new event loop; no pytest plug-in for asyncio is needed."""
        make: MakeBackend | None = getattr(self.situations, case.situation)
        if make is None:
            pytest.skip(f"not tested: pass {case.situation}= to check_backend")
        try:
            asyncio.run(_run(case.check, make, self.situations))
        except _BrokenError as broken:
            pytest.fail(f"expected: {case.expected}\n     got: {broken}", pytrace=False)
        except Exception as error:
            error.add_note(f"expected: {case.expected}")
            raise


async def _run(check: Check, make: MakeBackend, situations: Situations) -> None:
    async with make() as backend:
        await check(backend, situations)


def check_backend(
    make_backend: MakeBackend,
    *,
    refusing: MakeBackend | None = None,
    failing: MakeBackend | None = None,
    slow: MakeBackend | None = None,
    time_limit: float = 2.0,
) -> type[BackendTests]:
    """Return a class of tests for the backend that `make_backend` opens; give it a name that begins with "Test".

    Each test opens a backend and sends a few short requests. `refusing` opens a backend whose provider withholds every
    answer, `failing` a backend whose first call fails and whose later calls succeed, and `slow` a backend whose own
    time limit, 0.1 to `time_limit` seconds, ends every call. Without one of these functions, its tests are skipped.
    """
    situations = Situations(make_backend, refusing, failing, slow, time_limit)
    return type("BackendTests", (BackendTests,), {"__doc__": BackendTests.__doc__, "situations": situations})
