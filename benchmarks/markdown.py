"""Writes tables in Markdown."""

from collections.abc import Iterable, Iterator, Sequence


def row(cells: Iterable[str]) -> str:
    """Return a line of a table."""
    return f"| {' | '.join(cells)} |"


def table(heads: Sequence[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield the lines of a table, each as soon as its row is available."""
    yield row(heads)
    yield "|---" * len(heads) + "|"
    yield from map(row, rows)
