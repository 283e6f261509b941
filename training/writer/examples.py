"""Write chat examples for the writer: `python -m training.writer.examples TRAINING OUT.jsonl [--adapter N]`.

The user's message has a context and one to three sentences of the article, as in `prompts/rewrite/v1.md`; the answer is
a rewrite. Rewrites with a name or number that the message lacks are left out, so that the writer learns to add nothing.
With `--adapter N`, the examples are samples of the adapters before number N that all readers called right.
"""

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from summarise.checks.verification import rewording_of
from summarise.data import Evidence
from summarise.prompting import loader
from summarise.writing.rewrite import NO_CONTEXT
from training.writer.pairs import Pair, articles, context_of, rewrites, summaries
from training.writer.samples import labelled_samples

# Maximum number of samples for a sentence.
MOST_SAMPLES = 2
NAME_OR_NUMBER = re.compile(r"[A-Z][\w’'-]+|\d[\d,.]*")


def adds_nothing(text: str, message: str) -> bool:
    """Return whether a message contains all names and numbers of a text. The case of the first letter is ignored."""
    known, folded = _names(message), message.casefold()
    return all(word in known or word in folded for word in _names(text[1:]))


def _names(text: str) -> set[str]:
    return {re.sub(r"['’]?s?$", "", word.casefold()).rstrip(".,") for word in NAME_OR_NUMBER.findall(text)}


def examples(data: Path) -> Iterator[dict[str, object]]:
    """Yield the examples of rewrites and summaries."""
    pairs: list[Pair] = [*rewrites(data), *(pair for summary in summaries(data) for pair in summary)]
    for pair in pairs:
        context, sources = context_of(articles(data)[pair.article], min(pair.of)), " ".join(pair.sources)
        if adds_nothing(pair.text, " ".join([*context, sources])):
            yield _example(pair.article, context, sources, pair.text)


def of_samples(data: Path, adapter: int) -> Iterator[dict[str, object]]:
    """Yield examples from the samples of earlier adapters that are `full` and not near copies of their source."""
    counts = Counter[tuple[int, int]]()
    for sample in labelled_samples(data):
        source = Evidence(start=0, end=len(sample.source), text=sample.source)
        key = sample.article, sample.of
        if sample.adapter < adapter and sample.full and rewording_of(sample.text, [source]) != "copied":
            counts[key] += 1
            if counts[key] <= MOST_SAMPLES:
                yield _example(sample.article, sample.context, sample.source, sample.text)


def _example(article: int, context: Sequence[str], sources: str, answer: str) -> dict[str, object]:
    values = {"context": " ".join(" ".join(context).split()) or NO_CONTEXT, "sentences": " ".join(sources.split())}
    system, user = loader(None)("rewrite", "v1").render(values)
    return {"article": article, "system": system, "user": user, "answer": answer}


def main() -> None:
    """Write the examples in random order."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("training", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--adapter", type=int, default=1, help="the number of the adapter to train")
    options = parser.parse_args()
    data, adapter = options.training, options.adapter
    rows = list(examples(data) if adapter == 1 else of_samples(data, adapter))
    random.Random(3).shuffle(rows)
    options.out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    print(f"{len(rows)} examples")


if __name__ == "__main__":
    main()
