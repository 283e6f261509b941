"""Answers that are longer than requested."""

import pytest
from invented import BRIDGE, CABLES, answer

from summarise import Reply, Request, Settings, summarise
from summarise.backends.replies import CHARACTERS_PER_TOKEN, within_length
from summarise.backends.scripted import ScriptedBackend
from summarise.data import Alternative

LONG = 300_000


@pytest.mark.parametrize("more", [" " * LONG, "(" * LONG, f" {CABLES}" * 3000])
def test_the_beginning_is_read_and_no_more(more: str) -> None:
    """The answer is used up to the limit and recorded with finish `length`."""
    backend = ScriptedBackend(lambda _: Reply(text=answer(CABLES) + more, model="scripted"))
    summary = summarise(BRIDGE, backend=backend, length=1, settings=Settings(entailment="off"))
    assert summary.prose == CABLES
    asked = backend.requests[0]
    assert len(summary.run.calls[0].said) <= CHARACTERS_PER_TOKEN * (asked.sampling.max_tokens + asked.reasoning_room)
    assert summary.run.calls[0].finish == "length"


@pytest.mark.parametrize("candidates", [1, 3])
def test_no_more_answers_are_read_than_were_asked_for(candidates: int) -> None:
    """Alternatives beyond the requested candidates are ignored."""
    reply = Reply(text="0", model="m", alternatives=tuple(Alternative(text=str(n)) for n in range(1, 50_000)))
    read = within_length(Request(stage="rewrite", system="S", user="U", candidates=candidates), reply)
    assert [read.text, *(other.text for other in read.alternatives)] == ["0", "1", "2"][:candidates]
