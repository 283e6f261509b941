"""Accepted findings: the file, its effect on checks, and its display."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from command_line import Capture, fails, loopback, model, said
from findings import found
from hypothesis import given
from hypothesis import strategies as st
from invented import BRIDGE, FALSE, VEHICLES, saying

import summarise
from summarise import Accepted, AcceptedFinding, Report, Settings, acheck, check
from summarise.checks.accepted import (
    accepted_in,
    append,
    claim_hash,
    covers,
    entry_for,
    read_accepted,
    unmatched,
    unmatched_line,
)
from summarise.cli.main import run
from summarise.data import CheckedSentence, FindingCode
from summarise.data.article import text_hash
from summarise.errors import ConfigurationError, UsageError
from summarise.report.explain import explain
from summarise.report.html import report_html
from summarise.report.junit import report_junit
from summarise.report.markdown import report_markdown
from summarise.report.text import report_text
from summarise.runs.recorder import LEFT_OUT

HASH = "0" * 64
REASON = "The editor was there."
MAYOR = "The mayor has resigned over the whole affair."


def sentence(text: str = FALSE, verdict: str = "contradicted", *codes: FindingCode) -> CheckedSentence:
    """Return a checked sentence with an error for each code, and a note."""
    findings = [*(found(code, "x") for code in codes), found("judged", "x", severity="note")]
    return CheckedSentence.model_validate(
        {"text": text, "verdict": verdict, "support": 0.1, "probability": 0.1, "origin": "given", "findings": findings}
    )


def entry(text: str = FALSE, *codes: str, article: str = BRIDGE, reason: str = REASON) -> AcceptedFinding:
    return AcceptedFinding(article=text_hash(article), claim=claim_hash(text), codes=codes, reason=reason)


@pytest.fixture(scope="module")
def report() -> Report:
    made = check(f"{VEHICLES} {FALSE} {MAYOR}", BRIDGE)
    assert [one.verdict for one in made.sentences] == ["supported", "contradicted", "unverified"]
    return made


# which sentences an entry covers


@pytest.mark.parametrize(
    ("accepted", "errors", "covered"),
    [
        (["figure"], ["figure"], True),
        (["figure", "date"], ["figure"], True),
        (["figure"], ["figure", "date"], False),
        ([], ["figure"], False),
        ([], [], True),
    ],
)
def test_an_entry_covers_the_errors_that_were_accepted_and_no_others(
    accepted: list[FindingCode], errors: list[FindingCode], covered: bool
) -> None:
    """Accepted errors that are gone, and notes, change nothing."""
    assert covers(entry(FALSE, *accepted), sentence(FALSE, "unverified", *errors)) is covered


def test_what_was_written_down_covers_just_its_sentence(report: Report) -> None:
    """Verdict, findings and support stay; the report passes only if every unsupported sentence is accepted."""
    one, other = entry_for(report, 2, REASON), entry_for(report, 3, "Known since.")
    partly = accepted_in(report, Accepted(entries=(one,)))
    assert [each.accepted for each in partly.sentences] == [None, REASON, None]
    assert (partly.passed, report.passed) == (False, False)
    wholly = accepted_in(report, Accepted(entries=(one, other)))
    assert [each.accepted for each in wholly.sentences] == [None, REASON, "Known since."]
    assert wholly.passed
    assert wholly.verdict == report.verdict == "contradicted"
    bare = [each.model_copy(update={"accepted": None}) for each in wholly.sentences]
    assert bare == list(report.sentences)
    assert wholly.facts is report.facts


def test_an_entry_says_what_was_found(report: Report) -> None:
    """It has each error's code once, the sentence, and the reason on one line."""
    made = entry_for(report, 2, "  The editor\nwas there. ")
    assert (made.codes, made.text, made.reason) == (("date", "figure"), FALSE, REASON)
    assert made.article == text_hash(BRIDGE)


def test_a_changed_article_or_sentence_is_not_covered(report: Report) -> None:
    accepted = Accepted(entries=(entry_for(report, 2, REASON),))
    changed = check(FALSE, BRIDGE + "\nIt rained.", accept=accepted)
    reworded = check(FALSE.replace("20", "21"), BRIDGE, accept=accepted)
    assert [one.sentences[0].accepted for one in (changed, reworded)] == [None, None]
    assert check(FALSE, BRIDGE, accept=accepted).sentences[0].accepted == REASON


def test_entries_that_cover_nothing_are_found(report: Report) -> None:
    """Entries of other articles are counted separately: one file may serve several articles."""
    good, stale = entry_for(report, 2, REASON), entry("No such sentence.")
    other = good.model_copy(update={"article": text_hash("Another.")})
    accepted = Accepted(entries=(good, stale, other))
    assert unmatched(report, accepted) == (stale, other)
    assert unmatched_line(report, Accepted(entries=(good,))) is None
    assert unmatched_line(report, None) is None
    assert unmatched_line(report, Accepted(entries=(stale,))) == "1 accepted finding matches nothing"
    told = "2 accepted findings match nothing (1 of another article, or of this one before it was changed)"
    assert unmatched_line(report, accepted) == told


@pytest.mark.parametrize(
    ("number", "reason", "message"),
    [(1, REASON, "sentence 1 is supported"), (4, REASON, "no sentence 4: the summary has 3"), (2, " \n", "is empty")],
)
def test_what_cannot_be_accepted_is_refused(report: Report, number: int, reason: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        entry_for(report, number, reason)


# the file


@given(reasons=st.lists(st.text(min_size=1).filter(str.strip), max_size=4), text=st.text())
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, reasons: list[str], text: str) -> None:
    """Any reason or sentence is written as one line and read back unchanged."""
    path = tmp_path_factory.mktemp("accepted") / "accepted.jsonl"
    path.write_bytes(b"")
    made = [AcceptedFinding(article=HASH, claim=HASH, text=text, codes=("name",), reason=reason) for reason in reasons]
    for one in made:
        append(path, one)
    assert read_accepted(path).entries == tuple(made)
    assert path.read_bytes().count(b"\n") == len(made)


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        (b"accepted", "is no JSON"),
        (b"[1]", "is no JSON object"),
        (b"\xff", "is not UTF-8"),
        (b"[" * 100_000, "is no JSON"),
        (b'{"article": 5}', "article: "),
        (json.dumps({**entry().model_dump(), "codes": "figure"}).encode(), "codes: "),
        (json.dumps({**entry().model_dump(), "reason": " "}).encode(), "reason: "),
        (json.dumps({**entry().model_dump(), "claim": "0" * 63}).encode(), "claim: "),
        (json.dumps({**entry().model_dump(), "why": "sk-1"}).encode(), "has a field other than article, claim"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: bytes, wrong: str) -> None:
    path = tmp_path / "accepted.jsonl"
    path.write_bytes(json.dumps(entry().model_dump()).encode() + b"\n\n" + line + b"\n")
    with pytest.raises(ConfigurationError) as raised:
        check(VEHICLES, BRIDGE, accept=path)
    assert f"{path}, line 3: {wrong}" in str(raised.value)
    assert "sk-1" not in str(raised.value)


def test_a_file_that_is_missing_is_an_error_before_anything_is_asked(tmp_path: Path) -> None:
    backend = saying(VEHICLES)
    for accept, settings in ((tmp_path / "none", Settings()), (None, Settings(accept=tmp_path / "none"))):
        with pytest.raises(ConfigurationError, match="there is no file"):
            summarise.summarise(BRIDGE, backend=backend, accept=accept, settings=settings)
    with pytest.raises(ConfigurationError, match="cannot read"):
        check(VEHICLES, BRIDGE, accept=tmp_path)
    assert backend.requests == []


# the Python API


async def test_every_call_takes_accepted_findings(tmp_path: Path) -> None:
    """As an object or as a file in the settings, with a judge or without."""
    path = tmp_path / "accepted.jsonl"
    append(path, entry(FALSE, "date", "figure"))
    accepted = read_accepted(path)
    assert (await acheck(FALSE, BRIDGE, accept=accepted)).passed
    assert (await acheck(FALSE, BRIDGE, accept=accepted, judge=saying("no answer of a judge"))).passed
    assert (await acheck(FALSE, BRIDGE, settings=Settings(accept=path))).passed
    assert not (await acheck(FALSE, BRIDGE)).passed


def test_a_summary_is_kept_with_what_was_accepted(tmp_path: Path) -> None:
    """The reason is in the summary, its HTML and the run file."""
    accepted = Accepted(entries=(entry(FALSE, "date", "figure"),))
    kept = tmp_path / "run.json"
    summary = summarise.summarise(
        BRIDGE, backend=saying(FALSE, VEHICLES), on_unsupported="keep", accept=accepted, save=kept
    )
    assert {one.text: one.accepted for one in summary.sentences}[FALSE] == REASON
    assert "Accepted:" in summary.to_html()
    again = summarise.replay(kept).summary
    assert again == summary
    assert "accept" in LEFT_OUT


# output


def shown(capsys: Capture, *arguments: str, code: int = 0) -> str:
    assert run(list(arguments)) == code
    return capsys.readouterr().out


@pytest.fixture
def accepting(folder: Path, capsys: Capture) -> list[str]:
    """Return the options of a check that fails without the accepted finding."""
    command = ["accept", "ok.jsonl", "bridge.txt", "false.txt", "--sentence", "2", "--reason", REASON]
    assert f"accepted, although contradicted: date, figure: {FALSE}" in shown(capsys, *command)
    return ["check", "bridge.txt", "false.txt", "--accept", "ok.jsonl"]


def test_a_check_stays_green_after_a_person_has_looked(accepting: list[str], capsys: Capture) -> None:
    assert run(accepting[:3]) == 1
    assert run(accepting) == 0
    output = capsys.readouterr()
    assert "match" not in output.err
    assert "1 of 2 sentences supported, 1 accepted ·" in output.err


@pytest.fixture(scope="module")
def looked_at(report: Report) -> Report:
    return accepted_in(report, Accepted(entries=tuple(entry_for(report, number, REASON) for number in (2, 3))))


def test_every_view_tells_what_was_accepted(looked_at: Report) -> None:
    """Text, explanation, Markdown and HTML show the reason and the unchanged verdict."""
    text = report_text(looked_at)
    for view, line in (
        (text, f"    accepted: {REASON}"),
        (text, "1 of 3 sentences supported, 2 accepted: the summary is contradicted"),
        (explain(looked_at, width=100, colours=False), f"    accepted: {REASON}"),
        (report_markdown(looked_at), f"    - accepted: {REASON}"),
        (report_html(looked_at), f'<p class="accepted"><strong>Accepted:</strong> {REASON}</p>'),
    ):
        assert line in view.splitlines()
        assert "contradicted" in view


def test_what_was_accepted_is_no_failure_in_junit(looked_at: Report) -> None:
    suites = ElementTree.fromstring(report_junit(looked_at, name="summary"))
    assert suites.get("failures") == "0"
    assert list(suites.iter("failure")) == []
    told, *_ = (case.findtext("system-out") or "" for case in suites.iter("testcase") if len(case))
    assert told.splitlines()[0] == f"accepted: {REASON}"
    assert "figure: summary says “20” / article says “12”, line 5" in told.splitlines()


def test_entries_that_match_nothing_are_told_unless_quiet(accepting: list[str], capsys: Capture) -> None:
    changed = ["check", "valley.txt", "true.txt", "--accept", "ok.jsonl"]
    assert run(changed) == 1
    assert "1 accepted finding matches nothing (1 of another article" in capsys.readouterr().err
    assert run([*changed, "--quiet"]) == 1
    assert capsys.readouterr().err == ""


@loopback
def test_strict_lets_pass_what_was_accepted(
    folder: Path, serve: Callable[..., str], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    url = serve(lambda user: said(FALSE, VEHICLES))
    asked = ["bridge.txt", *model(url), "--on-unsupported", "keep", "--strict", "-q"]
    assert "not supported, nothing printed" in fails(capsys, 1, *asked)
    append(folder / "ok.jsonl", entry(FALSE, "date", "figure"))
    monkeypatch.setenv("SUMMARISE_ACCEPT", "ok.jsonl")
    assert "20 of its 30 cables" in " ".join(shown(capsys, *asked).split())


# `summarise accept`


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--sentence", "1", "--reason", "x"], 2, "sentence 1 is supported"),
        (["--sentence", "3", "--reason", "x"], 2, "there is no sentence 3"),
        (["--sentence", "2", "--reason", " "], 2, "the reason is empty"),
        (["--sentence", "2"], 2, "Missing option '--reason'"),
        (["--sentence", "2", "--reason", "x", "--base-url", "http://127.0.0.1"], 2, "--base-url needs"),
    ],
)
def test_what_is_wrong_is_one_line_and_nothing_is_written(
    folder: Path, capsys: Capture, options: list[str], code: int, message: str
) -> None:
    assert message in fails(capsys, code, "accept", "ok.jsonl", "bridge.txt", "false.txt", *options)
    assert not (folder / "ok.jsonl").exists()


@pytest.mark.parametrize(
    ("file", "code", "message"),
    [
        ("", 2, "an empty name is no file"),
        ("-", 2, "- is no file"),
        (".", 2, ". is no file"),
        ("none/ok.jsonl", 74, "cannot write none/ok.jsonl: No such file"),
        ("bridge.txt", 4, "bridge.txt, line 1: is no JSON"),
    ],
)
def test_a_file_that_is_none_of_accepted_findings_is_not_touched(
    folder: Path, capsys: Capture, file: str, code: int, message: str
) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir()}
    line = fails(capsys, code, "accept", file, "bridge.txt", "false.txt", "--sentence", "2", "--reason", "x", "-q")
    assert message in line
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_what_is_accepted_is_not_accepted_again(accepting: list[str], folder: Path, capsys: Capture) -> None:
    before = (folder / "ok.jsonl").read_bytes()
    again: list[Any] = ["accept", "ok.jsonl", "bridge.txt", "false.txt", "--sentence", "2", "--reason", "Other.", "-q"]
    assert f"is accepted in ok.jsonl already: {REASON}" in fails(capsys, 2, *again)
    assert (folder / "ok.jsonl").read_bytes() == before
