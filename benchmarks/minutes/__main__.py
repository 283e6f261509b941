"""Measure precision and recall of the rules for minutes, by section.

    python -m benchmarks.minutes [FILE …] [--items]

A FILE is a transcript; its labels are in a file of the same name with the extension `.tsv`. The default is all meetings
of this folder and of `seeds/transcripts`; the rules were written for them. `--items` prints each wrong item, and each
label that was not found.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.markdown import table
from summarise import extract_facts
from summarise.data import clock
from summarise.facts.minutes import minutes

FOLDER = Path(__file__).parent
SEEDS = FOLDER.parents[1] / "seeds" / "transcripts"
SUFFIXES = (".vtt", ".srt", ".txt")
MEETINGS = tuple(
    path
    for folder in (FOLDER, SEEDS)
    for labels in sorted(folder.glob("*.tsv"))
    for path in sorted(labels.parent.glob(f"{labels.stem}.*"))
    if path.suffix in SUFFIXES
)


@dataclass(frozen=True)
class Label:
    """An item that a reader found. `wanted`: False if minutes may leave it out.

    `times`: times, or numbers, of the turns that may contain the item.
    """

    kind: str
    times: tuple[str, ...]
    owner: str
    due: str
    wanted: bool


@dataclass
class Score:
    """Counts of a section: items with and without a label, labels without an item, owners and dates that agree."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    owners: int = 0
    dates: int = 0

    @property
    def precision(self) -> float:
        """The share of items that have a label."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """The share of wanted labels that have an item."""
        return self.right / max(1, self.right + self.missed)


def labels_of(transcript: Path) -> Iterator[Label]:
    """Yield the labels of a transcript."""
    for line in transcript.with_suffix(".tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, times, owner, due = [*line.split("\t"), "", ""][:4]
            yield Label(kind.lstrip("?"), tuple(times.split(",")), owner, due, not kind.startswith("?"))


def measure(transcripts: Sequence[Path]) -> tuple[dict[str, Score], list[str]]:
    """Return the score of each section, and a line for each error."""
    scores: dict[str, Score] = defaultdict(Score)
    errors = []
    for transcript in transcripts:
        facts = extract_facts(transcript)
        open_labels = list(labels_of(transcript))
        for item in minutes(facts):
            place = facts.article.evidence(facts.article.sentences[item.sentence])
            turn = facts.article.sentences[item.sentence].paragraph + 1
            at, score = str(turn) if place.time is None else clock(place.time), scores[item.kind]
            fitting = [label for label in open_labels if label.kind == item.kind and at in label.times]
            label = next((label for label in fitting if label.owner == (item.owner or "")), next(iter(fitting), None))
            if label is None:
                score.wrong += 1
                errors.append(f"{transcript.stem} {at} no {item.kind}: {place.text}")
                continue
            open_labels.remove(label)
            if label.wanted:
                score.right += 1
                score.owners += (item.owner or "") == label.owner
                score.dates += (item.due or "") == label.due
        for label in open_labels:
            if label.wanted:
                scores[label.kind].missed += 1
                errors.append(f"{transcript.stem} {label.times[0]} {label.kind} not found")
    return scores, errors


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("transcripts", type=Path, nargs="*", default=MEETINGS)
    parser.add_argument("--items", action="store_true")
    options = parser.parse_args()
    scores, errors = measure(options.transcripts)
    rows = [
        [kind, str(score.right), str(score.wrong), str(score.missed), f"{score.precision:.2f}", f"{score.recall:.2f}"]
        for kind, score in sorted(scores.items())
    ]
    print(*table(["section", "right", "wrong", "missed", "precision", "recall"], rows), sep="\n")
    actions = scores["action"]
    print(f"owners right: {actions.owners} of {actions.right}, dates: {actions.dates} of {actions.right}")
    if options.items:
        print("\n".join(errors))


if __name__ == "__main__":
    main()
