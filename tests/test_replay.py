"""Replays of saved runs: the same output and exit code without model calls, and what differs."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import KEY, Capture, fails, loopback, model, said
from invented import BRIDGE, CABLES, FALSE, VALLEY, VEHICLES, answer, copying, saying
from kept import (
    BUSY,
    Counter,
    Refusing,
    Uncounted,
    changed,
    choice,
    kept,
    main,
    own_prompt,
    report,
    saved,
    scripted,
    written,
)

from summarise import Reply, Request, Settings, SummariseError, areplay, replay, summarise

Change = Callable[[dict[str, Any]], object]
FERRIES = "The bus company Northline said that it would run 40 extra ferries between the two banks."
JUDGEMENT = '{"quotation": "About 18,000 vehicles cross", "reason": "r", "verdict": "contradicted"}'


def judging(request: Request) -> str:
    return JUDGEMENT if request.stage == "judge" else copying(request)


def failing() -> Callable[[Request], Any]:
    """Return a response function that fails for the first chunk, then copies."""
    errors = iter([BUSY])
    return lambda request: next(errors, None) or copying(request)


RUNS: dict[str, Callable[[Path], Any]] = {
    "a draft that is repaired": lambda path: kept(path),
    "a draft that is kept as it is": lambda path: kept(path, on_unsupported="keep"),
    "rewritten": lambda path: kept(path, settings=Settings(prompts={"rewrite": "v1"})),
    "bullets": lambda path: kept(path, style="bullets", length=3),
    "eighty words": lambda path: kept(path, length="80w"),
    "extract": lambda path: summarise(BRIDGE, model="extract", save=path),
    "by counted chunks": lambda path: kept(path, Counter(copying), article=VALLEY),
    "by chunks whose counting fails": lambda path: kept(path, Uncounted(copying), article=VALLEY),
    "judged by itself": lambda path: kept(path, judge := scripted(judging), judge=judge),
    "judged by another": lambda path: kept(path, judge=scripted(judging, "other")),
    "with a ceiling": lambda path: kept(path, settings=Settings(max_calls=2)),
    "a chunk that failed": lambda path: kept(path, Counter(failing()), article=VALLEY),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", RUNS)
def test_a_run_is_written_and_judged_the_same_again(name: str, tmp_path: Path) -> None:
    summary = RUNS[name](tmp_path / "run.json")
    replayed = replay(tmp_path / "run.json")
    assert replayed.summary == summary
    assert replayed.same
    (line,) = report(replayed)
    assert line.endswith("writes and judges the same")


@pytest.mark.slow
def test_answers_to_the_same_request_come_in_the_recorded_order(tmp_path: Path) -> None:
    cut = Reply(text="no", model="m", finish="length")
    replies = iter([cut, cut, Reply(text=answer(CABLES, VEHICLES), model="m")])
    assert len(kept(tmp_path / "run.json", scripted(lambda _: next(replies))).run.calls) == 3
    assert replay(tmp_path / "run.json").same


@pytest.mark.slow
@pytest.mark.parametrize(("now", "prompts"), [("rewrite", {}), ("draft", {"rewrite": "v1"})])
def test_a_model_is_prompted_as_in_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: Any, prompts: dict[str, str]
) -> None:
    """This holds even if this version would draft instead of rewrite, or rewrite instead of draft."""
    summary = kept(tmp_path / "run.json", settings=Settings(prompts=prompts))
    assert summary.run.prompting != now
    monkeypatch.setattr("summarise.pipeline.run.prompting_for", lambda _: choice(now))
    replayed = replay(tmp_path / "run.json")
    assert replayed.summary == summary
    assert replayed.same


def test_an_error_of_this_version_is_reported_and_the_checks_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path / "run.json")

    async def broken(*arguments: object, **options: object) -> None:
        raise SummariseError("no way")

    monkeypatch.setattr("summarise.pipeline.replay.write_summary", broken)
    replayed = replay(tmp_path / "run.json")
    assert replayed.otherwise == "this version ends the run with an error (no way)"
    assert FALSE not in str(replayed.summary)


class OwnError(type(BUSY)):  # type: ignore[misc]
    """An error class of a plug-in."""


@pytest.mark.parametrize("error", [BUSY, OwnError("busy")], ids=["ours", "a plug-in's"])
def test_a_run_that_ended_with_an_error_ends_with_it_again(error: Exception, tmp_path: Path) -> None:
    """A plug-in's error is recorded as the nearest class of the package."""
    with pytest.raises(type(error)):
        kept(tmp_path / "run.json", scripted([error]))
    replayed = replay(tmp_path / "run.json")
    assert replayed.summary is None
    failure, ended = replayed.run.exchanges[0].failure, replayed.run.ended
    assert failure is not None
    assert ended is not None
    attributes = failure.model_dump(exclude={"error", "reply"})
    assert attributes == {name: getattr(error, name) for name in attributes}
    assert (failure.error, ended.error, ended.exit_code) == ("OverloadedError", "OverloadedError", 5)
    assert report(replayed)[0].endswith("this version ends with the same error")
    changed(tmp_path / "run.json", lambda run: run["ended"].update(error="AnswerError"))
    assert f"ends the run with an error ({error})" in str(replay(tmp_path / "run.json").otherwise)


@pytest.mark.slow
def test_cancelled_calls_are_cancelled_again(tmp_path: Path) -> None:
    with pytest.raises(SummariseError):
        kept(tmp_path / "run.json", Refusing(copying), article=VALLEY)
    failures = {exchange.failure.error for exchange in saved(tmp_path / "run.json").exchanges if exchange.failure}
    assert failures == {"CancelledError", "AuthenticationError"}
    assert report(replay(tmp_path / "run.json"))[0].endswith("this version ends with the same error")


@pytest.mark.slow
async def test_in_a_running_loop_the_error_names_areplay(tmp_path: Path) -> None:
    await asyncio.to_thread(written, tmp_path / "run.json")
    with pytest.raises(SummariseError, match="areplay"):
        replay(tmp_path / "run.json")
    assert (await areplay(tmp_path / "run.json")).same


# differences


def first(**fields: Any) -> Change:
    return lambda run: run["result"]["sentences"][0].update(fields)


SUPPORTED = f"supported, strong (1.00): “{CABLES}”"
NOTE = {"code": "date", "severity": "note", "claim": {"start": 0, "end": 3, "text": "The"}}
DIFFERENCES: dict[str, tuple[Change, list[str]]] = {
    "verdict": (
        first(verdict="unverified", strength=None, probability=0.31),
        [f"sentence 1 was unverified (0.31) and is {SUPPORTED}"],
    ),
    "text": (
        first(text="The bridge is gone."),
        [
            "sentence 1 is no longer shown (was supported, strong (1.00)): “The bridge is gone.”",
            f"now also shown: {SUPPORTED}",
        ],
    ),
    "finding": (
        first(findings=[NOTE]),
        [f"sentence 1 is supported as then: “{CABLES}”; found now: nothing; found then: note: date: "],
    ),
    "last digits of the support": (first(support=0.99), []),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_each_sentence_that_differs_has_a_line(name: str, tmp_path: Path) -> None:
    """The saved result is returned. Supports vary in their last digits between machines."""
    change, expected = DIFFERENCES[name]
    written(tmp_path / "run.json")
    changed(tmp_path / "run.json", change)
    replayed = replay(tmp_path / "run.json")
    assert replayed.summary == saved(tmp_path / "run.json").summary
    line, *lines = report(replayed)
    assert ("writes or judges differently" in line) is bool(expected)
    assert [text[: len(start)] for text, start in zip(lines, expected, strict=True)] == expected


def test_a_change_of_the_checker_is_reported(tmp_path: Path) -> None:
    """If the requests differ, too, only that is reported."""
    written(tmp_path / "run.json")
    changed(tmp_path / "run.json", lambda run: run["result"]["run"].update(checker="0, entailment old\n"))
    replayed = replay(tmp_path / "run.json")
    assert str(replayed.otherwise).startswith("the checker has changed: '0, entailment old\\n' in the recorded run, ")
    assert report(replayed)[1:] == ["the sentences that were shown were checked again: judged the same"]
    changed(tmp_path / "run.json", lambda run: run["exchanges"].pop(0))
    replayed = replay(tmp_path / "run.json")
    assert "sends other requests than the recorded run (a request of the stage draft" in str(replayed.otherwise)
    assert replayed.differences == ()


def test_if_the_requests_differ_the_saved_sentences_are_checked_again(tmp_path: Path) -> None:
    kept(tmp_path / "run.json", saying(CABLES, FERRIES), on_unsupported="keep")

    def otherwise(run: dict[str, Any]) -> None:
        run["exchanges"][0]["key"] = "0" * 64
        first(verdict="contradicted", strength=None)(run)
        run["result"]["sentences"][1].update(verdict="supported", findings=[])

    changed(tmp_path / "run.json", otherwise)
    _, first_line, second_line = report(replay(tmp_path / "run.json"))
    assert first_line.startswith("sentence 1 was contradicted (1.00) and is supported")
    assert second_line.startswith("sentence 2 was supported")
    assert "is contradicted" in second_line
    assert "; error: " in second_line


@pytest.mark.slow
def test_findings_of_a_judge_stay_if_only_the_checks_are_repeated(tmp_path: Path) -> None:
    path, old = tmp_path / "run.json", saying("The old bridge has many cars on it each day.")
    summary = kept(path, old, length=1, judge=scripted(judging), on_unsupported="keep")
    assert any(finding.code == "judged" for finding in summary.sentences[0].findings)
    changed(path, lambda run: run["exchanges"][0].update(key="0" * 64))
    assert replay(path).differences == ()


# prompts


@pytest.mark.slow
@pytest.mark.parametrize("version", ["v1", "v7"])
def test_a_prompt_of_the_user_comes_with_the_run(version: str, tmp_path: Path) -> None:
    """It may have the name of a built-in one, and the machine of the replay need not have it."""
    folder = own_prompt(tmp_path / "prompts", "Be brief.", version)
    summary = kept(tmp_path / "run.json", settings=Settings(prompt_dir=folder))
    assert f"draft/prose/{version}" in {prompt.id for prompt in summary.run.prompts}
    for place in (None, folder):
        assert replay(tmp_path / "run.json", prompt_dir=place).same


def test_a_changed_prompt_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """In the named folder or the configured one; a missing folder is an error only if it is named."""
    path, folder = tmp_path / "run.json", own_prompt(tmp_path / "prompts", "Be brief.")
    kept(path, settings=Settings(prompt_dir=folder))
    own_prompt(folder, "Be long.")
    message = r"prompt draft/prose/v7 was changed since the run: restore .*v7\.md, or"
    with pytest.raises(SummariseError, match=message):
        replay(path, prompt_dir=folder)
    monkeypatch.setenv("SUMMARISE_PROMPT_DIR", str(folder))
    with pytest.raises(SummariseError, match=message):
        replay(path)
    assert "no prompt folder" in fails(capsys, 4, "replay", str(path), "--prompt-dir", "onw")
    monkeypatch.setenv("SUMMARISE_MODEL", "nonsense:x")
    monkeypatch.setenv("SUMMARISE_PROMPT_DIR", "onw")
    assert main("replay", str(path)) == 0


# the command

SHAPES = ("explain", "html", "junit", "markdown")
EXTRACT = ["bridge.txt", "--model", "extract", "-l", "2", "--save", "run.json"]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "shape", [[], ["--json"], *(pytest.param(["--format", name], marks=pytest.mark.slow) for name in SHAPES)]
)
def test_a_replay_prints_what_the_run_printed(shape: list[str], capsys: Capture) -> None:
    """The bytes are the same, in the run's format or in another. The line about the run is on standard error."""
    assert main(*EXTRACT, *shape) == 0
    printed = capsys.readouterr().out
    shutil.copy("run.json", "kept.json")
    assert main("replay", "run.json") == 0
    output = capsys.readouterr()
    assert output.out == printed
    assert output.err.startswith("run.json: saved 20")
    assert main(*EXTRACT, "--format", "text", "--quiet") == 0
    plain = capsys.readouterr().out
    changed(Path("run.json"), lambda again: again.update(result=saved(Path("kept.json")).result))
    assert main("replay", "run.json", *shape, "--quiet") == 0
    assert capsys.readouterr() == (printed if shape else plain, "")


@loopback
@pytest.mark.usefixtures("folder")
def test_a_replay_needs_neither_server_nor_key(
    serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    asked: list[str] = []

    def respond(user: str) -> tuple[int, dict[str, Any]]:
        asked.append(user)
        return said(CABLES, VEHICLES)

    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert main("bridge.txt", "-l", "2", *model(serve(respond)), "--save", "run.json") == 0
    printed, before = capsys.readouterr().out, len(asked)
    monkeypatch.delenv("OPENAI_API_KEY")
    assert main("replay", "run.json") == 0
    assert capsys.readouterr().out == printed
    assert len(asked) == before
    assert KEY not in Path("run.json").read_text(encoding="utf-8")


@pytest.mark.slow
@loopback
@pytest.mark.usefixtures("folder")
def test_exit_codes_come_again(serve: Callable[..., str], capsys: Capture) -> None:
    """1 for an unsupported sentence, 5 for a failed server, with the same message."""
    options = model(serve(lambda _: said(FALSE)))
    command = ["bridge.txt", "-l", "1", *options, "--on-unsupported", "keep", "--save", "run.json"]
    assert main(*command) == 1
    printed = capsys.readouterr().out
    assert main("replay", "run.json") == 1
    assert capsys.readouterr().out == printed
    assert main(*command, "--strict") == 1
    assert capsys.readouterr().out == ""
    assert main("replay", "run.json") == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert "1 of 1 sentences not supported" in output.err
    failing = model(serve(lambda _: (404, {"error": {"message": "no"}})))
    line = fails(capsys, 5, "bridge.txt", *failing, "--save", "failed.json")
    assert main("replay", "failed.json") == 5
    assert capsys.readouterr().err.splitlines()[-1] == f"summarise: {line}"


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
def test_an_incomplete_summary_is_incomplete_again(capsys: Capture) -> None:
    main(*EXTRACT)
    chunks = [{"start": 0, "end": 9, "tokens": 3, "problem": "cut off"}]
    changed(Path("run.json"), lambda run: run["result"]["run"].update(chunks=chunks))
    capsys.readouterr()
    assert main("replay", "run.json") == 7
    assert "incomplete: part 1 of 1" in capsys.readouterr().err
    assert main("replay", "run.json", "--strict", "-q") == 1, "the repeated run is complete, the file says it is not"


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
def test_a_run_without_text_is_replayed_with_its_article(capsys: Capture) -> None:
    """After --no-save-text, `replay RUN ARTICLE` needs the same article; the saved text must be the same, too."""
    for more in ((), ("--no-save-text",)):
        assert main(*EXTRACT, *more) == 0
        printed = capsys.readouterr().out
        assert "not the article of the run" in fails(capsys, 3, "replay", "run.json", "valley.txt")
        assert main("replay", "run.json", "bridge.txt") == 0
        assert capsys.readouterr().out == printed
    assert "name the article, too" in fails(capsys, 3, "replay", "run.json")
    assert replay("run.json", BRIDGE).same


@pytest.mark.parametrize(
    ("code", "arguments", "message"),
    [
        (3, "none.json", "cannot read none.json"),
        (3, "bridge.txt", "is not a run file"),
        (2, "a b c", "leave out 'c'"),
        (2, "run.json b.json --diff", "`summarise replay --diff` was removed"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_each_fault_has_a_line_and_a_code(code: int, arguments: str, message: str, capsys: Capture) -> None:
    assert message in fails(capsys, code, "replay", *arguments.split())


FORGED: dict[str, Change] = {
    "text": first(text="The bridge never closed."),
    "support": first(support=0.5),
    "probability": first(probability=0.5),
    "writer": lambda run: run["result"]["run"].update(writer_share=0.5),
    "threshold": lambda run: run["result"]["run"].update(threshold=0.1),
    "key facts": lambda run: run["result"].update(key_facts=99),
    "model": lambda run: run["result"]["run"].update(backend="openai:forged"),
    "tokens": lambda run: run["result"]["run"].update(prompt_tokens=7),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FORGED)
def test_a_forged_result_is_reported_and_with_strict_an_error(name: str, tmp_path: Path, capsys: Capture) -> None:
    """A forger can recompute the SHA-256, but not choose the result of the repeated run."""
    path = tmp_path / "run.json"
    written(path)
    assert main("replay", str(path), "--strict", "--quiet") == 0
    changed(path, FORGED[name])
    capsys.readouterr()
    assert main("replay", str(path)) == 0
    assert "writes and judges the same" not in capsys.readouterr().err
    assert main("replay", str(path), "--strict") == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.endswith("run.json differs from the repeated run: leave out --strict to print it\n")
