"""How many tokens a text has: estimated from above, and the fewest that it can have."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise import Request
from summarise.backends.tokens import REQUEST_MARGIN, estimate_tokens, least_prompt_tokens, least_tokens, prompt_tokens
from summarise.data import Example

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "benchmarks" / "tokens" / "samples"
COUNTED = {
    "arabic": (152, 498),
    "capitals": (91, 159),
    "chinese": (142, 441),
    "emoji": (135, 261),
    "french": (190, 303),
    "german": (196, 348),
    "hindi": (136, 508),
    "japanese": (190, 552),
    "korean": (204, 722),
    "names": (190, 268),
    "random": (593, 719),
    "russian": (199, 588),
    "table": (339, 568),
    "urls": (291, 419),
}
"""The fewest and the most tokens that any of the tokenisers of docs/tokens.md counts of a sample."""


@pytest.mark.parametrize("name", COUNTED)
def test_real_counts_lie_between_the_two(name: str) -> None:
    """No tokeniser counts fewer than the fewest, and none more than what is reckoned for a request."""
    text = (SAMPLES / f"{name}.txt").read_text(encoding="utf-8")
    fewest, most = COUNTED[name]
    assert least_tokens(text) <= fewest
    assert most <= REQUEST_MARGIN * estimate_tokens(text)


def test_every_sample_was_counted() -> None:
    """A sample that is added is counted, too."""
    assert sorted(COUNTED) == sorted(path.stem for path in SAMPLES.glob("*.txt"))


@given(st.text())
def test_the_fewest_are_no_more_than_the_estimate(text: str) -> None:
    """Of any text; and where there is nothing there are no tokens."""
    assert 0 <= least_tokens(text) <= max(estimate_tokens(text), len(text.encode("utf-8", "replace")))
    assert least_tokens("") == estimate_tokens("") == 0


def test_all_that_is_sent_counts() -> None:
    """Examples and the form of the answer, too; of the fewest only what is surely read."""
    bare = Request(stage="draft", system="Be brief.", user="The frost came late.")
    taught = bare.model_copy(update={"examples": (Example(user="One came.", assistant="One."),)})
    formed = taught.model_copy(update={"json_schema": {"type": "object"}})
    assert prompt_tokens(bare) < prompt_tokens(taught) < prompt_tokens(formed)
    assert least_prompt_tokens(bare) < least_prompt_tokens(taught) == least_prompt_tokens(formed)
