"""Hand-built, invented facts, articles and claims."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TypeVar, cast

from summarise import Article, Facts
from summarise.checks import Claim, SourceIndex
from summarise.checks.source_index import Alignment
from summarise.checks.verdict import VerdictModel
from summarise.checks.verification import check_claims
from summarise.data import (
    CheckedSentence,
    Date,
    Fact,
    FactBase,
    Figure,
    Finding,
    Money,
    Name,
    NameCategory,
    Qualifier,
    Quotation,
    Sentence,
)
from summarise.facts.quotations import folded

F = TypeVar("F", bound=FactBase)


def figure(
    amount: str,
    *,
    text: str = "",
    unit: str | None = None,
    counted_noun: str | None = None,
    upper: str | None = None,
    qualifier: Qualifier = "exactly",
    confidence: float = 1.0,
) -> Figure:
    text = text or amount
    return Figure(
        start=0,
        end=len(text),
        text=text,
        sentence=0,
        value=f"{amount} {unit or ''}".strip(),
        amount=Decimal(amount),
        upper=None if upper is None else Decimal(upper),
        unit=unit,
        counted_noun=counted_noun,
        qualifier=qualifier,
        confidence=confidence,
    )


def money(
    amount: str, *, text: str = "", currency: str = "EUR", upper: str | None = None, qualifier: Qualifier = "exactly"
) -> Money:
    text = text or amount
    return Money(
        start=0,
        end=len(text),
        text=text,
        sentence=0,
        value=f"{currency} {amount}",
        amount=Decimal(amount),
        upper=None if upper is None else Decimal(upper),
        currency=currency,
        qualifier=qualifier,
    )


def date(value: str, *, text: str = "", qualifier: Qualifier = "exactly") -> Date:
    text = text or value
    return Date(start=0, end=len(text), text=text, sentence=0, value=value, qualifier=qualifier)


def quotation(text: str, *, speaker: str | None = None) -> Quotation:
    """Build a quotation; `text` has no quotation marks."""
    return Quotation(start=0, end=len(text), text=text, sentence=0, value=folded(text), speaker=speaker)


def name(text: str, *, value: str = "", category: NameCategory = "person", confidence: float = 1.0) -> Name:
    return Name(
        start=0, end=len(text), text=text, sentence=0, value=value or text, category=category, confidence=confidence
    )


def article_of(*sentences: str) -> Article:
    placed, start = [], 0
    for sentence in sentences:
        placed.append(Sentence(start=start, end=start + len(sentence), paragraph=0))
        start += len(sentence) + 1
    return Article(text=" ".join(sentences), sentences=tuple(placed))


def put(fact: F, text: str, start: int = 0) -> F:
    """Move a fact to its first occurrence in `text` from `start` on."""
    at = text.index(fact.text, start)
    return fact.model_copy(update={"start": at, "end": at + len(fact.text)})


def facts_of(sentences: Sequence[str], facts: Sequence[tuple[int, FactBase]] = ()) -> Facts:
    """Build an article's facts, each given with its sentence's index."""
    article = article_of(*sentences)
    placed: list[Fact] = []
    for index, fact in facts:
        at = put(fact, article.text, article.sentences[index].start)
        placed.append(cast("Fact", at.model_copy(update={"sentence": index})))
    return Facts(article=article, parser="rules", facts=tuple(sorted(placed, key=lambda fact: fact.start)))


def index_of(facts: Facts) -> SourceIndex:
    return SourceIndex(facts)


def ground_of(*sentences: str, facts: Sequence[tuple[int, FactBase]] = ()) -> SourceIndex:
    return SourceIndex(facts_of(sentences, facts))


def claim_of(source_index: SourceIndex, text: str, *facts: FactBase) -> Claim:
    """Build a claim, each fact at its first occurrence."""
    return source_index.claim(text, tuple(cast("Fact", put(fact, text)) for fact in facts))


def aligned(source_index: SourceIndex, claim: Claim) -> tuple[Alignment, ...]:
    """Return the claim's alignments, best first."""
    return source_index.alignments(claim)


def checked(source_index: SourceIndex, text: str, *facts: FactBase) -> CheckedSentence:
    return check_claims([claim_of(source_index, text, *facts)], source_index, VerdictModel())[0]


def of_code(sentence: CheckedSentence, code: str) -> list[Finding]:
    return [finding for finding in sentence.findings if finding.code == code]


def told(finding: Finding) -> tuple[str, str, str | None]:
    """Return severity, claim text and article text."""
    return finding.severity, finding.claim.text, finding.article.text if finding.article else None


def relation(said: FactBase, fact: FactBase) -> str:
    """Return the outcome for a claim's only value beside the article's only one.

    "agrees", "opposes" (an error that quotes the article), "error" (without a quotation), "computed" or "note".
    """
    source_index = ground_of(f"The bridge of Vesterholm took {fact.text} here.", "It rained.", facts=[(0, fact)])
    found = checked(source_index, f"So the bridge of Vesterholm took {said.text}.", said).findings
    if not found:
        return "agrees"
    return "opposes" if found[0].article else found[0].reason or found[0].severity


def doubting(claim: Claim, _: SourceIndex, __: tuple[Alignment, ...]) -> Iterator[Finding]:
    """Find every sentence wrong, as a check of the user's own."""
    yield Finding(code="other", severity="error", claim=claim.whole)
