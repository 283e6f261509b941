"""Values in the article's form ("30 years" for "three decades"), for the entailment model."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from summarise.checks import dates
from summarise.checks.amounts import multiplying
from summarise.checks.source_index import Claim, SourceIndex
from summarise.data import Date, Fact, Figure

if TYPE_CHECKING:
    from summarise.checks.entailment.model import Score, WordScore


RISE = re.compile(
    r"\b(?:rose|risen|increased|grew|grown|climbed|jumped|gone up|went up|fell|fallen|dropped|decreased|gone down)"
    r" (?:by )?(?:exactly )?$"
)


class Replaced(NamedTuple):
    """A span of the claim, and of its replacement."""

    start: int
    end: int
    read_start: int
    read_end: int


def read(claims: Sequence[Claim], source_index: SourceIndex) -> "Sequence[Score | None]":
    """Score claims, values in the article's form; None for each without a model."""
    if source_index.reader is None:
        return [None] * len(claims)
    reworded = [in_article_form(claim, source_index) for claim in claims]
    pairs = [(text, claim.before) for (text, _), claim in zip(reworded, claims, strict=True)]
    return [
        _placed(score, places) if places else score
        for score, (_, places) in zip(source_index.reader.read(pairs), reworded, strict=True)
    ]


def in_article_form(claim: Claim, source_index: SourceIndex) -> tuple[str, list[Replaced]]:
    """Return a claim with the article's forms of its values, and the replacements."""
    text, position, places = "", 0, []
    for said in sorted(claim.facts, key=lambda fact: fact.start):
        start, form = said.start, _article_form(said, source_index)
        if form is None and (rise := RISE.search(claim.text, 0, said.start)) and isinstance(said, Figure):
            start, form = rise.start(), _verb(said, source_index)
        if form is not None and start >= position:
            text += claim.text[position:start]
            places.append(Replaced(start, said.end, len(text), len(text) + len(form)))
            text, position = text + form, said.end
    return text + claim.text[position:], places


def _article_form(said: Fact, source_index: SourceIndex) -> str | None:
    same: list[Fact] = []
    match said:
        case Date() if said.value.startswith("duration:"):
            same = [fact for fact in source_index.times if _same_duration(said, fact)]
        case Figure(unit="per cent", upper=None):
            same = [fact for fact in source_index.amounts if _same_share(said, fact)]
    words = {fact.text.casefold() for fact in same}
    return same[0].text if same and said.text.casefold() not in words else None


def _verb(said: Figure, source_index: SourceIndex) -> str | None:
    verb = multiplying(said)
    found = verb and next(filter(None, (verb.search(source.evidence.text) for source in source_index.sources)), None)
    return found[0] if found else None


def _same_duration(said: Date, fact: Date) -> bool:
    lengths = dates.lengths(said)
    return (
        lengths is not None
        and (said.qualifier, said.value.partition("/")[2]) == (fact.qualifier, fact.value.partition("/")[2])
        and fact.value.startswith("duration:")
        and lengths == dates.lengths(fact)
    )


def _same_share(said: Figure, fact: Fact) -> bool:
    return (
        isinstance(fact, Figure)
        and fact.unit == "per cent"
        and (said.amount, said.upper, said.qualifier) == (fact.amount, fact.upper, fact.qualifier)
    )


def _placed(score: "Score", places: Sequence[Replaced]) -> "Score":
    """Map word scores back to the claim."""
    words: list[WordScore] = []
    for word in score.words:
        shift = 0
        inside = None
        for place in places:
            if place.read_start <= word.start < place.read_end:
                inside = place
            elif word.start >= place.read_end:
                shift = place.end - place.read_end
        if inside is None:
            words.append(replace(word, start=word.start + shift, end=word.end + shift))
        elif words and words[-1].start == inside.start:
            words[-1] = replace(words[-1], unsupported=max(words[-1].unsupported, word.unsupported))
        else:
            words.append(replace(word, start=inside.start, end=inside.end))
    return replace(score, words=tuple(words))
