"""`--save` and `summarise replay`: the same output and exit code, without model calls."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import KEY, Capture, fails, loopback, model, said
from invented import CABLES, FALSE, VEHICLES
from kept import changed

from summarise.cli.main import run
from summarise.runs.files import read_run

pytestmark = pytest.mark.usefixtures("folder")
SERVED = [CABLES, VEHICLES]


@pytest.fixture
def served(serve: Callable[..., str]) -> list[str]:
    return model(serve(lambda _: said(*SERVED)))


SHAPES = ("explain", "html", "junit", "markdown")
EXTRACT = ["bridge.txt", "--model", "extract", "-l", "2", "--save", "run.json"]


@pytest.mark.parametrize(
    "shape", [[], ["--json"], *(pytest.param(["--format", one], marks=pytest.mark.slow) for one in SHAPES)]
)
def test_a_replay_prints_what_the_run_printed(shape: list[str], capsys: Capture) -> None:
    """To the byte, in the run's format or in another."""
    assert run([*EXTRACT, *shape]) == 0
    printed = capsys.readouterr().out
    shutil.copy("run.json", "kept.json")
    assert run(["replay", "run.json"]) == 0
    assert capsys.readouterr().out == printed
    assert run([*EXTRACT, "--format", "text"]) == 0
    plain = capsys.readouterr().out
    changed(Path("run.json"), lambda again: again.update(result=read_run(Path("kept.json")).result))
    assert run(["replay", "run.json", *shape]) == 0
    assert capsys.readouterr().out == (printed if shape else plain)


@pytest.mark.slow
def test_a_replay_tells_which_run_it_shows(capsys: Capture) -> None:
    run(EXTRACT)
    capsys.readouterr()
    run(["replay", "run.json"])
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("run.json: kept 20")
    assert line.endswith("writes and judges the same")
    run(["replay", "run.json", "--quiet"])
    assert capsys.readouterr().err == ""


@loopback
def test_a_replay_needs_neither_server_nor_key(
    serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    asked: list[str] = []

    def respond(user: str) -> tuple[int, dict[str, Any]]:
        asked.append(user)
        return said(*SERVED)

    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert run(["bridge.txt", "-l", "2", *model(serve(respond)), "--save", "run.json"]) == 0
    printed, before = capsys.readouterr().out, len(asked)
    monkeypatch.delenv("OPENAI_API_KEY")
    assert run(["replay", "run.json"]) == 0
    assert capsys.readouterr().out == printed
    assert len(asked) == before
    assert KEY not in Path("run.json").read_text(encoding="utf-8")


@pytest.mark.slow
@loopback
def test_exit_codes_come_again(serve: Callable[..., str], capsys: Capture) -> None:
    """1 for an unsupported sentence, 5 for a failed server, with the same message."""
    options = model(serve(lambda _: said(FALSE)))
    command = ["bridge.txt", "-l", "1", *options, "--on-unsupported", "keep", "--save", "run.json"]
    assert run(command) == 1
    printed = capsys.readouterr().out
    assert run(["replay", "run.json"]) == 1
    assert capsys.readouterr().out == printed
    assert run([*command, "--strict"]) == 1
    assert capsys.readouterr().out == ""
    assert run(["replay", "run.json"]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert "1 of 1 sentences not supported" in output.err
    failing = model(serve(lambda _: (404, {"error": {"message": "no"}})))
    line = fails(capsys, 5, "bridge.txt", *failing, "--save", "failed.json")
    assert run(["replay", "failed.json"]) == 5
    assert capsys.readouterr().err.splitlines()[-1] == f"summarise: {line}"


@pytest.mark.slow
@loopback
def test_an_incomplete_summary_is_incomplete_again(served: list[str], capsys: Capture) -> None:
    run(["bridge.txt", "-l", "2", *served, "--save", "run.json"])

    def missed(run: dict[str, Any]) -> None:
        run["result"]["run"]["chunks"] = [{"start": 0, "end": 9, "tokens": 3, "problem": "cut off"}]

    changed(Path("run.json"), missed)
    capsys.readouterr()
    assert run(["replay", "run.json"]) == 7
    assert "incomplete: part 1 of 1" in capsys.readouterr().err
    assert run(["replay", "run.json", "--strict", "-q"]) == 1, "the repeated run is complete, the file says it is not"


@pytest.mark.slow
def test_what_differs_goes_to_standard_error(capsys: Capture) -> None:
    """One line for each sentence; standard output is that of the run."""
    run(EXTRACT)
    then = {"verdict": "contradicted", "probability": 0.1, "strength": None}
    changed(Path("run.json"), lambda run: run["result"]["sentences"][0].update(then))
    capsys.readouterr()
    assert run(["replay", "run.json", "-q"]) == 1
    output = capsys.readouterr()
    assert output.err.startswith("sentence 1 was contradicted (0.10) and is supported, strong (1.00): “")
    assert "sentence 1" not in output.out


@pytest.mark.slow
def test_a_run_without_text_is_shown_beside_its_article(capsys: Capture) -> None:
    """After --no-save-text, `replay RUN ARTICLE` needs the same article."""
    assert run([*EXTRACT, "--no-save-text"]) == 0
    printed = capsys.readouterr().out
    assert "Shop owners near the bridge fear" not in Path("run.json").read_text(encoding="utf-8")
    assert "name the article, too" in fails(capsys, 3, "replay", "run.json")
    assert "not the article of the run" in fails(capsys, 3, "replay", "run.json", "valley.txt")
    assert run(["replay", "run.json", "bridge.txt"]) == 0
    assert capsys.readouterr().out == printed


@pytest.mark.slow
def test_each_fault_has_a_line_and_a_code(capsys: Capture) -> None:
    """3 for a missing, damaged or other file, 4 for a changed prompt, 2 for a wrong command line."""
    assert run(EXTRACT) == 0
    capsys.readouterr()
    assert "cannot read none.json" in fails(capsys, 3, "replay", "none.json")
    assert "is no run file" in fails(capsys, 3, "replay", "bridge.txt")
    text = Path("run.json").read_text(encoding="utf-8")
    Path("damaged.json").write_text(text.replace("Brelmouth", "Brelmouht", 1), encoding="utf-8")
    assert "damaged.json is damaged" in fails(capsys, 3, "replay", "damaged.json")
    Path("own/draft/prose").mkdir(parents=True)
    Path("own/draft/prose/v1.md").write_text("another prompt", encoding="utf-8")
    assert "prompt draft/prose/v1 was changed since the run" in fails(
        capsys, 4, "replay", "run.json", "--prompt-dir", "own"
    )
    assert "one too many" in fails(capsys, 2, "replay", "a", "b", "c")
    assert "contradict each other" in fails(capsys, 2, "replay", "run.json", "--json", "--format", "text")
    assert "`summarise replay --diff` was removed" in fails(capsys, 2, "replay", "run.json", "b.json", "--diff")


FORGED: dict[str, Callable[[dict[str, Any]], object]] = {
    "text": lambda run: run["result"]["sentences"][0].update(text="The bridge never closed."),
    "support": lambda run: run["result"]["sentences"][0].update(support=0.5),
    "probability": lambda run: run["result"]["sentences"][0].update(probability=0.5),
    "writer": lambda run: run["result"]["run"].update(writer_share=0.5),
    "threshold": lambda run: run["result"]["run"].update(threshold=0.1),
    "key facts": lambda run: run["result"].update(key_facts=99),
    "model": lambda run: run["result"]["run"].update(backend="openai:forged"),
    "tokens": lambda run: run["result"]["run"].update(prompt_tokens=7),
}


@pytest.mark.parametrize("what", FORGED)
def test_a_forged_result_is_reported_and_with_strict_an_error(what: str, capsys: Capture) -> None:
    """A forger can recompute the SHA-256, but not choose the result of the repeated run."""
    assert run(EXTRACT) == 0
    assert run(["replay", "run.json", "--strict", "--quiet"]) == 0
    changed(Path("run.json"), FORGED[what])
    capsys.readouterr()
    assert run(["replay", "run.json"]) == 0
    assert "writes and judges the same" not in capsys.readouterr().err
    assert run(["replay", "run.json", "--strict"]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.endswith("run.json differs from the repeated run, nothing printed (--strict)\n")


@pytest.mark.parametrize("shape", ["text", "json"])
def test_half_a_surrogate_pair_in_a_run_file_is_damage(shape: str, capsys: Capture) -> None:
    """It is valid JSON, but cannot be printed."""
    assert run(EXTRACT) == 0
    capsys.readouterr()
    changed(Path("run.json"), lambda kept: kept["result"]["sentences"][0].update(text="half \ud800"))
    line = fails(capsys, 3, "replay", "run.json", "--format", shape)
    assert line.endswith("run.json is damaged: it contains half a surrogate pair, which is not a character")


@pytest.mark.parametrize("depth", [900, 975, 3000])
def test_a_run_file_that_is_nested_too_deeply_is_damage(depth: int, capsys: Capture) -> None:
    """Whichever step exceeds the recursion limit."""
    assert run(EXTRACT) == 0
    capsys.readouterr()
    text = Path("run.json").read_text(encoding="utf-8")
    Path("run.json").write_text(text.replace('"run": {', '"run": {"deep": ' + "[" * depth + "]" * depth + ",", 1))
    assert "run.json is damaged" in fails(capsys, 3, "replay", "run.json")


def test_the_run_of_an_article_whose_name_is_not_utf_8_is_saved(capsys: Capture) -> None:
    name = os.fsdecode(b"br\xffdge.txt")
    shutil.copy("bridge.txt", name)
    assert run([name, *EXTRACT[1:]]) == 0
    printed = capsys.readouterr().out
    assert run(["replay", "run.json"]) == 0
    assert capsys.readouterr().out == printed


def test_a_place_that_will_not_do_is_told_before_the_run(capsys: Capture) -> None:
    """The article itself, a folder, and a file in a missing folder."""
    for place in ("bridge.txt", ".", "no/run.json"):
        line = fails(capsys, 2, *EXTRACT[:-1], place)
        assert "to keep the run in" in line


@loopback
def test_a_key_in_what_is_kept_is_refused_and_the_summary_is_not_lost(
    served: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """The summary is printed, the file is not written, the exit code is 74."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    article = Path("bridge.txt").read_text(encoding="utf-8")
    Path("leak.txt").write_text(f"{article}\nThe key to the bridge is {KEY}, an engineer wrote on a wall.\n", "utf-8")
    assert run(["leak.txt", "-l", "2", *served, "--save", "run.json"]) == 74
    output = capsys.readouterr()
    assert CABLES in output.out
    assert output.err.splitlines()[-1].startswith(
        "summarise: run.json was not written: the value of OPENAI_API_KEY stands in what was asked or answered"
    )
    assert KEY not in output.err
    assert not Path("run.json").exists()


def test_what_a_run_wanted_is_kept_as_the_command_wanted_it(capsys: Capture) -> None:
    run([*EXTRACT, "--json", "--strict"])
    wanted = read_run(Path("run.json")).wanted
    assert (wanted.shape, wanted.strict) == ("json", True)
