"""`summarise ci`, the GitHub action and the pre-commit hook."""

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
import yaml
from command_line import ROOT, Capture, fails, run
from invented import FALSE, VEHICLES
from sarif_schema import SCHEMA

pytestmark = pytest.mark.usefixtures("summaries")
ARTICLE = ("--article", "{folder}/../articles/{name}.txt")


@pytest.fixture
def summaries(folder: Path, built_in: None) -> Path:
    (folder / "articles").mkdir()
    (folder / "summaries").mkdir()
    (folder / "bridge.txt").rename(folder / "articles/bridge.txt")
    (folder / "articles/right.txt").write_text((folder / "articles/bridge.txt").read_text())
    (folder / "summaries/bridge.txt").write_text(f"{VEHICLES}\n{FALSE}\n")
    (folder / "summaries/right.txt").write_text(VEHICLES)
    return folder


def test_each_summary_is_checked_against_its_article(capsys: Capture) -> None:
    """An unsupported sentence is printed as "FILE:LINE:COLUMN: …", and the exit code is 1."""
    assert run(["ci", "summaries/*.txt", *ARTICLE]) == 1
    out, err = capsys.readouterr()
    (line,) = out.splitlines()
    assert line.startswith("summaries/bridge.txt:2:1: contradicted: figure: summary says “20”")
    assert "summaries/right.txt: 1 of 1 sentences supported" in err
    assert "2 summaries checked, 1 of them not supported" in err
    assert run(["ci", "summaries/right.txt", *ARTICLE, "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def test_the_files_for_servers_are_written(summaries: Path, capsys: Capture) -> None:
    """JUnit has a suite per summary, SARIF is valid, the table counts failures, and annotations are printed."""
    files = ["--junit", "j.xml", "--sarif", "s.sarif", "--markdown", "t.md"]
    assert run(["ci", "summaries/bridge.txt", "summaries/right.txt", *ARTICLE, "--format", "github", *files]) == 1
    printed = capsys.readouterr().out
    assert printed.startswith("::error file=summaries/bridge.txt,line=2,endLine=2,col=1,")
    assert "summary says “20” / article says “12”, line 5" in printed
    assert "%0Asummary: “The Harbour Bridge" in printed
    root = ElementTree.parse(summaries / "j.xml").getroot()
    assert [suite.get("name") for suite in root] == ["summaries/bridge.txt", "summaries/right.txt"]
    assert (root.get("tests"), root.get("failures")) == ("3", "1")
    log = json.loads((summaries / "s.sarif").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(SCHEMA).validate(log)
    assert "1 of 2 summaries not supported" in (summaries / "t.md").read_text(encoding="utf-8")


# The article's bytes, the summary's (None: no such file), and the reason.
UNREAD = {
    "no article": (
        None,
        VEHICLES.encode(),
        "there is no article summaries/../articles/odd.txt: check the pattern of --article",
    ),
    "damaged": (b"%PDF-1.4 cut off", VEHICLES.encode(), "is a damaged PDF"),
    "encoding": ("Café.".encode("latin-1"), VEHICLES.encode(), "articles/odd.txt is not UTF-8 text"),
    "summary": (VEHICLES.encode(), b"caf\xe9", "summaries/odd.txt is not UTF-8 text"),
    "empty": (VEHICLES.encode(), b" ", "summaries/odd.txt is empty"),
}


@pytest.mark.parametrize(("article", "summary", "reason"), UNREAD.values(), ids=UNREAD)
def test_a_file_that_cannot_be_read_is_one_failed_case(
    article: bytes | None, summary: bytes, reason: str, summaries: Path, capsys: Capture
) -> None:
    """Other summaries are checked, all reports include the failure, and the exit code is 3."""
    (summaries / "summaries/odd.txt").write_bytes(summary)
    if article is not None:
        (summaries / "articles/odd.txt").write_bytes(article)
    files = ["--junit", "j.xml", "--sarif", "s.sarif", "--markdown", "t.md"]
    assert run(["ci", "summaries/*.txt", *ARTICLE, *files]) == 3
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["summaries/bridge.txt", "summaries/odd.txt"]
    assert lines[1].startswith("summaries/odd.txt: error: ")
    assert reason in lines[1]
    assert "2 summaries checked, 1 of them not supported; 1 not read" in err
    root = ElementTree.parse(summaries / "j.xml").getroot()
    assert (root.get("tests"), root.get("failures")) == ("4", "2")
    (odd,) = [suite for suite in root if suite.get("name") == "summaries/odd.txt"]
    (failure,) = odd.iter("failure")
    assert reason in (failure.get("message") or "")
    log = json.loads((summaries / "s.sarif").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(SCHEMA).validate(log)
    (result,) = [result for result in log["runs"][0]["results"] if result["ruleId"] == "unread"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "summaries/odd.txt"
    table = (summaries / "t.md").read_text(encoding="utf-8")
    assert "1 of 3 summaries not supported, 1 not read" in table
    assert "| summaries/odd.txt | not read |" in table
    assert run(["ci", "summaries/odd.txt", *ARTICLE, "--format", "github", "--quiet"]) == 3
    assert capsys.readouterr().out.startswith("::error file=summaries/odd.txt,title=not read::")


def test_files_in_another_encoding_are_read(summaries: Path, capsys: Capture) -> None:
    """--encoding applies to articles and summaries."""
    for name in ("articles", "summaries"):
        (summaries / name / "odd.txt").write_text("The café at the bridge is closed.", encoding="latin-1")
    assert run(["ci", "summaries/odd.txt", *ARTICLE, "--encoding", "latin-1"]) == 0
    assert "1 summary checked, all supported" in capsys.readouterr().err


def test_wrong_names_of_files_are_usage_errors(summaries: Path, capsys: Capture) -> None:
    """Missing summaries, "-", and report files that collide with inputs or each other are usage errors."""
    assert "no file matches summaries/*.md" in fails(capsys, 2, "ci", "summaries/*.md", *ARTICLE)
    fails(capsys, 2, "ci", "summaries/bridge.txt", *ARTICLE, "--junit", "summaries/bridge.txt")
    fails(capsys, 2, "ci", "summaries/bridge.txt", *ARTICLE, "--junit", "x", "--sarif", "x")
    fails(capsys, 2, "ci", "-", *ARTICLE)
    line = fails(capsys, 2, "ci", "summaries/*.txt", "--article", "articles/{nam}.txt")
    assert line == "--article has an unknown placeholder {nam}: use {name} or {folder}"


@pytest.mark.slow
def test_the_action_checks_and_annotates(summaries: Path, tmp_path: Path) -> None:
    """The action's script, with the host's variables, gives the result of `summarise ci`."""
    action = yaml.safe_load((ROOT / ".ci/check/action.yml").read_text(encoding="utf-8"))
    assert action["runs"]["using"] == "composite"
    step = action["runs"]["steps"][-1]
    assert {value[len("${{ inputs.") : -len(" }}")] for value in step["env"].values()} == set(action["inputs"])
    program = tmp_path / "runner/summarise/bin/summarise"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m summarise "$@"\n')
    program.chmod(0o755)
    given = {
        "SUMMARIES": "\nsummaries/*.txt\n",
        "ARTICLE": "articles/{name}.txt",
        "ACCEPT": "",
        "SENSITIVITY": "default",
        "JUNIT": "j.xml",
        "SARIF": "s.sarif",
        "RUNNER_TEMP": str(tmp_path / "runner"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "step.md"),
    }
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", step["run"]],
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("::error file=summaries/bridge.txt,line=2,")
    assert "1 of 2 summaries" in (tmp_path / "step.md").read_text(encoding="utf-8")
    assert (summaries / "j.xml").exists()
    assert (summaries / "s.sarif").exists()


def test_the_hook_checks_the_files_that_it_is_given() -> None:
    """The hook's entry accepts its arguments followed by the changed files."""
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {"id", "name", "entry", "language"} <= set(hook)
    assert hook["language"] == "python"
    program, *arguments = hook["entry"].split()
    assert program == "summarise"
    assert run([*arguments, *ARTICLE, "summaries/right.txt"]) == 0
    assert run([*arguments, *ARTICLE, "summaries/right.txt", "summaries/bridge.txt"]) == 1
