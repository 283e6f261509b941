"""Mutation scores: the share of the mutants that make a test fail or time out."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from benchmarks.factuality.statistics import wilson


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
        score = wilson(found, count)
        numbers = " | ".join(str(of[outcome]) for outcome in ("killed", "timeout", "survived", "no test"))
        lines.append(f"| {part} | {count} | {numbers} | {score.value:.0%} | {score.low:.0%} to {score.high:.0%} |")
    return "\n".join(lines)
