"""A valid prompt file, and a function that writes one."""

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
    path = directory / f"{name}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
