"""Measure how faithful small models are to an article, and the verdicts on their sentences.

    python -m benchmarks.writers TRAINING

TRAINING is the folder with `claims.jsonl.gz` and `edited_summaries.jsonl.gz`. Reads the labelled sentences of drafts
about held-out articles (`training/drafts/held_out.jsonl`; copied sentences are not included). Prints for each writer
its share of right sentences, which is recorded in `summarise/settings/writers.json`. Then prints the doubted right and
wrong sentences for the writer's kind and for its measured share, and the share of right sentences by strength.
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
    """Return the decision about each sentence, for a writer, and whether the sentence is right."""
    model = VerdictModel(writer=writer, share=share)
    found = []
    for reading in readings:
        each = [model.decide(one.inputs, one.findings, one.score) for one in reading.sentences]
        if each:
            found.append((min(each, key=lambda one: one.probability), reading.item.consistent))
    return found


def verdict_row(name: str, assumed: str, found: Sequence[tuple[Decision, bool]]) -> list[str]:
    """Return a table row: doubted right sentences, doubted wrong sentences, and right ones among the supported."""
    right = [one.verdict != "supported" for one, is_right in found if is_right]
    wrong = [one.verdict != "supported" for one, is_right in found if not is_right]
    shown = [is_right for one, is_right in found if one.verdict == "supported"]
    return [name, assumed, *map(_share, (right, wrong, shown))]


def strength_rows(found: Mapping[str, Sequence[tuple[Decision, bool]]]) -> Iterator[list[str]]:
    """Yield a row for each strength: the right sentences of each writer, with its measured share assumed."""
    for strength in STRENGTHS:
        cells = []
        for each in found.values():
            right = [is_right for one, is_right in each if (one.strength or "not supported") == strength]
            cells.append(f"{sum(right)} of {len(right)}")
        yield [strength, *cells]


def _share(values: Sequence[bool]) -> str:
    return f"{sum(values)} of {len(values)} ({100 * sum(values) / len(values):.0f} %)" if values else "none"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.writers", description=__doc__)
    parser.add_argument("training", type=Path)
    options = parser.parse_args(arguments)
    labels: dict[str, list[bool]] = defaultdict(list)
    for one in read_drafts(options.training, HELD_OUT):
        if one.right is not None:
            labels[one.writer].append(one.right)
    print("\n".join(table(("writer", "right sentences"), ([name, _share(each)] for name, each in labels.items()))))
    readings = read(held_drafts(options.training), Settings())
    writers = {one.id: one.writer for one in read_drafts(options.training, HELD_OUT)}
    by_writer = {name: [one for one in readings if writers[one.item.id] == name] for name in MODELS}
    rows, own = [], {}
    for name, each in by_writer.items():
        record = measured()[MODELS[name]]
        own[name] = decisions(each, record.writer, record.share)
        for assumed, found in (
            ("strong", decisions(each, "strong", None)),
            (record.writer, decisions(each, record.writer, None)),
            (f"measured, {record.share:.2f}", own[name]),
        ):
            rows.append(verdict_row(name, assumed, found))
    print()
    print("\n".join(table(("writer", "assumed", "right doubted", "wrong caught", "shown that are right"), rows)))
    print()
    print("\n".join(table(("strength", *own), strength_rows(own))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
