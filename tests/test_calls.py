"""Budgets, and the record of what was asked."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarise.backends.budget.call_records import call_of, clean, failed
from summarise.data import Alternative, Call, GuardEvent, Reply
from summarise.errors import ServerError


def test_a_call_keeps_what_the_reply_says_of_itself() -> None:
    """Counts, model, end and time as the server gave them, the time in milliseconds."""
    event = GuardEvent(kind="leak", said="Ostrel", recovered=True)
    reply = Reply(
        text="One.",
        model="m",
        finish="length",
        prompt_tokens=7,
        completion_tokens=5,
        cached_tokens=3,
        seconds=1.23456,
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
        said="One.",
        problem="cut off",
        events=(event,),
    )


@settings(max_examples=25)
@given(texts=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\n")), min_size=1, max_size=8))
def test_a_call_keeps_all_answers(texts: list[str]) -> None:
    """One a line, the first answer first, in the order in which they came, the same one as often as it was given."""
    first, *others = texts
    reply = Reply(text=first, model="m", alternatives=tuple(Alternative(text=text) for text in others))
    assert call_of("rewrite", reply).said.split("\n") == texts


def test_a_call_that_came_to_nothing_says_why() -> None:
    """Nothing else is known of it, unless there was an answer that is refused as a whole."""
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
        ("", ""),
    ],
)
def test_what_no_text_holds_is_taken_out(said: str, kept: str) -> None:
    """NUL becomes a space, half a surrogate pair a question mark; all else stays."""
    assert clean(said) == kept
    assert call_of("draft", Reply(text=said, model="m")).said == kept


@settings(max_examples=40)
@given(st.text(st.characters()))
def test_what_was_cleaned_can_be_written_down(text: str) -> None:
    """As UTF-8, with no NUL and as many characters as before; to clean it again changes nothing."""
    cleaned = clean(text)
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert "\0" not in cleaned
    assert len(cleaned) == len(text)
    assert clean(cleaned) == cleaned
    assert Call.model_validate_json(Call(stage="draft", said=cleaned).model_dump_json()).said == cleaned
