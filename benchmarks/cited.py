"""Measure the verdicts on citations, and the detection of disagreements between sources, on `seeds/sources`.

    python -m benchmarks.cited [--events FOLDER] [--show]

Each folder is an event with two or three articles, a list of the values in which they differ, a list of values that
only seem to differ (traps), and sentences with citations and their annotated verdicts. Prints a table of annotated and
measured verdicts of citations, and counts from which precision and recall of the disagreements follow. `--show` prints
the citations and disagreements that differ from the annotation.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.markdown import table
from summarise import check
from summarise.data import Disagreement, Report, SourceValue

EVENTS = Path(__file__).parents[1] / "seeds" / "sources"


@dataclass
class Tally:
    """Counts over all events. `lines`: descriptions of the verdicts that differ from the annotation."""

    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)

    def add(self, event: Path) -> None:
        """Check the sentences and disagreements of an event."""
        sources = [path.read_text(encoding="utf-8") for path in sorted(event.glob("[0-9].txt"))]
        cited = [json.loads(line) for line in (event / "cited.jsonl").read_text(encoding="utf-8").splitlines() if line]
        report = check("\n\n".join(row["text"] for row in cited), sources)
        self._citations(event.name, cited, report)
        self._disagreements(event.name, json.loads((event / "differences.json").read_text(encoding="utf-8")), report)

    def _citations(self, event: str, cited: list[dict[str, Any]], report: Report) -> None:
        sentences = iter(report.sentences)
        for wanted in cited:
            sentence = next(sentences)
            self.counts["sentences"] += 1
            self.counts["sentences right"] += (sentence.verdict == "supported") == wanted["supported"]
            found = {citation.source: citation.verdict for citation in sentence.citations}
            for citation in wanted["citations"]:
                verdict = found.get(citation["source"], "not read")
                self.verdicts[citation["verdict"], verdict] += 1
                if verdict != citation["verdict"]:
                    self.lines.append(f"{event}: {citation['verdict']} → {verdict}: {wanted['text']}")

    def _disagreements(self, event: str, written: dict[str, Any], report: Report) -> None:
        for name in ("differences", "traps"):
            self.counts[name] += len(written[name])
        found: set[str] = set()
        for disagreement in report.disagreements:
            real = [entry["what"] for entry in written["differences"] if _matches(disagreement, entry)]
            found.update(real)
            trap = any(_matches(disagreement, entry) for entry in written["traps"])
            kind = "differences" if real else "traps" if trap else "other"
            self.counts[f"listed: {kind}"] += 1
            if not real:
                values = [f"[{of.place.source}] {of.place.text}: {of.sentence.text}" for of in disagreement.values]
                self.lines.append(f"{event}: {kind}: {' '.join(' / '.join(values).split())}")
        self.counts["differences found"] += len(found)


def _matches(disagreement: Disagreement, written: dict[str, Any]) -> bool:
    """Return whether a disagreement is the annotated one: at least two of its values match annotated values."""
    return sum(any(_same(value, entry) for entry in written["values"]) for value in disagreement.values) > 1


def _same(value: SourceValue, written: dict[str, str]) -> bool:
    place, words = value.place.text.casefold(), written["words"].casefold()
    sentence, own = (" ".join(text.split()) for text in (value.sentence.text, written["sentence"]))
    near = value.place.source == written["source"] and (sentence in own or own in sentence)
    return near and (place in words or words in place or bool(set(place.split()) & set(words.split())))


def rows(tally: Tally) -> Iterator[list[str]]:
    """Yield a row for each annotated verdict."""
    verdicts = ("supports", "supports partly", "does not support", "missing")
    for written in verdicts[:3]:
        yield [written, *(str(tally.verdicts[written, verdict]) for verdict in verdicts)]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=Path, default=EVENTS)
    parser.add_argument("--show", action="store_true", help="print what differs from the annotation")
    options = parser.parse_args()
    tally = Tally()
    for event in sorted(path for path in options.events.iterdir() if path.is_dir()):
        tally.add(event)
    heads = ["written", "supports", "supports partly", "does not support", "missing"]
    print("\n".join(table(heads, rows(tally))))
    print(", ".join(f"{name} {count}" for name, count in sorted(tally.counts.items())))
    if options.show:
        print("\n".join(tally.lines))


if __name__ == "__main__":
    main()
