"""The cases made by hand, from `hand.tsv`. Does not check that they are good, only that they are well formed."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.edits.case import BY_HAND, HARMLESS, KINDS, Case

HAND = Path(__file__).parent / "hand.tsv"


def by_hand(path: Path = HAND) -> tuple[Case, ...]:
    """Read the cases of all articles, in the order of the file.

    One case a line: article, kind, original, edited and, for harmless ones, how; separated by tabs. Lines that are
    empty or begin with "#" are passed over. Raises ValueError with the line's number for anything else.
    """
    return tuple(_cases(path))


def _cases(path: Path) -> Iterator[Case]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = line.split("\t")
        if len(fields) not in (4, 5) or not all(fields[:4]) or fields[1] not in (*KINDS, *BY_HAND, HARMLESS):
            raise ValueError(f"{path.name}, line {number}: article, kind, original, edited and how, separated by tabs")
        article, kind, original, edited = fields[:4]
        yield Case(article, kind, "".join(fields[4:]) or "by hand", original, edited, "hand")
