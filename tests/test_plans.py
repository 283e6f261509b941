"""Plans of runs, and their comparison with the outcome."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from command_line import Capture, fails, loopback, model, run, said
from invented import BRIDGE, VALLEY, copying
from keyed_server import serving
from program import providers
from writing_runs import BOTH, FRUIT, PROMPTS, echo

from summarise import Reply, Request, RunPlan, Settings, Summary, errors, plan, read_article, summarise

SMALL: dict[str, Any] = {"chunk_tokens": 100}


class Drafting:
    """A backend that drafts and rewrites in the words of the article."""

    id = "scripted:m"

    def __init__(self) -> None:
        self.requests: list[Request] = []

    async def complete(self, request: Request) -> Reply:
        """Answer with the sentences that the request shows."""
        self.requests.append(request)
        return echo(request) if request.stage == "rewrite" else Reply(text=copying(request), model="m")


class Counting(Drafting):
    """A backend that counts tokens by words and a factor, and records the texts."""

    counts_here = True

    def __init__(self, *, times: float = 1.33, error: Exception | None = None) -> None:
        super().__init__()
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


def planned(backend: Drafting, text: str = VALLEY, **settings: Any) -> RunPlan:
    return plan(text, backend=backend, length=2, settings=Settings(**SMALL | settings))


def summary_of(backend: Drafting, text: str = VALLEY, **settings: Any) -> Summary:
    chosen = SMALL | {"entailment": "off"} | settings
    return summarise(text, backend=backend, length=2, settings=Settings(**chosen))


@pytest.mark.parametrize("prompting", BOTH)
def test_planning_asks_nothing(prompting: Any) -> None:
    backend, judge = Drafting(), Drafting()
    run_plan = plan(VALLEY, backend=backend, judge=judge, settings=Settings(prompts=PROMPTS[prompting]))
    assert backend.requests == judge.requests == []
    assert {stage.stage for stage in run_plan.stages} >= {"judge"}
    assert run_plan.most.calls >= run_plan.expected.calls > 0


@pytest.mark.parametrize("prompting", BOTH)
def test_a_run_keeps_to_its_plan(prompting: Any) -> None:
    """The record has the plan made before, and no stage exceeds it."""
    run_plan = planned(Drafting(), FRUIT, prompts=PROMPTS[prompting])
    record = summary_of(Drafting(), FRUIT, prompts=PROMPTS[prompting]).run
    assert record.plan == run_plan
    assert record.budget == run_plan.most
    assert [(use.start, use.end, use.tokens) for use in record.chunks] == [
        (use.start, use.end, use.tokens) for use in run_plan.chunks
    ]
    most = {stage.stage: stage.most.calls for stage in run_plan.stages}
    made = {stage: sum(call.stage == stage for call in record.calls) for stage in {call.stage for call in record.calls}}
    assert all(count <= most[stage] for stage, count in made.items())
    if prompting == "draft":
        expected = {stage.stage: stage.expected.calls for stage in run_plan.stages}
        assert made["draft"] == expected["draft"] == len(record.chunks)
        assert 0 < made["merge"] <= expected["merge"]


# tokens


@pytest.mark.slow
def test_tokens_are_the_backends_own_if_it_can_count() -> None:
    """Each chunk is counted exactly, so fewer chunks are needed."""
    backend = Counting()
    exact, estimated = planned(backend), planned(Drafting())
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
@pytest.mark.parametrize("times", [0.0, 0.01, -1.0, 1e3, 1e30, None])
def test_an_implausible_or_failed_count_is_replaced_by_an_estimate(times: float | None) -> None:
    odd = Counting(error=errors.ServerError("not found")) if times is None else Counting(times=times)
    assert planned(odd) == planned(Drafting())


def test_nothing_is_counted_for_a_run_that_may_not_be_paid() -> None:
    """This is a run with a ceiling on cost and a model without a known price."""
    backend = Far()
    with pytest.raises(errors.ConfigurationError, match="price"):
        summary_of(backend, max_cost=1.0)
    assert backend.counted == []


@pytest.mark.slow
def test_a_plan_sends_nothing_even_to_count() -> None:
    """The run counts with the server, and may then need fewer chunks."""
    backend = Far()
    before = planned(backend)
    assert (before.exact, backend.counted) == (False, [])
    record = summary_of(backend).run
    assert record.plan is not None
    assert record.plan.exact
    assert len(record.chunks) < len(before.chunks)


# cost and ceilings


def test_cost_goes_by_price() -> None:
    found = planned(Drafting(), models={"scripted:m": {"input_price": 2.0, "output_price": 10.0}})
    for cost, budget in ((found.expected_cost, found.expected), (found.most_cost, found.most)):
        assert cost == pytest.approx((2 * budget.prompt_tokens + 10 * budget.completion_tokens) / 1e6)


@pytest.mark.slow
def test_ceilings_bound_the_plan() -> None:
    """If the calls are limited, earlier stages get them first."""
    whole, few = planned(Drafting()), planned(Drafting(), max_calls=3)
    assert next((stage.stage, stage.expected.calls, stage.most.calls) for stage in few.stages) == ("draft", 3, 3)
    assert few.expected.calls == few.most.calls == 3
    assert few.most.prompt_tokens < whole.expected.prompt_tokens
    assert not planned(Drafting(), max_tokens_total=50).fits
    assert whole.fits


# the command


@pytest.fixture
def article(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Write an article with a sentence longer than a chunk."""
    monkeypatch.setenv("SUMMARISE_CHUNK_TOKENS", "100")
    path = tmp_path / "a.txt"
    long = "The list names " + ", ".join(f"orchard number {n}" for n in range(45)) + "."
    path.write_text(f"{VALLEY}\n\n{long}", encoding="utf-8")
    return str(path)


@pytest.mark.slow
def test_a_dry_run_prints_prompting_chunks_calls_tokens_cost_and_ceilings(article: str, capsys: Capture) -> None:
    """Nothing is asked; a model that lacks its key is reported."""
    served = ["--base-url", "http://127.0.0.1:1/v1", "--max-tokens-total", "50"]
    models = ["-m", "openai:odd", "-m", "extract"]
    assert run([article, "--dry-run", *models[:2], *served]) == 0
    text = capsys.readouterr().out
    for line in ("prompting draft: not measured; assumed able to write a whole draft", "model     openai:odd"):
        assert line in text
    assert re.search(r"^chunks +\d+ \(positions in characters, tokens estimated\)$", text, re.M)
    assert re.search(r"^1 +0-\d+ +\d+ tokens$", text, re.M)
    assert ", splits a sentence" in text
    assert "max_tokens_total 50: less than expected" in text
    for stage in ("draft", "merge", "repair", "together"):
        assert re.search(rf"^{stage} +[\d,]+", text, re.M)
    assert run([article, "--dry-run", "--model", "extract"]) == 0
    assert "no model is asked" in capsys.readouterr().out
    assert run([article, "--dry-run", "-m", "anthropic:m", "-m", "extract"]) == 0
    assert "not used  anthropic:m: anthropic:m needs a key" in capsys.readouterr().out
    assert run([article, "--dry-run", "--json", "--model", "vllm:x", *served[:2]]) == 0
    found = RunPlan.model_validate_json(capsys.readouterr().out)
    assert (found.backend, found.expected_cost, found.most_cost) == ("vllm:x", 0.0, 0.0)


@loopback
@pytest.mark.slow
def test_a_run_prints_what_was_planned_and_what_was_made(article: str, capsys: Capture) -> None:
    """It also prints that sentences were split."""
    with serving(lambda _: said("Cherries were hit hardest of all.")) as url:
        assert run([article, *model(url)]) in (0, 1)
    printed = capsys.readouterr().err
    assert re.search(r"^planned: [\d to,]+ calls, .* tokens · made: \d+ calls, [\d,]+ \+ [\d,]+ tokens$", printed, re.M)
    assert re.search(r"^\d+ chunks have only part of a sentence", printed, re.M)


# without keys

OFF = ("--entailment", "off")


@pytest.mark.parametrize("provider", sorted(providers()))
def test_every_provider_is_planned_without_a_key(provider: str) -> None:
    """The plan has estimates and names the missing key."""
    row = providers()[provider]
    found = plan(BRIDGE, model=f"{provider}:some-model", settings=Settings(entailment="off"))
    assert found.backend == f"{provider}:some-model"
    assert found.most.prompt_tokens > 0
    if row.key_required and row.key_variable:
        (line,) = found.missing
        assert line.startswith(f"{provider}:some-model needs a key: set {row.key_variable}")
        assert "\n" not in line
    else:
        assert found.missing == ()


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
def test_the_command_prints_a_plan_without_a_key(capsys: Capture) -> None:
    """The plan may be that of a run, a request or a comparison. The run itself needs the key."""
    line = "openai:gpt-4o-mini needs a key: set OPENAI_API_KEY"
    assert run(["bridge.txt", "-m", "openai:gpt-4o-mini", "--dry-run", *OFF]) == 0
    shown = capsys.readouterr()
    assert [printed for printed in shown.out.splitlines() if line in printed] == [
        f"missing   {line}, or name your own server's base URL"
    ]
    assert "together" in shown.out
    assert run(["bridge.txt", "-m", "openai:gpt-4o-mini", "--dry-run", "--json", *OFF]) == 0
    assert line in json.loads(capsys.readouterr().out)["missing"][0]
    assert line in fails(capsys, 4, "bridge.txt", "-m", "openai:gpt-4o-mini", *OFF)
    assert run(["prompts", "render", "draft/prose/v1", "--article", "bridge.txt", "--model", "openai:gpt-5-mini"]) == 0
    assert "not sent" in capsys.readouterr().err
    both = [
        "--articles",
        "bridge.txt",
        "--articles",
        "valley.txt",
        "--a",
        "model=openai:gpt-5-mini",
        "--b",
        "model=extract",
    ]
    assert run(["compare", *both, "--dry-run", *OFF]) == 0
    assert "openai:gpt-5-mini needs a key" in capsys.readouterr().out.splitlines()[-1]


@pytest.mark.usefixtures("folder")
def test_the_first_of_several_models_that_can_be_called_is_planned(capsys: Capture) -> None:
    """If no model has a key, the last one is planned."""
    run(["bridge.txt", "-m", "openai:gpt-5-mini", "-m", "ollama:qwen3:8b", "--dry-run", *OFF])
    shown = capsys.readouterr().out
    assert "model     ollama:qwen3:8b" in shown
    assert "not used  openai:gpt-5-mini" in shown
    assert "missing" not in shown
    run(["bridge.txt", "-m", "openai:gpt-5-mini", "-m", "groq:x", "--judge", "gemini:y", "--dry-run", *OFF])
    shown = capsys.readouterr().out
    assert "model     groq:x, judged by gemini:y" in shown
    assert "missing   groq:x" in shown
    assert "missing   gemini:y" in shown
