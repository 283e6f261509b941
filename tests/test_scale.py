"""The number of article sentences examined for a claim does not grow with the article."""

from typing import Any

import pytest

from benchmarks.scale.articles import article, claims
from summarise import extract_facts
from summarise.checks import SourceIndex
from summarise.checks.source_index import SourceSentence
from summarise.checks.verification import Verifier

SHORT, TIMES = 1_000, 10
MUCH = 3  # allowed growth: in a ten times longer article more sentences are relevant


def examined(source_index: SourceIndex, patch: pytest.MonkeyPatch) -> int:
    """Return how many sentences of the article are accessed while claims are checked."""
    sources = {id(source) for source in source_index.sources}
    seen: set[int] = set()

    def look(self: object, name: str) -> Any:
        if id(self) in sources:
            seen.add(id(self))
        return object.__getattribute__(self, name)

    Verifier(source_index).verify(" ".join(claims()), origin="given")
    with patch.context() as patched:
        patched.setattr(SourceSentence, "__getattribute__", look)
        Verifier(source_index).verify(" ".join(claims()), origin="given")
    return len(seen)


@pytest.mark.slow
def test_checking_a_claim_does_not_look_at_more_sentences_of_a_longer_article(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A longer article begins as the short one does, so that the same claims apply."""
    assert article(SHORT * TIMES).startswith(article(SHORT))
    short, long = (examined(SourceIndex(extract_facts(article(SHORT * times))), monkeypatch) for times in (1, TIMES))
    assert 0 < long < MUCH * short
