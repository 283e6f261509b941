"""The stages and prompts in docs/prompts.md are those of the program."""

import re
from pathlib import Path
from textwrap import dedent

from command_line import ROOT, Capture
from program import STAGES, run

DOCUMENT = (ROOT / "docs" / "prompts.md").read_text(encoding="utf-8")


def test_the_documentation_has_the_table() -> None:
    rows = [line.split("|")[1:4] for line in DOCUMENT.splitlines() if line.startswith("| ")][1:]
    cells = [tuple(cell.strip() for cell in row) for row in rows]
    assert cells == [(s.name, ", ".join(s.inputs), ", ".join(s.outputs)) for s in STAGES.values()]


def test_the_prompts_in_the_documentation_are_right(tmp_path: Path, capsys: Capture) -> None:
    blocks = re.findall(r"(?:^(?:    .*)?\n)+", DOCUMENT, re.M)
    texts = [dedent(block).strip() for block in blocks if block.strip().startswith("+++")]
    assert len(texts) == 2
    for number, text in enumerate(texts, start=1):
        path = tmp_path / "draft" / "plain" / f"v{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert run(["prompts", "list", "--prompt-dir", str(tmp_path)]) == 0
    listed = capsys.readouterr().out
    assert all(f"draft/plain/v{number}" in listed for number in (1, 2))
