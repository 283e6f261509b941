"""Every public function comes to an end, soon, on texts that nobody would write."""

import pytest

from benchmarks.growth.calls import CALLS, call
from benchmarks.growth.measure import within
from benchmarks.growth.texts import TEXTS

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", CALLS)
def test_a_call_comes_to_an_end(name: str) -> None:
    """Of a text of 3,000 characters within twenty seconds of the processor, which is a hundred times what it takes."""
    for text in TEXTS.values():
        with within(20):
            call(name, text(3_000))
