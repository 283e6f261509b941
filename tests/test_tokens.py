"""Upper and lower estimates of token counts."""

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
"""The fewest and the most tokens over the tokenisers of docs/tokens.md."""


@pytest.mark.parametrize("name", COUNTED)
def test_real_counts_lie_between_the_two(name: str) -> None:
    """No tokeniser's count is outside the estimates, with the margin of requests."""
    text = (SAMPLES / f"{name}.txt").read_text(encoding="utf-8")
    fewest, most = COUNTED[name]
    assert least_tokens(text) <= fewest
    assert most <= REQUEST_MARGIN * estimate_tokens(text)


def test_every_sample_was_counted() -> None:
    assert sorted(COUNTED) == sorted(path.stem for path in SAMPLES.glob("*.txt"))


@given(st.text())
def test_the_fewest_are_no_more_than_the_estimate(text: str) -> None:
    assert 0 <= least_tokens(text) <= max(estimate_tokens(text), len(text.encode("utf-8", "replace")))
    assert least_tokens("") == estimate_tokens("") == 0


def test_all_that_is_sent_counts() -> None:
    """The lower estimate leaves out the schema."""
    bare = Request(stage="draft", system="Be brief.", user="The frost came late.")
    taught = bare.model_copy(update={"examples": (Example(user="One came.", assistant="One."),)})
    formed = taught.model_copy(update={"json_schema": {"type": "object"}})
    assert prompt_tokens(bare) < prompt_tokens(taught) < prompt_tokens(formed)
    assert least_prompt_tokens(bare) < least_prompt_tokens(taught) == least_prompt_tokens(formed)
