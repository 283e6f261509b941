"""Run time of the public functions on adversarial texts, and what a claim is compared with in a long article."""

from typing import Any

import pytest

from benchmarks.growth.calls import CALLS, call
from benchmarks.growth.measure import within
from benchmarks.growth.texts import TEXTS
from benchmarks.scale.articles import article, claims
from summarise import extract_facts
from summarise.checks import SourceIndex
from summarise.checks.source_index import SourceSentence
from summarise.checks.verification import Verifier

pytestmark = [pytest.mark.slow, pytest.mark.models]


# Some calls check a text against itself.
@pytest.mark.filterwarnings("ignore::summarise.errors.SummariseWarning")
@pytest.mark.parametrize("name", CALLS)
def test_a_call_comes_to_an_end(name: str) -> None:
    """3,000 characters take at most 20 seconds of processor time, about a hundred times the usual."""
    for text in TEXTS.values():
        with within(20):
            call(name, text(3_000))


@pytest.mark.parametrize(
    ("name", "text", "length"),
    [
        ("read_article", "orders to a machine", 600_000),
        ("extract_facts", "orders to a machine", 80_000),
        ("extract_facts", "single quotation marks", 48_000),
        ("check, article", "single quotation marks", 48_000),
        ("summarise", "single quotation marks", 48_000),
    ],
)
def test_a_long_text_takes_as_long_as_its_length(name: str, text: str, length: int) -> None:
    """Quadratic time would take more than a minute."""
    with within(30):
        call(name, TEXTS[text](length))


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


def test_checking_a_claim_does_not_look_at_more_sentences_of_a_longer_article(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A longer article begins as the short one does, so that the same claims apply."""
    assert article(SHORT * TIMES).startswith(article(SHORT))
    short, long = (examined(SourceIndex(extract_facts(article(SHORT * times))), monkeypatch) for times in (1, TIMES))
    assert 0 < long < MUCH * short
