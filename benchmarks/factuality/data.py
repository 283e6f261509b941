"""Reads data sets of labelled claims, and assigns each item to an article, a corpus and a fold.

A set is a file NAME.jsonl or NAME.jsonl.gz with a JSON object on each line.
"""

import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from summarise.data import Writer

Corpus = Literal["cnndm", "xsum"]
Fold = Literal[0, 1]

MIXTURES = frozenset({"cliff", "frank_val"})
"""Sets that mix two corpora. The length of a claim reveals its corpus, so each corpus is measured separately."""
ONE_SENTENCE = 32
"""Maximum mean words of the claims of an article from the corpus with summaries of one sentence."""
SUFFIXES = (".jsonl", ".jsonl.gz")


class DataError(Exception):
    """The data are missing, or do not have the described form. The message is one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A claim with its article and the human judgement. `consistent`: the article supports the claim.

    `article`: id made from the text of the article, the same in all sets. `corpus`: only known for sets in `MIXTURES`.
    `before`: the sentence before the claim. `writer`, `writer_share`: assumptions of the verdict about the writer.
    """

    set: str
    id: str
    article: str
    source: str
    claim: str
    consistent: bool
    error_types: tuple[str, ...] = ()
    corpus: Corpus | None = None
    before: str = ""
    writer: Writer = "strong"
    writer_share: float | None = None


def load_sets(folder: Path, *, only: Sequence[str] = ()) -> dict[str, tuple[Item, ...]]:
    """Return the items of the sets in `folder` (only the sets named in `only`, if any) by the name of the set.

    Raises DataError if the folder, a named set or a field of an item is missing.
    """
    if not folder.is_dir():
        raise DataError(f"there is no folder {folder}: name the folder of the data sets")
    paths = {path.name.split(".")[0]: path for path in sorted(folder.iterdir()) if path.name.endswith(SUFFIXES)}
    if not paths:
        raise DataError(f"{folder} has no file that ends in {' or '.join(SUFFIXES)}: name the folder of the data sets")
    if unknown := sorted(set(only) - set(paths)):
        raise DataError(f"{folder} has no set {unknown[0]!r}: name one of {', '.join(paths)}")
    return {name: load(path, name) for name, path in paths.items() if not only or name in only}


def load(path: Path, name: str) -> tuple[Item, ...]:
    """Return the items of a file in file order. Raises DataError with the number of a line that cannot be read."""
    opener = gzip.open if path.suffix == ".gz" else open
    rows: list[Mapping[str, Any]] = []
    items: list[Item] = []
    with opener(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                items.append(_item(row, name))
            except (ValueError, KeyError, TypeError) as error:
                raise DataError(f"{path}, line {number}: {type(error).__name__}: {error}") from error
            rows.append(row)
    if name not in MIXTURES:
        return tuple(items)
    corpora = _corpora(items, [str(row.get("origin", "")) for row in rows])
    return tuple(replace(item, corpus=corpora[item.article]) for item in items)


def _item(row: Mapping[str, Any], name: str) -> Item:
    if row["label"] not in (0, 1):
        raise ValueError(f"the label must be 0 or 1, not {row['label']!r}")
    return Item(
        set=name,
        id=str(row["id"]),
        article=article_id(row["source"]),
        source=row["source"],
        claim=row["claim"],
        consistent=row["label"] == 1,
        error_types=tuple(dict.fromkeys(row.get("error_types") or ())),
    )


def _corpora(items: Sequence[Item], origins: Sequence[str]) -> dict[str, Corpus]:
    """Return the corpus of each article: the one that an item's origin ends with, else by the length of its claims.

    Some origins name both corpora ("cnndm/xsum"), but all items of an article are from one corpus.
    """
    named: dict[str, Corpus] = {}
    words: dict[str, list[int]] = defaultdict(list)
    for item, origin in zip(items, origins, strict=True):
        words[item.article].append(len(item.claim.split()))
        if origin.endswith("|cnndm"):
            named[item.article] = "cnndm"
        elif origin.endswith("|xsum"):
            named[item.article] = "xsum"
    for article, counts in words.items():
        named.setdefault(article, "xsum" if sum(counts) / len(counts) < ONE_SENTENCE else "cnndm")
    return named


def article_id(source: str) -> str:
    """Return the id of an article: the beginning of the SHA-256 of its text, in hexadecimal."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def folds(items: Iterable[Item]) -> dict[str, Fold]:
    """Assign articles alternately to two folds, in the order of their ids (hashes, so the order is random).

    The articles of each corpus are assigned separately, so that both folds contain the same share of each corpus.
    """
    articles = sorted({(item.corpus or "", item.article) for item in items})
    return {
        article: 1 if place % 2 else 0
        for _, same in groupby(articles, key=lambda entry: entry[0])
        for place, (_, article) in enumerate(same)
    }


def sample(items: Sequence[Item], size: int) -> tuple[Item, ...]:
    """Return all items of the first articles by id, at least `size` items, in file order."""
    counts: dict[str, int] = defaultdict(int)
    for item in items:
        counts[item.article] += 1
    kept: set[str] = set()
    total = 0
    for article in sorted(counts):
        if total >= size:
            break
        kept.add(article)
        total += counts[article]
    return tuple(item for item in items if item.article in kept)
