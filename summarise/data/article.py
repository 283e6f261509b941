"""The article and its spans. Offsets count code points of `Article.text`, end exclusive."""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, Field, model_validator

from summarise.data.base import Record

SentenceRole = Literal["headline", "heading", "body"]


class Span(Record):
    """A non-empty range of the article, end exclusive."""

    start: int = Field(ge=0)
    end: int = Field(gt=0)

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"a span must not be empty: {self.start}..{self.end}")
        return self

    def contains(self, other: "Span") -> bool:
        """Return True if `other` lies inside this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Span") -> bool:
        """Return True if the spans share a character."""
        return self.start < other.end and other.start < self.end


def overlapping(spans: Sequence[Span], place: Span) -> Sequence[Span]:
    """Return the spans that overlap `place`. `spans` must be sorted and disjoint."""
    first = bisect_right(spans, place.start, key=lambda span: span.end)
    return spans[first : bisect_left(spans, place.end, lo=first, key=lambda span: span.start)]


class Quote(Span):
    """A range of a text, with its words as `text`."""

    text: str


class Evidence(Quote):
    """A range of the article with its words: `text == article.text[start:end]`."""


class Sentence(Span):
    """A sentence of the article; `paragraph` counts from 0."""

    paragraph: int = Field(ge=0)
    role: SentenceRole = "body"


class Chunk(Span):
    """A range of the article, normally of complete sentences, that fits the context of a model.

    `first`, `last`: indexes in `Article.sentences`, both inclusive. `tokens`: size. `broken`: starts or ends inside a
    sentence. `repeated`: leading characters shared with the previous chunk.
    """

    first: int = Field(ge=0)
    last: int = Field(ge=0)
    tokens: int = Field(ge=0)
    broken: bool = False
    repeated: int = Field(default=0, ge=0)

    @property
    def new(self) -> int:
        """The offset of the first new character."""
        return self.start + self.repeated


class ForeignText(Span):
    """A range in a `language` (ISO 639-1) that the checks cannot read."""

    language: str


class PageSpan(Span):
    """A part of the text on page `number`, from 1.

    Footnotes follow the story, so a page can have several parts.
    """

    number: int = Field(ge=1)


class LineSpan(Span):
    """The part of the text on line `number` of a Markdown file, from 1."""

    number: int = Field(ge=1)


class Url(Record):
    """The address of an article to fetch: `Url("https://example.org/story")`.

    Addresses in private networks, or of this machine, are rejected unless `allow_private`.
    """

    address: str
    allow_private: bool = False

    def __init__(self, address: str, *, allow_private: bool = False) -> None:
        # Positional, like `Path`.
        BaseModel.__init__(self, address=address, allow_private=allow_private)

    def __str__(self) -> str:
        return self.address


class Article(Record):
    """An article with its sentences and metadata.

    `text`: without byte-order mark and invisible characters. `author`, `date`: as written ("14 March 2026"). `url`:
    canonical address, or the one fetched. `format`: "text", "html", "pdf", … `pages`: of a PDF, or slides. `lines`: of
    a Markdown file. `boilerplate`: text outside the story. `addressed`: text that instructs a machine.
    """

    text: str
    title: str | None = None
    author: str | None = None
    date: str | None = None
    url: str | None = None
    format: str = "text"
    pages: tuple[PageSpan, ...] = ()
    lines: tuple[LineSpan, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    boilerplate: tuple[Span, ...] = ()
    addressed: tuple[Span, ...] = ()

    @model_validator(mode="after")
    def _spans_inside(self) -> Self:
        last = 0
        for sentence in self.sentences:
            if sentence.start < last or sentence.end > len(self.text):
                raise ValueError("sentences must lie in the text, in order, without overlap")
            last = sentence.end
        if any(one.end > len(self.text) for one in (*self.pages, *self.lines)):
            raise ValueError("pages and lines must lie in the text")
        last = 0
        for span in self.addressed:
            if span.start < last or span.end > len(self.text):
                raise ValueError("what is addressed to a machine must lie in the text, in order, without overlap")
            last = span.end
        return self

    def quote(self, span: Span) -> str:
        """Return the text of `span`."""
        return self.text[span.start : span.end]

    def told(self, span: Span) -> str:
        """Return the text of `span` without the parts in `addressed`."""
        parts, position = [], span.start
        for aside in overlapping(self.addressed, span):
            parts.append(self.text[position : max(position, aside.start)].strip())
            position = min(aside.end, span.end)
        return (
            "\n\n".join(filter(None, [*parts, self.text[position : span.end].strip()])) if parts else self.quote(span)
        )

    def evidence(self, span: Span) -> Evidence:
        """Return `span` with its text."""
        return Evidence(start=span.start, end=span.end, text=self.quote(span))

    @cached_property
    def story(self) -> str:
        """The text with `addressed` parts replaced by blanks, so that offsets remain valid."""
        story, position = [], 0
        for span in self.addressed:
            story += [self.text[position : span.start], " " * (span.end - span.start)]
            position = span.end
        return "".join([*story, self.text[position:]])

    @property
    def body(self) -> tuple[Sentence, ...]:
        """Body sentences, or all sentences if no sentence is body text."""
        return tuple(sentence for sentence in self.sentences if sentence.role == "body") or self.sentences

    @property
    def opening(self) -> int | None:
        """The index of the first body sentence, or None."""
        return next((index for index, sentence in enumerate(self.sentences) if sentence.role == "body"), None)

    @property
    def words(self) -> int:
        """The number of words in `sentences`."""
        return sum(len(self.quote(sentence).split()) for sentence in self.sentences)


Source = str | Path | Url | Article
"""An article, or its text, file or address."""


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
