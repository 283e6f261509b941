"""The number of article sentences examined for a claim does not grow with the article."""

from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.scale.articles import article, claims
from summarise import Facts, read_article
from summarise.checks import SourceIndex
from summarise.checks.source_index import Source
from summarise.checks.verification import Verifier
from summarise.facts import extract

SHORT, TIMES = 1_000, 10
MUCH = 3
"""Allowed growth: in a ten times longer article more sentences are relevant."""


@pytest.fixture(scope="module")
def facts() -> dict[int, Facts]:
    """Return the facts of an article, and of a longer one with the same beginning."""
    return {times: extract(read_article(article(SHORT * times))) for times in (1, TIMES)}


def looked_at(source_index: SourceIndex, patch: pytest.MonkeyPatch) -> int:
    """Return how many sentences of the article are accessed while claims are checked."""
    theirs = {id(one) for one in source_index.sources}
    seen: set[int] = set()

    def look(self: object, name: str) -> Any:
        if id(self) in theirs:
            seen.add(id(self))
        return object.__getattribute__(self, name)

    Verifier(source_index).verify(" ".join(claims()), origin="given")
    with patch.context() as patched:
        patched.setattr(Source, "__getattribute__", look)
        Verifier(source_index).verify(" ".join(claims()), origin="given")
    return len(seen)


@pytest.mark.slow
def test_checking_a_claim_does_not_look_at_more_sentences_where_the_article_is_longer(
    facts: dict[int, Facts], monkeypatch: pytest.MonkeyPatch
) -> None:
    short, long = (looked_at(SourceIndex(facts[times]), monkeypatch) for times in (1, TIMES))
    assert 0 < long < MUCH * short


def test_an_article_begins_as_every_longer_one_does() -> None:
    """So the same claims apply to all of them."""
    assert article(5_000).startswith(article(1_000))
    assert article(1_000, seed=2) != article(1_000)
    assert 1_000 <= len(article(1_000).split()) < 1_200


@pytest.mark.slow
def test_copies_of_an_article_differ_in_their_names_and_figures(facts: dict[int, Facts]) -> None:
    """A longer article has more distinct names, amounts and dates."""

    def told(kind: str) -> Iterator[int]:
        return (len({fact.value for fact in facts[times].facts if fact.kind == kind}) for times in (1, TIMES))

    for kind in ("name", "money", "date"):
        short, long = told(kind)
        assert long > 4 * short


@pytest.mark.slow
def test_claims_are_ten_and_some_of_them_are_wrong(facts: dict[int, Facts]) -> None:
    source_index = SourceIndex(facts[1])
    checked = [one.sentence.verdict for one in Verifier(source_index).verify(" ".join(claims()), origin="given")]
    assert len(claims()) == len(checked) == 10
    assert set(checked) == {"supported", "unverified"}
