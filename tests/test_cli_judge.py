"""The command with a judge."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import Capture, fails, loopback, model, said
from invented import CABLES, VEHICLES

from summarise import Report
from summarise.cli.main import run

pytestmark = pytest.mark.usefixtures("folder")


OWN = "Ferries between the two banks would be free until 30 June, said Tomas Feld."
QUOTED = "the ferries would be free until 30 June"


def judging(message: str) -> tuple[int, dict[str, Any]]:
    """Return a draft from the article, or a judgement that contradicts the sentence."""
    if "Sentence: " not in message:
        return said(CABLES.replace(" its ", " "), VEHICLES)
    quotation = "found cracks in 12 of its 30 cables" if "12 of" in message else QUOTED
    status, reply = said()
    content = json.dumps({"quotation": quotation, "reason": "r", "verdict": "contradicted"})
    reply["choices"][0]["message"]["content"] = content
    return status, reply


@loopback
def test_a_judge_may_be_asked_about_a_summary(capsys: Capture, folder: Path, serve: Callable[..., str]) -> None:
    """`check --judge` can lower a verdict, quotes the article, and names judge and prompt."""
    (folder / "own.txt").write_text(OWN, encoding="utf-8")
    assert run(["check", "bridge.txt", "own.txt"]) == 0
    capsys.readouterr()
    asked = ["check", "bridge.txt", "own.txt", "--judge", "openai:j", "--base-url", serve(judging)]
    assert run(asked) == 1
    output = capsys.readouterr()
    assert f"error: judged: the judge points to “{QUOTED}”" in output.out
    assert output.out.splitlines()[0].startswith("unverified")
    (line,) = output.err.splitlines()
    assert " · judged by openai:j · judge/v1 · 90 + 30 tokens · " in line
    assert run([*asked, "--json", "-q"]) == 1
    output = capsys.readouterr()
    assert Report.model_validate_json(output.out).run.judge == "openai:j"
    assert output.err == ""


@loopback
def test_a_judge_may_be_asked_while_summarising(capsys: Capture, serve: Callable[..., str]) -> None:
    """A sentence that the judge rejects is replaced; the writing model may be the judge."""
    writing = ["bridge.txt", "-l", "2", *model(serve(judging))]
    assert run([*writing, "-q"]) == 0
    assert "12 of 30 cables" in capsys.readouterr().out
    assert run([*writing, "--judge", "openai:invented-1"]) == 0
    output = capsys.readouterr()
    assert CABLES in output.out
    assert " · judged by openai:invented-1 · draft/prose/v1, judge/v1 · " in output.err


@loopback
def test_a_judge_that_cannot_be_used_is_told(capsys: Capture, folder: Path, serve: Callable[..., str]) -> None:
    """Report and exit code stay the same; one line states how many answers were unusable, and why."""
    (folder / "own.txt").write_text(OWN, encoding="utf-8")
    assert run(["check", "bridge.txt", "own.txt"]) == 0
    plain = capsys.readouterr().out
    url = serve(lambda _: (400, {"error": {"message": "no such model"}}))
    assert run(["check", "bridge.txt", "own.txt", "--judge", "openai:j", "--base-url", url]) == 0
    output = capsys.readouterr()
    assert output.out == plain
    line, _ = output.err.splitlines()
    assert line.startswith("judge: 1 of 1 answers not used: ")
    assert "no such model" in line


def test_a_wrong_judge_is_one_line(capsys: Capture) -> None:
    """An unsuitable judge, prompt or `--base-url` is one line."""
    checking = ["check", "bridge.txt", "true.txt"]
    assert fails(capsys, 4, *checking, "--judge", "extract").startswith("extract cannot judge")
    assert "nonesuch" in fails(capsys, 4, "bridge.txt", "-m", "extract", "--judge", "nonesuch")
    for judge in (["--judge", "extract"], []):
        line = fails(capsys, 4, *checking, *judge, "--prompt", "judge/v9")
        assert line == "no prompt judge/v9: there are judge/v1"
    for arguments in (checking, [*checking, "--judge", "local"]):
        assert "--base-url" in fails(capsys, 2, *arguments, "--base-url", "http://127.0.0.1:1/v1")
