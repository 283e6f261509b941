"""Replies: reasoning split off and counted, answers that are too long, truncated prompts, and token estimates."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import BRIDGE, CABLES, answer

from summarise import Reply, Request, Settings, SummariseError, summarise
from summarise.backends.replies import (
    CHARACTERS_PER_TOKEN,
    Split,
    has_truncated_prompt,
    lacks_answer,
    reasoning_fields,
    require_full_prompt,
    split,
    within_length,
)
from summarise.backends.tokens import REQUEST_MARGIN, estimate_tokens, least_prompt_tokens, least_tokens, prompt_tokens
from summarise.data import Alternative, Example
from summarise.testing import ScriptedBackend

ROOT = Path(__file__).parent.parent
BARE = Request(stage="draft", system="", user="")
FORMED = BARE.model_copy(update={"json_schema": {"type": "object"}})
JSON = json.dumps({"sentences": ["Mayor Reed was re-elected."]})


def reply(text: str = "", finish: Any = "stop", written: int = 0, **fields: Any) -> Reply:
    return Reply(text=text, finish=finish, model="m", completion_tokens=written, **fields)


# Reasoning


@pytest.mark.parametrize(
    ("text", "answer", "thoughts"),
    [
        ("<think>Reed won.</think>\n\nShe won.", "She won.", "Reed won."),
        ("She won.\n<think>Sure?</think>\nShe left.", "She won.\n\nShe left.", "Sure?"),
        ("She won. <think>Sure?</think> She left.", "She won. She left.", "Sure?"),
        ("Reed won, so that\n</think>\n\nShe won.", "She won.", "Reed won, so that"),
        (f"Reed won.</think>{JSON}", JSON, "Reed won."),
        (f"{JSON}\n<think>Done.</think>", JSON, "Done."),
        ("[THINK]Reed[/THINK]She won.", "She won.", "Reed"),
        ("<think>a <b>c</b></think>She won.", "She won.", "a <b>c</b>"),
        ("<|channel|>analysis<|message|>Reed.<|end|><|channel|>final<|message|>She won.", "She won.", "Reed."),
        (f"analysisWe need JSON.assistantfinal{JSON}", JSON, "We need JSON."),
        # A tag in a sentence or a JSON string belongs to the answer.
        *(
            (text, text, "")
            for text in (
                "The tag <think> marks thoughts, and </think> ends them.",
                "He wrote “<think>” on the board.",
                "It was a tag. <think> was its name, he said.",
                "Models write </think> before they answer.",
                json.dumps({"sentences": ["<think> begins a thought, </think> ends it."]}),
                json.dumps({"sentences": ["It begins.\n<think>No.</think>\n It ends."]}),
                '{"sentences": ["The tag <think> marks',
                "analysis of the assistant final report",
                "",
                "  two spaces ",
            )
        ),
    ],
)
def test_reasoning_is_split_off(text: str, answer: str, thoughts: str) -> None:
    found = split(text)
    assert (found.answer, found.thoughts, found.open) == (answer, thoughts, False)


MARKS = ("<think>", "</think>", "a", " ", "\n", "{", '"', ".", "<|channel|>", "final<|message|>")


@given(
    st.lists(st.sampled_from(MARKS), max_size=12).map("".join),
    st.text(alphabet="ab.\n <>/", max_size=40),
    st.text(alphabet="cd.\n", max_size=40),
)
def test_any_text_is_split(text: str, thought: str, answer: str) -> None:
    """The answer is never longer than the text, and contains nothing of a block of reasoning before it."""
    assert len(split(text).answer) <= len(text)
    assert split(f"<think>{thought}</think>{answer}").answer == answer.strip()


@pytest.mark.slow
def test_splitting_takes_linear_time() -> None:
    for text in ("<think>" * 100_000, "</think>" * 100_000, "\n<think>a</think>" * 20_000, "{" * 100_000):
        assert not split(text).answer.startswith("<think>")


@pytest.mark.parametrize(
    ("text", "thoughts", "counted", "written", "reasoned", "tokens"),
    [
        ("She won.", "", 30, 40, False, 30),
        ("She won.", "Reed won.", 0, 40, False, 35),
        ("", "Reed won.", 0, 40, False, 40),
        ("", "Reed won.", 0, 0, False, 5),
        ("She won.", "", 0, 40, True, 35),
        ("She won.", "", 0, 40, False, 0),
        ("She won.", "", 90, 40, False, 40),
        ("She won.", "", 0, 900, False, 895),
        ("\n" * 900, "", 0, 900, False, 0),
    ],
)
def test_reasoning_tokens_are_counted_or_estimated(
    text: str, thoughts: str, counted: int, written: int, reasoned: bool, tokens: int
) -> None:
    """The server's count comes first, then the tokens not in the answer, then an estimate of the reasoning's text."""
    for keep in (False, True):
        found = reasoning_fields(
            [Split(text, thoughts)], counted=counted, completion_tokens=written, keep=keep, reasoned=reasoned
        )
        assert found == {"reasoning_tokens": tokens, "reasoning": thoughts if keep else ""}


@pytest.mark.parametrize(
    ("found", "nothing"),
    [
        (reply("", "length", 400, reasoning_tokens=400), True),
        (reply("", "length", 400), True),
        (reply("", "length"), True),
        (reply("She", "length", 400, reasoning_tokens=390), True),
        (reply("", "stop", 400, reasoning_tokens=400), True),
        (reply(" ", "stop", 400), True),
        (reply("She", "length", 400), False),
        (reply("She won.", "stop", 400, reasoning_tokens=390), False),
        (reply("", "stop", 1), False),
        (reply(""), False),
        (reply("", "filter", 9, reasoning_tokens=8), False),
        (reply("", "length", 9, from_cache=True), False),
        (reply("", "length", 9, reasoning_tokens=8, alternatives=(Alternative(text="She won."),)), False),
    ],
)
def test_a_reply_whose_reasoning_left_no_tokens_for_the_answer_is_recognised(found: Reply, nothing: bool) -> None:
    assert lacks_answer(BARE, found) is nothing


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
def test_a_truncated_answer_that_begins_like_reasoning_counts_as_reasoning_if_json_was_requested(
    text: str, finish: str, nothing: bool
) -> None:
    assert lacks_answer(FORMED, reply(text, finish, 9)) is nothing
    assert not lacks_answer(BARE, reply(text, finish, 9))


# Answers that are longer than requested


@pytest.mark.parametrize("more", [" " * 300_000, "(" * 300_000, f" {CABLES}" * 3000])
def test_an_answer_longer_than_its_limit_is_truncated(more: str) -> None:
    """The record of the call has the finish `length`."""
    backend = ScriptedBackend(lambda _: reply(answer(CABLES) + more))
    summary = summarise(BRIDGE, backend=backend, length=1, settings=Settings(entailment="off"))
    assert summary.prose == CABLES
    asked = backend.requests[0]
    assert len(summary.run.calls[0].said) <= CHARACTERS_PER_TOKEN * (asked.sampling.max_tokens + asked.reasoning_room)
    assert summary.run.calls[0].finish == "length"


@pytest.mark.slow
@pytest.mark.parametrize("candidates", [1, 3])
def test_no_more_answers_are_used_than_requested(candidates: int) -> None:
    many = reply("0", alternatives=tuple(Alternative(text=str(n)) for n in range(1, 50_000)))
    used = within_length(BARE.model_copy(update={"candidates": candidates}), many)
    assert [used.text, *(other.text for other in used.alternatives)] == ["0", "1", "2"][:candidates]


# Truncated prompts

LONG = Request(
    stage="draft",
    system="",
    user=(ROOT / "seeds" / "ellering-gateway-inquiry" / "article.txt").read_text(encoding="utf-8"),
)
# Tokens of LONG by tokeniser (docs/tokens.md)
LONG_TOKENS = {
    "SmolLM2": 4269,
    "llama 2": 4555,
    "mistral v1": 4451,
    "cl100k": 3921,
    "o200k": 3886,
    "gemini": 4056,
    "qwen2.5": 4076,
}


@pytest.mark.parametrize("count", LONG_TOKENS.values(), ids=LONG_TOKENS)
def test_a_truncated_prompt_is_recognised_by_its_count(count: int) -> None:
    """For any tokenizer, a prompt of which the server read up to 0.6 is recognised, and a complete one never is."""
    assert not any(has_truncated_prompt(LONG, reply(prompt_tokens=count + template)) for template in (0, 40))
    assert all(has_truncated_prompt(LONG, reply(prompt_tokens=int(count * part))) for part in (0.25, 0.5, 0.6))


def test_the_error_names_both_sizes_and_the_setting() -> None:
    with pytest.raises(SummariseError) as caught:
        require_full_prompt(LONG, reply(prompt_tokens=2048, request_id="r-1"), server="ollama:llama3")
    message, fields = str(caught.value), vars(caught.value)
    assert (fields["provider"], fields["request_id"]) == ("ollama", "r-1")
    assert message.startswith("ollama:llama3 read 2,048 tokens of a prompt that has at least 3,")
    assert "num_ctx" in message
    assert "\n" not in message


# Estimates of tokens

SAMPLES = ROOT / "benchmarks" / "tokens" / "samples"
# The fewest and the most tokens over the tokenisers of docs/tokens.md.
COUNTED = {
    "arabic": (152, 498),
    "capitals": (91, 159),
    "chinese": (142, 441),
    "emoji": (135, 261),
    "french": (190, 303),
    "german": (196, 348),
    "hindi": (136, 508),
    "japanese": (190, 552),
    "korean": (204, 722),
    "names": (190, 268),
    "random": (593, 719),
    "russian": (199, 588),
    "table": (339, 568),
    "urls": (291, 419),
}


@pytest.mark.parametrize("name", sorted(path.stem for path in SAMPLES.glob("*.txt")))
def test_the_counts_of_all_tokenizers_are_within_the_estimates(name: str) -> None:
    """The upper estimate includes the margin of requests."""
    text = (SAMPLES / f"{name}.txt").read_text(encoding="utf-8")
    fewest, most = COUNTED[name]
    assert least_tokens(text) <= fewest
    assert most <= REQUEST_MARGIN * estimate_tokens(text)


@given(st.text())
def test_the_lower_estimate_is_below_the_upper(text: str) -> None:
    assert 0 <= least_tokens(text) <= max(estimate_tokens(text), len(text.encode("utf-8", "replace")))
    assert least_tokens("") == estimate_tokens("") == 0


def test_the_estimates_count_all_parts_of_a_request() -> None:
    """Only the lower estimate leaves out the schema."""
    bare = Request(stage="draft", system="Be brief.", user="The frost came late.")
    taught = bare.model_copy(update={"examples": (Example(user="One came.", assistant="One."),)})
    formed = taught.model_copy(update={"json_schema": {"type": "object"}})
    assert prompt_tokens(bare) < prompt_tokens(taught) < prompt_tokens(formed)
    assert least_prompt_tokens(bare) < least_prompt_tokens(taught) == least_prompt_tokens(formed)
