"""Reasoning is separated from the answer in every template format, and counted."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise import Reply, Request
from summarise.backends.replies import came_to_nothing, fields_of, split
from summarise.data import Alternative

REQUEST = Request(stage="draft", system="", user="")
JSON = json.dumps({"sentences": ["Mayor Reed was re-elected."]})


@pytest.mark.parametrize(
    ("text", "answer", "thoughts", "is_open"),
    [
        ("<think>Reed won.</think>\n\nShe won.", "She won.", "Reed won.", False),
        ("She won.\n<think>Sure?</think>\nShe left.", "She won.\n\nShe left.", "Sure?", False),
        ("She won. <think>Sure?</think> She left.", "She won. She left.", "Sure?", False),
        ("Reed won, so that\n</think>\n\nShe won.", "She won.", "Reed won, so that", False),
        ("Reed won.</think>" + JSON, JSON, "Reed won.", False),
        (JSON + "\n<think>Done.</think>", JSON, "Done.", False),
        ("[THINK]Reed[/THINK]She won.", "She won.", "Reed", False),
        ("<think>a <b>c</b></think>She won.", "She won.", "a <b>c</b>", False),
        (
            "<|channel|>analysis<|message|>Reed.<|end|><|start|>assistant<|channel|>final<|message|>She won.<|return|>",
            "She won.",
            "Reed.",
            False,
        ),
        ("analysisWe need JSON.assistantfinal" + JSON, JSON, "We need JSON.", False),
    ],
)
def test_thoughts_are_split_off(text: str, answer: str, thoughts: str, is_open: bool) -> None:
    """The answer is the text outside of reasoning blocks and channels."""
    found = split(text)
    assert (found.answer, found.thoughts, found.open) == (answer, thoughts, is_open)


@pytest.mark.parametrize(
    "text",
    [
        "The tag <think> marks thoughts, and </think> ends them.",
        "He wrote “<think>” on the board.",
        "It was a tag. <think> was its name, he said.",
        "Models write </think> before they answer.",
        json.dumps({"sentences": ["<think> begins a thought, </think> ends it."]}),
        json.dumps({"sentences": ["It begins.\n<think>No.</think>\n It ends."]}),
        '{"sentences": ["The tag <think> marks',
        "analysis of the assistant final report",
        "She won.",
        "",
        "  two spaces ",
    ],
)
def test_what_an_answer_says_of_tags_stays(text: str) -> None:
    """Text with a tag inside a sentence or a JSON string does not change."""
    assert (split(text).answer, split(text).thoughts) == (text, "")


@given(st.text(alphabet="ab.\n <>/", max_size=40), st.text(alphabet="cd.\n", max_size=40))
def test_a_block_before_the_answer_never_reaches_it(thought: str, answer: str) -> None:
    assert split(f"<think>{thought}</think>{answer}").answer == answer.strip()


MARKS = ("<think>", "</think>", "a", " ", "\n", "{", '"', ".", "<|channel|>", "final<|message|>")


@given(st.lists(st.sampled_from(MARKS), max_size=12).map("".join))
def test_any_text_is_split(text: str) -> None:
    """Splitting any text raises no error and adds no characters."""
    found = split(text)
    assert len(found.answer) <= len(text)


def test_splitting_takes_time_in_proportion() -> None:
    for text in ("<think>" * 100_000, "</think>" * 100_000, "\n<think>a</think>" * 20_000, "{" * 100_000):
        assert not split(text).answer.startswith("<think>")


@pytest.mark.parametrize(
    ("text", "thoughts", "told", "written", "shown", "tokens"),
    [
        ("She won.", "", 30, 40, False, 30),
        ("She won.", "Reed won.", 0, 40, False, 35),
        ("", "Reed won.", None, 40, False, 40),
        ("", "Reed won.", None, 0, False, 5),
        ("She won.", "", None, 40, True, 35),
        ("She won.", "", None, 40, False, 0),
        ("She won.", "", 90, 40, False, 40),
        ("She won.", "", None, 900, False, 895),
        ("\n" * 900, "", None, 900, False, 0),
    ],
)
def test_thoughts_are_counted(
    text: str, thoughts: str, told: int | None, written: int, shown: bool, tokens: int
) -> None:
    """The server's count, else the tokens not in the answer, else an estimate; at most all completion tokens."""
    found = fields_of(text, thoughts, told=told, completion_tokens=written, keep=False, shown=shown)
    assert found == {"reasoning_tokens": tokens, "reasoning": ""}


def test_thoughts_are_kept_only_on_demand() -> None:
    assert fields_of("a", " b ", told=1, completion_tokens=3, keep=True)["reasoning"] == "b"


@pytest.mark.parametrize(
    ("reply", "nothing"),
    [
        (Reply(text="", finish="length", model="m", completion_tokens=400, reasoning_tokens=400), True),
        (Reply(text="", finish="length", model="m", completion_tokens=400), True),
        (Reply(text="", finish="length", model="m"), True),
        (Reply(text="She", finish="length", model="m", completion_tokens=400, reasoning_tokens=390), True),
        (Reply(text="", model="m", completion_tokens=400, reasoning_tokens=400), True),
        (Reply(text=" ", model="m", completion_tokens=400), True),
        (Reply(text="She", finish="length", model="m", completion_tokens=400), False),
        (Reply(text="She won.", model="m", completion_tokens=400, reasoning_tokens=390), False),
        (Reply(text="", model="m", completion_tokens=1), False),
        (Reply(text="", model="m"), False),
        (Reply(text="", finish="filter", model="m", completion_tokens=9, reasoning_tokens=8), False),
        (Reply(text="", finish="length", model="m", completion_tokens=9, from_cache=True), False),
        (
            Reply(
                text="",
                finish="length",
                model="m",
                completion_tokens=9,
                reasoning_tokens=8,
                alternatives=(Alternative(text="She won."),),
            ),
            False,
        ),
    ],
)
def test_an_answer_that_thoughts_left_no_room_for_is_known(reply: Reply, nothing: bool) -> None:
    """`came_to_nothing` detects answers that reasoning left empty or cut off."""
    assert came_to_nothing(REQUEST, reply) is nothing


@pytest.mark.parametrize(
    ("text", "finish", "nothing"),
    [
        ("Let me see what", "length", True),
        ("Okay, the user wants", "length", True),
        ("Here's a thinking process", "length", True),
        ("Here's a summary: She won. She won. She", "length", False),
        ("The firm won. The firm won. The", "length", False),
        ('{"sentences": ["She', "length", False),
        ('["The question of', "length", False),
        ("```json\n{", "length", False),
        ("She won.", "stop", False),
    ],
)
def test_what_was_cut_before_the_form_that_was_asked_for_is_taken_for_thoughts(
    text: str, finish: Any, nothing: bool
) -> None:
    """If JSON was requested, a cut-off answer that begins like reasoning counts as reasoning."""
    reply = Reply(text=text, finish=finish, model="m", completion_tokens=9)
    assert came_to_nothing(REQUEST.model_copy(update={"json_schema": {"type": "object"}}), reply) is nothing
    assert not came_to_nothing(REQUEST, reply)
