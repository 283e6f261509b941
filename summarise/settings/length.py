"""How long a summary should be: so many sentences, so many words, or short, medium or long for its article."""

import math
import re
from collections.abc import Mapping
from typing import Literal, cast

from pydantic import Field

from summarise.data import Article, Record, Style
from summarise.data.plans import LENGTH_WORDS
from summarise.errors import UsageError

WORDS_PER_SENTENCE = 22
"""The words of a usual news sentence, to turn a length in words into sentences."""
TOLERANCE = 1.5
"""By this factor a model's answer may exceed a length that was asked for before it is cut."""


LengthWord = Literal["short", "medium", "long"]
USUAL_TIMES: Mapping[LengthWord, float] = {"short": 0.5, "medium": 1.0, "long": 2.0}
"""How many times the style's usual length each of the words means, rounded up."""


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


def parse_length(wanted: str | int) -> Length | LengthWord:
    """Read 4 or "4" as sentences, "80w" as words, and short, medium or long; raises UsageError for anything else."""
    if (word := str(wanted).strip().lower()) in LENGTH_WORDS:
        return cast("LengthWord", word)
    match = re.fullmatch(r"(\d{1,6})\s*(w(?:ords?)?)?", str(wanted).strip())
    number = int(match[1]) if match else 0
    if not match or number < 1:
        raise UsageError(
            f"{wanted!r} is no length: write 4 for four sentences, 80w for eighty words, or short, medium or long"
        )
    if not match[2]:
        return Length(sentences=number)
    return Length(sentences=max(1, round(number / WORDS_PER_SENTENCE)), words=number)


def length_for(style: Style, wanted: Length | LengthWord | None, *, article_words: int) -> Length:
    """Return the length that is wanted, or a style's usual one for an article of so many words.

    A headline is one sentence, whatever the number of sentences that is wanted.
    """
    if style == "headline":
        return Length(sentences=1, words=wanted.words if isinstance(wanted, Length) else None)
    if isinstance(wanted, Length):
        return wanted
    usual = usual_length(style, article_words)
    return usual if wanted is None else Length(sentences=math.ceil(USUAL_TIMES[wanted] * usual.sentences))


def usual_length(style: Style, article_words: int) -> Length:
    """Return two sentences for a brief; else three for a short article, four from 300 words, five from 800 on."""
    if style == "brief":
        return Length(sentences=2, given=False)
    return Length(sentences=3 if article_words < 300 else 4 if article_words < 800 else 5, given=False)


def is_shorter(article: Article, length: Length) -> bool:
    """Tell whether an article has fewer sentences, or fewer words, than are wanted of its summary."""
    sentences = article.body
    if length.words is not None:
        return sum(len(article.quote(one).split()) for one in sentences) < length.words
    return len(sentences) < length.sentences
