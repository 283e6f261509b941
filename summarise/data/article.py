"""The article, its spans and its facts. Offsets count code points of `Article.text`, end exclusive."""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator
from pydantic.json_schema import SkipJsonSchema

from summarise.errors import UsageError


class Record(BaseModel):
    """A frozen model that rejects unknown fields, NaN and infinity."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


HtmlView = Callable[["HtmlRecord", bool], str]
"""A function that renders a record as HTML: as a complete page if the flag is True, else for a notebook cell."""


class HtmlRecord(Record):
    """A record that may hold a function that renders it as HTML. Equality ignores the function."""

    _view: HtmlView | None = PrivateAttr(default=None)

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in type(self).model_fields)

    def __hash__(self) -> int:
        # Only the first field: others may be unhashable.
        return hash((type(self), next(iter(self))))

    def _repr_html_(self) -> str | None:
        return None if self._view is None else self._view(self, False)

    def _page(self, no_view: str) -> str:
        if self._view is None:
            raise UsageError(no_view)
        return self._view(self, True)


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


AnySpan = TypeVar("AnySpan", bound=Span)


def overlapping(spans: Sequence[AnySpan], place: Span) -> Sequence[AnySpan]:
    """Return the spans that overlap the span `place`. `spans` must be sorted and disjoint."""
    first = bisect_right(spans, place.start, key=lambda span: span.end)
    return spans[first : bisect_left(spans, place.end, lo=first, key=lambda span: span.start)]


class Quote(Span):
    """A range of a text, with the words in it."""

    text: str


class Evidence(Quote):
    """A range of the article with its words: `text == article.text[start:end]`.

    `source`: id of the source, if the article has several. `speaker`, `time`: in a transcript, the speaker of the
    words, and the start of the turn in seconds.
    """

    source: str | None = None
    speaker: str | None = None
    time: float | None = None

    @property
    def shown(self) -> str:
        """The words on one line. Words of a transcript are quoted: "Anna Feyer: “I will send it.”"."""
        words = " ".join(self.text.split())
        if not self.spoken:
            return words
        label = f"{self.speaker}: " if self.speaker else ""
        return f"{label}“{words.replace('“', '‘').replace('”', '’')}”"

    @property
    def spoken(self) -> bool:
        """Whether the words are from a transcript."""
        return self.speaker is not None or self.time is not None


class Sentence(Span):
    """A sentence of the article. `paragraph`: index of its paragraph, from 0."""

    paragraph: int = Field(ge=0)
    role: SentenceRole = "body"


class Chunk(Span):
    """A range of the article, normally of complete sentences, that fits the context of a model.

    `first`, `last`: indexes in `Article.sentences`, both inclusive. `broken`: whether the chunk starts or ends inside a
    sentence.
    """

    first: int = Field(ge=0)
    last: int = Field(ge=0)
    tokens: int = Field(ge=0)
    broken: bool = False


class ForeignText(Span):
    """Text in a language that the checks cannot read. `language`: an ISO 639-1 code."""

    language: str


class PageSpan(Span):
    """The text of page `number` (from 1). Its footnotes are another span with the same number."""

    number: int = Field(ge=1)


class LineSpan(Span):
    """The text of line `number` (from 1) of a Markdown file."""

    number: int = Field(ge=1)


class SourceSpan(Span):
    """One of several articles in one text. `id`: "1", "2", …, or the caller's name. `name`: the file name.

    `copy_of`: id of an earlier source with the same text, for example a news agency's story in two papers.
    """

    id: str = Field(min_length=1)
    name: str | None = None
    title: str | None = None
    url: str | None = None
    date: str | None = None
    copy_of: str | None = None


def clock(seconds: float) -> str:
    """Return a number of seconds as hours, minutes and seconds: "00:12:31"."""
    minutes, second = divmod(int(seconds), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{second:02}"


class Utterance(Span):
    """A turn of a speaker in a transcript: a paragraph such as "Anna Feyer: I will send it.".

    `speaker`: the name at its start, or None. `time`: the start of the turn in seconds, or None.
    """

    speaker: str | None = None
    time: float | None = Field(default=None, ge=0)

    @property
    def label(self) -> str:
        """The text before the spoken words: "Anna Feyer: ", or an empty string."""
        return f"{self.speaker}: " if self.speaker else ""

    @property
    def speech(self) -> Span:
        """The span of the spoken words, without the label."""
        return Span(start=self.start + len(self.label), end=self.end)


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


class Focus(Record):
    """How relevant an article is to the focus, the question or topic of the summary.

    `relevance`: a value for each sentence, 0 if it is not about the focus. `sure`: whether the article clearly answers
    the question or covers the topic.
    """

    relevance: tuple[float, ...]
    sure: bool


class Article(Record):
    """An article with its sentences and metadata.

    `text`: the text without byte-order mark and invisible characters. `author`, `date`: as written ("14 March 2026").
    `url`: the canonical address if the page states one, else the fetched address. `format`: "text", "html", "pdf", …
    `pages`: pages of a PDF, or slides. `lines`: lines of a Markdown file. `boilerplate`: text outside the story, such
    as menus. `addressed`: text that instructs a machine (prompt injection). `sources`: the articles in the text, if
    there are several. `utterances`: the turns of a transcript; a sentence lies in one turn, after the speaker's name.
    `focus`: set only during a run with a focus; not in JSON.
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
    sources: tuple[SourceSpan, ...] = ()
    utterances: tuple[Utterance, ...] = ()
    focus: SkipJsonSchema[Focus | None] = Field(default=None, exclude=True)

    @model_validator(mode="after")
    def _spans_inside(self) -> Self:
        ordered: dict[str, Sequence[Span]] = {
            "sentences": self.sentences,
            "text addressed to a machine": self.addressed,
            "sources": self.sources,
            "utterances": self.utterances,
        }
        for kind, spans in ordered.items():
            ends = [0, *(span.end for span in spans)]
            if ends[-1] > len(self.text) or any(span.start < end for span, end in zip(spans, ends, strict=False)):
                raise ValueError(f"{kind}: spans must lie inside the text, in order, without overlap")
        if any(span.end > len(self.text) for span in (*self.pages, *self.lines)):
            raise ValueError("pages and lines must lie inside the text")
        if self.focus is not None and len(self.focus.relevance) != len(self.sentences):
            raise ValueError("the focus must have one relevance for each sentence")
        for turn in self.utterances:
            if not self.text.startswith(turn.label, turn.start) or turn.end - turn.start <= len(turn.label):
                raise ValueError("an utterance must begin with its speaker's name and a colon, and contain words")
        if len({source.id for source in self.sources}) < len(self.sources):
            raise ValueError("two sources have the same id")
        return self

    def source_at(self, position: int) -> SourceSpan | None:
        """Return the source at an offset, or None if the text is a single article."""
        index = bisect_right(self.sources, position, key=lambda source: source.start) - 1
        return self.sources[index] if index >= 0 else None

    def utterance_at(self, position: int) -> Utterance | None:
        """Return the utterance that contains an offset, or None."""
        index = bisect_right(self.utterances, position, key=lambda turn: turn.start) - 1
        return self.utterances[index] if index >= 0 and position < self.utterances[index].end else None

    def within(self, ids: Iterable[str]) -> Self:
        """Return a copy with only the sources in `ids`. The other text becomes spaces, so that offsets stay valid."""
        wanted = set(ids)
        sources = tuple(source for source in self.sources if source.id in wanted)
        text, position = [], 0
        for source in sources:
            text += [" " * (source.start - position), self.quote(source)]
            position = source.end
        text.append(" " * (len(self.text) - position))
        dates = {source.date for source in sources}
        alone = sources[0] if len(sources) == 1 else None
        article = self.model_copy(
            update={
                "text": "".join(text),
                "title": alone.title if alone else None,
                "url": alone.url if alone else None,
                "date": dates.pop() if len(dates) == 1 else None,
                "sentences": _inside(self.sentences, sources),
                "pages": _inside(self.pages, sources),
                "boilerplate": _inside(self.boilerplate, sources),
                "addressed": _inside(self.addressed, sources),
                "sources": sources,
                "utterances": _inside(self.utterances, sources),
                "focus": None,
            }
        )
        # `model_copy` also copies the cached property.
        article.__dict__.pop("story", None)
        return article

    def quote(self, span: Span) -> str:
        """Return the text of `span`."""
        return self.text[span.start : span.end]

    def prompt_text(self, span: Span) -> str:
        """Return the text of `span` for a prompt, without instructions to a machine.

        In a transcript, the text begins with the name of the speaker: "Anna Feyer: "."
        """
        turn = self.utterance_at(span.start)
        label = turn.label if turn is not None and turn.start < span.start else ""
        parts, position = [], span.start
        for aside in overlapping(self.addressed, span):
            parts.append(self.text[position : max(position, aside.start)].strip())
            position = min(aside.end, span.end)
        if not parts:
            return label + self.quote(span)
        return label + "\n\n".join(filter(None, [*parts, self.text[position : span.end].strip()]))

    def evidence(self, span: Span) -> Evidence:
        """Return `span` with its text, source, speaker and time."""
        source, turn = self.source_at(span.start), self.utterance_at(span.start)
        return Evidence(
            start=span.start,
            end=span.end,
            text=self.quote(span),
            source=source.id if source else None,
            speaker=turn.speaker if turn else None,
            time=turn.time if turn else None,
        )

    @cached_property
    def story(self) -> str:
        """The text with spaces instead of instructions to a machine (`addressed`)."""
        story, position = [], 0
        for span in self.addressed:
            story += [self.text[position : span.start], " " * (span.end - span.start)]
            position = span.end
        return "".join([*story, self.text[position:]])

    @property
    def body(self) -> tuple[Sentence, ...]:
        """The sentences except headlines and headings, or all sentences if there is nothing else."""
        return tuple(sentence for sentence in self.sentences if sentence.role == "body") or self.sentences

    @property
    def opening(self) -> int | None:
        """The index of the first sentence that is not a headline or heading, or None."""
        return next((index for index, sentence in enumerate(self.sentences) if sentence.role == "body"), None)

    @property
    def words(self) -> int:
        """The number of words in `sentences`."""
        return sum(len(self.quote(sentence).split()) for sentence in self.sentences)


def _inside(spans: Sequence[AnySpan], sources: Sequence[SourceSpan]) -> tuple[AnySpan, ...]:
    return tuple(span for span in spans if any(source.contains(span) for source in sources))


Source = str | Path | Url | Article
"""An article, or its text, file or address."""


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


T = TypeVar("T")
NameCategory = Literal["person", "organisation", "place", "nationality", "other"]
Qualifier = Literal["exactly", "about", "more than", "at least", "less than", "at most"]
Parser = Literal["spacy", "rules"]


class FactBase(Span):
    """The fields of all facts.

    `text`: the words of the span. `sentence`: index in `Article.sentences`. `value`: a normal form, by which facts of
    the same kind are compared. `confidence`: certainty of the extractor, 0 to 1. `source`: id of the source, if the
    article has several.
    """

    text: str
    sentence: int = Field(ge=0)
    value: str
    confidence: float = Field(default=1.0, ge=0.0, le=1.0)
    source: str | None = None

    @property
    def detail(self) -> str:
        """The text that a list of facts shows for the fact."""
        return self.value


class Name(FactBase):
    """A name. `value` is the fullest form used in the article."""

    kind: Literal["name"] = "name"
    category: NameCategory

    @property
    def detail(self) -> str:
        """The value and the category: "Anna Feyer (person)"."""
        return f"{self.value} ({self.category})"


class Quantity(FactBase):
    """An amount, or a range from `amount` to `upper`. `qualifier`: the word before it, such as "about"."""

    amount: Decimal
    upper: Decimal | None = None
    qualifier: Qualifier = "exactly"

    @property
    def detail(self) -> str:
        """The value, after its qualifier unless that is "exactly": "about 30 per cent"."""
        return self.value if self.qualifier == "exactly" else f"{self.qualifier} {self.value}"


class Figure(Quantity):
    """A number with its unit (30 "per cent") or the noun that it counts (12 "bridge").

    Fractions are percentages: "a third" has amount 33.33…, unit "per cent" and `value` "1/3".
    """

    kind: Literal["figure"] = "figure"
    unit: str | None = None
    counted_noun: str | None = None


class Money(Quantity):
    """An amount of money. `currency`: an ISO 4217 code; an ambiguous sign is read as the commonest ("$" is USD)."""

    kind: Literal["money"] = "money"
    currency: str


class Date(FactBase):
    """A date, weekday, clock time, period or duration. Relative dates ("next week") are not resolved.

    Examples of `value`: `day:2026-03-14`, `day:--06-06/--06-09` (6 to 9 June), `month:2026-03`, `year:2026`,
    `weekday:friday`, `time:16:40`, `duration:P2Y` (two years), `relative:next-week`.
    """

    kind: Literal["date"] = "date"
    qualifier: Qualifier = "exactly"


class Quotation(FactBase):
    """Words between quotation marks. `value`: the normalised words.

    `speaker`: fullest name of the quoted person or organisation, or None.
    """

    kind: Literal["quotation"] = "quotation"
    speaker: str | None = None

    @property
    def detail(self) -> str:
        """The speaker, as "said by Anna Feyer" or "no speaker named"."""
        return f"said by {self.speaker}" if self.speaker else "no speaker named"


FactKind = Literal["name", "figure", "money", "date", "quotation"]
Fact = Annotated[Name | Figure | Money | Date | Quotation, Field(discriminator="kind")]


class Facts(HtmlRecord):
    """The facts of an article in text order. `parser`: "spacy", or "rules" if spaCy could not be loaded."""

    article: Article
    parser: Parser
    facts: tuple[Fact, ...]

    def once(self, make: Callable[["Facts"], T]) -> T:
        """Return `make(self)`, from a cache after the first call."""
        facts, result = self._cache.get(make, (None, None))
        # A `model_copy` with other facts shares the cache.
        if facts is not self.facts:
            result = make(self)
            self.keep(make, result)
        return cast("T", result)

    def keep(self, make: Callable[["Facts"], T], result: T) -> None:
        """Store the result that `once(make)` will return."""
        self._cache[make] = (self.facts, result)

    @cached_property
    def _cache(self) -> dict[Callable[["Facts"], Any], tuple[tuple[Fact, ...], Any]]:
        return {}


class Statement(Span):
    """A main clause of the article.

    `sentence`: index in `Article.sentences`. `pieces`: the parts of the sentence that form the clause. `text`: the
    pieces on one line, with "…" between them.
    """

    text: str
    sentence: int = Field(ge=0)
    pieces: tuple[Evidence, ...] = Field(min_length=1)


class KeyFact(Statement):
    """An important statement of the article. `weight`: its importance, 1 for the most important statement."""

    weight: float = Field(ge=0.0, le=1.0)
