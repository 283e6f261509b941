"""The best few of many by the weights of the keys that they have, without looking at all that have a common key.

Knows numbers only. Rare keys weigh most and are looked up first; once what is left cannot lift another one among the
best, the long lists of common keys are only asked about those in sight (Turtle and Flood 1995, "Query evaluation:
strategies and optimizations", max_score). The result is that of adding everything up.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import nlargest
from itertools import accumulate

ROUNDING = 1e-9
"""By how much sums may differ that are the same but for the order of adding up."""


def best(keys: Iterable[tuple[str, float]], postings: Mapping[str, Sequence[int]], *, most: int) -> list[int]:
    """Return those with the greatest sums of weights, the best first, of equals the first; `postings` are in order."""
    ordered = sorted((pair for pair in keys if pair[0] in postings), key=lambda pair: (-pair[1], pair[0]))
    left = [*reversed([*accumulate(weight for _, weight in reversed(ordered))]), 0.0]
    scores: dict[int, float] = defaultdict(float)
    bar = 0.0
    for (key, weight), rest in zip(ordered, left, strict=False):
        having = postings[key]
        if len(scores) >= most:
            bar = nlargest(most, scores.values())[-1]
        if bar > rest + ROUNDING:
            scores = {one: score for one, score in scores.items() if score + rest + ROUNDING >= bar}
            having = [one for one in scores if _has(having, one)] if len(scores) < len(having) else having
            for one in having:
                if one in scores:
                    scores[one] += weight
        else:
            for one in having:
                scores[one] += weight
    return sorted(scores, key=lambda one: (-scores[one], one))[:most]


def _has(ordered: Sequence[int], one: int) -> bool:
    place = bisect_left(ordered, one)
    return place < len(ordered) and ordered[place] == one
