"""What is kept out of training, and what was trained on: lists of names, and articles known again by their text."""

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

LISTS = Path(__file__).with_name("heldout")
WORD = re.compile(r"\w+")
OPENING = 12
"""An article is known again by so many of its first words."""


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Read a gzipped file with one JSON object a line."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def listed(name: str) -> frozenset[str]:
    """Read a list of what is kept out of training: `claims.txt`, `development.txt` or `domains.txt`."""
    return frozenset((LISTS / name).read_text(encoding="utf-8").split())


def opening(text: str) -> tuple[str, ...]:
    """Return the first words of a text, by which it is known again."""
    return tuple(WORD.findall(text.casefold())[:OPENING])


def openings(excerpts: Iterable[dict[str, Any]]) -> frozenset[tuple[str, ...]]:
    """Return the openings of the articles and excerpts of claims."""
    return frozenset(opening(row[field]) for row in excerpts for field in ("article", "excerpt"))


def excerpts_to_train(path: Path) -> list[dict[str, Any]]:
    """Read the excerpts that may be trained on: not listed, and none whose article is one of those listed."""
    everything = list(rows(path))
    names = listed("claims.txt") | listed("development.txt")
    kept_out = openings(row for row in everything if str(row["id"]) in names)
    return [row for row in everything if str(row["id"]) not in names and not openings([row]) & kept_out]
