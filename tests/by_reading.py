"""Claims and articles read by the real extractors, for tests of the checks; texts are invented."""

from functools import cache

import pytest
from by_hand import aligned

from summarise.api import extract_facts
from summarise.article import read_claims
from summarise.checks import Check, Claim, Ground, check_claim
from summarise.data import Finding
from summarise.facts import extract


@cache
def ground(article: str) -> Ground:
    """Read an article, once."""
    return Ground(extract_facts(article))


def claimed(article: str, text: str) -> Claim:
    """Read a claim of one sentence as a check gets it."""
    known = ground(article).facts
    return ground(article).claim(text, extract(read_claims(text), known=known).facts)


REST = " The weather was fine. Nobody else came."
"""What a short article goes on with, so that its words are not all there is."""


def found_by(check: Check, article: str, text: str) -> list[Finding]:
    """Return what one check finds in a claim, lined up with the article's sentences."""
    article += REST
    claim = claimed(article, text)
    return list(check(claim, ground(article), aligned(ground(article), claim)))


def errors(article: str, text: str) -> list[str]:
    """Return the errors of all checks together."""
    checked = check_claim(claimed(article, text), ground(article))
    return [f"{f.kind}: {f.said} / {f.article_says}" for f in checked.findings if f.severity == "error"]


def gap(*case: str, reason: str) -> object:
    """Return a case that the program gets wrong."""
    return pytest.param(*case, marks=pytest.mark.xfail(reason=reason, strict=True))
