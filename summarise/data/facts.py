"""Facts of an article, with place and normal form, and key facts."""

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
    """The fields of all facts.

    `text`: of the span. `sentence`: index in `Article.sentences`. `value`: normal form, compared between facts of one
    kind. `confidence`: certainty of the extractor, 0 to 1.
    """

    text: str
    sentence: int = Field(ge=0)
    value: str
    confidence: float = Field(default=1.0, ge=0.0, le=1.0)


class Name(FactBase):
    """A name. `value` is the fullest form used in the article."""

    kind: Literal["name"] = "name"
    category: NameCategory


class Quantity(FactBase):
    """An amount, or a range from `amount` to `upper`."""

    amount: Decimal
    upper: Decimal | None = None
    qualifier: Qualifier = "exactly"


class Figure(Quantity):
    """A number with its unit and what it counts: 30 "per cent", or 12 of "bridge".

    Fractions are percentages: "a third" has amount 33.33…, unit "per cent" and `value` "1/3".
    """

    kind: Literal["figure"] = "figure"
    unit: str | None = None
    counted_noun: str | None = None


class Money(Quantity):
    """An amount of money. `currency` is an ISO 4217 code; an ambiguous sign gets its commonest one ("$" is USD)."""

    kind: Literal["money"] = "money"
    currency: str


class Date(FactBase):
    """A date, weekday, clock time, period or duration; relative dates ("next week") remain relative.

    `value` is `day:2026-03-14`, `day:--06-06/--06-09`, `month:2026-03`, `year:2026`, `weekday:friday`, `time:16:40`,
    `duration:P2Y`, `relative:next-week` and the like.
    """

    kind: Literal["date"] = "date"
    qualifier: Qualifier = "exactly"


class Quotation(FactBase):
    """Words between quotation marks. `value`: normalised text.

    `speaker`: fullest name of the quoted person or organisation, or None.
    """

    kind: Literal["quotation"] = "quotation"
    speaker: str | None = None


Fact = Annotated[Name | Figure | Money | Date | Quotation, Field(discriminator="kind")]


class Facts(HtmlRecord):
    """The facts of an article in text order. `parser`: "rules" if spaCy could not be loaded."""

    article: Article
    parser: Parser
    facts: tuple[Fact, ...]

    def once(self, make: Callable[["Facts"], T]) -> T:
        """Return `make(self)`, cached."""
        facts, made = self._kept.get(make, (None, None))
        # A copy with other facts shares the cache.
        if facts is not self.facts:
            made = make(self)
            self._kept[make] = (self.facts, made)
        return cast("T", made)

    def keep(self, make: Callable[["Facts"], T], made: T) -> None:
        """Cache a result for `once`."""
        self._kept[make] = (self.facts, made)

    @cached_property
    def _kept(self) -> dict[Callable[["Facts"], Any], tuple[tuple[Fact, ...], Any]]:
        return {}


class Statement(Span):
    """A main clause of the article.

    `text`: its `pieces` on one line, joined with "…". `sentence`: index in `Article.sentences`.
    """

    text: str
    sentence: int = Field(ge=0)
    pieces: tuple[Evidence, ...] = Field(min_length=1)


class KeyFact(Statement):
    """An important statement of the article. `weight`: importance relative to the first one."""

    weight: float = Field(ge=0.0, le=1.0)
