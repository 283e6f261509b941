"""Makes wrong claims by exchanging a value (name, number, date) for another value of the same article.

The new value is in the article, too, so a search for the value does not show that the claim is wrong. `exchanges`
changes the claim, `changed_articles` changes the article instead.
"""

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Literal

from summarise.checks import amounts, dates
from summarise.checks.dates import family_of
from summarise.checks.kinds import KIND_OF
from summarise.checks.source_index import Alignment, Claim, SourceIndex
from summarise.checks.verification import claims_of
from summarise.checks.words import words_of
from summarise.data import Date, Fact, Figure, Money, Name

Kind = Literal["money", "share", "count", "measure", "score", "year", "date", "duration", "person", "place", "side"]
Place = tuple[int, int]
Partner = tuple[Kind, int, int, str]
"""The kind of a value, its span in the claim, and the words that replace it."""

SURE = 0.7
"""Minimum confidence of the extractor for a value to be exchanged."""
UNITS: Mapping[str | None, Kind] = {"per cent": "share", None: "count"}
FAMILIES: Mapping[str, Kind] = {"calendar": "date", "weekday": "date", "duration": "duration"}
BOTH_TRUE = 0.5
"""A claim may be true of another name if a sentence with it has this share of the best sentence's claim words."""
DIGIT = re.compile(r"\d+(?:\.\d+)?")
SIDES = {"home": "away", "away": "home"}
SIDE = re.compile(r"\b(home|away)(?= (?:win|victory|defeat|loss|draw|game|match|side|team|leg|fixture|goal)\b)")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A claim with one value exchanged, and the kind of the value."""

    kind: Kind
    text: str


def exchanges(text: str, index: SourceIndex, random_: random.Random) -> list[Exchange]:
    """Return versions of a true claim with one value exchanged, one for each value with a replacement in the article.

    Values after a bound ("more than 40") are not exchanged. A name is not a replacement if the claim may be true of it.
    """
    results = []
    for claim in claims_of(text, index):
        at = text.find(claim.text)
        alignments = index.alignments(claim)
        for old in claim.facts:
            partners = sorted(_partners(old, claim, alignments, index))
            if partners:
                kind, start, end, new = random_.choice(partners)
                results.append(Exchange(kind, text[: at + start] + new + text[at + end :]))
    sides = [(*match.span(), SIDES[match[0]]) for match in SIDE.finditer(text)]
    results += [Exchange("side", text[:start] + side + text[end:]) for start, end, side in sides if index.knows(side)]
    random_.shuffle(results)
    return results


def _partners(old: Fact, claim: Claim, alignments: Sequence[Alignment], index: SourceIndex) -> Iterator[Partner]:
    """Yield the possible replacements of a value of the claim."""
    kind = kind_of(old)
    if kind is None:
        return
    for fact in index.facts.facts:
        if kind_of(fact) != kind or fact.text.casefold() in claim.text.casefold() or not _differ(old, fact, index):
            continue
        if isinstance(fact, Name) and set(_stems(fact)) & set(_stems(claim)):
            continue
        if _both_true(old, fact, alignments):
            continue
        words = _replacement(old, fact)
        if words is not None:
            start, end, new = words
            yield kind, old.start + start, old.start + end, new


def kind_of(fact: Fact) -> Kind | None:
    """Return the kind of a value, or None if it is not exchanged. A replacement must be of the same kind."""
    if fact.confidence < SURE:
        return None
    match fact:
        case Name(category="person"):
            return "person"
        case Name(category="place"):
            return "place"
        case Figure(unit="score"):
            return "score"
        case Money(upper=None):
            return "money"
        case Figure(upper=None):
            return UNITS.get(fact.unit, "measure")
        case Date(qualifier="exactly"):
            return "year" if fact.value.startswith("year:") else FAMILIES.get(family_of(fact.value))
    return None


def _differ(old: Fact, fact: Fact, index: SourceIndex) -> bool:
    """Return whether two values of one kind have the same form and exclude each other."""
    match old, fact:
        case (Figure(unit="score"), Figure()):
            return {old.amount, old.upper} != {fact.amount, fact.upper}
        case (Money() | Figure(), Money() | Figure()):
            same = (
                old.currency == fact.currency
                if isinstance(old, Money) and isinstance(fact, Money)
                else old.unit == fact.unit and _size(old.amount) == _size(fact.amount)  # type: ignore[union-attr]
            )
            exact = old.model_copy(update={"qualifier": "exactly"})
            changed = old.model_copy(update={"amount": fact.amount, "text": fact.text})
            return same and old.amount != fact.amount and not amounts.supported_by(changed, exact)
        case (Date(), Date()):
            if family_of(old.value) == family_of(fact.value) == "weekday":
                return old.value != fact.value
            return DIGIT.sub("0", old.value) == DIGIT.sub("0", fact.value) and dates.comparable(old, fact)
        case (Name(category="person"), Name()):
            # A name of one word is often not a person.
            known = len(fact.value.split()) > 1 and fact.text.istitle()
            return known and (" " in old.text) == (" " in fact.text) and index.entities.full_name(old) != fact.value
        case (Name(), Name()):
            # A city may be in the country, so that the claim is true of both.
            both = any({fact.value, old.value} <= level for level in _countries_and_places())
            return both and old.value != fact.value
    return False


@cache
def _countries_and_places() -> tuple[frozenset[str], ...]:
    data = json.loads(files("summarise.facts").joinpath("gazetteer.json").read_text(encoding="utf-8"))
    countries = frozenset(data["countries"])
    return countries, frozenset(data["places"]) - countries


def _size(amount: Decimal) -> int:
    """Return the magnitude of an amount in coarse steps, so that hundreds are not exchanged for millions."""
    return 0 if amount < 100 else 1 if amount < 10_000 else 2


def _both_true(old: Fact, fact: Fact, alignments: Sequence[Alignment]) -> bool:
    """Return whether a claim may also be true with the value of `fact`.

    This is assumed if a sentence with that value contains as many words of the claim as the best sentence. For a name,
    half as many are enough, because the claim may be true of two people in a sentence.
    """
    shares = [(pair.coverage_without(old), {item.value for item in pair.source.facts}) for pair in alignments]
    best = max((share for share, values in shares if old.value in values), default=0.0)
    if isinstance(fact, Name):
        return any(fact.value in values and share >= BOTH_TRUE * best for share, values in shares)
    return any(fact.value in values and old.value not in values and share >= best for share, values in shares)


def _replacement(old: Fact, fact: Fact) -> tuple[int, int, str] | None:
    """Return the span to replace in the text of `old`, and the new words (digits for digits), or None."""
    place = KIND_OF[old.kind].in_place(old, fact)
    if place is None or not isinstance(old, Figure) or old.unit == "score":
        return place
    start, _, new = place
    return place if old.text[start].isdigit() == new[0].isdigit() else None


def _stems(of: Claim | Name) -> list[str]:
    return [word.stem for word in (of.words if isinstance(of, Claim) else words_of(of.text)) if word.content]


@dataclass(frozen=True, slots=True)
class ChangedArticle:
    """The sentences of an article in which a value of a true claim was removed or exchanged, which makes it wrong.

    `place`: span of the value in the claim. `twin`: the claim with the other value, which is true for this article;
    None if the value was removed.
    """

    kind: Literal["removed", "exchanged"]
    sentences: list[str]
    place: Place
    twin: str | None = None


def changed_articles(text: str, index: SourceIndex, random_: random.Random) -> Iterator[ChangedArticle]:
    """Yield versions of the article in which a value of a true claim is removed or exchanged."""
    article = index.facts.article
    sentences = [article.quote(sentence) for sentence in article.sentences]
    for claim in claims_of(text, index):
        at = text.find(claim.text)
        alignments = index.alignments(claim)
        for old in claim.facts:
            equal = [fact for fact in index.facts.facts if (fact.kind, fact.value) == (old.kind, old.value)]
            with_value = {fact.sentence for fact in equal}
            partners = sorted(_partners(old, claim, alignments, index))
            if not partners or not with_value:
                continue
            kept = [sentence for number, sentence in enumerate(sentences) if number not in with_value]
            if kept and not any(old.text in sentence for sentence in kept):
                yield ChangedArticle("removed", kept, (at + old.start, at + old.end))
            _, start, end, new = random_.choice(partners)
            place = at + start, at + end
            pattern = re.compile(rf"(?<![\w.,]){re.escape(text[slice(*place)])}(?!\w)")
            changed = [pattern.sub(lambda _: new, sentence) for sentence in sentences]  # noqa: B023 (used at once)
            if all(changed[number] != sentences[number] for number in with_value):
                yield ChangedArticle("exchanged", changed, place, text[: place[0]] + new + text[place[1] :])
