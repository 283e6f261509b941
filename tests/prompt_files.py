"""Prompt files for tests: a good one, written and locked. It holds no tests."""

import hashlib
from pathlib import Path

from summarise.prompting.prompt import LOCK, available

GOOD = """+++
why = "A reason."
inputs = ["article", "count"]
output = "sentences"
+++
## system
You shorten.

## user
$article
Write $count.
"""


def put(directory: Path, name: str, text: str = GOOD) -> Path:
    """Write a prompt file and return it."""
    path = directory / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def lock(directory: Path) -> None:
    """Lock all prompts of a folder as they are."""
    rows = [
        f"{hashlib.sha256((directory / f'{name}.md').read_bytes()).hexdigest()}  {name}.md"
        for name in available(directory)
    ]
    (directory / LOCK).write_text("\n".join(rows) + "\n", encoding="utf-8")
