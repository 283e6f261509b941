"""Provides the texts whose tokens are counted: English news, other languages, code, tables and links."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SAMPLES = Path(__file__).parent / "samples"
CODE = ("summarise/writing/chunks.py", "summarise/backends/budget.py", "summarise/report/text.py")


@dataclass(frozen=True)
class Text:
    """A text of one kind."""

    kind: str
    name: str
    text: str


def texts() -> list[Text]:
    """Return all texts, kind by kind."""
    articles = sorted((ROOT / "seeds").glob("*/article.txt"))
    prompts = sorted((ROOT / "prompts").glob("**/*.md"))
    return [
        *(Text("English news", path.parent.name, _read(path)) for path in articles),
        *(Text("prompts", str(path.relative_to(ROOT)), _read(path)) for path in prompts),
        *(Text("Python", name, _read(ROOT / name)) for name in CODE),
        *(Text(path.stem, path.stem, _read(path)) for path in sorted(SAMPLES.glob("*.txt"))),
    ]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
