"""Makes unsupported claims by removing their evidence from the article; the claim is not changed.

Most errors of today's systems are details that the article does not mention. Removing a sentence of the evidence makes
such errors (MiniCheck, Tang et al. 2024, arXiv:2404.10774); slips rarely do.
"""

from collections import Counter
from collections.abc import Sequence

from summarise.checks.words import words_of

Marks = tuple[tuple[int, int], ...]


def withhold(sentences: Sequence[str], claim: str, least: int) -> tuple[list[str], Marks] | None:
    """Return the article without the best sentence for the claim, and the claim's words that only it contains.

    Returns None for fewer than `least` different words, because the rest of the article may support the claim.
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
