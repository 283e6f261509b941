"""List what `extract` shows of labelled news articles, for reading: every sentence, and every name that was put in.

    python -m benchmarks.extracted DATA [--first N] [--articles N] [--entailment off] [--text] > FILE

DATA is the folder of `benchmarks.factuality`. Each article is read once, in the order of a hash of its text, so that
the first ones are a sample of all sets. Prints one JSON object a sentence: the id of an item with the article, the
article's offsets of the sentence, whether a name was put in, and with `--text` the sentence as it stood and as it
is shown.
"""

import argparse
import gzip
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from summarise import summarise
from summarise.settings.model import Settings

FILES = ("cliff", "summeval12", "genaudit_news_sent", "qags_cnndm_sent")


@dataclass(frozen=True)
class Source:
    """An article with the id of the first item that has it."""

    id: str
    text: str


def sources(folder: Path) -> list[Source]:
    """Return the articles of the files, each once, in the order of a hash of their text."""
    found: dict[str, Source] = {}
    for name in FILES:
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                item = json.loads(line)
                key = hashlib.sha256(" ".join(item["source"].split()).encode()).hexdigest()
                found.setdefault(key, Source(item["id"], item["source"]))
    return [found[key] for key in sorted(found)]


def listed(source: Source, settings: Settings, *, text: bool) -> Iterator[dict[str, object]]:
    """Yield what there is to read of one article's summary."""
    summary = summarise(source.text, model="extract", settings=settings)
    for sentence in summary.sentences:
        place, before = sentence.evidence[0], " ".join(sentence.evidence[0].text.split())
        named = bool(words(sentence.text) - words(before))
        entry: dict[str, object] = {"id": source.id, "start": place.start, "end": place.end, "named": named}
        yield {**entry, "before": before, "after": sentence.text} if text else entry


def words(text: str) -> set[str]:
    """Return the words of a text, whatever their capitals."""
    return set(re.findall(r"\w+", text.casefold()))


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.extracted", description="List what extract shows.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--first", type=int, default=0, help="leave out so many articles")
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--entailment", choices=["built-in", "off"], default="built-in")
    parser.add_argument("--text", action="store_true", help="print the sentences, too")
    options = parser.parse_args()
    entailment: Literal["built-in", "off"] = options.entailment
    settings = Settings(entailment=entailment)
    for source in sources(options.data)[options.first : options.first + options.articles]:
        for entry in listed(source, settings, text=options.text):
            print(json.dumps(entry, ensure_ascii=False))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
