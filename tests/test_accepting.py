"""Accepted findings: the file, its effect on checks and summaries, and its display."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from command_line import Capture, fails, loopback, model, said
from invented import BRIDGE, FALSE, VEHICLES, saying
from program import run

from summarise import Accepted, AcceptedFinding, Settings, SummariseError, acheck, check, replay, summarise

REASON = "The editor was there."
MAYOR = "The mayor has resigned over the whole affair."
FOUND = ("date", "figure")
"""The errors in `FALSE`."""


def entry(*codes: str, text: str = FALSE, article: str = BRIDGE, reason: str = REASON) -> AcceptedFinding:
    hashes = [hashlib.sha256(one.encode()).hexdigest() for one in (article, text)]
    return AcceptedFinding(article=hashes[0], claim=hashes[1], codes=codes, reason=reason)


def accepting(*entries: AcceptedFinding) -> Accepted:
    return Accepted(entries=entries)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("codes", "article", "sentence", "covered"),
    [
        (FOUND, BRIDGE, FALSE, True),
        ((*FOUND, "name"), BRIDGE, FALSE, True),
        (("figure",), BRIDGE, FALSE, False),
        ((), BRIDGE, FALSE, False),
        (FOUND, BRIDGE + "\nIt rained.", FALSE, False),
        (FOUND, BRIDGE, FALSE.replace("20", "21"), False),
    ],
)
def test_an_entry_covers_its_sentence_with_the_errors_that_were_accepted_and_no_others(
    codes: tuple[str, ...], article: str, sentence: str, covered: bool
) -> None:
    report = check(sentence, article, accept=accepting(entry(*codes)), settings=Settings(entailment="off"))
    assert [one.accepted for one in report.sentences] == [REASON if covered else None]


@pytest.mark.slow
def test_a_report_passes_only_if_every_unsupported_sentence_is_accepted() -> None:
    """Verdict, findings and support stay."""
    text = f"{VEHICLES} {FALSE} {MAYOR}"
    plain = check(text, BRIDGE)
    one = entry(*FOUND)
    other = entry(*{error.code for error in plain.sentences[2].errors}, text=MAYOR, reason="Known.")
    partly, wholly = (check(text, BRIDGE, accept=accepting(*entries)) for entries in ((one,), (one, other)))
    assert [each.accepted for each in wholly.sentences] == [None, REASON, "Known."]
    assert (plain.passed, partly.passed, wholly.passed) == (False, False, True)
    assert wholly.verdict == plain.verdict == "contradicted"
    bare = [each.model_copy(update={"accepted": None}) for each in wholly.sentences]
    assert bare == list(plain.sentences)


# the file


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        (b"accepted", "is not JSON"),
        (b"[1]", "is not a JSON object"),
        (b"\xff", "is not UTF-8"),
        (b"[" * 100_000, "is not JSON"),
        (b'{"article": 5}', "article: "),
        (json.dumps({**entry().model_dump(), "codes": "figure"}).encode(), "codes: "),
        (json.dumps({**entry().model_dump(), "reason": " "}).encode(), "reason: "),
        (json.dumps({**entry().model_dump(), "claim": "0" * 63}).encode(), "claim: "),
        (json.dumps({**entry().model_dump(), "why": "sk-1"}).encode(), "has a field other than article, claim"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: bytes, wrong: str) -> None:
    path = tmp_path / "accepted.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(entry().model_dump()).encode() + b"\n\n" + line + b"\n")
    with pytest.raises(SummariseError) as raised:
        check(VEHICLES, BRIDGE, accept=path)
    assert f"{path}, line 3: {wrong}" in str(raised.value)
    assert "sk-1" not in str(raised.value)


def test_a_file_that_is_missing_is_an_error_before_anything_is_asked(tmp_path: Path) -> None:
    backend = saying(VEHICLES)
    for accept, settings in ((tmp_path / "none", Settings()), (None, Settings(accept=tmp_path / "none"))):
        with pytest.raises(SummariseError, match="there is no file"):
            summarise(BRIDGE, backend=backend, accept=accept, settings=settings)
    with pytest.raises(SummariseError, match="cannot read"):
        check(VEHICLES, BRIDGE, accept=tmp_path)
    assert backend.requests == []


@pytest.mark.slow
async def test_every_call_takes_accepted_findings(ok: Path) -> None:
    """As an object or as a file in the settings, with a judge or without."""
    assert (await acheck(FALSE, BRIDGE, accept=ok)).passed
    assert (await acheck(FALSE, BRIDGE, accept=ok, judge=saying("no answer of a judge"))).passed
    assert (await acheck(FALSE, BRIDGE, settings=Settings(accept=ok))).passed


@pytest.mark.slow
def test_a_summary_is_kept_with_what_was_accepted(ok: Path, tmp_path: Path) -> None:
    """The reason is in the summary, its HTML and the run file."""
    kept = tmp_path / "run.json"
    backend = saying(FALSE, VEHICLES)
    summary = summarise(BRIDGE, backend=backend, on_unsupported="keep", accept=ok, save=kept)
    assert {one.text: one.accepted for one in summary.sentences}[FALSE] == REASON
    assert "Accepted:" in summary.to_html()
    assert replay(kept).summary == summary


# the command

ACCEPT = ("accept", "ok.jsonl", "bridge.txt", "false.txt", "--sentence", "2", "--reason")
CHECK = ("check", "bridge.txt", "false.txt", "--accept", "ok.jsonl")


@pytest.fixture
def ok(folder: Path, built_in: None, capsys: Capture) -> Path:
    """Accept the second sentence of false.txt, `FALSE`, in a file."""
    assert run([*ACCEPT, "  The editor\nwas there. "]) == 0
    assert f"accepted, although contradicted (date, figure): {FALSE}" in capsys.readouterr().out
    return folder / "ok.jsonl"


@pytest.mark.parametrize("reason", ["“Ünï” \U0001f600", 'a "quoted"\tword', "{}"])
def test_an_entry_is_one_line_with_each_code_and_the_reason(folder: Path, capsys: Capture, reason: str) -> None:
    """A file without a line end at its end is continued on a new line."""
    path = folder / "ok.jsonl"
    path.write_text(json.dumps(entry("name", text=MAYOR).model_dump()), encoding="utf-8")
    assert run([*ACCEPT, reason, "-q"]) == 0
    _, line = path.read_text(encoding="utf-8").splitlines()
    written = AcceptedFinding.model_validate_json(line)
    assert (written.codes, written.text, written.reason) == (FOUND, FALSE, " ".join(reason.split()))
    assert check(FALSE, BRIDGE, accept=path).sentences[0].accepted == written.reason


@pytest.mark.usefixtures("ok")
def test_a_check_stays_green_after_a_person_has_looked(capsys: Capture) -> None:
    assert run(list(CHECK[:3])) == 1
    assert run(list(CHECK)) == 0
    output = capsys.readouterr()
    assert "match" not in output.err
    assert "1 of 2 sentences supported, 1 accepted ·" in output.err


@pytest.mark.usefixtures("ok")
@pytest.mark.parametrize(
    ("form", "line"),
    [
        ("text", f"    accepted: {REASON}"),
        ("explain", f"    accepted: {REASON}"),
        ("markdown", f"    - accepted: {REASON}"),
        ("html", f'<p class="accepted"><strong>Accepted:</strong> {REASON}</p>'),
    ],
)
def test_every_view_tells_what_was_accepted(form: str, line: str, capsys: Capture) -> None:
    """They show the reason and the unchanged verdict."""
    assert run([*CHECK, "--format", form, "-q"]) == 0
    view = capsys.readouterr().out
    assert line in view.splitlines()
    assert "contradicted" in view


@pytest.mark.usefixtures("ok")
def test_what_was_accepted_is_no_failure_in_junit(capsys: Capture) -> None:
    assert run([*CHECK, "--format", "junit", "-q"]) == 0
    suites = ElementTree.fromstring(capsys.readouterr().out)
    assert suites.get("failures") == "0"
    told = [case.findtext("system-out") or "" for case in suites.iter("testcase")]
    assert any(text.startswith(f"accepted: {REASON}") and "figure: summary says “20”" in text for text in told)


@pytest.mark.slow
def test_entries_that_match_nothing_are_told_unless_quiet(ok: Path, folder: Path, capsys: Capture) -> None:
    """Entries of other articles are counted separately: one file may serve several articles."""
    stale = entry(text="No such sentence.", article=(folder / "valley.txt").read_text(encoding="utf-8"))
    with ok.open("a", encoding="utf-8") as file:
        file.write(stale.model_dump_json() + "\n")
    changed = ["check", "valley.txt", "true.txt", "--accept", "ok.jsonl", "--entailment", "off"]
    assert run(changed) == 1
    assert "2 accepted findings match nothing (1 of another article, or of this one" in capsys.readouterr().err
    ok.write_text(stale.model_dump_json(), encoding="utf-8")
    assert run(changed) == 1
    assert "1 accepted finding matches nothing\n" in capsys.readouterr().err
    assert run([*changed, "--quiet"]) == 1
    assert capsys.readouterr().err == ""


@pytest.mark.slow
@loopback
def test_strict_lets_pass_what_was_accepted(
    ok: Path, serve: Callable[..., str], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    asked = ["bridge.txt", *model(serve(lambda _: said(FALSE, VEHICLES))), "--on-unsupported", "keep", "--strict", "-q"]
    assert "not supported, nothing printed" in fails(capsys, 1, *asked)
    monkeypatch.setenv("SUMMARISE_ACCEPT", ok.name)
    assert run(asked) == 0
    assert "20 of its 30 cables" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("file", "options", "code", "message"),
    [
        ("ok.jsonl", ["--sentence", "1", "--reason", "x"], 2, "sentence 1 is supported"),
        ("ok.jsonl", ["--sentence", "3", "--reason", "x"], 2, "there is no sentence 3: give a number from 1 to 2"),
        ("ok.jsonl", ["--sentence", "2", "--reason", " "], 2, "the reason is empty"),
        ("ok.jsonl", ["--sentence", "2"], 2, "Missing option '--reason'"),
        ("ok.jsonl", ["--sentence", "2", "--reason", "x", "--base-url", "http://127.0.0.1"], 2, "--base-url needs"),
        ("", ["--sentence", "2", "--reason", "x"], 2, "an empty name is not a file"),
        ("-", ["--sentence", "2", "--reason", "x"], 2, "- is not a file"),
        (".", ["--sentence", "2", "--reason", "x"], 2, ". is not a file"),
        ("none/ok.jsonl", ["--sentence", "2", "--reason", "x"], 74, "cannot write none/ok.jsonl: No such file"),
        ("bridge.txt", ["--sentence", "2", "--reason", "x"], 4, "bridge.txt, line 1: is not JSON"),
        ("ok.jsonl", ["--sentence", "2", "--reason", "x"], 2, f"is already accepted in ok.jsonl: {REASON}"),
    ],
)
def test_what_is_wrong_is_one_line_and_nothing_is_written(
    ok: Path, folder: Path, capsys: Capture, file: str, options: list[str], code: int, message: str
) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir()}
    assert message in fails(capsys, code, "accept", file, "bridge.txt", "false.txt", *options, "-q")
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


# several sources

HURT = "Three people were hurt on Monday when a van struck the wall of the port. The council has ordered a new wall."
RAIN = "It rained on the island for nine days in May. The river rose by two metres, the weather office said."


def files(folder: Path, answer: str) -> list[str]:
    """Write two sources and an answer, and return the arguments that name them."""
    for name, text in (("hurt.txt", HURT), ("rain.txt", RAIN), ("answer.md", answer)):
        (folder / name).write_text(text, encoding="utf-8")
    named = [f"--source={folder / name}" for name in ("hurt.txt", "rain.txt")]
    return [*named, str(folder / "answer.md")]


@pytest.mark.slow
def test_a_wrong_citation_is_accepted(tmp_path: Path, capsys: Capture) -> None:
    """Only that one: another source, or a further error, is not. A right one has nothing to accept."""
    file = str(tmp_path / "accepted.jsonl")
    named = files(tmp_path, "Three people were hurt when a van struck the wall [1].")
    assert "there is nothing to accept" in fails(capsys, 2, "accept", file, *named, "--sentence", "1", "--reason", "x")
    named = files(tmp_path, "Three people were hurt when a van struck the wall [2]. **Twenty** people were hurt [1].")
    assert run(["accept", file, *named, "--sentence", "1", "--reason", REASON]) == 0
    assert "accepted, although cited wrongly (cites 2): Three people" in capsys.readouterr().out
    assert run(["check", *named, "--accept", file]) == 1
    assert run(["accept", file, *named, "--sentence", "2", "--reason", REASON]) == 0
    assert run(["check", *named, "--accept", file]) == 0
    printed = capsys.readouterr()
    assert "cites [2]: does not support it\n    found in [1]" in printed.out
    assert "match" not in printed.err
    for other in ("struck the wall [3].", "struck the wall."):
        changed = files(tmp_path, f"Three people were hurt when a van {other}")
        required = ["--require-citations"] if other.endswith("l.") else []
        assert run(["check", *changed, *required, "--accept", file]) == 1
