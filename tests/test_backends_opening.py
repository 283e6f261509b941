"""Backends by their names: those that exist, what is missing for them, `extract`, and scripted replies."""

import json
from pathlib import Path

import pytest
from command_line import Capture
from program import ASKED, ScriptedBackend, ask, providers, run

from summarise import Backend, Reply, Settings, errors, summarise

STORY = [
    "Harbour of Vesterholm closes after storm",
    "The harbour of Vesterholm will close to large ships from Monday, the port authority said.",
    "A crane fell into the harbour basin during a storm last week and blocks the main channel.",
    "“It is a sad sight.",
    "He said so twice.",
    "Divers need about twelve days to cut the crane into pieces and clear the harbour channel.",
    "The town band played on the quay on Sunday, as it does each year in March.",
    "Share this article",
]


@pytest.fixture
def empty(tmp_path: Path) -> Settings:
    return Settings(cache_dir=tmp_path)


# scripted


async def test_scripted_replies_come_in_order_and_requests_are_recorded() -> None:
    """A text becomes a reply, a Reply is returned unchanged, an exception is raised; one call more is an error."""
    reply = Reply(text="b", finish="length", model="m")
    backend = ScriptedBackend(["a", reply, errors.AnswerError("c")])
    assert isinstance(backend, Backend)
    assert (await backend.complete(ASKED)).text == "a"
    assert await backend.complete(ASKED) is reply
    with pytest.raises(errors.AnswerError, match="c"):
        await backend.complete(ASKED)
    assert backend.requests == [ASKED] * 3
    with pytest.raises(AssertionError, match=r"more often than the 3 scripted replies .*draft"):
        await backend.complete(ASKED)


async def test_a_function_may_give_the_replies() -> None:
    backend = ScriptedBackend(lambda request: request.user * 2)
    assert [(await backend.complete(ASKED)).text for _ in range(3)] == ["UU"] * 3


# names


THERE = "there are extract, local, local:PATH.gguf, hf:OWNER/REPO/FILE.gguf, openai:NAME"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        *((name, THERE) for name in ("openai:", "local:", "extract:x", "", "zzz\n" * 100)),
        ("zzz:x", f"no backend 'zzz:x': {THERE}"),
        ("openai", f"did you mean openai:NAME? {THERE}"),
        ("opneai:gpt-4o", f"did you mean openai:gpt-4o? {THERE}"),
        ("Anthropic:claude", f"did you mean anthropic:claude? {THERE}"),
        ("gpt-4o", f"did you mean openai:gpt-4o? {THERE}"),
        ("claude-opus-5", f"did you mean anthropic:claude-opus-5? {THERE}"),
        ("llama.cpp:x", f"did you mean llamacpp:x? {THERE}"),
        ("extarct", f"did you mean extract? {THERE}"),
        ("Extract", f"did you mean extract? {THERE}"),
        ("local:~nosuch/x.gguf", "~nosuch/x.gguf: ~ is the home folder of nobody known"),
    ],
)
def test_a_wrong_name_is_one_line_with_the_names_that_exist(name: str, message: str, empty: Settings) -> None:
    with pytest.raises(errors.ConfigurationError) as caught:
        ask(name, empty)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    if THERE in message:
        assert all(f"{provider}:NAME" in str(caught.value) for provider in providers())


def test_missing_weights_say_how_to_get_them(empty: Settings) -> None:
    with pytest.raises(errors.ConfigurationError, match=r"run `(summarise models get|pip install .*)`"):
        ask("local", empty)


def test_a_missing_file_is_named(empty: Settings) -> None:
    pytest.importorskip("xllamacpp")
    with pytest.raises(errors.ConfigurationError, match=r"the weights file .*nothing\.gguf"):
        ask("local:nothing.gguf", empty)


def test_without_a_name_and_weights_it_is_extract(folder: Path, capsys: Capture) -> None:
    """The line on standard error says how to get a model."""
    assert run(["bridge.txt", "--json", "--entailment", "off"]) == 0
    output = capsys.readouterr()
    assert json.loads(output.out)["run"]["backend"] == "extract"
    assert "Using extract" in output.err
    assert "summarise models get" in output.err


# extract


@pytest.mark.parametrize(
    ("story", "length", "picked"),
    [(STORY, 3, [STORY[1], STORY[2], STORY[6]]), ([STORY[1], STORY[1], STORY[2]], 2, [STORY[1], STORY[2]])],
    ids=["not the headline, nor a sentence that needs the one before", "none twice"],
)
def test_extract_picks_sentences_of_the_story_in_its_order(story: list[str], length: int, picked: list[str]) -> None:
    settings = Settings(entailment="off")
    summary = summarise("\n\n".join(story), model="extract", length=length, settings=settings)
    assert [sentence.text for sentence in summary.sentences] == picked
    assert summary.run.prompt_tokens == 0


def test_extract_needs_sentences(empty: Settings) -> None:
    with pytest.raises(errors.AnswerError, match="no sentences"):
        ask("extract", empty)
