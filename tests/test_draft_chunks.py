"""Concurrent drafts of several chunks: order, concurrency and failures."""

import asyncio
import json

import pytest
from drafting import ARTICLE, CHUNKS, PROMPT, SAMPLING, chunk_of, draft_every, draft_one, limiter, texts
from invented import copying

from summarise import Reply, Request, SummariseError, read_article
from summarise.backends.budget import MeteredBackend
from summarise.backends.scripted import ScriptedBackend
from summarise.errors import (
    AnswerError,
    AuthenticationError,
    ConfigurationError,
    OverloadedError,
    ServerError,
    TruncationError,
)
from summarise.writing.chunks import cut
from summarise.writing.draft import draft_all


async def test_drafts_come_in_the_order_of_the_chunks() -> None:
    """Whichever call ends first; each draft has the calls of its chunk."""

    class LastFirst(ScriptedBackend):
        async def complete(self, request: Request) -> Reply:
            await asyncio.sleep(0.02 / (1 + chunk_of(request)))
            return await super().complete(request)

    drafts = await draft_every(LastFirst(copying), concurrency=len(CHUNKS))
    for index, (chunk, result) in enumerate(zip(CHUNKS, drafts, strict=True)):
        assert result.said
        assert all(text in ARTICLE.quote(chunk) for text in texts(result))
        assert [call.chunk for call in result.calls] == [index]


async def test_no_more_than_the_wanted_number_is_asked_at_once() -> None:
    under_way: list[int] = []

    class Counting(ScriptedBackend):
        async def complete(self, request: Request) -> Reply:
            under_way.append(1)
            most.add(len(under_way))
            await asyncio.sleep(0)
            under_way.pop()
            return await super().complete(request)

    most = set[int]()
    await draft_every(Counting(copying), concurrency=2)
    assert max(most) == 2


@pytest.mark.parametrize("error", [ServerError("cannot reach it"), AnswerError("no JSON object")])
async def test_a_chunk_that_fails_does_not_lose_the_others(error: SummariseError) -> None:
    drafts = await draft_every(ScriptedBackend(lambda request: error if chunk_of(request) == 1 else copying(request)))
    assert [result.problem for result in drafts] == [str(error) if i == 1 else None for i in range(len(CHUNKS))]
    assert all(bool(result.said) == (i != 1) for i, result in enumerate(drafts))


async def test_what_was_asked_before_a_call_failed_is_kept() -> None:
    """The calls of a draft add up to the tokens spent, even if the last one failed and nothing is usable."""
    unusable = Reply(text="", model="m", prompt_tokens=900, completion_tokens=5)
    backend = ScriptedBackend([unusable, OverloadedError("busy", status=503)])
    spent = limiter()
    result = await draft_one(backend, spent=spent)
    assert (result.said, result.problem) == ((), "busy")
    assert isinstance(result.ended, OverloadedError)
    assert [(call.chunk, call.attempt, call.problem) for call in result.calls] == [(0, 1, "empty"), (0, 2, "busy")]
    assert sum(call.prompt_tokens + call.completion_tokens for call in result.calls) == spent.tokens == 905
    assert len(result.calls) == spent.calls


async def test_a_reply_that_left_out_a_part_of_the_prompt_is_recorded() -> None:
    """Its tokens count, although it is not used."""
    long = read_article("The orchard in the valley was spared by the frost. " * 200)
    spent = limiter()
    cut_off = ScriptedBackend([Reply(text="x", model="m", prompt_tokens=500, completion_tokens=7)])
    result = await draft_one(cut_off, spent=spent, article=long)
    assert isinstance(result.ended, TruncationError)
    (call,) = result.calls
    assert (call.model, call.said, call.prompt_tokens, call.completion_tokens) == ("m", "x", 500, 7)
    assert call.problem == result.problem
    assert spent.tokens == 507


async def test_where_a_ceiling_ended_the_asking_there_is_no_error() -> None:
    """Each missing draft gives the reason; only a server's error is raised."""
    drafts = await draft_every(MeteredBackend(ScriptedBackend([""]), limiter(1)), concurrency=1)
    assert [drafted.problem for drafted in drafts] == ["empty"] + ["the budget of calls is spent"] * (len(CHUNKS) - 1)
    with pytest.raises(OverloadedError, match="busy"):
        await draft_every(MeteredBackend(ScriptedBackend([OverloadedError("busy")]), limiter(1)), concurrency=1)


async def test_a_failure_that_concerns_all_ends_what_is_under_way() -> None:
    """With a refused key, calls in progress are cancelled, and no others are sent."""

    class Slow(ScriptedBackend):
        async def complete(self, request: Request) -> Reply:
            if chunk_of(request) == 0:
                await asyncio.sleep(30)
            return await super().complete(request)

    backend = Slow(lambda _: AuthenticationError("wrong key"))
    with pytest.raises(AuthenticationError):
        await draft_every(backend, concurrency=2)
    assert [chunk_of(request) for request in backend.requests] == [1]
    assert len(asyncio.all_tasks()) == 1


@pytest.mark.parametrize("error", [ConfigurationError("no model"), RuntimeError("a fault")])
async def test_what_is_wrong_for_all_passes_through(error: Exception) -> None:
    """A configuration error or a bug is not a problem of one chunk."""
    backend = ScriptedBackend(lambda request: error if chunk_of(request) == 1 else copying(request))
    with pytest.raises(type(error), match=str(error)):
        await draft_every(backend)


async def test_if_the_server_fails_for_every_chunk_its_first_error_is_raised() -> None:
    backend = ScriptedBackend(lambda request: OverloadedError(f"chunk {chunk_of(request)}"))
    with pytest.raises(OverloadedError, match="chunk 0"):
        await draft_every(backend)


async def test_if_no_answer_can_be_used_that_is_the_error() -> None:
    """The error says what was wrong with the answers and what to do."""
    with pytest.raises(AnswerError, match=r"cannot be used \(empty\): try again, name another model"):
        await draft_every(ScriptedBackend(lambda _: ""))


async def test_if_a_model_thinks_until_its_limit_the_error_advises_less_thinking() -> None:
    """Another try would not help; the error reports the tokens of thinking."""
    thinking = Reply(text="", model="m", finish="length", completion_tokens=900, reasoning_tokens=900)
    with pytest.raises(AnswerError, match=r"\(cut off after [0-9,]+ tokens of thinking in all\): .*--reasoning off"):
        await draft_every(ScriptedBackend(lambda _: thinking))


async def test_no_chunk_is_asked_for_more_sentences_than_it_has() -> None:
    backend = ScriptedBackend(copying)
    article = read_article("One orchard in the valley was spared by the frost.")
    (chunk,) = cut(article, 100)
    await draft_all(article, [chunk], backend=backend, prompt=PROMPT, sentences=5, sampling=SAMPLING, concurrency=1)
    assert backend.requests[0].sentences == 1


@pytest.mark.parametrize(("faulty", "calls", "shown"), [(1, 2, "Answer 2."), (3, 3, "Answer 1.")])
async def test_an_answer_with_a_fault_is_asked_for_again_and_the_first_kept(
    faulty: int, calls: int, shown: str
) -> None:
    """If every answer has a fault, the first is used, without a problem."""
    asked = iter(range(1, 9))

    def say(_: Request) -> str:
        return json.dumps({"sentences": [f"Answer {next(asked)}."]})

    fault_of = lambda lines: "too bold" if int(lines[0][7]) <= faulty else None  # noqa: E731
    found = await draft_one(ScriptedBackend(say), sentences=1, fault_of=fault_of)
    assert texts(found) == (shown,)
    assert [call.problem for call in found.calls].count("too bold") == calls - 1
    assert found.problem is None
