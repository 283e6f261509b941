"""Count the doubted right claims and the caught wrong claims: `python -m benchmarks.everyday [NAME …] [--mistakes]`.

Each article NAME.txt has claims in NAME.tsv: R (right) or W (wrong), kind, text. The rules of the checker were changed
after a look at the mistakes in them, so they are no held-out data.
"""

import argparse
from collections import Counter
from pathlib import Path

from benchmarks.markdown import table
from summarise import check, extract_facts
from summarise.data import CheckedSentence

FOLDER = Path(__file__).parent
ORDER = ("supported", "unverified", "contradicted")


def worst(sentences: tuple[CheckedSentence, ...]) -> CheckedSentence:
    """Return the sentence with the worst verdict."""
    return max(sentences, key=lambda sentence: ORDER.index(sentence.verdict))


def main() -> None:
    """Print a table by article, and the mistakes if wanted."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.everyday", description=__doc__)
    parser.add_argument("names", nargs="*", default=sorted(path.stem for path in FOLDER.glob("*.tsv")))
    parser.add_argument("--mistakes", action="store_true")
    options = parser.parse_args()
    counts: Counter[tuple[str, str, str]] = Counter()
    for name in options.names:
        facts = extract_facts(FOLDER / f"{name}.txt")
        for line in (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
            label, kind, claim = line.split("\t")
            sentence = worst(check(claim, facts).sentences)
            counts.update([(name, label, sentence.verdict), ("all", label, sentence.verdict)])
            if options.mistakes and (label == "R") != (sentence.verdict == "supported"):
                print(f"{name}, {kind}: {sentence.verdict} {sentence.probability:.2f}: {claim}")
    head = ("article", *(f"{label}, {verdict}" for label in ("right", "wrong") for verdict in ORDER))
    keys = [(label, verdict) for label in "RW" for verdict in ORDER]
    lines = [[name, *(str(counts[name, *key]) for key in keys)] for name in (*options.names, "all")]
    print("\n".join(table(head, lines)))


if __name__ == "__main__":
    main()
