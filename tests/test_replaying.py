"""Replays of saved runs, and their differences from the original."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from findings import found
from invented import BRIDGE, CABLES, FALSE, VALLEY, VEHICLES, answer, copying, saying
from kept import Counter, changed, kept, written

from summarise import Replayed, Reply, Request, Save, Settings, SummariseError, areplay, replay, summarise
from summarise.backends.http.error_responses import Problem, RefusedError
from summarise.backends.scripted import ScriptedBackend
from summarise.backends.writers import PromptingChoice
from summarise.data import CheckedSentence, Finding, Prompting
from summarise.errors import ArticleError, CallError, ConfigurationError, OverloadedError, RunFileError, UsageError
from summarise.pipeline import replay as replaying
from summarise.pipeline.replay import differences
from summarise.prompting.prompt import builtin_directory
from summarise.report.text import difference_lines, replayed_line
from summarise.runs.files import read_run

FERRIES = "The bus company Northline said that it would run 40 extra ferries between the two banks."
JUDGEMENT = '{"quotation": "About 18,000 vehicles cross", "reason": "r", "verdict": "contradicted"}'


def judging(request: Request) -> str:
    return JUDGEMENT if request.stage == "judge" else copying(request)


RUNS: dict[str, Callable[[Path], Any]] = {
    "a draft that is repaired": lambda path: kept(path),
    "one that is kept as it is": lambda path: kept(path, on_unsupported="keep"),
    "rewritten": lambda path: kept(path, settings=Settings(prompts={"rewrite": "v1"})),
    "bullets": lambda path: kept(path, style="bullets", length=3),
    "eighty words": lambda path: kept(path, length="80w"),
    "extract": lambda path: summarise(BRIDGE, model="extract", save=path),
    "by counted chunks": lambda path: kept(path, Counter(copying), article=VALLEY),
    "by chunks whose counting fails": lambda path: kept(path, Uncounted(copying), article=VALLEY),
    "judged by itself": lambda path: kept(path, two := ScriptedBackend(judging), judge=two),
    "judged by another": lambda path: kept(path, judge=ScriptedBackend(judging, model="other")),
    "with a ceiling": lambda path: kept(path, settings=Settings(max_calls=2)),
    "a chunk that failed": lambda path: kept(path, Counter(failing()), article=VALLEY),
}


class Uncounted(Counter):
    """A backend whose token count fails."""

    async def count(self, text: str) -> int:
        """Raise OverloadedError."""
        raise OverloadedError("busy")


def failing() -> Callable[[Request], str]:
    """Return a response function that fails for the first chunk, then copies."""
    asked: list[Request] = []

    def respond(request: Request) -> str:
        asked.append(request)
        if len(asked) == 1:
            raise OverloadedError("busy", status=503)
        return copying(request)

    return respond


@pytest.mark.slow
@pytest.mark.parametrize("what", RUNS)
def test_a_run_is_written_and_judged_the_same_again(what: str, tmp_path: Path) -> None:
    summary = RUNS[what](tmp_path / "run.json")
    replayed = replay(tmp_path / "run.json")
    assert replayed.summary == summary
    assert replayed.otherwise is None
    assert replayed.differences == ()
    assert difference_lines(replayed) == []
    assert replayed_line(replayed, "run.json").endswith("writes and judges the same")


def test_going_through_again_asks_all_that_was_answered(tmp_path: Path) -> None:
    """A missing answer is noticed: the saved result is not just printed."""
    written(tmp_path / "run.json")
    changed(tmp_path / "run.json", lambda run: run["exchanges"].pop(0))
    replayed = replay(tmp_path / "run.json")
    assert replayed.otherwise is not None
    assert "asks otherwise than then (a request of the stage draft" in replayed.otherwise
    assert replayed.differences == ()
    assert "checked again: judged the same" in difference_lines(replayed)[0]


@pytest.mark.slow
def test_without_its_text_a_run_needs_its_article(tmp_path: Path) -> None:
    """With it, the replay is the same; without it, the error says what to do."""
    path = tmp_path / "run.json"
    summary = kept(path, save=Save(path=path, text=False))
    with pytest.raises(RunFileError, match="name the article, too"):
        replay(path)
    (tmp_path / "bridge.txt").write_text(BRIDGE, encoding="utf-8")
    for article in (BRIDGE, tmp_path / "bridge.txt"):
        replayed = replay(path, article)
        assert replayed.summary == summary
        assert (replayed.differences, replayed.otherwise) == ((), None)


@pytest.mark.parametrize(("now", "drafts"), [("rewrite", True), ("draft", False)])
def test_a_model_is_prompted_as_in_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: Prompting, drafts: bool
) -> None:
    """Even if this version would prompt it in the other way."""
    path, prompts = tmp_path / "run.json", {} if drafts else {"rewrite": "v1"}
    summary = kept(path, settings=Settings(prompts=prompts))
    assert summary.run.prompting == ("draft" if drafts else "rewrite")
    choice = PromptingChoice(prompting=now, samples=4, why="a test")
    monkeypatch.setattr("summarise.pipeline.plan.prompting_for", lambda _: choice)
    replayed = replay(path)
    assert replayed.summary == summary
    assert (replayed.otherwise, replayed.differences) == (None, ())


@pytest.mark.slow
@pytest.mark.parametrize("text", [True, False])
def test_another_article_is_an_error(text: bool, tmp_path: Path) -> None:
    kept(tmp_path / "run.json", save=Save(path=tmp_path / "run.json", text=text))
    with pytest.raises(ArticleError, match="not the article of the run"):
        replay(tmp_path / "run.json", BRIDGE.replace("12 of its", "13 of its"))


def own_prompt(folder: Path, words: str) -> Path:
    builtin = (builtin_directory() / "draft" / "prose" / "v1.md").read_text(encoding="utf-8")
    (folder / "draft" / "prose").mkdir(parents=True, exist_ok=True)
    (folder / "draft" / "prose" / "v7.md").write_text(builtin.replace("## system\n", f"## system\n{words} "), "utf-8")
    return folder


@pytest.mark.slow
def test_a_prompt_of_ones_own_comes_with_the_run(tmp_path: Path) -> None:
    """A machine without that prompt uses the one in the run file."""
    folder = own_prompt(tmp_path / "prompts", "Be brief.")
    summary = kept(tmp_path / "run.json", settings=Settings(prompt_dir=folder))
    assert "draft/prose/v7" in {prompt.id for prompt in summary.run.prompts}
    for place in (None, folder):
        assert replay(tmp_path / "run.json", prompt_dir=place).otherwise is None


def test_a_changed_prompt_is_an_error(tmp_path: Path) -> None:
    """The error names the prompt and says what to do."""
    folder = own_prompt(tmp_path / "prompts", "Be brief.")
    kept(tmp_path / "run.json", settings=Settings(prompt_dir=folder))
    own_prompt(folder, "Be long.")
    with pytest.raises(
        ConfigurationError, match=r"prompt draft/prose/v7 was changed since the run: restore .*v7\.md, or"
    ):
        replay(tmp_path / "run.json", prompt_dir=folder)


def told_then(verdict: str, **more: Any) -> Callable[[dict[str, Any]], None]:
    """Return a change that gives the first sentence another verdict in the saved result."""

    def change(run: dict[str, Any]) -> None:
        strength = "strong" if verdict == "supported" else None
        run["result"]["sentences"][0] |= {"verdict": verdict, "strength": strength, **more}

    return change


def test_what_is_judged_otherwise_is_told_sentence_by_sentence(tmp_path: Path) -> None:
    """The saved result is returned, and each difference is described."""
    written(tmp_path / "run.json")
    changed(tmp_path / "run.json", told_then("unverified", probability=0.31))
    replayed = replay(tmp_path / "run.json")
    assert replayed.summary is not None
    assert replayed.summary.sentences[0].verdict == "unverified"
    (line,) = difference_lines(replayed)
    assert line == f"sentence 1 was unverified (0.31) and is supported, strong (1.00): “{CABLES}”"
    assert "writes or judges otherwise" in replayed_line(replayed, "run.json")


def test_another_checker_than_then_is_told(tmp_path: Path) -> None:
    """Both are named, unless the requests differ, which is more serious."""
    written(tmp_path / "run.json")
    now = read_run(tmp_path / "run.json").summary.run.checker  # type: ignore[union-attr]
    changed(tmp_path / "run.json", lambda run: run["result"]["run"].update(checker="0, entailment old\n"))
    replayed = replay(tmp_path / "run.json")
    assert replayed.otherwise == f"judged by another checker: '0, entailment old\\n' then, {now} now"
    assert replayed_line(replayed, "run.json").endswith(replayed.otherwise)
    assert difference_lines(replayed) == ["the sentences that were shown were checked again: judged the same"]
    changed(tmp_path / "run.json", told_then("unverified", probability=0.31))
    assert [line[:26] for line in difference_lines(replay(tmp_path / "run.json"))] == ["sentence 1 was unverified "]
    changed(tmp_path / "run.json", lambda run: run["exchanges"].pop(0))
    assert "asks otherwise than then" in str(replay(tmp_path / "run.json").otherwise), "which is graver"


@pytest.mark.slow
def test_other_sentences_are_told_too(tmp_path: Path) -> None:
    """Sentences that only one of both versions shows."""
    written(tmp_path / "run.json")
    changed(tmp_path / "run.json", told_then("supported", text="The bridge is gone."))
    lines = difference_lines(replay(tmp_path / "run.json"))
    assert lines[0].startswith("sentence 1 is shown no more (was supported, strong (1.00)): “The bridge is gone.”")
    assert lines[1] == f"now also shown: supported, strong (1.00): “{CABLES}”"


def test_where_this_version_asks_otherwise_the_checks_still_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the requests differ, the sentences of the saved summary are checked again."""
    kept(tmp_path / "run.json", saying(CABLES, FERRIES), on_unsupported="keep")

    def otherwise(run: dict[str, Any]) -> None:
        run["exchanges"][0]["key"] = "0" * 64
        told_then("contradicted")(run)
        run["result"]["sentences"][1]["verdict"] = "supported"
        run["result"]["sentences"][1]["findings"] = []

    changed(tmp_path / "run.json", otherwise)
    replayed = replay(tmp_path / "run.json")
    assert replayed.otherwise is not None
    first, second = difference_lines(replayed)
    assert first.startswith("sentence 1 was contradicted (1.00) and is supported")
    assert second.startswith("sentence 2 was supported")
    assert "is contradicted" in second
    assert "; error: " in second


@pytest.mark.slow
def test_what_a_judge_said_is_not_unsaid_by_the_checks(tmp_path: Path) -> None:
    """If only the checks can be repeated, the judge's findings stay."""
    kept(
        tmp_path / "run.json",
        saying("The old bridge has many cars on it each day."),
        length=1,
        judge=ScriptedBackend(judging),
        on_unsupported="keep",
    )
    before = read_run(tmp_path / "run.json").summary
    assert before is not None
    assert any(finding.code == "judged" for finding in before.sentences[0].findings)
    changed(tmp_path / "run.json", lambda run: run["exchanges"][0].update(key="0" * 64))
    assert replay(tmp_path / "run.json").differences == ()


@pytest.mark.parametrize(
    "error",
    [OverloadedError("busy"), RefusedError("busy", advice="", status=400, problem=Problem())],
    ids=["overloaded", "refused"],
)
def test_a_run_that_ended_with_an_error_ends_with_it_again(error: CallError, tmp_path: Path) -> None:
    """Errors of a wire too; the run file names the error."""
    with pytest.raises(type(error)):
        kept(tmp_path / "run.json", ScriptedBackend([error]))
    replayed = replay(tmp_path / "run.json")
    assert replayed.summary is None
    assert replayed_line(replayed, "run.json").endswith("this version ends with the same error")
    changed(tmp_path / "run.json", lambda run: run["ended"].update(error="AnswerError"))
    assert "ends the run with an error (busy)" in str(replay(tmp_path / "run.json").otherwise)


@pytest.mark.slow
def test_answers_to_the_same_question_come_in_the_order_of_then(tmp_path: Path) -> None:
    """Repeated requests get their answers in the original order."""
    cut = Reply(text="no", model="m", finish="length")
    replies = iter([cut, cut, Reply(text=answer(CABLES, VEHICLES), model="m")])
    summary = kept(tmp_path / "run.json", ScriptedBackend(lambda _: next(replies)))
    assert len(summary.run.calls) == 3
    assert replay(tmp_path / "run.json").differences == ()


@pytest.mark.slow
async def test_in_a_running_loop_the_twin_is_named(tmp_path: Path) -> None:
    """`replay` in a running event loop names `areplay`."""
    await asyncio.to_thread(kept, tmp_path / "run.json")
    with pytest.raises(UsageError, match="areplay"):
        replay(tmp_path / "run.json")
    assert (await areplay(tmp_path / "run.json")).otherwise is None


def sentence(text: str, verdict: Any = "supported", *findings: Finding, support: float = 1.0) -> CheckedSentence:
    return CheckedSentence(
        text=text, verdict=verdict, support=support, probability=support, origin="model", findings=findings
    )


def test_differences_are_of_verdicts_and_findings() -> None:
    """Not of support, whose last digits vary by machine; sentences are matched by text."""
    note = found("date", "Friday", severity="note")
    then = [sentence("A."), sentence("B."), sentence("C.", support=0.9), sentence("D.")]
    now = [sentence("A."), sentence("B.", "supported", note), sentence("C.", support=0.91), sentence("E.")]
    second, gone, new = differences(then, now)
    assert (second.place, second.now) == (2, now[1])
    assert (gone.place, gone.then, gone.now) == (4, then[3], None)
    assert (new.place, new.then, new.now) == (None, None, now[3])
    assert differences(then, then) == ()
    (line,) = difference_lines(Replayed.model_construct(differences=(second,), otherwise=None))
    assert line.startswith("sentence 2 is supported as then: “B.”; found now: note: date: ")
    assert line.endswith("; found then: nothing")


def test_an_error_of_today_is_told_and_the_checks_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If this version raises an error, the saved summary is still checked."""
    written(tmp_path / "run.json")

    async def broken(*arguments: object, **options: object) -> None:
        raise SummariseError("no way")

    monkeypatch.setattr(replaying, "write_summary", broken)
    replayed = replay(tmp_path / "run.json")
    assert replayed.otherwise == "this version ends the run with an error (no way)"
    assert replayed.summary is not None
    assert FALSE not in replayed.summary.text
