"""One measurement in this process: `python -m benchmarks.scale.measure PART WORDS FOLDER`, told as JSON.

FOLDER holds what earlier parts made of the same article. Time is the processor's, so that others on the machine do not
count; memory is what the process took at most beyond the program and the model, its input included.
"""

import json
import pickle  # of our own making, in a folder of our own
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import summarise
from benchmarks.cost import peak_mib
from benchmarks.scale.articles import article, claims
from summarise.checks import SourceIndex
from summarise.checks.kinds import extract
from summarise.checks.verification import Verifier
from summarise.data import Article, Facts
from summarise.pipeline.reading import read_article
from summarise.settings.model import Settings
from summarise.writing.chunks import cut

BUDGET = 3_000
"""Tokens of a chunk."""
WARMING = 300
"""Words of the article that every part is tried on first: what is loaded once is not measured."""
UNLIMITED = 10**12


def as_it_is(given: object) -> object:
    """Prepare nothing."""
    return given


def sentences(text: str) -> Article:
    """Read a text into an article."""
    return read_article(text, max_characters=UNLIMITED)


def chunks(source: Article) -> None:
    """Cut an article."""
    cut(source, BUDGET)


def check(facts: Facts) -> None:
    """Check ten sentences as `summarise check --entailment off` does, with a ground of their own."""
    summarise.check(" ".join(claims()), facts, settings=Settings(entailment="off"))


def ready(facts: Facts) -> SourceIndex:
    """Return a ground on which one sentence has been checked: what is made once for an article is there."""
    source_index = SourceIndex(facts)
    Verifier(source_index).verify(claims()[0], origin="given")
    return source_index


def claims_on(source_index: SourceIndex) -> None:
    """Check ten sentences on a ground that is there, as each further sentence of a run is."""
    Verifier(source_index).verify(" ".join(claims()), origin="given")


INPUTS: dict[str, tuple[str, Callable[[Any], Any], Callable[[Any], Any]]] = {
    "sentences": ("text", as_it_is, sentences),
    "chunks": ("sentences", as_it_is, chunks),
    "facts": ("sentences", as_it_is, extract),
    "check": ("facts", as_it_is, check),
    "claims": ("facts", ready, claims_on),
}
"""What each part needs, what is made of that before the clock starts, and what is measured."""
KEPT = ("sentences", "facts")
"""Parts whose result others need."""


def measured(part: str, words: int, folder: Path) -> dict[str, float]:
    """Run a part once on what is small, then on the article; return seconds and MiB, and keep what others need."""
    needs, prepare, work = INPUTS[part]
    work(prepare(_small(needs)))
    before = peak_mib()
    given = prepare(article(words) if needs == "text" else _load(folder / f"{needs}.pickle"))
    started = time.process_time()
    result = work(given)
    seconds = time.process_time() - started
    used = peak_mib() - before
    if part in KEPT:
        with (folder / f"{part}.pickle").open("wb") as file:
            pickle.dump(result, file)
    return {"seconds": seconds, "mib": used}


def _small(needs: str) -> Any:
    text = article(WARMING)
    if needs == "text":
        return text
    return sentences(text) if needs == "sentences" else extract(sentences(text))


def _load(path: Path) -> Any:
    with path.open("rb") as file:
        return pickle.load(file)


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))))
