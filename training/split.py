"""Splits the data into training and held-out parts, by lists of names and by the first words of articles."""

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

LISTS = Path(__file__).with_name("heldout")
WORD = re.compile(r"\w+")
OPENING = 12
"""Number of first words by which an article is recognised."""


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Read a gzipped file with one JSON object a line."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def listed(name: str) -> frozenset[str]:
    """Read a list of names that are kept out of training: `claims.txt`, `development.txt` or `domains.txt`."""
    return frozenset((LISTS / name).read_text(encoding="utf-8").split())


def opening(text: str) -> tuple[str, ...]:
    """Return the first words of a text, by which it is recognised."""
    return tuple(WORD.findall(text.casefold())[:OPENING])


def openings(excerpts: Iterable[dict[str, Any]]) -> frozenset[tuple[str, ...]]:
    """Return the first words of the article and of the excerpt of each row."""
    return frozenset(opening(row[field]) for row in excerpts for field in ("article", "excerpt"))


def excerpts_to_train(path: Path) -> list[dict[str, Any]]:
    """Read the excerpts for training: neither the excerpt nor another excerpt of its article is held out."""
    everything = list(rows(path))
    names = listed("claims.txt") | listed("development.txt")
    kept_out = openings(row for row in everything if str(row["id"]) in names)
    return [row for row in everything if str(row["id"]) not in names and not openings([row]) & kept_out]
