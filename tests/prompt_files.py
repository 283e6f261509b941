"""Prompt files for tests: a good one, and how one is written. It holds no tests."""

from pathlib import Path

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
