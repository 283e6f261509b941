"""Mutation scores: which share of the mutants makes a test fail or come to no end."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from math import sqrt


def interval(found: int, count: int, z: float = 1.96) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927)."""
    share, scale = found / count, 1 + z * z / count
    middle, half = share + z * z / (2 * count), z * sqrt(share * (1 - share) / count + (z / count / 2) ** 2)
    return (middle - half) / scale, (middle + half) / scale


def table(ends: Iterable[tuple[str, str]]) -> str:
    """Return the scores of parts and of all, from the part and the outcome of each mutant."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for part, outcome in ends:
        counts[part][outcome] += 1
        counts["all"][outcome] += 1
    lines = [
        "| part | mutants | killed | timeout | survived | no test | score | 95 % |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for part in sorted(counts, key=lambda part: (part == "all", part)):
        of, count = counts[part], counts[part].total()
        found = of["killed"] + of["timeout"]
        low, high = interval(found, count)
        numbers = " | ".join(str(of[outcome]) for outcome in ("killed", "timeout", "survived", "no test"))
        lines.append(f"| {part} | {count} | {numbers} | {found / count:.0%} | {low:.0%} to {high:.0%} |")
    return "\n".join(lines)
