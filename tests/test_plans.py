"""Plans of runs, and their comparison with the outcome."""

from typing import Any

import pytest
from invented import VALLEY, copying
from writing_runs import BOTH, FRUIT, PROMPTS, echo, run

from summarise import RunPlan, Settings, Summary, plan, read_article
from summarise.backends.scripted import ScriptedBackend
from summarise.cli import main as cli
from summarise.data import Prompting
from summarise.errors import CallError, ConfigurationError, ServerError
from summarise.observing.observer import Observer
from summarise.pipeline.options import RunOptions
from summarise.pipeline.plan import Models, plan_run, read_facts
from summarise.prompting.prompt import loader
from summarise.report.plan import outcome_line, parted_line, plan_text
from summarise.settings.providers import ModelCard

SMALL = {"chunk_tokens": 100}


class Counting(ScriptedBackend):
    """A backend that counts tokens by words and a factor, and records the texts."""

    counts_here = True

    def __init__(self, respond: Any, *, times: float = 1.33, error: CallError | None = None) -> None:
        super().__init__(respond)
        self.counted: list[str] = []
        self._times = times
        self._error = error

    async def count(self, text: str) -> int:
        """Return the number of words times the factor."""
        self.counted.append(text)
        if self._error is not None:
            raise self._error
        return round(self._times * len(text.split()))


class Far(Counting):
    """A backend whose counts need a server."""

    counts_here = False


def planned(backend: ScriptedBackend, text: str = VALLEY, **settings: Any) -> RunPlan:
    chosen = Settings(**{**SMALL, **settings})
    return plan(text, backend=backend, length=2, settings=chosen)


def summary_of(backend: ScriptedBackend, **settings: Any) -> Summary:
    return run(VALLEY, backend, length=2, settings={**SMALL, **settings})


@pytest.mark.parametrize("prompting", BOTH)
def test_planning_asks_nothing(prompting: Prompting) -> None:
    backend, judge = ScriptedBackend([]), ScriptedBackend([])
    told = plan(VALLEY, backend=backend, judge=judge, settings=Settings(prompts=PROMPTS[prompting]))
    assert backend.requests == judge.requests == []
    assert {stage.stage for stage in told.stages} >= {"judge"}
    assert told.most.calls >= told.expected.calls > 0


@pytest.mark.parametrize("prompting", BOTH)
def test_a_run_keeps_to_its_plan(prompting: Prompting) -> None:
    """The record has the plan made before, and no stage exceeds it."""
    backend = ScriptedBackend(lambda request: copying(request) if request.stage != "rewrite" else echo(request))
    chosen = Settings(prompts=PROMPTS[prompting], **SMALL)  # type: ignore[arg-type]
    told = plan(FRUIT, backend=backend, settings=chosen)
    record = run(FRUIT, backend, prompting, settings=SMALL).run
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
    """Without failures the number of calls is the expected one."""
    record = summary_of(ScriptedBackend(copying)).run
    assert record.plan is not None
    expected = {stage.stage: stage.expected.calls for stage in record.plan.stages}
    made = {stage: sum(call.stage == stage for call in record.calls) for stage in expected}
    assert made["draft"] == expected["draft"] == len(record.chunks)
    assert 0 < made["merge"] <= expected["merge"]
    assert made["repair"] == expected["repair"] == 0


def test_tokens_are_the_backends_own_where_it_can_count() -> None:
    """Each chunk is counted exactly, so fewer chunks are needed."""
    backend = Counting(copying)
    exact, estimated = planned(backend), planned(ScriptedBackend(copying))
    assert (exact.exact, estimated.exact) == (True, False)
    last = backend.counted[-len(exact.chunks) :]
    assert [use.tokens for use in exact.chunks] == [round(1.33 * len(shown.split())) for shown in last]
    assert [shown.count("\n") + 1 for shown in last] == [
        sum(use.start <= one.start < use.end for one in read_article(VALLEY).sentences) for use in exact.chunks
    ], "what is counted is what is shown, each sentence behind its number"
    assert all(use.tokens <= 100 for use in exact.chunks)
    assert len(exact.chunks) < len(estimated.chunks)
    assert backend.requests == []


@pytest.mark.slow
def test_where_counting_fails_tokens_are_estimated() -> None:
    failing = Counting(copying, error=ServerError("not found"))
    assert planned(failing) == planned(ScriptedBackend(copying))
    assert summary_of(failing).complete


@pytest.mark.slow
@pytest.mark.parametrize("times", [0.0, 0.01, -1.0, 1e3, 1e30])
def test_a_count_that_no_tokeniser_comes_to_is_not_believed(times: float) -> None:
    """An implausible count is replaced by an estimate."""
    assert planned(Counting(copying, times=times)) == planned(ScriptedBackend(copying))


def test_nothing_is_counted_for_a_run_that_may_not_be_paid() -> None:
    """If a ceiling on cost is set and the price is not known."""
    backend = Far(copying)
    with pytest.raises(ConfigurationError, match="price"):
        summary_of(backend, max_cost=1.0)
    assert backend.counted == []


def test_a_plan_sends_nothing_even_to_count() -> None:
    """The run counts with the server, and may then need fewer chunks."""
    backend = Far(copying)
    assert planned(backend).exact is False
    assert backend.counted == []
    record = summary_of(backend).run
    assert record.plan is not None
    assert record.plan.exact
    assert len(record.chunks) < len(planned(backend).chunks)


# as text


def test_a_plan_in_words_has_prompting_chunks_calls_tokens_cost_and_time() -> None:
    text = plan_text(planned(ScriptedBackend([])))
    assert "draft: not measured; assumed able to write a whole draft" in text
    for use in planned(ScriptedBackend([])).chunks:
        assert f"{use.start}-{use.end}" in text
        assert f"{use.tokens} tokens" in text
    assert "draft" in text
    assert "merge" in text
    assert "not known: the model's price is in no table" in text


async def test_cost_goes_by_price() -> None:
    backend = ScriptedBackend([], model="m")
    priced = ModelCard(input_price=2.0, output_price=10.0)
    settings = Settings(concurrency=4, models={"scripted:m": priced}, **SMALL)  # type: ignore[arg-type]
    reading = read_facts(read_article(VALLEY), settings)
    options = RunOptions(length=2, settings=settings)
    ready = await plan_run(reading, Models(backend), options, load=loader(None), observer=Observer())
    told = ready.told()
    for cost, budget in ((told.expected_cost, told.expected), (told.most_cost, told.most)):
        assert cost == pytest.approx((2 * budget.prompt_tokens + 10 * budget.completion_tokens) / 1e6)


def test_ceilings_bound_the_plan() -> None:
    """Earlier stages get the budget first; a plan that does not fit says so."""
    whole, few = planned(ScriptedBackend([])), planned(ScriptedBackend([]), max_calls=3)
    assert next((stage.stage, stage.expected.calls, stage.most.calls) for stage in few.stages) == ("draft", 3, 3)
    assert few.expected.calls == few.most.calls == 3
    assert few.most.prompt_tokens < whole.expected.prompt_tokens
    assert "max_calls 3" in plan_text(few)
    small = planned(ScriptedBackend([]), max_tokens_total=50)
    assert not small.fits
    assert "max_tokens_total 50: less than what is expected" in plan_text(small)
    assert whole.fits


def test_the_plan_stands_beside_the_outcome() -> None:
    record = summary_of(ScriptedBackend(copying)).run
    line = outcome_line(record)
    assert line is not None
    assert line.startswith("planned: ")
    assert f"made: {len(record.calls)} calls" in line
    assert outcome_line(summary_of(ScriptedBackend(copying), chunk_tokens=5000).run) is None


@pytest.mark.slow
def test_a_parted_sentence_is_told() -> None:
    """The record says that no chunk contained it whole."""
    long = VALLEY + "\n\n" + "The list names " + ", ".join(f"orchard number {n}" for n in range(45)) + "."
    record = run(long, ScriptedBackend(copying), length=2, settings=SMALL).run
    line = parted_line(record)
    assert line is not None
    assert "parts of sentences" in line
    assert parted_line(summary_of(ScriptedBackend(copying)).run) is None


def test_the_command_prints_the_plan_and_asks_nothing(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    article = tmp_path / "a.txt"
    article.write_text(VALLEY, encoding="utf-8")
    assert cli.run([str(article), "--dry-run", "--model", "extract"]) == 0
    assert "no model is asked" in capsys.readouterr().out
    served = ["--model", "vllm:x", "--base-url", "http://127.0.0.1:1/v1"]
    assert cli.run([str(article), "--dry-run", "--json", *served]) == 0
    told = RunPlan.model_validate_json(capsys.readouterr().out)
    assert (told.backend, told.expected_cost, told.most_cost) == ("vllm:x", 0.0, 0.0)


def test_what_a_model_says_of_itself_bounds_the_calls_at_once() -> None:
    """The backend's `at_once` limits `concurrency`."""

    class One(ScriptedBackend):
        at_once = 1

    assert planned(One([]), concurrency=4).concurrency == 1
    assert planned(ScriptedBackend([]), concurrency=4).concurrency == 4
