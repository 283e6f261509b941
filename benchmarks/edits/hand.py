"""Reads the cases made by hand from `hand.tsv`."""

from pathlib import Path

from benchmarks.edits.case import BY_HAND, HARMLESS, KINDS, Case

HAND = Path(__file__).parent / "hand.tsv"


def by_hand() -> tuple[Case, ...]:
    """Read the cases of all articles, in the order of the file.

    A line is a case: article, kind, original, edited and, for harmless cases, how, separated by tabs. Empty lines and
    lines that begin with "#" are ignored. Raises ValueError with the number of any other line.
    """
    cases = []
    for number, line in enumerate(HAND.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = line.split("\t")
        if len(fields) not in (4, 5) or not all(fields[:4]) or fields[1] not in (*KINDS, *BY_HAND, HARMLESS):
            raise ValueError(
                f"{HAND.name}, line {number}: write article, kind, original, edited, how, with tabs between"
            )
        article, kind, original, edited = fields[:4]
        cases.append(Case(article, kind, "".join(fields[4:]) or "by hand", original, edited, "hand"))
    return tuple(cases)
