"""Which key facts of the article a summary leaves out.

Does not judge faithfulness: leaving out is no error. A fact is the more key the earlier and the oftener it is stated.
"""

from collections import defaultdict
from collections.abc import Iterable

from summarise.data import Fact, Facts

MOST = 8
"""How many key facts an article has at most."""
EARLY = 12.0
"""After how many sentences the weight of a mention has halved."""
KINDS = {"name": 1.0, "figure": 1.0, "money": 2.0, "date": 1.2}
"""Which kinds count, and for how much: an amount of money is news more often than a name."""


def key_facts(facts: Facts, *, most: int = MOST) -> tuple[Fact, ...]:
    """Return the article's key facts, most important first: one fact, its first mention, for each value."""
    score: dict[tuple[str, str], float] = defaultdict(float)
    first: dict[tuple[str, str], Fact] = {}
    for fact in facts.facts:
        if fact.kind not in KINDS or fact.confidence < 0.5:
            continue
        key = (fact.kind, fact.value.casefold())
        first.setdefault(key, fact)
        score[key] += KINDS[fact.kind] / (1 + fact.sentence / EARLY)
    ranked = sorted(first, key=lambda key: (-score[key], first[key].start))
    return tuple(first[key] for key in ranked[:most])


def omitted(facts: Facts, said: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return the key facts that no sentence of the summary states; `said` are the summary's facts."""
    values = {(fact.kind, fact.value.casefold()) for fact in said}
    return tuple(fact for fact in key_facts(facts) if (fact.kind, fact.value.casefold()) not in values)
