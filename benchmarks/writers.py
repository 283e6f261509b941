"""Measure how faithful small models are to an article, and the verdicts on their sentences.

    python -m benchmarks.writers TRAINING

TRAINING is the folder with `claims.jsonl.gz` and `edited_summaries.jsonl.gz`. Reads the labelled sentences of drafts
about held-out articles (`training/drafts/held_out.jsonl`; copied sentences are not included). Prints for each writer
its share of right sentences, which is recorded in `summarise/settings/writers.json`. Then prints the doubted right and
wrong sentences under three assumptions (a strong writer, its own class, its measured share), and the share of right
sentences by strength.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.entailment.claims import MODELS, held_drafts
from benchmarks.factuality.reading import Reading, read
from benchmarks.markdown import table
from summarise.checks.verdict import Decision, VerdictModel
from summarise.data import Writer
from summarise.settings.model import Settings
from summarise.settings.providers import measured
from training.drafts.labels import HELD_OUT
from training.drafts.labels import read as read_drafts

STRENGTHS = ("strong", "fair", "weak", "not supported")


def decisions(readings: Sequence[Reading], writer: Writer, share: float | None) -> list[tuple[Decision, bool]]:
    """Return the decision about each sentence, under an assumption about its writer, and whether it is right."""
    model = VerdictModel(writer=writer, share=share)
    results = []
    for reading in readings:
        parts = [model.decide(part.inputs, part.findings, part.score) for part in reading.sentences]
        if parts:
            results.append((min(parts, key=lambda decision: decision.probability), reading.item.consistent))
    return results


def verdict_row(name: str, assumed: str, results: Sequence[tuple[Decision, bool]]) -> list[str]:
    """Return a table row: doubted right sentences, doubted wrong sentences, right sentences among the supported."""
    right = [decision.verdict != "supported" for decision, is_right in results if is_right]
    wrong = [decision.verdict != "supported" for decision, is_right in results if not is_right]
    shown = [is_right for decision, is_right in results if decision.verdict == "supported"]
    return [name, assumed, *map(_share, (right, wrong, shown))]


def strength_rows(results: Mapping[str, Sequence[tuple[Decision, bool]]]) -> Iterator[list[str]]:
    """Yield a row for each strength: the right sentences of each writer, with its measured share assumed."""
    for strength in STRENGTHS:
        cells = []
        for of_writer in results.values():
            right = [is_right for decision, is_right in of_writer if (decision.strength or "not supported") == strength]
            cells.append(f"{sum(right)} of {len(right)}")
        yield [strength, *cells]


def _share(values: Sequence[bool]) -> str:
    return f"{sum(values)} of {len(values)} ({100 * sum(values) / len(values):.0f} %)" if values else "none"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.writers", description=__doc__)
    parser.add_argument("training", type=Path)
    options = parser.parse_args(arguments)
    drafted = list(read_drafts(options.training, HELD_OUT))
    labels: dict[str, list[bool]] = defaultdict(list)
    for sentence in drafted:
        if sentence.right is not None:
            labels[sentence.writer].append(sentence.right)
    print("\n".join(table(("writer", "right sentences"), ([name, _share(right)] for name, right in labels.items()))))
    readings = read(held_drafts(options.training), Settings())
    writers = {sentence.id: sentence.writer for sentence in drafted}
    by_writer = {name: [reading for reading in readings if writers[reading.item.id] == name] for name in MODELS}
    rows, with_share = [], {}
    for name, of_writer in by_writer.items():
        record = measured()[MODELS[name]]
        with_share[name] = decisions(of_writer, record.writer, record.share)
        for assumed, results in (
            ("strong", decisions(of_writer, "strong", None)),
            (record.writer, decisions(of_writer, record.writer, None)),
            (f"measured, {record.share:.2f}", with_share[name]),
        ):
            rows.append(verdict_row(name, assumed, results))
    print()
    print("\n".join(table(("writer", "assumed", "right doubted", "wrong caught", "right among the supported"), rows)))
    print()
    print("\n".join(table(("strength", *with_share), strength_rows(with_share))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
