"""Articles and pairs for batches: our own, varied by a seeded generator, written as tables."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.scale.articles import article, claims

WORDS = 300
"""Words of an article."""
CLAIMS = 5
"""Sentences of a summary that is checked."""


def articles(count: int, words: int = WORDS) -> Iterator[dict[str, Any]]:
    """Yield rows with an article of so many words each."""
    for seed in range(count):
        yield {"id": f"a{seed}", "text": article(words, seed=seed)}


def pairs(count: int, words: int) -> Iterator[dict[str, Any]]:
    """Yield rows with an article and claims about it: copied, shortened, or with another figure or name."""
    for seed in range(count):
        made = claims(CLAIMS, words=words, seed=seed)
        yield {"id": f"a{seed}", "text": article(words, seed=seed), "summary": " ".join(made)}


def write_table(path: Path, rows: Iterator[dict[str, Any]]) -> Path:
    """Write rows as JSON Lines."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(row)}\n" for row in rows)
    return path


def ids_in(path: Path) -> list[str]:
    """Return the ids in an output of JSON Lines."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line)["id"] for line in file]
