"""A sentence as the extractors see it: its words, its place in the article, its tokens.

Does not extract anything. Offsets inside a passage count from its own start.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypedDict

from summarise.data import Article, SentenceRole, Span
from summarise.facts.dependency_tree import Tree
from summarise.facts.detokenising import taken_apart, tidied
from summarise.facts.parser import Token, read

Place = tuple[int, int]


class Where(TypedDict):
    """The fields that place a fact in the article."""

    start: int
    end: int
    text: str
    sentence: int


@dataclass(frozen=True)
class ParsedSentence:
    """One sentence: `index` in `Article.sentences`, `start` in `Article.text`, `words` as they stand there.

    `text` are the same words with every line break as a space; where a tokeniser took the article apart they are put
    together again, and `kept` holds the place in `words` of each character of `text`.
    """

    text: str
    words: str
    start: int
    index: int
    paragraph: int
    role: SentenceRole
    tokens: tuple[Token, ...]
    kept: tuple[int, ...] | None = None

    @cached_property
    def tree(self) -> Tree:
        """The syntax tree of the sentence."""
        return Tree(self.tokens)

    @property
    def parsed(self) -> bool:
        """Whether the sentence has a syntax tree: where rules read it there is none."""
        return bool(self.tokens) and self.tokens[0].head >= 0

    def where(self, start: int, end: int) -> Where:
        """Place a fact that begins at `start` and ends before `end` of `text` in the article."""
        first, last = self.at(start), self.at(end - 1) + 1
        return {
            "start": first,
            "end": last,
            "text": self.words[first - self.start : last - self.start],
            "sentence": self.index,
        }

    def at(self, position: int) -> int:
        """Return the place in the article of a character of `text`."""
        return self.start + (position if self.kept is None else self.kept[min(position, len(self.kept) - 1)])

    def place_of(self, span: Span) -> Place:
        """Return the place in `text` of a stretch of the article that lies in this passage."""
        start, end = span.start - self.start, span.end - self.start
        return (start, end) if self.kept is None else (bisect_left(self.kept, start), bisect_left(self.kept, end))

    def following(self, end: int) -> tuple[Token, ...]:
        """Return the tokens that begin at or after `end`."""
        return tuple(token for token in self.tokens if token.start >= end)


def parsed_sentences(article: Article, *, rules: bool = False) -> tuple[ParsedSentence, ...]:
    """Read every sentence of `article`; line breaks inside a sentence are read as spaces."""
    words = [article.quote(sentence) for sentence in article.sentences]
    texts = [_flat(text) for text in words]
    kept: list[tuple[int, ...] | None] = [None] * len(texts)
    if taken_apart(article.text):
        for index, text in enumerate(texts):
            texts[index], kept[index] = tidied(text)
    tokens = read(texts, rules=rules)
    return tuple(
        ParsedSentence(texts[i], words[i], sentence.start, i, sentence.paragraph, sentence.role, tokens[i], kept[i])
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
