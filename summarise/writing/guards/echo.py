"""Sentences that come from the prompt instead of the article: its instruction, or the system message.

The article's own words are no echo, even where the prompt holds the article.
"""

from collections.abc import Sequence

from summarise.article.sentences import Gram, Source, grams, words

SIZE = 4
SHARE = 0.5
"""An echo has this share of its runs of four words from the instructions, and they are not the source's."""
LEAST_WORDS = 4


def echoes(texts: Sequence[str], instructions: Sequence[str], source: Source) -> tuple[int, ...]:
    """Return which sentences repeat an instruction."""
    told = frozenset(gram for instruction in instructions for gram in _grams(instruction))
    if not told:
        return ()
    own = _grams(source.text)
    return tuple(at for at, text in enumerate(texts) if _echoes(text, told - own))


def _echoes(text: str, told: frozenset[Gram]) -> bool:
    tokens = words(text)
    if len(tokens) < LEAST_WORDS:
        return False
    runs = list(grams(tokens, SIZE))
    return sum(run in told for run in runs) >= SHARE * len(runs)


def _grams(text: str) -> frozenset[Gram]:
    return frozenset(grams(words(text), SIZE))
