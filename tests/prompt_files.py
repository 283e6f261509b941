"""A valid prompt file, a function that writes one, and the command in this process."""

from pathlib import Path

from summarise.cli import main

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
    path = directory / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def run(*arguments: str) -> int:
    """Run the command, and return its exit code."""
    return main.run(list(arguments))
