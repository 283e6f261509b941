"""Reads the summaries that are used as a good model's drafts, with the human judgement of each sentence."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.factuality.data import Item, load_sets

WHOLE, BY_SENTENCE = "genaudit_news", "genaudit_news_sent"
RIGHT, SLIPPED = "writer", "writer, a slip in each sentence"
"""The origins of the summaries in `written.jsonl`."""
WRITTEN = Path(__file__).with_name("written.jsonl")
SEEDS = Path(__file__).parents[2] / "seeds"


@dataclass(frozen=True)
class Draft:
    """A model's summary of an article. `right`: for each sentence, whether annotators judged it right."""

    id: str
    origin: str
    source: str
    sentences: tuple[str, ...]
    right: tuple[bool, ...]


def drafts_of(whole: Iterable[Item], by_sentence: Iterable[Item]) -> list[Draft]:
    """Match judged sentences to their summaries by id: NAME_ORIGIN (summary) and NAME_ORIGIN_sNUMBER (sentence)."""
    sentences: dict[str, list[tuple[int, Item]]] = defaultdict(list)
    for item in by_sentence:
        name, _, number = item.id.rpartition("_s")
        sentences[name].append((int(number), item))
    drafts = []
    for item in whole:
        ordered = [item for _, item in sorted(sentences[item.id], key=lambda pair: pair[0])]
        if ordered:
            texts = tuple(plain(item.claim) for item in ordered)
            right = tuple(item.consistent for item in ordered)
            drafts.append(Draft(item.id, item.id.rpartition("_")[2], item.source, texts, right))
    return drafts


def judged_drafts(data: Path) -> list[Draft]:
    """Return the summaries by language models whose sentences were judged, from the sets in a folder."""
    sets = load_sets(data, only=(WHOLE, BY_SENTENCE))
    return drafts_of(sets[WHOLE], sets[BY_SENTENCE])


def written_drafts(data: Path) -> list[Draft]:
    """Return summaries written carefully for this benchmark, without errors and with slips.

    Their articles are in `seeds/`, or in the sets of a folder.
    """
    rows = [json.loads(line) for line in WRITTEN.read_text(encoding="utf-8").splitlines()]
    names = {row["set"] for row in rows if "set" in row}
    sources = {
        (item.set, item.id): item.source for items in load_sets(data, only=sorted(names)).values() for item in items
    }
    drafts = []
    for row in rows:
        seed = SEEDS / row["article"] / "article.txt"
        source = sources[row["set"], row["article"]] if "set" in row else seed.read_text(encoding="utf-8")
        for origin, key in ((RIGHT, "right"), (SLIPPED, "slipped")):
            texts = tuple(plain(text) for text in row[key])
            drafts.append(Draft(f"{row['article']}, {key}", origin, source, texts, (key == "right",) * len(texts)))
    return drafts


def plain(text: str) -> str:
    """Return a text with one space between words."""
    return " ".join(text.split())
