"""Invented articles with labelled claims, for tests of the benchmark against people's judgements. It holds no tests."""

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.factuality.data import Item, article_id

TOWNS = ("Brelmouth", "Orlow", "Tarnby", "Quillan", "Sellen", "Vosk")


def article(town: str) -> str:
    """Return an invented article about a town."""
    return (
        f"The council of {town} closed its market hall on Monday after inspectors found 12 cracks in the roof. "
        f"Repairs will cost £4 million. “We could not wait,” said Petra Voss, who leads the council."
    )


def rows(town: str) -> list[dict[str, Any]]:
    """Return two labelled claims about a town, one as the article has it and one false."""
    said = {
        1: f"The council of {town} closed its market hall on Monday after inspectors found 12 cracks in the roof.",
        0: f"The council of {town} closed its market hall on Friday after inspectors found 40 cracks in the roof.",
    }
    return [
        {
            "id": f"{town}-{label}",
            "source": article(town),
            "claim": claim,
            "label": label,
            "granularity": "sentence",
            "origin": "invented",
            "error_types": [] if label else ["figure"],
        }
        for label, claim in said.items()
    ]


def write(path: Path, lines: Sequence[Mapping[str, Any]]) -> None:
    """Write a set, compressed if its name says so."""
    text = "".join(json.dumps(line) + "\n" for line in lines)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())


def item(place: int, source: str, *, consistent: bool = True, name: str = "one", **more: Any) -> Item:
    """Return an item with a claim that does not matter."""
    return Item(
        set=name,
        id=str(place),
        article=article_id(source),
        source=source,
        claim=more.pop("claim", "A claim."),
        consistent=consistent,
        sentence=True,
        **more,
    )
