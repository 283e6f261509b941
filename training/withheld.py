"""Claims whose evidence was taken out of the article: the claim stays as it is and is no longer supported.

Errors of today's systems are mostly details that the article does not have, and a claim made from a true one by one
slip hardly ever is of that kind. Taking away a sentence of the evidence makes such claims without a word changed, as
MiniCheck does with facts of a claim (Tang et al. 2024, arXiv:2404.10774).
"""

from collections import Counter
from collections.abc import Sequence

from summarise.checks.words import words_of

Marks = tuple[tuple[int, int], ...]


def withhold(sentences: Sequence[str], claim: str, least: int) -> tuple[list[str], Marks] | None:
    """Return the article's sentences without the claim's best one, and the claim's words that only that one has.

    None if these are fewer than `least` different words: the rest of the article may support the claim then.
    """
    wanted = [word for word in words_of(claim) if word.content]
    keys = {word.stem for word in wanted}
    having = [keys & {word.stem for word in words_of(sentence)} for sentence in sentences]
    counts = Counter(key for found in having for key in found)
    own = [{key for key in found if counts[key] == 1} for found in having]
    if not own:
        return None
    best = max(range(len(own)), key=lambda index: (len(own[index]), len(having[index])))
    if len(own[best]) < least:
        return None
    marks = tuple((word.start, word.end) for word in wanted if word.stem in own[best])
    return [sentence for index, sentence in enumerate(sentences) if index != best], marks
