"""Comparisons as text and Markdown."""

import re

import pytest
from comparing import HOSTILE, drawn, shown

from summarise import Comparison
from summarise.batch.comparison.statistics import Values, build_comparison
from summarise.data.comparison import Variant
from summarise.report.comparison import comparison_markdown, comparison_text


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return shown()


def test_every_view_tells_what_is_not_shown() -> None:
    """Measures without a conclusion give the smallest detectable difference: half of the interval."""
    found = drawn((0.4, 0.4), 3, lambda err: {"coverage": 0.2 if err else 0.5}, articles=40)
    one = found.measures[0].contrasts[0]
    told = re.search(
        r"No conclusion for b, .*about key facts stated \(below (\S+) points\)",
        comparison_text(found),
    )
    assert told is not None
    assert float(told[1]) == pytest.approx(100 * (one.high - one.low) / 2, abs=0.05)
    for view in (comparison_text(found), comparison_markdown(found)):
        assert "corrected by Holm" in view


def test_too_few_articles_are_named_in_one_line() -> None:
    text = comparison_text(drawn((0.4, 0.4), 3, lambda err: {"coverage": 0.2 if err else 0.5}, articles=3))
    assert "\nThree articles are too few for a conclusion.\n" in text
    assert "No conclusion for" not in text


def test_direction_and_corrections_are_told() -> None:
    """Fewer contradictions are better, and two variants are two tests, corrected together."""
    variants = [Variant(name=name, spec="") for name in "abc"]
    values: dict[str, list[Values | None]] = {
        str(n): [{"contradicted": 0.5}, {"contradicted": 0.1 * (n % 2)}, {"contradicted": 0.9}] for n in range(14)
    }
    found = build_comparison(variants, values)
    better, worse = found.measures[0].contrasts
    assert (better.wins, better.losses, worse.wins, worse.losses) == (14, 0, 0, 14)
    pairs = [(one.p or 0.0, one.p_adjusted or 0.0) for one in (better, worse)]
    assert found.tests == 2
    assert min(adjusted for _, adjusted in pairs) == pytest.approx(2 * min(p for p, _ in pairs))
    lines = comparison_text(found)
    assert "contradicted 5.0 % by b against 50.0 % by a, better (difference −45.0" in lines
    assert "contradicted 90.0 % by c against 50.0 % by a, worse (difference +40.0" in lines


def test_no_name_steers_text_or_markdown(comparison: Comparison) -> None:
    """Names cannot add table cells, mark-up or direction overrides."""
    text = comparison_markdown(comparison)
    assert len({row.count("|") for row in text.splitlines() if row.startswith("|")}) == 1
    assert "<script" not in text.replace("\\<", "")
    assert HOSTILE[-4] not in text + comparison_text(comparison)
