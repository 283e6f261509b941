"""Makes tables of articles and pairs for batches: the project's articles, varied by a seeded generator."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.scale.articles import article, claims

WORDS = 300
"""Number of words of an article."""
CLAIMS = 5
"""Number of sentences of a checked summary."""


def articles(count: int, words: int = WORDS) -> Iterator[dict[str, Any]]:
    """Yield rows with an article of `words` words each."""
    for seed in range(count):
        yield {"id": f"a{seed}", "text": article(words, seed=seed)}


def pairs(count: int, words: int) -> Iterator[dict[str, Any]]:
    """Yield rows with an article and a summary of claims: copied, shortened, or with another figure or name."""
    for seed in range(count):
        sentences = claims(CLAIMS, words=words, seed=seed)
        yield {"id": f"a{seed}", "text": article(words, seed=seed), "summary": " ".join(sentences)}


def write_table(path: Path, rows: Iterator[dict[str, Any]]) -> Path:
    """Write rows as JSON Lines."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(row)}\n" for row in rows)
    return path


def ids_in(path: Path) -> list[str]:
    """Return the ids in an output of JSON Lines."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line)["id"] for line in file]
