"""The alternative prompts in benchmarks/, and their articles."""

import re
from pathlib import Path

from command_line import ROOT, Capture

from benchmarks.articles import seeds
from benchmarks.prompts.__main__ import COUNT, IDS, write
from summarise.cli.main import run

FOLDER = ROOT / "benchmarks/prompts"


def test_every_alternative_is_a_prompt(capsys: Capture) -> None:
    """It is valid and states its purpose."""
    assert run(["prompts", "--prompt-dir", str(FOLDER)]) == 0
    told = [line for line in capsys.readouterr().out.splitlines() if "  own" in line]
    assert len(told) == len(list(FOLDER.rglob("v*.md"))) >= 2
    assert all("An alternative to v1 " in line for line in told)


def test_the_articles_are_named_and_written(tmp_path: Path) -> None:
    """The repository holds their ids, and not their texts."""
    ids = IDS.read_text(encoding="utf-8").split()
    assert len(set(ids)) == COUNT
    assert all(re.fullmatch(r"[0-9a-f]{12}", one) for one in ids)
    write(seeds(), tmp_path / "articles")
    assert {path.stem for path in (tmp_path / "articles").iterdir()} == {one.name for one in seeds()}
