"""Find wrong values and words by contrast.

A contrast is a claim with two of its values exchanged for each other, with one value exchanged for another one of its
evidence, or with unsupported words exchanged for the article's in the same place. If the entailment model finds a
contrast supported and the claim not, the value or words are wrong. Contrasts: Gardner et al. 2020, "Evaluating Models'
Local Decision Boundaries via Contrast Sets".
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from summarise.checks.dates import family_of
from summarise.checks.entailment.model import Score, log_odds
from summarise.checks.names import one_bearer, rivals
from summarise.checks.source_index import Alignment, Claim, SourceIndex, counterpart
from summarise.checks.words import words_of
from summarise.data import Date, Fact, Figure, Finding, FindingCode, Money, Name, Span

# Entailment probability from which two values of a claim are not exchanged for each other, and from which none, and no
# words, are replaced by others of the evidence.
SURE, LIKELY = 0.9, 0.5
# Minimum entailment probability of a contrast, and the minimum by which its log odds exceed those of the claim.
SUPPORTED, MORE = 0.7, 3.0
# Maximum contrasts with values of a claim, contrasts with other words, and sentences whose values are exchanged.
MOST, WORDINGS, PLACES = 8, 3, 3
# Minimum coverage of the claim by such a sentence, and minimum extraction confidence of a value.
NEAR, CERTAIN = 0.2, 0.7
NUMBER = re.compile(
    r"\d[\d,]*(?:\.\d+)?|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty)\b",
    re.IGNORECASE,
)
# The start of an amount of money, after its qualifier; a unit of a number.
AMOUNT = re.compile(r"(?:\b[A-Z]{1,3})?[$£€¥]? ?\d")
SCALE = re.compile(r" ?(?:thousand|million|billion|m\b|bn\b)")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A span of a claim, `said`, and the span of the article that replaces it. `code`: that of a finding about it."""

    code: FindingCode
    said: Span
    place: Span


@dataclass(frozen=True, slots=True)
class Contrast:
    """A claim with other values or words."""

    text: str
    exchanges: tuple[Exchange, ...]


def with_contrasts(
    aligned: Sequence[tuple[Claim, Sequence[Alignment]]],
    findings: Sequence[tuple[Finding, ...]],
    scores: Sequence[Score | None],
    source_index: SourceIndex,
) -> list[tuple[Finding, ...]]:
    """Return the findings of each claim, with errors for the values and words that a contrast shows to be wrong.

    A value with a finding is not exchanged, unless the finding only says that the value occurs `elsewhere`; such a note
    is replaced by the error.
    """
    reader, every = source_index.reader, list(findings)
    unsure = {place: score for place, score in enumerate(scores) if score is not None and score.entailed < SURE}
    if reader is None or not unsure:
        return every
    made = [contrasts(*aligned[place], findings[place], score, source_index) for place, score in unsure.items()]
    claims = [(aligned[place][0].text, aligned[place][0].before) for place in unsure]
    entailed = reader.read_beside(claims, [[contrast.text for contrast in own] for own in made])
    for (place, score), own, probabilities in zip(unsure.items(), made, entailed, strict=True):
        # A contrast with values comes before an equal one with words.
        best = max(range(len(own)), key=lambda index: round(probabilities[index], 2), default=None)
        if best is None or probabilities[best] < SUPPORTED:
            continue
        if log_odds(probabilities[best]) >= log_odds(score.entailed) + MORE:
            every[place] = _with_errors(findings[place], own[best], aligned[place][0], source_index)
    return every


def _with_errors(
    findings: Sequence[Finding], contrast: Contrast, claim: Claim, source_index: SourceIndex
) -> tuple[Finding, ...]:
    article = source_index.facts.article
    errors = [
        Finding(
            code=exchange.code,
            severity="error",
            claim=claim.quote(exchange.said),
            article=article.evidence(exchange.place),
            reason="contrast",
        )
        for exchange in contrast.exchanges
    ]
    kept = [
        one for one in findings if not any(one.code == new.code and one.claim.overlaps(new.claim) for new in errors)
    ]
    return (*kept, *errors)


def contrasts(
    claim: Claim,
    alignments: Sequence[Alignment],
    findings: Sequence[Finding],
    score: Score,
    source_index: SourceIndex,
) -> list[Contrast]:
    """Return the contrasts of a claim, of values and words without a finding."""
    found = [(one.code, one.claim) for one in findings if one.reason != "elsewhere"]
    values = [
        fact
        for fact in sorted(claim.facts, key=lambda fact: fact.start)
        if _kind(fact)
        and fact.confidence >= CERTAIN
        and not any(code == fact.kind and fact.overlaps(place) for code, place in found)
    ]
    near = [one.source.facts for one in alignments[:PLACES] if one.coverage >= NEAR]
    evidence = [fact for facts in near for fact in facts if _kind(fact)]
    likely = score.entailed >= LIKELY
    exchanged = [
        *_swapped(values, evidence, claim, source_index),
        *([] if likely else _replaced(values, evidence, claim, source_index)),
    ]
    runs = [run for run in score.unsupported_runs() if not any(run.overlaps(place) for _, place in found)]
    reworded = [] if likely else _reworded(runs[:WORDINGS], claim, alignments, source_index)
    every = [*[contrast for contrast in exchanged if contrast][:MOST], *reworded]
    return [contrast for contrast in every if contrast.text != claim.text]


def _swapped(
    values: Sequence[Fact], evidence: Sequence[Fact], claim: Claim, source_index: SourceIndex
) -> Iterator[Contrast | None]:
    """Yield the claim with two values of one kind exchanged for each other; both must be in the evidence."""
    for one, other in combinations(values, 2):
        if _kind(one) != _kind(other) or one.value == other.value or one.end > other.start:
            continue
        first, second = (_same(value, evidence, source_index) for value in (other, one))
        if first and second:
            yield _contrast(claim, {one: first, other: second}, words=(other, one))


def _replaced(
    values: Sequence[Fact], evidence: Sequence[Fact], claim: Claim, source_index: SourceIndex
) -> Iterator[Contrast | None]:
    """Yield the claim with one value replaced by one of the evidence that the claim does not have."""
    stated = {fact.value for fact in claim.facts}
    names = [fact for fact in claim.facts if isinstance(fact, Name)]
    stems = {word.stem for word in claim.words if word.content}
    for fact in evidence:
        if fact.value in stated or fact.text.casefold() in claim.text.casefold():
            continue
        if isinstance(fact, Name) and (
            any(one_bearer(name, fact, source_index) for name in names)
            or any(word.stem in stems for word in words_of(fact.text) if word.content)
        ):
            continue
        for said in values:
            if _kind(said) == _kind(fact) and (not isinstance(said, Name) or _exclude(said, fact)):
                yield _contrast(claim, {said: fact}, words=(fact,))


def _reworded(
    runs: Sequence[Span], claim: Claim, alignments: Sequence[Alignment], source_index: SourceIndex
) -> Iterator[Contrast]:
    """Yield the claim with words replaced by those that the best matching sentence has in the same place."""
    for run in runs:
        if (place := counterpart(run, claim, alignments)) is not None:
            units = [unit for unit in claim.units if unit.start < run.end and run.start < unit.end]
            said = Span(start=units[0].start, end=units[-1].end)
            value = next((fact for fact in claim.facts if fact.overlaps(said)), None)
            text = f"{claim.text[: said.start]}{source_index.facts.article.quote(place)}{claim.text[said.end :]}"
            yield Contrast(text, (Exchange(value.kind if value else "entailment", said, place),))


def _exclude(said: Name, fact: Fact) -> bool:
    return isinstance(fact, Name) and rivals(said, fact)


def _contrast(claim: Claim, exchanged: Mapping[Fact, Fact], *, words: Sequence[Fact]) -> Contrast | None:
    text, position = "", 0
    for said, source in zip(exchanged, words, strict=True):
        if (place := in_place(said, source)) is None:
            return None
        start, end, new = place
        text += claim.text[position : said.start + start] + new
        position = said.start + end
    exchanges = tuple(Exchange(said.kind, said, fact) for said, fact in exchanged.items())
    return Contrast(text + claim.text[position:], exchanges)


def _same(value: Fact, evidence: Sequence[Fact], source_index: SourceIndex) -> Fact | None:
    wanted = source_index.cast.bearer(value) if isinstance(value, Name) else value.value
    return next((fact for fact in evidence if (fact.kind, fact.value) == (value.kind, wanted)), None)


def _kind(fact: Fact) -> str | None:
    """Return the kind of a value, which is only exchanged for one of the same kind; None if it is never exchanged."""
    match fact:
        case Name(category="other"):
            return None
        case Name():
            return fact.category
        case Money(upper=None):
            return "money"
        case Figure(unit="score"):
            return "score"
        case Figure(upper=None):
            return f"figure:{fact.unit}"
        case Date(qualifier="exactly"):
            return "year" if fact.value.startswith("year:") else family_of(fact.value)
    return None


def in_place(said: Fact, fact: Fact) -> tuple[int, int, str] | None:
    """Return the span of a value's words to exchange, and the words of another value; None if they do not fit.

    Of a count ("12 bridges"), only the number is exchanged: with another noun, the claim would be about other things.
    """
    if isinstance(said, Figure) and isinstance(fact, Figure) and said.unit != "score":
        ours, theirs = NUMBER.search(said.text), NUMBER.search(fact.text)
        if ours is None or theirs is None or SCALE.match(said.text, ours.end()) or SCALE.match(fact.text, theirs.end()):
            return None
        new = theirs[0].capitalize() if ours[0][0].isupper() else theirs[0].casefold()
        return ours.start(), ours.end(), new
    if isinstance(said, Money):
        ours, theirs = AMOUNT.search(said.text), AMOUNT.search(fact.text)
        return (ours.start(), len(said.text), fact.text[theirs.start() :]) if ours and theirs else None
    if isinstance(said, Date) and said.text[0].isupper() != fact.text[0].isupper():
        return None
    return 0, len(said.text), fact.text
