"""Which articles the suite reads and which half each belongs to. Does not look inside them.

The halves are split by the article's text, so that no sentence of an article that was looked at in one half is
counted in the other.
"""

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Half = Literal["tune", "report"]

SEEDS = Path(__file__).parent.parent.parent / "seeds"

# Web pages, not news: lists of links and fragments, which a rule cannot edit into sentences.
NOT_NEWS = ("wice_dev",)


@dataclass(frozen=True, slots=True)
class Source:
    """An article as it was found: `name` is a seed's folder, or the beginning of the text's hash."""

    name: str
    text: str

    @property
    def half(self) -> Half:
        """The half that the article belongs to, by its text alone."""
        return half_of(self.text)


def half_of(text: str) -> Half:
    """Tell which half an article belongs to: by the first byte of the SHA-256 of its text."""
    return "tune" if _hash(text)[0] % 2 == 0 else "report"


def seeds(folder: Path = SEEDS) -> tuple[Source, ...]:
    """Read the article of every folder in `folder`, in the order of the folders' names."""
    return tuple(
        Source(path.parent.name, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*/article.txt"))
    )


def sample(folder: Path, *, wanted: int = 60) -> tuple[Source, ...]:
    """Return `wanted` distinct articles of the JSON-lines files in `folder`, the same ones on every call.

    Files are `*.jsonl` or `*.jsonl.gz` with the article in `source`. Half of the articles are of each half; within
    a half those with the lowest hashes are taken. Raises FileNotFoundError if there is no such file.
    """
    texts = sorted(set(_texts(folder)), key=_hash)
    chosen: list[Source] = []
    for half, share in (("tune", wanted - wanted // 2), ("report", wanted // 2)):
        ours = [Source(_hash(text).hex()[:12], text) for text in texts if half_of(text) == half]
        chosen += ours[:share]
    return tuple(chosen)


def _texts(folder: Path) -> Iterator[str]:
    files = sorted(path for path in folder.glob("*.jsonl*") if path.name.split(".")[0] not in NOT_NEWS)
    if not files:
        raise FileNotFoundError(f"no JSON-lines files (*.jsonl, *.jsonl.gz) in {folder}")
    for path in files:
        content = path.read_bytes()
        text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
        for line in text.split("\n"):
            if line.strip():
                yield str(json.loads(line)["source"])


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
