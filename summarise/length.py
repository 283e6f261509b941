"""How long a summary should be: so many sentences, or so many words.

Does not cut anything; it only says what is wanted.
"""

import math
import re

from pydantic import Field

from summarise.data import Record, Style
from summarise.errors import UsageError

WORDS_PER_SENTENCE = 22
"""The words of a usual news sentence, to turn a length in words into sentences."""
TOLERANCE = 1.5
"""By this factor a model's answer may exceed a length that was asked for before it is cut."""


class Length(Record):
    """A wanted length: `sentences` always, `words` where the length was given in words.

    `given` tells that somebody asked for it; what is usual for an article is asked of a model and never enforced.
    """

    sentences: int = Field(ge=1)
    words: int | None = Field(default=None, ge=1)
    given: bool = True

    @property
    def most_sentences(self) -> float:
        """How many sentences of a model's answer are shown at most."""
        if self.given and self.words is None:
            return int(TOLERANCE * self.sentences)
        return math.inf

    @property
    def most_words(self) -> float:
        """How many words of a model's answer are shown at most."""
        return TOLERANCE * self.words if self.given and self.words is not None else math.inf


def parse_length(wanted: str | int) -> Length:
    """Read 4 or "4" as sentences and "80w" as words; raises UsageError for anything else."""
    match = re.fullmatch(r"\s*(\d{1,6})\s*(w(?:ords?)?)?\s*", str(wanted))
    number = int(match[1]) if match else 0
    if not match or number < 1:
        raise UsageError(f"{wanted!r} is no length: write 4 for four sentences or 80w for eighty words")
    if not match[2]:
        return Length(sentences=number)
    return Length(sentences=max(1, round(number / WORDS_PER_SENTENCE)), words=number)


def length_for(style: Style, wanted: Length | None, *, article_words: int) -> Length:
    """Return the length that is wanted, or a style's usual one: one sentence for a headline, two for a brief.

    A headline is one sentence by what it is, as if that had been asked for.
    """
    if wanted is not None:
        return wanted
    if style == "headline":
        return Length(sentences=1)
    return Length(sentences=2, given=False) if style == "brief" else default_length(article_words)


def default_length(article_words: int) -> Length:
    """Return three sentences for a short article, four for one of 300 words, five from 800 words on."""
    return Length(sentences=3 if article_words < 300 else 4 if article_words < 800 else 5, given=False)
