"""The cases made by hand, from `hand.tsv`. Does not check that they are good, only that they are well formed."""

from collections.abc import Iterable
from pathlib import Path

from benchmarks.edits.case import HARMLESS, KINDS, LATER, Case

HAND = Path(__file__).parent / "hand.tsv"


def by_hand(path: Path = HAND) -> tuple[Case, ...]:
    """Read the cases of all articles, in the order of the file.

    One case a line: article, kind, original, edited and, for harmless ones, how; separated by tabs. Lines that are
    empty or begin with "#" are passed over. Raises ValueError with the line's number for anything else.
    """
    return tuple(_cases(path.read_text(encoding="utf-8").splitlines(), path.name))


def _cases(lines: Iterable[str], name: str) -> Iterable[Case]:
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = line.split("\t")
        if len(fields) not in (4, 5) or not all(fields[:4]):
            raise ValueError(f"{name}, line {number}: article, kind, original, edited and how, separated by tabs")
        article, kind, original, edited = fields[:4]
        how = fields[4] if len(fields) == 5 and fields[4] else "by hand"
        if kind not in (*KINDS, *LATER, HARMLESS):
            raise ValueError(f"{name}, line {number}: no kind {kind!r}")
        yield Case(article, kind, how, original, edited, "hand")
