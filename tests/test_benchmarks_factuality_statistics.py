"""The arithmetic of the benchmark against people's judgements: counts, intervals and draws."""

import math

import numpy as np
import pytest

pytest.importorskip("sklearn")

from benchmarks.factuality.statistics import (
    auc,
    draws,
    percentile_interval,
    wilson,
)

pytestmark = pytest.mark.slow


def test_auc_counts_pairs_in_order_and_ties_half() -> None:
    """Of four pairs three are in order and one is tied: 3.5 of 4."""
    labels, scores = np.array([True, True, False, False]), np.array([0.9, 0.4, 0.4, 0.1])
    assert auc(labels, scores) == pytest.approx(0.875)
    assert auc(labels, -scores) == pytest.approx(0.125)
    assert math.isnan(auc(labels[:2], scores[:2]))


def test_a_weight_counts_an_item_as_often_as_it_was_drawn() -> None:
    """Weights give what repeating the items gives."""
    labels, scores = np.array([True, True, False, False]), np.array([0.9, 0.4, 0.4, 0.1])
    times = np.array([1, 3, 2, 0])
    again = np.repeat(np.arange(4), times)
    weights = times.astype(float)
    assert auc(labels, scores, weights) == pytest.approx(auc(labels[again], scores[again]))


def test_wilson_intervals_are_the_published_ones() -> None:
    """8 of 10 gives 0.490 to 0.943, and 0 of 20 gives 0 to 0.161."""
    eight, none = wilson(8, 10), wilson(0, 20)
    assert [eight.value, eight.low, eight.high] == pytest.approx([0.8, 0.4902, 0.9433], abs=1e-4)
    assert [none.value, none.low, none.high] == pytest.approx([0, 0, 0.1611], abs=1e-4)
    assert math.isnan(wilson(0, 0).value)


def test_draws_are_the_same_for_a_seed_and_draw_as_many_clusters_as_there_are() -> None:
    """Each row says how often each cluster was drawn."""
    one = draws(7, resamples=20, seed=3)
    assert one.shape == (20, 7)
    assert (one.sum(axis=1) == 7).all()
    assert (one == draws(7, resamples=20, seed=3)).all()
    assert (one != draws(7, resamples=20, seed=4)).any()


def test_an_interval_is_the_middle_of_the_resamples_that_exist() -> None:
    """Of 0 to 100 the middle 95 % is 2.5 to 97.5, whatever else could not be computed."""
    found = percentile_interval(50.0, [*map(float, range(101)), math.nan])
    assert [found.low, found.high] == pytest.approx([2.5, 97.5])
    assert math.isnan(percentile_interval(50.0, [math.nan]).low)
