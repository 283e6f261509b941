"""Facts of an article, each with its place and a normal form; and key facts."""

from collections.abc import Callable
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import Field

from summarise.data.article import Article, Evidence, Span
from summarise.data.base import HtmlRecord

T = TypeVar("T")
NameCategory = Literal["person", "organisation", "place", "nationality", "other"]
Qualifier = Literal["exactly", "about", "more than", "at least", "less than", "at most"]
Parser = Literal["spacy", "rules"]


class FactBase(Span):
    """What all facts share.

    `text` are the article's words at the span; `sentence` is the index in `Article.sentences`;
    `value` is the normal form in which two facts of one kind are compared; `confidence` from 0 to 1
    says how sure the extractor is that the span is such a fact.
    """

    text: str
    sentence: int = Field(ge=0)
    value: str
    confidence: float = Field(default=1.0, ge=0.0, le=1.0)


class Name(FactBase):
    """A name; `value` is the fullest form that the article uses for the same bearer."""

    kind: Literal["name"] = "name"
    category: NameCategory


class Quantity(FactBase):
    """What figures and money share: an amount, or a range from `amount` to `upper`."""

    amount: Decimal
    upper: Decimal | None = None
    qualifier: Qualifier = "exactly"


class Figure(Quantity):
    """A number with its unit and what it counts, e.g. 30 "per cent", or 12 of "bridge".

    A fraction is a percentage, too: the amount of "a third" is 33.33…, in "per cent", and its `value` "1/3".
    """

    kind: Literal["figure"] = "figure"
    unit: str | None = None
    counted_noun: str | None = None


class Money(Quantity):
    """An amount of money; `currency` is the ISO 4217 code, or the sign where that is ambiguous."""

    kind: Literal["money"] = "money"
    currency: str


class Date(FactBase):
    """A date, weekday, clock time, period or duration; relative ones ("next week") stay relative.

    `value` is `day:2026-03-14`, `day:--06-06/--06-09`, `month:2026-03`, `year:2026`, `weekday:friday`,
    `time:16:40`, `duration:P2Y`, `relative:next-week` and the like.
    """

    kind: Literal["date"] = "date"
    qualifier: Qualifier = "exactly"


class Quotation(FactBase):
    """Words between quotation marks; `value` is the text folded for comparing.

    `speaker` is the fullest name of the person or organisation that is named beside them, or None.
    """

    kind: Literal["quotation"] = "quotation"
    speaker: str | None = None


Fact = Annotated[Name | Figure | Money | Date | Quotation, Field(discriminator="kind")]


class Facts(HtmlRecord):
    """The facts of one article, in the order of the article, with the article they point into.

    `parser` tells whether spaCy read the sentences or, where it could not be loaded, rules did.
    """

    article: Article
    parser: Parser
    facts: tuple[Fact, ...]

    def once(self, make: Callable[["Facts"], T]) -> T:
        """Return what `make` makes of these facts: made once and kept with them, since they never change."""
        facts, made = self._kept.get(make, (None, None))
        # A copy with other facts brings what was kept along.
        if facts is not self.facts:
            made = make(self)
            self._kept[make] = (self.facts, made)
        return cast("T", made)

    def keep(self, make: Callable[["Facts"], T], made: T) -> None:
        """Keep what `make` would make of these facts, where somebody has it already, for `once`."""
        self._kept[make] = (self.facts, made)

    @cached_property
    def _kept(self) -> dict[Callable[["Facts"], Any], tuple[tuple[Fact, ...], Any]]:
        return {}


class Statement(Span):
    """What a main clause of the article states.

    `text` has the words of its `pieces` on one line, with "…" between two; `sentence` is an index in
    `Article.sentences`.
    """

    text: str
    sentence: int = Field(ge=0)
    pieces: tuple[Evidence, ...] = Field(min_length=1)


class KeyFact(Statement):
    """A statement of the article that matters, in its words.

    `weight` is how much it matters beside the other key facts of that article, 1 for the first of them.
    """

    weight: float = Field(ge=0.0, le=1.0)
