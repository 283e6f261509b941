"""Measure time and memory of the check of an answer with citations against many long sources.

    python -m benchmarks.sources DATA [--words 2000] [--counts 1 2 5 10]

A source is made of articles of DATA, up to `--words` words. The answer contains 20 of their sentences, each with a
citation. Prints for each number of sources the seconds for reading and facts, those for the check, and peak memory.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from benchmarks.articles import sample
from benchmarks.cost import peak_mib
from benchmarks.markdown import table
from summarise import check, extract_facts

SENTENCES = 20


def sources_of(folder: Path, words: int) -> Iterator[str]:
    """Yield texts of about `words` words."""
    texts: list[str] = []
    for article in sample(folder, wanted=400):
        texts.append(article.text)
        if sum(len(text.split()) for text in texts) >= words:
            yield " ".join("\n\n".join(texts).split(" ")[:words])
            texts = []


def answer_from(sources: Sequence[str]) -> str:
    """Return sentences of the sources in turn, each with a citation."""
    lines = []
    for place in range(SENTENCES):
        number = place % len(sources)
        article = extract_facts(sources[number][:4000]).article
        sentence = article.body[min(1 + place // len(sources), len(article.body) - 1)]
        lines.append(f"{article.quote(sentence)} [{number + 1}]")
    return "\n\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--words", type=int, default=2000)
    parser.add_argument("--counts", type=int, nargs="+", default=[1, 2, 5, 10])
    options = parser.parse_args()
    sources = list(islice(sources_of(options.data, options.words), max(options.counts)))
    check("A sentence.", "A sentence.")  # loads the models
    rows = []
    for count in options.counts:
        answer = answer_from(sources[:count])
        started = time.perf_counter()
        facts = extract_facts(sources[:count])
        read = time.perf_counter()
        report = check(answer, facts)
        ended = time.perf_counter()
        right = sum(citation.verdict == "supports" for sentence in report.sentences for citation in sentence.citations)
        seconds = [f"{read - started:.1f}", f"{ended - read:.1f}"]
        rows.append([str(count), *seconds, f"{right} of {len(report.sentences)}", f"{peak_mib():.0f}"])
    print("\n".join(table(["sources", "facts, s", "check, s", "citations right", "peak memory, MiB"], rows)))


if __name__ == "__main__":
    main()
