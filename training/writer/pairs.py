"""Reads pairs of article sentences and their rewrites from `rewrites.jsonl` and `summaries.jsonl`.

The files contain only the rewrites. They refer to an article by its id and to its sentences by their numbers.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from training.source import sentences_of
from training.split import excerpts_to_train

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Pair:
    """A rewrite `text` of the article sentences `sources`, which have the numbers `of`."""

    article: int
    of: tuple[int, ...]
    sources: tuple[str, ...]
    text: str


def rewrites(data: Path) -> Iterator[Pair]:
    """Yield rewrites of single sentences. `data`: the folder with `claims.jsonl.gz`."""
    known = articles(data)
    for row in _rows("rewrites.jsonl"):
        yield _pair(known, row["article"], row)


def summaries(data: Path) -> Iterator[tuple[Pair, ...]]:
    """Yield summaries of three to five sentences, each sentence with the article's sentences that support it."""
    known = articles(data)
    for row in _rows("summaries.jsonl"):
        yield tuple(_pair(known, row["article"], sentence) for sentence in row["sentences"])


def context_of(sentences: Sequence[str], first: int) -> list[str]:
    """Return the context of the sentence `first`: the article's first sentence and the two before `first`."""
    return [sentences[index] for index in dict.fromkeys((0, first - 2, first - 1)) if 0 <= index < first]


def _pair(articles: dict[int, tuple[str, ...]], article: int, row: dict[str, Any]) -> Pair:
    sentences = articles[article]
    return Pair(article, tuple(row["of"]), tuple(sentences[number] for number in row["of"]), row["text"])


@cache
def articles(data: Path) -> dict[int, tuple[str, ...]]:
    """Return the sentences of the articles by id."""
    rows = excerpts_to_train(data / "claims.jsonl.gz")
    return {row["id"]: tuple(sentences_of(row["article"])) for row in rows}


def _rows(name: str) -> Iterator[dict[str, Any]]:
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        yield json.loads(line)
