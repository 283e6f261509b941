"""The plan of a run: what will be asked, before anything is, and what came of it beside it."""

import asyncio
from typing import Any

import pytest
from invented import VALLEY, copying
from strategy_runs import BOTH, FRUIT, echo, run

from summarise import aplan, cli, plan
from summarise.backends.scripted import ScriptedBackend
from summarise.data import Budget, RunPlan, Speed, Strategy, Summary
from summarise.errors import CallError, ServerError, UsageError
from summarise.report.planned import duration, outcome_line, parted_line, plan_text
from summarise.settings import Settings

SMALL = {"chunk_tokens": 100, "min_words": 10}


class Counting(ScriptedBackend):
    """A model that counts tokens, by words, and keeps what it counted."""

    counts_here = True

    def __init__(self, respond: Any, *, times: float = 1.0, error: CallError | None = None) -> None:
        super().__init__(respond)
        self.counted: list[str] = []
        self._times = times
        self._error = error

    async def count(self, text: str) -> int:
        """Return the number of words, times a factor."""
        self.counted.append(text)
        if self._error is not None:
            raise self._error
        return round(self._times * len(text.split()))


class Far(Counting):
    """One that asks a server for its counts."""

    counts_here = False


def planned(backend: ScriptedBackend, text: str = VALLEY, **settings: Any) -> RunPlan:
    """Plan a direct draft in two sentences."""
    chosen = Settings(**{"strategy": "direct", **SMALL, **settings})
    return plan(text, backend=backend, length=2, settings=chosen)


def summary_of(backend: ScriptedBackend, **settings: Any) -> Summary:
    """Summarise as planned."""
    return run(VALLEY, backend, "direct", length=2, settings={**SMALL, **settings})


@pytest.mark.parametrize("strategy", BOTH)
def test_planning_asks_nothing(strategy: Strategy) -> None:
    """Neither of the model that writes nor of the judge."""
    backend, judge = ScriptedBackend([]), ScriptedBackend([])
    told = plan(VALLEY, backend=backend, judge=judge, settings=Settings(strategy=strategy))
    assert backend.requests == judge.requests == []
    assert {stage.stage for stage in told.stages} >= {"judge"}
    assert told.most.calls >= told.expected.calls > 0


@pytest.mark.parametrize("strategy", BOTH)
def test_a_run_keeps_to_its_plan(strategy: Strategy) -> None:
    """The plan that is told beforehand is the one in the record, and nothing goes beyond it."""
    backend = ScriptedBackend(lambda request: copying(request) if request.stage != "rewrite" else echo(request))
    chosen = Settings(strategy=strategy, **SMALL)  # type: ignore[arg-type]
    told = plan(FRUIT, backend=backend, settings=chosen)
    record = run(FRUIT, backend, strategy, settings=SMALL).run
    assert record.plan == told
    assert record.budget == told.most
    assert [(use.start, use.end, use.tokens) for use in record.chunks] == [
        (use.start, use.end, use.tokens) for use in told.chunks
    ]
    assert len(record.calls) <= told.most.calls
    stages = {stage.stage: stage.most.calls for stage in told.stages}
    assert all(sum(call.stage == stage for call in record.calls) <= most for stage, most in stages.items())
    assert {call.stage for call in record.calls} <= set(stages)


def test_where_all_goes_well_what_is_expected_is_what_is_made() -> None:
    """Each chunk answered at once, the notes merged, nothing to mend."""
    record = summary_of(ScriptedBackend(copying)).run
    assert record.plan is not None
    expected = {stage.stage: stage.expected.calls for stage in record.plan.stages}
    made = {stage: sum(call.stage == stage for call in record.calls) for stage in expected}
    assert made["draft"] == expected["draft"] == len(record.chunks)
    assert 0 < made["merge"] <= expected["merge"]
    assert made["repair"] == expected["repair"] == 0


def test_tokens_are_the_backends_own_where_it_can_count() -> None:
    """Each chunk is counted, is within the budget, and there are no more of them than by estimates."""
    backend = Counting(copying)
    exact, estimated = planned(backend), planned(ScriptedBackend(copying))
    assert (exact.exact, estimated.exact) == (True, False)
    assert [use.tokens for use in exact.chunks] == [len(VALLEY[use.start : use.end].split()) for use in exact.chunks]
    assert all(use.tokens <= 100 for use in exact.chunks)
    assert len(exact.chunks) < len(estimated.chunks)
    assert backend.requests == []


def test_counts_above_the_estimate_make_more_chunks() -> None:
    """So that each fits all the same."""
    many = planned(Counting(copying, times=4.0))
    assert many.exact
    assert all(use.tokens <= 100 for use in many.chunks)
    assert len(many.chunks) > len(planned(ScriptedBackend(copying)).chunks)


def test_where_counting_fails_tokens_are_estimated() -> None:
    """Who cannot count may still write."""
    failing = Counting(copying, error=ServerError("not found"))
    assert planned(failing) == planned(ScriptedBackend(copying))
    assert summary_of(failing).complete


def test_an_article_of_one_chunk_is_not_counted() -> None:
    """It fits by an estimate from above; a count would change nothing."""
    backend = Counting(copying)
    assert len(planned(backend, chunk_tokens=5000).chunks) == 1
    assert backend.counted == []


def test_a_plan_sends_nothing_even_to_count() -> None:
    """The run counts, by the server, and may then need fewer chunks."""
    backend = Far(copying)
    assert planned(backend).exact is False
    assert backend.counted == []
    record = summary_of(backend).run
    assert record.plan is not None
    assert record.plan.exact
    assert len(record.chunks) < len(planned(backend).chunks)


def test_errors_of_a_run_that_are_known_before_it_are_those_of_its_plan() -> None:
    """Such as an overlap that no chunk has room for."""
    with pytest.raises(UsageError, match="less than half"):
        planned(ScriptedBackend([]), chunk_overlap=60)


async def test_inside_an_event_loop_the_plan_is_awaited() -> None:
    """As everything else is."""
    with pytest.raises(UsageError, match="await aplan"):
        plan(VALLEY, backend=ScriptedBackend([]))
    told = await aplan(VALLEY, backend=ScriptedBackend([]))
    assert told == await asyncio.to_thread(plan, VALLEY, backend=ScriptedBackend([]))


# in words


def test_a_plan_in_words_has_strategy_chunks_calls_tokens_cost_and_time() -> None:
    """Chunks with their places, stages with what is expected and the most."""
    text = plan_text(planned(ScriptedBackend([])))
    assert "direct: set by the user" in text
    for use in planned(ScriptedBackend([])).chunks:
        assert f"{use.start}-{use.end}" in text
        assert f"{use.tokens} tokens" in text
    assert "draft" in text
    assert "merge" in text
    assert "not known: the model's price is in no table" in text
    assert "not known: this model was not asked on this machine before" in text


def test_time_is_told_by_speed_and_calls_at_once() -> None:
    """Half a second for a call: four calls at once take half a second, too."""
    told = planned(ScriptedBackend([])).model_copy(
        update={"speed": Speed(per_prompt_token=0.001, per_completion_token=0.01, calls=7), "seconds": 129.0}
    )
    assert "about 2 min, by its last 7 calls on this machine" in plan_text(told)
    assert told.speed is not None
    assert told.speed.seconds(Budget(calls=1, prompt_tokens=1000, completion_tokens=100)) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.2, "1 s"), (89, "89 s"), (90, "2 min"), (5000, "83 min"), (7500, "2 h 5 min")]
)
def test_durations_are_told_as_people_do(seconds: float, told: str) -> None:
    """In seconds, minutes, or hours and minutes."""
    assert duration(seconds) == told


def test_the_plan_stands_beside_the_outcome() -> None:
    """For an article of several chunks, in one line."""
    record = summary_of(ScriptedBackend(copying)).run
    line = outcome_line(record)
    assert line is not None
    assert line.startswith("planned: ")
    assert f"made: {len(record.calls)} calls" in line
    assert outcome_line(summary_of(ScriptedBackend(copying), chunk_tokens=5000).run) is None


def test_a_parted_sentence_is_told() -> None:
    """A reader of the record knows that no chunk held it whole."""
    long = VALLEY + "\n\n" + "The list names " + ", ".join(f"orchard number {n}" for n in range(150)) + "."
    record = run(long, ScriptedBackend(copying), "direct", length=2, settings=SMALL).run
    line = parted_line(record)
    assert line is not None
    assert "parts of sentences" in line
    assert parted_line(summary_of(ScriptedBackend(copying)).run) is None


def test_the_command_prints_the_plan_and_asks_nothing(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """As text or as JSON, whose schema is kept, with exit code 0."""
    article = tmp_path / "a.txt"
    article.write_text(VALLEY, encoding="utf-8")
    assert cli.run([str(article), "--plan", "--model", "extract"]) == 0
    assert "no model is asked" in capsys.readouterr().out
    served = ["--model", "vllm:x", "--base-url", "http://127.0.0.1:1/v1"]
    assert cli.run([str(article), "--plan", "--json", *served]) == 0
    told = RunPlan.model_validate_json(capsys.readouterr().out)
    assert (told.backend, told.expected_cost, told.most_cost) == ("vllm:x", 0.0, 0.0)


def test_what_a_model_says_of_itself_bounds_the_calls_at_once() -> None:
    """The local engine takes one at a time."""

    class One(ScriptedBackend):
        at_once = 1

    assert planned(One([]), concurrency=4).concurrency == 1
    assert planned(ScriptedBackend([]), concurrency=4).concurrency == 4
