"""A sentence as the extractors see it: its words, its place in the article, its tokens.

Does not extract anything. Offsets inside a passage count from its own start.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from summarise.data import Article, SentenceRole
from summarise.facts.parser import Token, read

Place = tuple[int, int]


class Where(TypedDict):
    """The fields that place a fact in the article."""

    start: int
    end: int
    text: str
    sentence: int


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence: `index` in `Article.sentences`, `start` in `Article.text`, `words` as they stand there.

    `text` are the same words with every line break as a space, character for character.
    """

    text: str
    words: str
    start: int
    index: int
    paragraph: int
    role: SentenceRole
    tokens: tuple[Token, ...]

    def where(self, start: int, end: int) -> Where:
        """Place a fact that begins at `start` and ends before `end` of this passage in the article."""
        return {
            "start": self.start + start,
            "end": self.start + end,
            "text": self.words[start:end],
            "sentence": self.index,
        }

    def following(self, end: int) -> tuple[Token, ...]:
        """Return the tokens that begin at or after `end`."""
        return tuple(token for token in self.tokens if token.start >= end)


def passages(article: Article, *, rules: bool = False) -> tuple[Passage, ...]:
    """Read every sentence of `article`; line breaks inside a sentence are read as spaces."""
    words = [article.quote(sentence) for sentence in article.sentences]
    texts = [_flat(text) for text in words]
    tokens = read(texts, rules=rules)
    return tuple(
        Passage(texts[i], words[i], sentence.start, i, sentence.paragraph, sentence.role, tokens[i])
        for i, sentence in enumerate(article.sentences)
    )


def _flat(text: str) -> str:
    # One character for one character: offsets must not move.
    return "".join(
        " " if character in "\n\r\t\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029" else character for character in text
    )


def free(place: Place, taken: Sequence[Place]) -> bool:
    """Tell whether `place` shares no character with any of `taken`."""
    return all(place[1] <= start or place[0] >= end for start, end in taken)
