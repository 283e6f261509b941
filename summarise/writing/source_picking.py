"""Pick the sentences of the article that carry its story, for a model that is too weak to pick them itself.

Does not read meaning and rewrites nothing. A sentence carries the more, the more central its words are and the earlier
it stands (`salience.worth`) and the more of the key facts it is the first to state.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence

from summarise.data import Article, KeyFact
from summarise.facts.salience import overlap, telling_words, worth

KEY_FACTS = 1.5
"""How much more a sentence is worth that states all the key facts."""


def pick(
    article: Article,
    *,
    count: int,
    key_facts: Sequence[KeyFact] = (),
    usable: Callable[[int], bool] = lambda _: True,
) -> tuple[int, ...]:
    """Return the indexes of up to `count` sentences, the most telling first; ties go to the earlier one.

    Greedy: each next sentence is the most telling one that does not repeat those picked (Carbonell and Goldstein 1998,
    "The use of MMR"). `usable` tells which sentences may be picked at all. It is asked of a
    sentence only when that is its turn.
    """
    values = worth([article.quote(sentence) for sentence in article.sentences], opening=article.opening)
    weights: dict[int, float] = defaultdict(float)
    for key in key_facts:
        weights[key.sentence] += key.weight
    total = sum(key.weight for key in key_facts) or 1.0
    gains = [value * (1.0 + KEY_FACTS * weights[index] / total) for index, value in enumerate(values)]
    body = [index for index, sentence in enumerate(article.sentences) if sentence.role == "body" and values[index]]
    picked: dict[int, frozenset[str]] = {}
    for index in sorted(body, key=lambda index: (-gains[index], index)):
        if len(picked) == count:
            break
        words = telling_words(article.quote(article.sentences[index]))
        # Asked of as few sentences as possible: to tell what is usable may take long.
        if not any(overlap(words, other) for other in picked.values()) and usable(index):
            picked[index] = words
    return tuple(picked)
