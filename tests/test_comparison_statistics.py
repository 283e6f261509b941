"""Paired statistics: known values, and properties for any input."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.batch.comparison.statistics import bootstrap_interval, holm, sign_flip_p, smallest_p

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
