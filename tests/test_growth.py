"""Run time of the public functions on adversarial texts."""

import pytest

from benchmarks.growth.calls import CALLS, call
from benchmarks.growth.measure import within
from benchmarks.growth.texts import TEXTS

pytestmark = pytest.mark.slow


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
