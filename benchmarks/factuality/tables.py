"""Lays out tables of plain text, with shares in per cent; "–" stands for what does not exist. Measures nothing."""

import math
from collections.abc import Sequence

from benchmarks.factuality.statistics import Interval


def table(title: str, head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    """Lay out a table: the first column to the left, the others to the right, and text in the last to the left."""
    lines = [list(head), *([*row, *[""] * (len(head) - len(row))] for row in body)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    left = [column == 0 or all(_is_text(line[column]) for line in lines[1:]) for column in range(len(head))]
    laid = [
        "  ".join(
            cell.ljust(width) if is_left else cell.rjust(width)
            for cell, width, is_left in zip(line, widths, left, strict=True)
        ).rstrip()
        for line in lines
    ]
    return "\n".join([title, "", laid[0], "-" * max(map(len, laid)), *laid[1:]])


def _is_text(cell: str) -> bool:
    return cell[:1].isalpha() or cell in ("", "–")


def per_cent(share: float) -> str:
    """Write a share in per cent, to one place."""
    return "–" if math.isnan(share) else f"{100 * share:.1f}"


def interval(share: Interval) -> str:
    """Write a share in per cent with the ends of its interval."""
    if math.isnan(share.value):
        return "–"
    return f"{100 * share.value:.1f} [{100 * share.low:.0f}–{100 * share.high:.0f}]"


def signed(difference: Interval | None) -> str:
    """Write a difference in points, with its sign and the ends of its interval."""
    if difference is None or math.isnan(difference.value):
        return "–"
    return f"{100 * difference.value:+.1f} [{100 * difference.low:+.1f} {100 * difference.high:+.1f}]"
