"""Merging the notes on a long article."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from invented import VALLEY, ScriptedBackend, copying
from writing_runs import prompt_tokens, run

from summarise import Request, Summary, errors

INVENTED = "Barnaby Quill stole nine tractors."


def merging(respond: Callable[[Request], Any]) -> ScriptedBackend:
    """Return a model that drafts by copying and merges with `respond`."""
    return ScriptedBackend(lambda request: copying(request) if request.stage == "draft" else respond(request))


def notes_in(request: Request) -> list[str]:
    fenced = request.user.partition("<article>")[2].partition("</article>")[0]
    return [line.partition("] ")[2] for line in fenced.strip().splitlines()]


def cited(*said: tuple[str, list[int]]) -> str:
    return json.dumps({"sentences": [{"text": text, "sources": sources} for text, sources in said]})


def first_notes(request: Request) -> str:
    """Answer with the first notes unchanged."""
    return cited(*((note, [number]) for number, note in enumerate(notes_in(request)[: request.sentences], start=1)))


def long_run(backend: ScriptedBackend, *, wanted: int = 2, **options: Any) -> Summary:
    return run(VALLEY, backend, length=wanted, settings={"chunk_tokens": 100}, **options)


def test_notes_of_several_chunks_are_merged() -> None:
    """Notes are numbered, and between tags."""
    backend = merging(first_notes)
    summary = long_run(backend)
    asked = [request for request in backend.requests if request.stage == "merge"]
    assert len(summary.run.chunks) > 2
    assert asked
    drafted = {sentence.text for sentence in summary.run.draft if sentence.round == 0}
    assert set(notes_in(asked[0])) <= drafted
    assert [call.stage for call in summary.run.calls][-1] == "merge"
    assert "merge/v1" in [prompt.id for prompt in summary.run.prompts]
    assert asked[-1].sentences == 2


def citing(request: Request) -> str:
    """Draft by copying sentences, with their numbers as sources."""
    lines = [line for line in request.user.splitlines() if re.match(r"\[\d+\] ", line)]
    said = [(line.partition("] ")[2], [int(line[1 : line.index("]")])]) for line in lines if len(line) > 40]
    return cited(*said[: request.sentences])


def test_citations_survive_all_rounds() -> None:
    """A merged sentence cites the sources of its notes."""

    def twice(request: Request) -> str:
        notes = notes_in(request)
        return cited(*[(note, [number, 1]) for number, note in enumerate(notes[: request.sentences], start=1)])

    backend = ScriptedBackend(lambda request: citing(request) if request.stage == "draft" else twice(request))
    summary = long_run(backend)
    draft = summary.run.draft
    merged = [sentence for sentence in draft if sentence.round > 0]
    assert max(sentence.round for sentence in merged) > 1
    for sentence in merged:
        assert sentence.merged
        notes = [draft[place] for place in sentence.merged]
        assert all(note.round < sentence.round for note in notes)
        assert set(sentence.cited) == {source for note in notes for source in note.cited} != set()
    for shown in summary.sentences:
        assert shown.evidence
        assert all(VALLEY[place.start : place.end] == place.text for place in shown.evidence)


def test_a_sentence_that_cites_every_note_excludes_none_of_them() -> None:
    def greedy(request: Request) -> str:
        notes = notes_in(request)
        return cited((notes[0], list(range(1, len(notes) + 1))))

    summary = long_run(merging(greedy), on_unsupported="drop", wanted=4)
    assert len(summary.sentences) >= 3


@pytest.mark.slow
def test_a_refused_key_ends_the_merging() -> None:
    backend = merging(lambda _: errors.AuthenticationError("the key is refused"))
    summary = long_run(backend)
    asked = sum(request.stage == "merge" for request in backend.requests)
    assert summary.run.plan is not None
    assert 0 < asked < summary.run.plan.most.calls
    assert len(summary.sentences) == 2
    assert {call.problem for call in summary.run.calls if call.stage == "merge"} == {"the key is refused"}


LONG = "\n\n".join(
    f"The council of ward {n} said on Monday that the repairs of its harbour wall, which was built in {1850 + n} by "
    f"masons from the north, would take {n + 3} weeks, that the road along the quay would be closed to lorries, and "
    f"that {n + 20} shopkeepers, who had asked for help, would be paid £{n + 100} for each day of the works."
    for n in range(24)
)


@pytest.mark.slow
@pytest.mark.parametrize("more", [1, 3])
def test_a_run_stays_within_each_stage_of_its_plan(more: int) -> None:
    """It stays within the plan even if the model writes more than requested."""

    def drafted(request: Request) -> str:
        return citing(request.model_copy(update={"sentences": more * request.sentences}))

    backend = ScriptedBackend(lambda request: drafted(request) if request.stage == "draft" else first_notes(request))
    settings = {"chunk_tokens": 200, "repair_rounds": 0}
    record = run(LONG, backend, length=2, settings=settings).run
    assert record.plan is not None
    assert {stage.stage for stage in record.plan.stages} == {"draft", "merge"}
    for stage in record.plan.stages:
        asked = [request for request in backend.requests if request.stage == stage.stage]
        assert len(asked) <= stage.most.calls
        assert sum(map(prompt_tokens, asked)) <= stage.most.prompt_tokens
        assert sum(request.sampling.max_tokens for request in asked) <= stage.most.completion_tokens


def test_a_merged_sentence_is_checked_against_the_article_and_not_against_the_notes() -> None:
    """If it is unsupported, notes replace it."""
    backend = merging(lambda request: cited(*[(INVENTED, [1, 2])] * request.sentences))
    summary = long_run(backend)
    assert INVENTED not in summary.text
    assert len(summary.sentences) == 2
    assert summary.verdict == "supported"
    assert {s.verdict for s in summary.run.draft if s.text == INVENTED} <= {"unverified", "contradicted"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "answer", ["{", "I cannot help with that.", errors.OverloadedError("busy"), errors.ContextOverflowError("full")]
)
def test_a_failed_call_loses_no_note(answer: Any) -> None:
    """An unusable answer does not lose a note either. The record has the reason."""
    summary = long_run(merging(lambda _: answer))
    assert len(summary.sentences) == 2
    assert summary.complete
    assert all(call.problem for call in summary.run.calls if call.stage == "merge")


@pytest.mark.slow
def test_a_ceiling_on_calls_ends_the_merging_and_not_the_run() -> None:
    backend = merging(first_notes)
    drafts = [call for call in long_run(backend).run.calls if call.stage == "draft"]
    backend.requests.clear()
    summary = run(VALLEY, backend, length=2, settings={"chunk_tokens": 100, "max_calls": len(drafts)})
    assert len(summary.sentences) == 2
    assert len(backend.requests) == len(drafts)
