"""Reads labelled claims that were kept out of training: held-out claims and domains, slips, and public sets."""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.factuality.data import Item, article_id, load_sets, sample
from summarise.settings.providers import measured
from training.drafts.labels import HELD_OUT
from training.drafts.labels import read as read_drafts
from training.split import LISTS, listed, openings, rows

MODELS = {"coder-0.5b": "qwen2.5-coder-0.5b-instruct", "coder-1.5b": "qwen2.5-coder-1.5b-instruct"}
"""The models whose drafts are measured, as named in `training/drafts/`."""
SLIPS = Path(__file__).with_name("slips")
PUBLIC = ("genaudit_news_sent", "qags_xsum", "cliff", "defacto", "frank_val", "qags_cnndm_sent", "summeval12")
"""The public sets that are measured by default; two others are reserved for a final measurement."""
FAR_WORDS = 3000
"""Number of words of other articles that are put around an article."""


@dataclass(frozen=True)
class Marked:
    """A false claim and the true claim that it was made from, to measure the word head."""

    item: Item
    true: str


@dataclass(frozen=True)
class Held:
    """Held-out claims: `near` with their excerpt, `far` with the article among others. `marked`: false claims."""

    near: tuple[Item, ...]
    far: tuple[Item, ...]
    marked: tuple[Marked, ...]


def item(name: str, number: str, source: str, claim: str, *, consistent: bool, kind: str = "") -> Item:
    """Make an item from a claim. The article is identified by its text."""
    kinds = (kind,) if kind else ()
    return Item(
        set=name,
        id=number,
        article=article_id(source),
        source=source,
        claim=claim,
        consistent=consistent,
        error_types=kinds,
    )


def held_claims(training: Path, list_name: str = "claims.txt") -> Held:
    """Read the claims whose excerpts are in a list. Each article is also put among others of the list.

    Excerpts of an article that also has an excerpt outside the list are left out.
    """
    ids = listed(list_name)
    everything = list(rows(training / "claims.jsonl.gz"))
    others = openings(row for row in everything if str(row["id"]) not in ids)
    excerpts = [row for row in everything if str(row["id"]) in ids and not openings([row]) & others]
    near: list[Item] = []
    far: list[Item] = []
    marked: list[Marked] = []
    draw = random.Random(17)
    for row in excerpts:
        source = _among(row, excerpts, draw)
        claims = [(text, True, "", text) for text in row["true"]]
        claims += [(entry["text"], False, entry["kind"], row["true"][entry["of"]]) for entry in row["false"]]
        for number, (text, right, kind, true) in enumerate(claims):
            name = f"{row['id']}-{number}"
            claim = item("claims", name, row["excerpt"], text, consistent=right, kind=kind)
            near.append(claim)
            far.append(replace(claim, set="claims_far", source=source, article=article_id(source)))
            if not right:
                marked.append(Marked(claim, true))
    return Held(tuple(near), tuple(far), tuple(marked))


def _among(row: Mapping[str, Any], others: Sequence[Mapping[str, Any]], draw: random.Random) -> str:
    """Return the article with about 3,000 words of other articles before and after it."""
    chosen: list[str] = []
    words = 0
    for other in draw.sample(list(others), len(others)):
        if words >= FAR_WORDS:
            break
        if other["id"] != row["id"]:
            chosen.append(other["article"])
            words += len(other["article"].split())
    chosen.insert(draw.randrange(len(chosen) + 1), row["article"])
    return "\n\n".join(chosen)


def held_pairs(training: Path) -> tuple[Item, ...]:
    """Read pairs of a right and a wrong claim that are not trained on; other claims about their articles are."""
    articles = {row["id"]: row["article"] for row in rows(training / "claims.jsonl.gz")}
    items = []
    for number, line in enumerate((LISTS / "pairs.jsonl").read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        claims = [(row["true"], True, ""), *((false["text"], False, false["kind"]) for false in row["false"])]
        for text, right, kind in claims:
            name = f"{number}-{right}"
            items.append(item("pairs", name, articles[row["id"]], text, consistent=right, kind=kind))
    return tuple(items)


def held_domains(training: Path) -> tuple[Item, ...]:
    """Read the edited summaries of the domains that are kept out of training."""
    domains = listed("domains.txt")
    return tuple(
        item("edited", row["id"], row["source"], row["claim"], consistent=row["label"] == 1)
        for row in rows(training / "edited_summaries.jsonl.gz")
        if row["domain"] in domains
    )


def held_drafts(training: Path) -> tuple[Item, ...]:
    """Read the sentences of drafts by models about held-out articles, if two readers gave the same label.

    The drafts of the smallest model are left out, because only one sentence in twenty is right.
    """
    return tuple(
        replace(
            item("drafts", sentence.id, sentence.article, sentence.text, consistent=sentence.right, kind=sentence.kind),
            before=sentence.before,
            writer=measured()[MODELS[sentence.writer]].writer,
            writer_share=measured()[MODELS[sentence.writer]].share,
        )
        for sentence in read_drafts(training, HELD_OUT)
        if sentence.right is not None and sentence.writer in MODELS
    )


def own_slips() -> tuple[Item, ...]:
    """Read sentences with one slip each, and their right twins, about articles of the project."""
    items = []
    for number, (row, source) in enumerate(_ours("slips.jsonl")):
        items.append(item("slips", f"{number}-True", source, row["right"], consistent=True))
        items.append(item("slips", f"{number}-False", source, row["wrong"], consistent=False, kind=row["kind"]))
    return tuple(items)


def careful() -> tuple[Item, ...]:
    """Read right sentences about the same articles, in the style of a strong model, by a writer without the code."""
    return tuple(
        item("careful", str(number), source, row["text"], consistent=True)
        for number, (row, source) in enumerate(_ours("careful.jsonl"))
    )


def _ours(name: str) -> Iterator[tuple[dict[str, str], str]]:
    """Yield the rows of a file in the folder `slips`, each with the text of its article."""
    for line in (SLIPS / name).read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield row, (SLIPS / f"{row['article']}.txt").read_text(encoding="utf-8")


def public_sets(folder: Path, size: int, names: Sequence[str] = PUBLIC) -> dict[str, tuple[Item, ...]]:
    """Read the public sets: of each, all items (`size` 0), or all items of some articles, at least `size` items."""
    return {name: sample(items, size) if size else items for name, items in load_sets(folder, only=names).items()}
