"""Measure one part (a key of `INPUTS`), and print JSON: `python -m benchmarks.scale.measure PART WORDS FOLDER`.

FOLDER contains the results of earlier parts for the same article. Time is CPU time, so that other processes do not
matter. Memory is the peak memory of the process, input included, minus that of the program and the model.
"""

import json
import pickle  # safe, because this benchmark wrote the files
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
"""Number of tokens of a chunk."""
WARMING = 300
"""Number of words of the article for the warm-up, so that loading of models is not measured."""
UNLIMITED = 10**12


def as_it_is(value: object) -> object:
    """Return the input unchanged, for parts that need no preparation."""
    return value


def sentences(text: str) -> Article:
    """Read a text into an article."""
    return read_article(text, max_characters=UNLIMITED)


def chunks(source: Article) -> None:
    """Cut an article into chunks."""
    cut(source, BUDGET)


def check(facts: Facts) -> None:
    """Check ten sentences like `summarise check --entailment off`, with a new source index."""
    summarise.check(" ".join(claims()), facts, settings=Settings(entailment="off"))


def ready(facts: Facts) -> SourceIndex:
    """Return a source index after the check of a sentence, which fills the caches of the article."""
    source_index = SourceIndex(facts)
    Verifier(source_index).verify(claims()[0], origin="given")
    return source_index


def claims_on(source_index: SourceIndex) -> None:
    """Check ten sentences with an existing source index, like the later sentences of a run."""
    Verifier(source_index).verify(" ".join(claims()), origin="given")


INPUTS: dict[str, tuple[str, Callable[[Any], Any], Callable[[Any], Any]]] = {
    "sentences": ("text", as_it_is, sentences),
    "chunks": ("sentences", as_it_is, chunks),
    "facts": ("sentences", as_it_is, extract),
    "check": ("facts", as_it_is, check),
    "claims": ("facts", ready, claims_on),
}
"""For each part: the part whose result it needs, the preparation before the clock starts, the measured function."""
KEPT = ("sentences", "facts")
"""Parts whose result other parts need."""


def measured(part: str, words: int, folder: Path) -> dict[str, float]:
    """Run a part on a small article, then on the article. Return seconds and MiB; save results that others need."""
    needs, prepare, work = INPUTS[part]
    work(prepare(_small(needs)))
    before = peak_mib()
    prepared = prepare(article(words) if needs == "text" else _load(folder / f"{needs}.pickle"))
    started = time.process_time()
    result = work(prepared)
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
