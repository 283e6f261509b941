"""Makes unsupported claims by removing their evidence from the article; the claim is not changed.

Errors of today's systems are mostly details that the article lacks. Slips in true claims rarely make such errors, but
removing a sentence of the evidence does, as in MiniCheck (Tang et al. 2024, arXiv:2404.10774).
"""

from collections import Counter
from collections.abc import Sequence

from summarise.checks.words import words_of

Marks = tuple[tuple[int, int], ...]


def withhold(sentences: Sequence[str], claim: str, least: int) -> tuple[list[str], Marks] | None:
    """Return the article without the best sentence for the claim, and the claim's words that only it contains.

    None if these are fewer than `least` different words, because the rest of the article may support the claim.
    """
    words = [word for word in words_of(claim) if word.content]
    keys = {word.stem for word in words}
    shared = [keys & {word.stem for word in words_of(sentence)} for sentence in sentences]
    counts = Counter(key for stems in shared for key in stems)
    only_here = [{key for key in stems if counts[key] == 1} for stems in shared]
    if not only_here:
        return None
    best = max(range(len(only_here)), key=lambda index: (len(only_here[index]), len(shared[index])))
    if len(only_here[best]) < least:
        return None
    marks = tuple((word.start, word.end) for word in words if word.stem in only_here[best])
    return [sentence for index, sentence in enumerate(sentences) if index != best], marks
