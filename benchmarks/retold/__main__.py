"""Measure verdicts on reworded sentences, and print a table: `python -m benchmarks.retold [--entailment off] [--show]`.

Each of two sets has 40 invented articles, with five right and two wrong sentences for each article. They were written
by two language models that did not know the program. Right sentences state names, figures, money and dates like a
summary: rounded, in other units, with other names, merged. Wrong sentences have one wrong value. Faults of the
checker that the first set revealed were corrected; the second set was only measured.
"""

import argparse
import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.markdown import table
from summarise.api import extract_facts
from summarise.checks.verification import verifier_for
from summarise.data import CheckedSentence
from summarise.settings.model import Settings

SETS = ("first", "second")


@dataclass(frozen=True, slots=True)
class Retold:
    """A sentence about an article, whether it is right, and the checker's result."""

    text: str
    right: bool
    checked: tuple[CheckedSentence, ...]

    @property
    def errs(self) -> bool:
        """Whether an exact comparison found an error."""
        return any(
            finding.severity == "error" and finding.code not in ("entailment", "language")
            for sentence in self.checked
            for finding in sentence.findings
        )

    @property
    def doubted(self) -> bool:
        """Whether the sentence is not supported."""
        return any(sentence.verdict != "supported" for sentence in self.checked)

    @property
    def accused(self) -> bool:
        """Whether the sentence is contradicted."""
        return any(sentence.verdict == "contradicted" for sentence in self.checked)


def checked(name: str, settings: Settings) -> Iterator[Retold]:
    """Check the sentences of a set."""
    for line in Path(__file__).with_name(f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        verifier = verifier_for(extract_facts(row["article"]), settings)
        for right in (True, False):
            for text in row["right" if right else "wrong"]:
                sentences = tuple(result.sentence for result in verifier.verify(text, origin="given"))
                yield Retold(text, right, sentences)


def rows(name: str, results: Sequence[Retold]) -> Iterator[list[str]]:
    """Yield the table rows of a set: one for right sentences, one for wrong sentences."""
    for right in (True, False):
        sentences = [sentence for sentence in results if sentence.right is right]
        flags = [(sentence.errs, sentence.doubted, sentence.accused) for sentence in sentences]
        counts = [sum(column) for column in zip(*flags, strict=True)]
        yield [f"{name}, {'right' if right else 'wrong'}", str(len(sentences)), *map(str, counts)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.retold", description=__doc__)
    parser.add_argument("--entailment", default="built-in", choices=("built-in", "off"))
    parser.add_argument("--show", action="store_true", help="print sentences for which the exact comparisons are wrong")
    options = parser.parse_args(arguments)
    sentences = {name: list(checked(name, Settings(entailment=options.entailment))) for name in SETS}
    if options.show:
        for sentence in itertools.chain(*sentences.values()):
            if sentence.errs is sentence.right:
                findings = itertools.chain(*(part.findings for part in sentence.checked))
                errors = [f"{finding.code} {finding.claim.text!r}" for finding in findings]
                print("right" if sentence.right else "wrong", sentence.text, *errors, sep="  ")
    heads = ("set", "sentences", "error of an exact comparison", "doubted", "accused")
    print("\n".join(table(heads, (row for name, of_set in sentences.items() for row in rows(name, of_set)))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
