"""Facts of short texts, also by rules alone or with a known article, and the inferences from them."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest

from summarise import Article, Facts, Settings, read_article
from summarise.checks.kinds import extract
from summarise.checks.verification import Verifier, verifier_for
from summarise.data import Fact, Quotation, Span, Verdict
from summarise.facts.parser import Loaded
from summarise.facts.quotations import inferred_speakers, spans_of_speech, with_speakers
from summarise.facts.salience import statements


@contextmanager
def without_spacy(*, missing: bool = True) -> Iterator[None]:
    """Parse by rules in this context, as if the spaCy model were `missing`."""
    with pytest.MonkeyPatch.context() as patch:
        if missing:
            patch.setattr("summarise.facts.parser.load", lambda: Loaded(None))
        yield


def facts_in(text: str, kind: str | None = None, *, known: Facts | None = None) -> list[Any]:
    """Return the facts of a text, or those of one kind. `known`: facts of the article that the text retells."""
    found = extract(read_article(text), known=known).facts
    return [fact for fact in found if kind in (None, fact.kind)]


def values(text: str, kind: str) -> list[str]:
    return [fact.value for fact in facts_in(text, kind)]


def names(text: str, *, known: Facts | None = None) -> dict[str, tuple[str, str]]:
    """Return category and value of the names by their words."""
    return {name.text: (name.category, name.value) for name in facts_in(text, "name", known=known)}


def spoken(facts: Facts) -> tuple[Fact, ...]:
    """Return the facts with stated or inferred speakers, as the checks use them."""
    return with_speakers(facts)


@cache
def _verifier(facts: Facts) -> Verifier:
    return verifier_for(facts, Settings())


def verdict(facts: Facts, text: str) -> Verdict:
    """Return the verdict of the worst sentence of a text about the article of `facts`."""
    verdicts = {candidate.sentence.verdict for candidate in _verifier(facts).verify(text, origin="given")}
    worst_first: tuple[Verdict, ...] = ("contradicted", "unverified", "supported")
    return next(verdict for verdict in worst_first if verdict in verdicts)


def quotations(text: str) -> list[Quotation]:
    """Return the quotations with stated or inferred speakers, as the checks use them."""
    facts = extract(read_article(text))
    return [fact for fact in with_speakers(facts) if isinstance(fact, Quotation)]


def inferred(facts: Facts) -> dict[int, str]:
    """Return the speakers that are inferred and no facts, by the offset of the quotation."""
    return dict(inferred_speakers(facts))


def speech(article: Article) -> tuple[Span, ...]:
    """Return the spans from each quotation to its speaker's name."""
    return spans_of_speech(extract(article))


def stated(facts: Facts) -> list[str]:
    return [statement.text for statement in statements(facts)]
