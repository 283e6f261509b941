"""The article and places in it. Offsets count Unicode code points of `Article.text`, end exclusive."""

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
    """A stretch of the article: `start` inclusive, `end` exclusive, never empty."""

    start: int = Field(ge=0)
    end: int = Field(gt=0)

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"a span must not be empty: {self.start}..{self.end}")
        return self

    def contains(self, other: "Span") -> bool:
        """Tell whether `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Span") -> bool:
        """Tell whether the two spans share at least one character."""
        return self.start < other.end and other.start < self.end


def overlapping(spans: Sequence[Span], place: Span) -> Sequence[Span]:
    """Return those of `spans`, which are in order and disjoint, that share a character with `place`; by bisection."""
    first = bisect_right(spans, place.start, key=lambda span: span.end)
    return spans[first : bisect_left(spans, place.end, lo=first, key=lambda span: span.start)]


class Quote(Span):
    """A stretch of some text together with its words: `text` is what stands from `start` to `end`."""

    text: str


class Evidence(Quote):
    """A stretch of the article together with its words: `text == article.text[start:end]`."""


class Sentence(Span):
    """One sentence of the article; `paragraph` counts from 0, `role` tells headlines from prose."""

    paragraph: int = Field(ge=0)
    role: SentenceRole = "body"


class Chunk(Span):
    """A stretch of whole sentences that fits a model's context, or a part of one that does not fit.

    `first` and `last` are indexes in `Article.sentences`, both inclusive; `tokens` is the size. `broken` tells that it
    begins or ends inside a sentence, `repeated` how many of its first characters the chunk before it has, too.
    """

    first: int = Field(ge=0)
    last: int = Field(ge=0)
    tokens: int = Field(ge=0)
    broken: bool = False
    repeated: int = Field(default=0, ge=0)

    @property
    def new(self) -> int:
        """The offset from which on no earlier chunk has the text."""
        return self.start + self.repeated


class ForeignText(Span):
    """A stretch of the article in a `language`, an ISO 639-1 code, that the checks cannot read."""

    language: str


class PageSpan(Span):
    """The part of the text that stands on page `number` of a document, counted from 1 as a viewer counts.

    Footnotes stand behind the story, so that a page may have more than one part.
    """

    number: int = Field(ge=1)


class LineSpan(Span):
    """The part of the text that stands on line `number` of a file of Markdown, counted from 1 as an editor counts."""

    number: int = Field(ge=1)


class Url(Record):
    """The address of an article that is to be fetched: `Url("https://example.org/story")`.

    An address that leads into a private network, or to this machine, is refused unless `allow_private`.
    """

    address: str
    allow_private: bool = False

    def __init__(self, address: str, *, allow_private: bool = False) -> None:
        # By position, as `Path` takes its text.
        BaseModel.__init__(self, address=address, allow_private=allow_private)

    def __str__(self) -> str:
        return self.address


class Article(Record):
    """The text as given, and what was seen in it: sentences, metadata, and boilerplate that is no part of the story.

    `text` is the decoded text without a byte-order mark and characters that nobody sees, newlines as they were; for
    HTML or a document it is the text that was taken out. `addressed` is what speaks to a machine that reads it, and not
    to a reader: like boilerplate, it is in no sentence. `author` and `date` are the article's own words ("Jane Doe",
    "14 March 2026"). `url` is the address that a fetched page gives as its own, else the one it was fetched from.
    `format` is what was read ("text", "html", "pdf", …); `pages` are those of a PDF or the slides of a presentation, in
    the order of the text. `lines` are those of a file of Markdown; other text has its own.
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
        """Return the article's words at `span`."""
        return self.text[span.start : span.end]

    def told(self, span: Span) -> str:
        """Return the article's words at `span` without what is addressed to a machine."""
        parts, position = [], span.start
        for aside in overlapping(self.addressed, span):
            parts.append(self.text[position : max(position, aside.start)].strip())
            position = min(aside.end, span.end)
        return (
            "\n\n".join(filter(None, [*parts, self.text[position : span.end].strip()])) if parts else self.quote(span)
        )

    def evidence(self, span: Span) -> Evidence:
        """Return `span` with its words."""
        return Evidence(start=span.start, end=span.end, text=self.quote(span))

    @cached_property
    def story(self) -> str:
        """The text with blanks in the place of what is addressed to a machine: as long, so that offsets hold."""
        story, position = [], 0
        for span in self.addressed:
            story += [self.text[position : span.start], " " * (span.end - span.start)]
            position = span.end
        return "".join([*story, self.text[position:]])

    @property
    def body(self) -> tuple[Sentence, ...]:
        """The sentences of the story without headlines and headings; all of them where there are no others."""
        return tuple(sentence for sentence in self.sentences if sentence.role == "body") or self.sentences

    @property
    def opening(self) -> int | None:
        """The index of the sentence that opens the story, None if there is no story."""
        return next((index for index, sentence in enumerate(self.sentences) if sentence.role == "body"), None)

    @property
    def words(self) -> int:
        """The number of words in the sentences of the story (boilerplate left out)."""
        return sum(len(self.quote(sentence).split()) for sentence in self.sentences)


Source = str | Path | Url | Article
"""Where an article comes from: its text, its file, its address, or itself."""


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
