"""The record of model calls."""

import pytest

from summarise import Reply
from summarise.backends.budget import call_of, clean, failed
from summarise.data import Alternative, Call, GuardEvent
from summarise.errors import ServerError


def test_a_call_keeps_what_the_reply_says_of_itself() -> None:
    event = GuardEvent(kind="leak", said="Ostrel", recovered=True)
    reply = Reply(
        text="One.",
        model="m",
        finish="length",
        prompt_tokens=7,
        completion_tokens=5,
        cached_tokens=3,
        seconds=1.23456,
        alternatives=(Alternative(text="Two."), Alternative(text="One.")),
    )
    call = call_of("rewrite", reply, problem="cut off", events=(event,))
    assert call == Call(
        stage="rewrite",
        model="m",
        finish="length",
        prompt_tokens=7,
        completion_tokens=5,
        cached_tokens=3,
        seconds=1.235,
        said="One.\nTwo.\nOne.",
        problem="cut off",
        events=(event,),
    )


def test_a_call_that_came_to_nothing_says_why() -> None:
    """If an answer was rejected, its usage is kept."""
    assert failed("repair", ServerError("busy", advice="wait")) == Call(
        stage="repair", finish="other", problem="busy: wait"
    )
    reply = Reply(text="One.", model="m", prompt_tokens=7, completion_tokens=5, cost=0.25)
    assert failed("draft", ServerError("cut", reply=reply)) == call_of("draft", reply, problem="cut")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("plain “text”, 日本 😀\n\ttab", "plain “text”, 日本 😀\n\ttab"),
        ("a\0b", "a b"),
        ("half \ud83d gone", "half ? gone"),
        ("\udcff\0", "? "),
    ],
)
def test_what_no_text_holds_is_taken_out(said: str, kept: str) -> None:
    """NUL becomes a space, a lone surrogate a question mark."""
    assert clean(said) == kept
    assert call_of("draft", Reply(text=said, model="m")).said == kept
