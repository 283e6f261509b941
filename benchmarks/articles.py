"""Reads the articles for benchmarks: those of `seeds/`, and a fixed sample of labelled data."""

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SEEDS = Path(__file__).parents[1] / "seeds"
# Web pages, not news: lists of links and fragments, which a rule cannot edit into sentences.
NOT_NEWS = ("wice_dev",)


@dataclass(frozen=True, slots=True)
class Source:
    """The text of an article. `name`: the folder of a seed, or the beginning of the text's hash."""

    name: str
    text: str


def seeds() -> tuple[Source, ...]:
    """Read the article of every folder in `seeds/`, in the order of the folders' names."""
    paths = sorted(SEEDS.glob("*/article.txt"))
    return tuple(Source(path.parent.name, path.read_text(encoding="utf-8")) for path in paths)


def sample(folder: Path, *, wanted: int) -> tuple[Source, ...]:
    """Return `wanted` distinct articles of the JSON-lines files in `folder`, the same articles on every call.

    Files are `*.jsonl` or `*.jsonl.gz` with the article in `source`. Half of the sample are articles whose hash begins
    with an even byte, half with an odd byte; in each half, the lowest hashes are chosen. Raises FileNotFoundError if
    there is no such file.
    """
    texts = sorted(set(_texts(folder)), key=_hash)
    chosen: list[str] = []
    for odd, share in ((0, wanted - wanted // 2), (1, wanted // 2)):
        chosen += [text for text in texts if _hash(text)[0] % 2 == odd][:share]
    return tuple(Source(_hash(text).hex()[:12], text) for text in chosen)


def _texts(folder: Path) -> Iterator[str]:
    files = sorted(path for path in folder.glob("*.jsonl*") if path.name.split(".")[0] not in NOT_NEWS)
    if not files:
        raise FileNotFoundError(f"{folder} has no JSON-lines files (*.jsonl, *.jsonl.gz): name the folder of the data")
    for path in files:
        content = path.read_bytes()
        text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
        yield from (str(json.loads(line)["source"]) for line in text.split("\n") if line.strip())


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
