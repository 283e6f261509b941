"""Computes mutation scores: the share of mutants that make a test fail or time out."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from benchmarks.factuality.statistics import wilson


def table(results: Iterable[tuple[str, str]]) -> str:
    """Return a table of the scores, from the part and the outcome of each mutant."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for part, outcome in results:
        counts[part][outcome] += 1
        counts["all"][outcome] += 1
    lines = [
        "| part | mutants | killed | timeout | survived | no test | score | 95 % |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for part in sorted(counts, key=lambda part: (part == "all", part)):
        outcomes, count = counts[part], counts[part].total()
        killed = outcomes["killed"] + outcomes["timeout"]
        score = wilson(killed, count)
        numbers = " | ".join(str(outcomes[outcome]) for outcome in ("killed", "timeout", "survived", "no test"))
        lines.append(f"| {part} | {count} | {numbers} | {score.value:.0%} | {score.low:.0%} to {score.high:.0%} |")
    return "\n".join(lines)
