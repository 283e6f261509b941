"""The command with ceilings on calls, tokens and cost, and with a judge."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import Capture, fails, loopback, model, said
from invented import CABLES, FALSE, VALLEY, VEHICLES
from program import run, written

from summarise import Report

Serve = Callable[..., str]


@pytest.fixture
def server(serve: Serve) -> tuple[str, list[str]]:
    """Return the URL of a server that copies the article, and its questions so far."""
    questions: list[str] = []

    def respond(user: str) -> tuple[int, dict[str, Any]]:
        questions.append(user)
        return said(CABLES, VEHICLES, read=9000 if len(user) > 4000 else 900)

    return serve(respond), questions


@loopback
@pytest.mark.parametrize(
    "arguments",
    [["bridge.txt", "--model"], ["check", "bridge.txt", "false.txt", "--judge"]],
    ids=["writer", "judge"],
)
def test_a_token_ceiling_below_one_call_is_an_error(
    arguments: list[str], capsys: Capture, folder: Path, server: tuple[str, list[str]]
) -> None:
    """The exit code is 2, one line states the size of a call, and nothing is sent."""
    served = ["openai:invented-1", "--base-url", server[0]]
    line = fails(capsys, 2, *arguments, *served, "--max-tokens-total", "10")
    assert line.startswith("max_tokens_total 10 does not allow a single call, which may use ")
    assert "--" not in line, "a ceiling is named as a setting, not as an option"
    assert server[1] == []


@loopback
def test_a_cost_ceiling_below_one_call_is_an_error(
    capsys: Capture, folder: Path, monkeypatch: pytest.MonkeyPatch, server: tuple[str, list[str]]
) -> None:
    """A local server costs nothing, unless the configuration file has its price."""
    assert run(["bridge.txt", "--max-cost", "0.000001", "--json", *model(server[0])]) in (0, 1)
    output = capsys.readouterr()
    assert json.loads(output.out)["run"]["cost"] == 0.0
    assert "$" not in output.err
    server[1].clear()
    prices = '[models."openai:invented-1"]\ninput_price = 1000\noutput_price = 1000\n'
    monkeypatch.setenv("SUMMARISE_CONFIG", written(folder, prices)["SUMMARISE_CONFIG"])
    line = fails(capsys, 2, "bridge.txt", "--max-cost", "0.01", *model(server[0]))
    assert line.startswith("max_cost 0.01 does not allow a single call, which may cost $")
    assert server[1] == []
    assert run(["bridge.txt", "--max-cost", "50", "--json", *model(server[0])]) in (0, 1)
    output = capsys.readouterr()
    record = json.loads(output.out)["run"]
    assert record["cost"] == pytest.approx((record["prompt_tokens"] + record["completion_tokens"]) / 1000)
    assert f" tokens · ${record['cost']:.2f} · " in output.err


def test_a_ceiling_on_cost_needs_a_price(capsys: Capture, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a price, one line names the setting, and nothing is sent."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-invented-0123456789abcdef")
    line = fails(capsys, 4, "bridge.txt", "--model", "openai:invented-1", "--max-cost", "1")
    assert line.startswith("max_cost needs the price of openai:invented-1, which is not known: set input_price")
    assert '[models."openai:invented-1"]' in line
    both = ["true.txt", "--judge", "openai:invented-1", "--max-cost", "1"]
    assert "needs the price" in fails(capsys, 4, "check", "bridge.txt", *both)


@pytest.mark.slow
@loopback
def test_a_ceiling_in_the_middle_is_reported_in_one_line(
    capsys: Capture, folder: Path, monkeypatch: pytest.MonkeyPatch, server: tuple[str, list[str]]
) -> None:
    """One line states the ceiling and the skipped calls; the article's words complete the summary."""
    monkeypatch.setenv("SUMMARISE_CHUNK_TOKENS", "400")
    many = "\n\n".join(VALLEY.replace("Sellen", f"Sellen {n}") for n in range(8))
    (folder / "long.txt").write_text(many, encoding="utf-8")
    assert run(["long.txt", "--json", "--max-tokens-total", "5000", *model(server[0])]) == 7
    output = capsys.readouterr()
    summary = json.loads(output.out)
    assert summary["sentences"]
    assert summary["run"]["limit_hit"]["ceiling"] == "tokens"
    assert summary["run"]["prompt_tokens"] + summary["run"]["completion_tokens"] <= 5000
    skipped_calls = summary["run"]["limit_hit"]["skipped_calls"]["draft"]
    lines = [line for line in output.err.splitlines() if line.startswith("the ceiling of 5,000 tokens was reached")]
    assert len(lines) == 1
    assert f"calls not made: at least {skipped_calls} × draft" in lines[0]
    assert lines[0].endswith("sentences of the article fill the gaps")


@loopback
@pytest.mark.parametrize("ceiling", [["--max-calls", "1"], ["--max-tokens-total", "1000"]])
def test_a_judge_keeps_within_the_ceilings(capsys: Capture, folder: Path, serve: Serve, ceiling: list[str]) -> None:
    """`check` stops asking the judge at a ceiling and reports the skipped calls."""
    (folder / "claims.txt").write_text(f"{FALSE} The council closed the bridge at once, for good.\n", encoding="utf-8")
    questions: list[str] = []

    def respond(user: str) -> tuple[int, dict[str, Any]]:
        questions.append(user)
        return said("x", read=1200)

    url = serve(respond)
    judge = ["--judge", "openai:invented-1", "--base-url", url]
    run(["check", "bridge.txt", "claims.txt", *judge])
    assert len(questions) == 2
    capsys.readouterr()
    questions.clear()
    run(["check", "bridge.txt", "claims.txt", *judge, *ceiling])
    assert len(questions) == 1
    assert "was reached; calls not made: at least 1 × judge\n" in capsys.readouterr().err


# a judge

OWN = "Ferries between the two banks would be free until 30 June, said Tomas Feld."
QUOTED = "the ferries would be free until 30 June"


def judging(_: str) -> tuple[int, dict[str, Any]]:
    """Return a judgement that contradicts the sentence."""
    status, reply = said()
    content = json.dumps({"quotation": QUOTED, "reason": "r", "verdict": "contradicted"})
    reply["choices"][0]["message"]["content"] = content
    return status, reply


@loopback
def test_a_judge_may_be_asked_about_a_summary(capsys: Capture, folder: Path, serve: Callable[..., str]) -> None:
    """`check --judge` can lower a verdict, quotes the article, and names judge and prompt."""
    (folder / "own.txt").write_text(OWN, encoding="utf-8")
    assert run(["check", "bridge.txt", "own.txt"]) == 0
    capsys.readouterr()
    command = ["check", "bridge.txt", "own.txt", "--judge", "openai:j", "--base-url", serve(judging)]
    assert run(command) == 1
    output = capsys.readouterr()
    assert f"error: judged: the judge points to “{QUOTED}”" in output.out
    assert output.out.splitlines()[0].startswith("unverified")
    (line,) = output.err.splitlines()
    assert " · judged by openai:j · judge/v1 · 90 + 30 tokens · " in line
    assert run([*command, "--json", "-q"]) == 1
    output = capsys.readouterr()
    assert Report.model_validate_json(output.out).run.judge == "openai:j"
    assert output.err == ""


def test_a_wrong_judge_is_one_line(capsys: Capture, folder: Path) -> None:
    """An unsuitable judge, prompt or `--base-url` is one line."""
    checking = ["check", "bridge.txt", "true.txt"]
    assert fails(capsys, 4, *checking, "--judge", "extract").startswith("extract cannot judge")
    assert "nonesuch" in fails(capsys, 4, "bridge.txt", "-m", "extract", "--judge", "nonesuch")
    for judge in (["--judge", "extract"], []):
        line = fails(capsys, 4, *checking, *judge, "--prompt", "judge/v9")
        assert line == "no prompt judge/v9: there are judge/v1"
    for arguments in (checking, [*checking, "--judge", "local"]):
        assert "--base-url" in fails(capsys, 2, *arguments, "--base-url", "http://127.0.0.1:1/v1")
