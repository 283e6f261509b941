"""How many sentences of the article a claim meets does not grow with the article. Counted, not timed."""

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
"""How much more of a ten times longer article may be looked at: more of it may tell what a claim tells."""


@pytest.fixture(scope="module")
def facts() -> dict[int, Facts]:
    """Return the facts of an article, and of one that begins so and is ten times as long."""
    return {times: extract(read_article(article(SHORT * times))) for times in (1, TIMES)}


def looked_at(source_index: SourceIndex, patch: pytest.MonkeyPatch) -> int:
    """Return how many of the article's sentences are looked at, once or more, while claims are checked."""
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
    """Not at ten times as many in an article ten times as long."""
    short, long = (looked_at(SourceIndex(facts[times]), monkeypatch) for times in (1, TIMES))
    assert 0 < long < MUCH * short


def test_an_article_begins_as_every_longer_one_does() -> None:
    """So that the claims are about all of them."""
    assert article(5_000).startswith(article(1_000))
    assert article(1_000, seed=2) != article(1_000)
    assert 1_000 <= len(article(1_000).split()) < 1_200


@pytest.mark.slow
def test_copies_of_an_article_differ_in_their_names_and_figures(facts: dict[int, Facts]) -> None:
    """Hardly a name or amount of a copy is that of another one: there are more of them in a longer article."""

    def told(kind: str) -> Iterator[int]:
        return (len({fact.value for fact in facts[times].facts if fact.kind == kind}) for times in (1, TIMES))

    for kind in ("name", "money", "date"):
        short, long = told(kind)
        assert long > 4 * short


@pytest.mark.slow
def test_claims_are_ten_and_some_of_them_are_wrong(facts: dict[int, Facts]) -> None:
    """As many as a summary has; what was changed in them is found."""
    source_index = SourceIndex(facts[1])
    checked = [one.sentence.verdict for one in Verifier(source_index).verify(" ".join(claims()), origin="given")]
    assert len(claims()) == len(checked) == 10
    assert set(checked) == {"supported", "unverified"}
