"""Comparisons: paired statistics with known values and properties for any input, and how they are shown."""

import re
import sys
from importlib.util import find_spec
from itertools import pairwise

import pytest
from comparing import HOSTILE, RIGHT, WRONG, comparison_markdown, comparison_text, contrast, drawn, shown
from hypothesis import given
from hypothesis import strategies as st
from invented import BRIDGE

from summarise import Comparison, Settings, SummariseError, summarise
from summarise.backends.scripted import ScriptedBackend
from summarise.batch.statistics import (
    Values,
    bootstrap_interval,
    build_comparison,
    holm,
    measure_summary,
    sign_flip_p,
    smallest_p,
)
from summarise.data.comparison import MeasureName, Variant

PLAIN = Settings(entailment="off", repair_rounds=0)

differences = st.lists(st.floats(-100, 100).map(lambda number: round(number, 3)), min_size=1, max_size=9)
p_values = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def test_holm_corrects_as_in_its_paper() -> None:
    """The smallest p is multiplied by the number of tests, the next by one less; the result never decreases."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


@given(p_values)
def test_a_corrected_p_is_no_smaller_and_keeps_the_order(values: list[float]) -> None:
    """It is between the original value and 1; the smallest equals Bonferroni's."""
    corrected = holm(values)
    assert all(value <= one <= 1 for value, one in zip(values, corrected, strict=True))
    ordered = [one for _, one in sorted(zip(values, corrected, strict=True))]
    assert all(one <= other for one, other in pairwise(ordered))
    assert min(corrected) == min(1.0, min(values) * len(values))


def test_sign_flips_of_few_pairs_are_all_tried() -> None:
    """For 1, 2 and 3, two of eight sign patterns are as extreme as the sum."""
    assert sign_flip_p([1.0, 2.0, 3.0], seed=1) == 0.25
    assert sign_flip_p([-1.0, 2.0, 3.0], seed=1) == 0.5
    assert sign_flip_p([0.0, 0.0], seed=1) == 1.0
    assert sign_flip_p([1.0] * 9, seed=1) == smallest_p(9) == 2 / 512


def test_random_sign_flips_come_near_to_all_of_them() -> None:
    """For 14 pairs of equal size the exact value is binomial."""
    exact = 2 * (1 + 14 + 91) / 2**14
    assert sign_flip_p([1.0] * 12 + [-1.0] * 2, seed=3) == pytest.approx(exact, abs=0.004)
    assert sign_flip_p([1.0] * 40, seed=3) == smallest_p(40) == pytest.approx(1 / 10_001)


@given(differences, st.floats(0.01, 100))
def test_a_p_value_is_the_same_for_both_directions_and_any_unit(values: list[float], unit: float) -> None:
    """The order of the variants does not matter."""
    p = sign_flip_p(values, seed=1)
    assert 0 < p <= 1
    assert sign_flip_p([-value for value in values], seed=1) == p


@given(differences)
def test_an_interval_lies_within_the_numbers_and_is_the_same_for_one_seed(values: list[float]) -> None:
    low, high = bootstrap_interval(values, seed=5, resamples=200)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
    assert (low, high) == bootstrap_interval(values, seed=5, resamples=200)


def test_an_interval_is_about_as_wide_as_theory_says() -> None:
    low, high = bootstrap_interval([0.0, 1.0] * 50, seed=1)
    assert (low, high) == pytest.approx((0.5 - 1.96 * 0.05, 0.5 + 1.96 * 0.05), abs=0.011)


def test_many_articles_are_drawn_in_blocks() -> None:
    low, high = bootstrap_interval([0.0, 1.0] * 1000, seed=1, resamples=1000)
    assert high - low == pytest.approx(2 * 1.96 * 0.5 / 2000**0.5, rel=0.1)


@pytest.mark.slow
def test_a_better_prompt_is_found_and_a_like_one_is_not_in_a_hundred_repetitions() -> None:
    """At most 10 of 100 equal prompts raise an alarm."""
    bad, good = (
        measure_summary(summarise(BRIDGE, backend=ScriptedBackend([text]), settings=PLAIN)) for text in (WRONG, RIGHT)
    )
    assert bad["supported"] < good["supported"]

    def each(err: bool) -> dict[MeasureName, float]:
        return bad if err else good

    def alarm(found: Comparison) -> bool:
        return any(one.significant for measured in found.measures for one in measured.contrasts)

    better = [drawn((0.75, 0.1), seed, each) for seed in range(100)]
    assert all(contrast(one, "supported").significant and contrast(one, "supported").difference > 0 for one in better)
    assert sum(alarm(drawn((0.4, 0.4), 1000 + seed, each)) for seed in range(100)) <= 10


def test_a_frame_has_a_row_for_each_article_and_variant(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pandas, SummariseError is raised."""
    found = drawn((0.5, 0.5), 1, lambda err: {"words": 80.0 + err}, articles=3)
    if find_spec("pandas"):
        frame = found.to_frame()
        assert list(frame.columns) == ["article", "variant", "words"]
        assert len(frame) == 6
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(SummariseError, match="to_frame needs pandas: pip install pandas"):
        found.to_frame()


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return shown()


def test_every_view_gives_the_smallest_detectable_difference() -> None:
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


def test_direction_and_corrections_are_shown() -> None:
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
