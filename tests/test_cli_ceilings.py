"""Ceilings on calls, tokens and cost in the command and from Python."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import Capture, fails, loopback, model
from command_line import said as server_said
from invented import CABLES, FALSE, VALLEY, VEHICLES
from program import ScriptedBackend, run, written

from summarise import Reply, Settings, check, errors, summarise

PRICES = {"input_price": 2.0, "cached_input_price": 0.5, "output_price": 10.0}
Serve = Callable[..., str]


@pytest.fixture
def asked(serve: Serve) -> tuple[str, list[str]]:
    """Return the URL of a server that copies the article, and its questions so far."""
    questions: list[str] = []

    def respond(user: str) -> tuple[int, dict[str, Any]]:
        questions.append(user)
        return server_said(CABLES, VEHICLES, read=9000 if len(user) > 4000 else 900)

    return serve(respond), questions


@loopback
def test_a_ceiling_on_tokens_that_allows_no_call(capsys: Capture, folder: Path, asked: tuple[str, list[str]]) -> None:
    """The exit code is 2, one line states the size of a call, and nothing is sent."""
    line = fails(capsys, 2, "bridge.txt", "--max-tokens-total", "100", *model(asked[0]))
    assert line.startswith("max_tokens_total 100 allows not one call, which may take ")
    assert "--" not in line, "a ceiling is named as a setting, not as an option"
    assert asked[1] == []


@loopback
def test_a_ceiling_on_cost_that_allows_no_call(
    capsys: Capture, folder: Path, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, list[str]]
) -> None:
    """The price in the configuration file applies, even to a local server."""
    prices = '[models."openai:invented-1"]\ninput_price = 1000\noutput_price = 1000\n'
    monkeypatch.setenv("SUMMARISE_CONFIG", written(folder, prices)["SUMMARISE_CONFIG"])
    line = fails(capsys, 2, "bridge.txt", "--max-cost", "0.01", *model(asked[0]))
    assert line.startswith("max_cost 0.01 allows not one call, which may cost $")
    assert asked[1] == []
    assert run(["bridge.txt", "--max-cost", "50", "--json", *model(asked[0])]) in (0, 1)
    output = capsys.readouterr()
    told = json.loads(output.out)["run"]
    assert told["cost"] == pytest.approx((told["prompt_tokens"] + told["completion_tokens"]) / 1000)
    assert f" tokens · ${told['cost']:.2f} · " in output.err


def test_a_ceiling_on_cost_needs_a_price(capsys: Capture, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a price, one line names the setting, and nothing is sent."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-invented-0123456789abcdef")
    line = fails(capsys, 4, "bridge.txt", "--model", "openai:invented-1", "--max-cost", "1")
    assert line.startswith("max_cost needs the price of openai:invented-1, which is not known: give input_price")
    assert '[models."openai:invented-1"]' in line
    both = ["true.txt", "--judge", "openai:invented-1", "--max-cost", "1"]
    assert "needs the price" in fails(capsys, 4, "check", "bridge.txt", *both)


@loopback
def test_a_server_on_this_machine_costs_nothing(capsys: Capture, folder: Path, asked: tuple[str, list[str]]) -> None:
    """Calls to a local server cost 0 in the record; the line of the run has no cost."""
    assert run(["bridge.txt", "--max-cost", "0.000001", "--json", *model(asked[0])]) in (0, 1)
    output = capsys.readouterr()
    assert json.loads(output.out)["run"]["cost"] == 0.0
    assert "$" not in output.err


@pytest.mark.slow
@loopback
def test_a_ceiling_in_the_middle_is_told_in_one_line(
    capsys: Capture, folder: Path, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, list[str]]
) -> None:
    """One line states the ceiling and the skipped calls; the article's words complete the summary."""
    monkeypatch.setenv("SUMMARISE_CHUNK_TOKENS", "400")
    many = "\n\n".join(VALLEY.replace("Sellen", f"Sellen {n}") for n in range(8))
    (folder / "long.txt").write_text(many, encoding="utf-8")
    assert run(["long.txt", "--json", "--max-tokens-total", "5000", *model(asked[0])]) == 7
    output = capsys.readouterr()
    told = json.loads(output.out)
    assert told["sentences"]
    assert told["run"]["limit_hit"]["ceiling"] == "tokens"
    assert told["run"]["prompt_tokens"] + told["run"]["completion_tokens"] <= 5000
    skipped_calls = told["run"]["limit_hit"]["skipped_calls"]["draft"]
    lines = [line for line in output.err.splitlines() if line.startswith("the ceiling of 5,000 tokens was reached")]
    assert len(lines) == 1
    assert f"not asked: at least {skipped_calls} × draft" in lines[0]
    assert lines[0].endswith("the article's own words stand in")


@loopback
@pytest.mark.parametrize("ceiling", [["--max-calls", "1"], ["--max-tokens-total", "1000"]])
def test_a_judge_keeps_within_the_ceilings(capsys: Capture, folder: Path, serve: Serve, ceiling: list[str]) -> None:
    """`check` stops asking the judge at a ceiling and reports the skipped calls."""
    (folder / "claims.txt").write_text(f"{FALSE} The council closed the bridge at once, for good.\n", encoding="utf-8")
    questions: list[str] = []

    def respond(user: str) -> tuple[int, dict[str, Any]]:
        questions.append(user)
        return server_said("x", read=1200)

    url = serve(respond)
    judge = ["--judge", "openai:invented-1", "--base-url", url]
    run(["check", "bridge.txt", "claims.txt", *judge])
    assert len(questions) == 2
    capsys.readouterr()
    questions.clear()
    run(["check", "bridge.txt", "claims.txt", *judge, *ceiling])
    assert len(questions) == 1
    assert "was reached, not asked: at least 1 × judge\n" in capsys.readouterr().err


@loopback
def test_a_judge_that_no_ceiling_lets_ask_is_an_error(
    capsys: Capture, folder: Path, asked: tuple[str, list[str]]
) -> None:
    judge = ["--judge", "openai:invented-1", "--base-url", asked[0]]
    line = fails(capsys, 2, "check", "bridge.txt", "false.txt", *judge, "--max-tokens-total", "10")
    assert line.startswith("max_tokens_total 10 allows not one call")
    assert asked[1] == []


def test_the_calls_of_a_run_come_to_its_cost(folder: Path) -> None:
    """A run's cost includes the judge's calls; cached tokens have their own price."""

    def respond(request: Any) -> Reply:
        text = json.dumps({"sentences": [{"text": FALSE, "sources": []}]}) if request.stage == "draft" else "{}"
        return Reply(text=text, model="m", prompt_tokens=1000, cached_tokens=400, completion_tokens=50)

    backend = ScriptedBackend(respond)
    settings = Settings.model_validate({"models": {"scripted:scripted": PRICES}, "max_cost": 1.0})
    record = summarise(
        folder / "bridge.txt", backend=backend, judge=backend, on_unsupported="keep", settings=settings
    ).run
    assert {call.stage for call in record.calls} == {"draft", "judge"}
    one = (600 * 2.0 + 400 * 0.5 + 50 * 10.0) / 10**6
    assert all(call.cost == pytest.approx(one) for call in record.calls)
    assert record.cost == pytest.approx(one * len(record.calls))
    assert (record.prompt_tokens, record.cached_tokens) == (1000 * len(record.calls), 400 * len(record.calls))
    assert record.limit_hit is None


def test_python_has_the_same_ceilings(folder: Path) -> None:
    """`Settings.max_tokens_total` applies to `summarise` and `check`."""
    settings = Settings(max_tokens_total=10)
    backend = ScriptedBackend([])
    with pytest.raises(errors.BudgetError):
        summarise(folder / "bridge.txt", backend=backend, settings=settings)
    with pytest.raises(errors.BudgetError):
        check(folder / "false.txt", folder / "bridge.txt", judge=backend, settings=settings)
    assert backend.requests == []
