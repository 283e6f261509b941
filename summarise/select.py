"""Pick the sentences of the article that carry its story, for a model that is too weak to pick them itself.

Does not read meaning and rewrites nothing. A sentence carries the more, the more central its words are and the earlier
it stands (`ranking.worth`) and the more of the key facts it is the first to state.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence

from summarise.data import Article, KeyFact
from summarise.ranking import worth

KEY_FACTS = 1.5
"""How much more a sentence is worth that states all the key facts."""
REPEATED = 0.6
"""From this share of common words on (of the shorter one), two sentences say the same."""


def pick(
    article: Article,
    *,
    count: int,
    key_facts: Sequence[KeyFact] = (),
    usable: Callable[[int], bool] = lambda _: True,
) -> tuple[int, ...]:
    """Return the indexes of up to `count` sentences, the most telling first; ties go to the earlier one.

    Greedy: each next sentence is the most telling one that does not repeat those picked (Carbonell and Goldstein 1998,
    "The use of MMR"). `usable` tells which sentences may be picked at all. Time grows with the number of sentences
    times `count`.
    """
    values = worth([article.quote(sentence) for sentence in article.sentences])
    weights: dict[int, float] = defaultdict(float)
    for key in key_facts:
        weights[key.fact.sentence] += key.weight
    total = sum(key.weight for key in key_facts) or 1.0
    free = [i for i, sentence in enumerate(article.sentences) if sentence.role == "body" and values[i] and usable(i)]
    words = {index: _words(article.quote(article.sentences[index])) for index in free}
    gains = {index: values[index] * (1.0 + KEY_FACTS * weights[index] / total) for index in free}
    picked: list[int] = []
    while free and len(picked) < count:
        best = min(free, key=lambda index: (-gains[index], index))
        picked.append(best)
        free = [index for index in free if index != best and not _repeat(words[index], words[best])]
    return tuple(picked)


def _words(text: str) -> frozenset[str]:
    bare = (word.strip(".,;:!?“”‘’\"'()").casefold() for word in text.split())
    return frozenset(word for word in bare if len(word) > 3 or word.isdigit())


def _repeat(one: frozenset[str], other: frozenset[str]) -> bool:
    shorter = min(len(one), len(other))
    return shorter > 0 and len(one & other) >= REPEATED * shorter
