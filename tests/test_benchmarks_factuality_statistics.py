"""The arithmetic of the benchmark against people's judgements: counts, cuts, intervals and draws."""

import math

import numpy as np
import pytest

pytest.importorskip("sklearn")

from benchmarks.factuality.statistics import (
    auc,
    balanced_accuracy,
    best_cut,
    draws,
    fold_mean,
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
    said = np.array([True, False, True, False])
    times = np.array([1, 3, 2, 0])
    again = np.repeat(np.arange(4), times)
    weights = times.astype(float)
    assert auc(labels, scores, weights) == pytest.approx(auc(labels[again], scores[again]))
    assert balanced_accuracy(labels, said, weights) == pytest.approx(balanced_accuracy(labels[again], said[again]))


def test_balanced_accuracy_is_the_mean_of_both_rates() -> None:
    """Three of four true items and one of two false ones: (0.75 + 0.5) / 2."""
    labels = np.array([True] * 4 + [False] * 2)
    said = np.array([True, True, True, False, True, False])
    assert balanced_accuracy(labels, said) == pytest.approx(0.625)
    assert math.isnan(balanced_accuracy(labels[:4], said[:4]))


def test_the_best_cut_separates_what_can_be_separated() -> None:
    """The cut lies in the middle of the gap; with one label only there is nothing to choose."""
    labels = np.array([False, False, True, True])
    assert best_cut(labels, np.array([0.1, 0.2, 0.6, 0.9])) == pytest.approx(0.4)
    assert best_cut(labels[:2], np.array([0.1, 0.2])) == 0.5
    # Backwards scores: the best is to call everything true, or nothing.
    assert best_cut(labels, np.array([0.9, 0.6, 0.2, 0.1])) == pytest.approx(0.1)


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


def test_a_mean_of_folds_looks_at_one_fold_at_a_time() -> None:
    """Scores of two folds are never compared with each other."""
    labels, first = np.array([True, False, True, False]), np.array([True, True, False, False])
    apart, one_backwards = np.array([0.2, 0.1, 0.9, 0.8]), np.array([0.2, 0.1, 0.8, 0.9])
    assert auc(labels, apart) == pytest.approx(0.75)
    assert fold_mean(lambda weights: auc(labels, apart, weights), first, np.ones(4)) == pytest.approx(1.0)
    assert fold_mean(lambda weights: auc(labels, one_backwards, weights), first, np.ones(4)) == pytest.approx(0.5)
