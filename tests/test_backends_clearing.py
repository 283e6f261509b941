"""Thoughts in the replies of custom backends are removed from runs and saved files."""

from pathlib import Path

import pytest
from invented import BRIDGE, CABLES, VEHICLES, answer
from thinking_server import MARK, THOUGHT

from summarise import Reply, Settings, summarise
from summarise.backends.replies import cleared
from summarise.backends.scripted import ScriptedBackend
from summarise.data import Alternative

THINKING = Reply(
    text=f"<think>{THOUGHT}</think>{answer(CABLES, VEHICLES)}",
    alternatives=(Alternative(text=f"<think>{THOUGHT}"), Alternative(text="She won.")),
    model="m",
    completion_tokens=300,
)


def test_thoughts_are_taken_out_of_every_text_and_counted() -> None:
    """Completion tokens that are not part of the answer count as reasoning."""
    reply = cleared(THINKING, keep_reasoning=False)
    assert reply.text == answer(CABLES, VEHICLES)
    assert [other.text for other in reply.alternatives] == ["", "She won."]
    assert reply.reasoning == ""
    assert 100 < reply.reasoning_tokens < 300


def test_thoughts_that_a_backend_gives_beside_its_answer_are_dropped_or_kept() -> None:
    """As `keep_reasoning` says; the backend's own count is kept."""
    reply = Reply(text="She won.", model="m", reasoning=THOUGHT, reasoning_tokens=7, completion_tokens=9)
    assert cleared(reply, keep_reasoning=True) == reply
    assert cleared(reply, keep_reasoning=False) == reply.model_copy(update={"reasoning": ""})
    assert THOUGHT in cleared(THINKING, keep_reasoning=True).reasoning


def test_an_answer_without_thoughts_is_left_as_it_is() -> None:
    reply = Reply(text="The tag <think> is a word.", model="m")
    assert cleared(reply, keep_reasoning=False) is reply


@pytest.mark.parametrize("keep", [False, True])
def test_a_run_with_an_object_of_somebodys_own_keeps_no_thoughts(tmp_path: Path, keep: bool) -> None:
    """Neither the record nor its file contains thoughts unless `keep_reasoning` is set."""
    backend = ScriptedBackend(lambda _: THINKING)
    place = tmp_path / "run.json"
    summary = summarise(
        BRIDGE, backend=backend, judge=backend, length=2, save=place, settings=Settings(keep_reasoning=keep)
    )
    assert CABLES in summary.prose
    assert (MARK in summary.model_dump_json()) is keep
    assert (MARK in place.read_text(encoding="utf-8")) is keep
