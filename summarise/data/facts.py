"""Facts: what an article states that can be compared. Each has a place in the article and a normal form."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal, Self, TypeVar, cast

from pydantic import Field

from summarise.data.article import Article, Evidence, Span
from summarise.data.base import Record
from summarise.data.html_record import HtmlRecord

T = TypeVar("T")
NameCategory = Literal["person", "organisation", "place", "nationality", "other"]
Qualifier = Literal["exactly", "about", "more than", "at least", "less than", "at most"]
Parser = Literal["spacy", "rules"]
Bearers = Mapping[int, str]
"""Whom the names of an article mean, by where they begin."""


class Link(Record):
    """What the program takes some words for: a pronoun, a description, and the name elsewhere that they may stand for.

    An inference, and nothing that the article says: `words` refer, `antecedent` is the mention of the one that they
    are taken to refer to, `certainty` from 0 to 1 says how sure that is. Of a quotation that goes on without a word
    about who speaks, `words` are the quotation's own.
    """

    words: Evidence
    antecedent: Evidence
    certainty: float = Field(ge=0.0, le=1.0)

    def bearer(self, bearers: Bearers) -> str | None:
        """Return whom the antecedent means; None if no name begins there."""
        return bearers.get(self.antecedent.start)


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

    def following(self, bearers: Bearers) -> Self:
        """Return the fact as the program takes it: with whom its links lead to in the place of what its words say."""
        del bearers
        return self


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

    `speaker` is the fullest name of the one who is named beside them, or None; whom "she" or "the minister" is taken
    for is the business of `speaker_link`.
    """

    kind: Literal["quotation"] = "quotation"
    speaker: str | None = None
    speaker_link: Link | None = None

    def following(self, bearers: Bearers) -> Self:
        """Return the quotation as the program takes it; see `FactBase.following`."""
        return self.model_copy(update=_followed(self, bearers))


class Attribution(FactBase):
    """Indirect speech: `text` is what is put forward, `speaker` who does it, `verb` how ("say", "deny"), in base form.

    `speaker` is the fullest name, or the article's words where nobody is named ("prosecutors in Belgium"), or None, as
    for pronouns; whom such words are taken for is the business of `speaker_link`. `negated` tells that it was not said
    ("did not say who"). `value` is `speaker: verb`.
    """

    kind: Literal["attribution"] = "attribution"
    speaker: str | None = None
    speaker_link: Link | None = None
    verb: str
    negated: bool = False

    def following(self, bearers: Bearers) -> Self:
        """Return the attribution as the program takes it; see `FactBase.following`."""
        followed = _followed(self, bearers)
        return self.model_copy(update={**followed, "value": f"{followed['speaker'] or 'somebody'}: {self.verb}"})


def _followed(fact: Quotation | Attribution, bearers: Bearers) -> dict[str, str | None]:
    link = fact.speaker_link
    return {"speaker": fact.speaker if link is None else link.bearer(bearers) or fact.speaker, "speaker_link": None}


Fact = Annotated[Name | Figure | Money | Date | Quotation | Attribution, Field(discriminator="kind")]


class Facts(HtmlRecord):
    """The facts of one article, in the order of the article, with the article they point into.

    `parser` tells whether spaCy read the sentences or, where it could not be loaded, rules did.
    """

    article: Article
    parser: Parser
    facts: tuple[Fact, ...]

    @property
    def resolved(self) -> tuple[Fact, ...]:
        """The facts as the program takes them, in the same order: every link followed to the name that it leads to.

        What checks and rankings compare; nothing of it is shown as what the article says.
        """
        return self.once(_resolved)

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


def _resolved(facts: Facts) -> tuple[Fact, ...]:
    bearers = {fact.start: fact.value for fact in facts.facts if isinstance(fact, Name)}
    return tuple(fact.following(bearers) for fact in facts.facts)
