"""The registry of kinds of facts, and the example of docs/own-facts.md in a copy of the package."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from command_line import ROOT

from summarise.checks.kinds import KINDS
from summarise.data import Fact, FactKind
from summarise.report.html import KINDS as LETTERS

PAGE = (ROOT / "docs" / "own-facts.md").read_text(encoding="utf-8")


def test_the_kinds_are_those_of_the_records() -> None:
    """Each has a letter of its own on the page."""
    records = [record.model_fields["kind"].default for record in get_args(get_args(Fact)[0])]
    assert tuple(records) == get_args(FactKind)
    assert sorted(kind.name for kind in KINDS) == sorted(records)
    assert len(set(LETTERS.values())) == len(records)


def changed(text: str, diff: str) -> str:
    """Apply a diff of the page, whose old lines must be there once."""
    for hunk in diff.split("@@\n"):
        lines = hunk.splitlines(keepends=True)
        old, new = ("".join(line[1:] for line in lines if line[0] in kept) for kept in (" -", " +"))
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@pytest.mark.slow
def test_the_example_of_the_page_adds_a_kind(tmp_path: Path) -> None:
    """Each block of code belongs to the last file that the page names before it; the output is that of the page."""
    shutil.copytree(ROOT / "summarise", tmp_path / "summarise", copy_function=os.symlink)
    (tmp_path / "prompts").symlink_to(ROOT / "prompts")
    pieces = re.split(r"```(\w+)\n(.*?)```", PAGE, flags=re.DOTALL)
    shown = dict(zip(pieces[1::3], pieces[2::3], strict=True))
    for prose, language, code in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=False):
        if language in ("diff", "python"):
            path = tmp_path / re.findall(r"`(summarise/\S+\.py)`", prose)[-1]
            text = changed(path.read_text(encoding="utf-8"), code) if language == "diff" else code
            path.unlink(missing_ok=True)
            path.write_text(text, encoding="utf-8")
    exports = tmp_path / "summarise/data/__init__.py"
    lines = " from summarise.data.article import Date as Date\n+from summarise.data.article import Email as Email\n"
    text = changed(exports.read_text(encoding="utf-8"), lines)
    exports.unlink()
    exports.write_text(text, encoding="utf-8")
    _, _, wrong = shown["console"].splitlines()[1].partition(": ")
    (tmp_path / "article.txt").write_text(shown["text"], encoding="utf-8")
    (tmp_path / "summary.txt").write_text(f"{wrong}\n{wrong.replace('98@', '99@')}\n", encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "summarise", "check", "article.txt", "summary.txt", "--quiet"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert (result.returncode, result.stderr) == (1, "")
    first, second = result.stdout.split("\n\n")[:2]
    assert first.startswith(shown["console"].partition("\n")[2])
    assert second.startswith("supported")
