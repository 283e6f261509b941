"""Time-outs and token limits of calls that allow reasoning."""

import asyncio

import pytest
from asking import ASKED, Answer, Ask, Seen, serving

from summarise.backends.http.transport import THINKING_SPEED
from summarise.errors import QuotaError, TimedOutError

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
ROOM = THINKING_SPEED // 10
"""Tokens for a tenth of a second."""


@pytest.mark.parametrize(("read", "total"), [(0.05, 30.0), (30.0, 0.05)])
async def test_a_time_out_is_longer_by_what_thinking_may_take(read: float, total: float) -> None:
    """The message names both parts."""
    async with serving(lambda _: "hang") as server:
        ask = Ask(server, read_timeout=read, total_timeout=total, max_attempts=1)
        async with ask.client:
            started = asyncio.get_running_loop().time()
            with pytest.raises(TimedOutError, match=r"within 0\.13 s \(0\.08 s of that for thinking\)"):
                await ask.backend.complete(ASKED.model_copy(update={"reasoning_room": ROOM}))
            assert asyncio.get_running_loop().time() - started >= 0.125
            with pytest.raises(TimedOutError, match=r"within 0\.05 s$|within 0\.05 s:"):
                await ask.backend.complete(ASKED)


async def test_the_limit_that_is_sent_is_the_answers_and_the_rooms() -> None:
    """A maximum that the server names is never exceeded again."""
    words = "max_tokens is too large: 5009. This model supports at most 4000 completion tokens"

    async with serving(
        lambda seen: Answer(400, {"error": words}) if seen.body["max_tokens"] > 4000 else Answer()
    ) as server:
        ask = Ask(server)
        async with ask.client:
            for room in (5000, 5000, 100):
                await ask.backend.complete(ASKED.model_copy(update={"reasoning_room": room}))
    assert [seen.body["max_tokens"] for seen in server.seen] == [5009, 4000, 4000, 109]


async def test_a_limit_that_the_account_cannot_pay_for_is_lowered() -> None:
    """If it is too low for an answer, it is a QuotaError."""
    left = 3919

    def poor(seen: Seen) -> Answer:
        limit = seen.body["max_tokens"]
        words = f"This request requires more credits, or fewer max_tokens. You requested up to {limit} tokens, "
        return Answer(402, {"error": {"message": f"{words}but can only afford {left}."}}) if limit > left else Answer()

    async with serving(poor) as server:
        ask = Ask(server)
        async with ask.client:
            await ask.backend.complete(ASKED.model_copy(update={"reasoning_room": 16_384}))
            left = ASKED.sampling.max_tokens - 1
            with pytest.raises(QuotaError, match="no credit left"):
                await ask.backend.complete(ASKED)
    assert [seen.body["max_tokens"] for seen in server.seen][1:2] == [3919]
    assert len(server.seen) == 3
