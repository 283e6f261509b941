"""Support fitted to labelled examples, its thresholds, and how good a fit is."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.checks.regression import (
    DOUBTED,
    SENSITIVITIES,
    Labelled,
    alike,
    area,
    calibration_error,
    error_by_chance,
    fit,
    highest_threshold,
    judged,
    measured,
)
from summarise.checks.verdict import support_of

VALUES = st.floats(-5, 5).map(lambda value: round(value, 3))
SHARES = st.integers(0, 100).map(lambda per_cent: per_cent / 100)


@st.composite
def labelled(draw: st.DrawFn) -> list[Labelled]:
    """Return examples of both labels, with two inputs, some of them with errors or weights of their own."""
    both = [True, False, *draw(st.lists(st.booleans(), min_size=2, max_size=25))]
    return [
        Labelled(
            {"first": draw(VALUES), "second": draw(VALUES)},
            right=right,
            error=draw(st.sampled_from([False, False, False, True])),
            weight=draw(st.sampled_from([1.0, 1.0, 0.5, 3.0])),
        )
        for right in both
    ]


def cells(*counts: tuple[float, bool, int]) -> list[Labelled]:
    """Return examples with one input: its value, the label, and how many there are."""
    return [Labelled({"x": value}, right=right) for value, right, count in counts for _ in range(count)]


def supports(examples: Sequence[Labelled]) -> list[float]:
    """Return the supports of the examples under what is fitted to them."""
    fitted = fit(examples)
    return [support_of(fitted, example.inputs) for example in examples]


# the regression


@pytest.mark.parametrize("wrong", [1, 7])
def test_the_weight_of_one_flag_is_the_log_of_the_odds_ratio(wrong: int) -> None:
    """The closed case, as good as without a penalty; how many wrong examples there are makes no difference."""
    table = cells((1.0, True, 30), (0.0, True, 10), (1.0, False, 10 * wrong), (0.0, False, 30 * wrong))
    fitted = fit(table, penalty=1e-9)
    assert fitted.weights["x"] == pytest.approx(math.log(9), abs=1e-4)
    assert fitted.intercept == pytest.approx(math.log(1 / 3), abs=1e-4)


def test_planted_weights_are_found_again() -> None:
    """Labels drawn by known weights, right and wrong about as many; an input that was not used gets next to nothing."""
    random = np.random.default_rng(5)
    table = random.normal(size=(20_000, 3)) * [1.0, 4.0, 1.0]
    likely = 1 / (1 + np.exp(-(table @ [1.5, -0.4, 0.0])))
    right = random.random(len(table)) < likely
    rows = [dict(zip("abc", row, strict=True)) for row in table.tolist()]
    fitted = fit([Labelled(row, right=bool(label)) for row, label in zip(rows, right, strict=True)])
    assert fitted.weights == pytest.approx({"a": 1.5, "b": -0.4, "c": 0.0}, abs=0.05)
    assert fitted.intercept == pytest.approx(0.0, abs=0.05)


@given(examples=labelled())
def test_support_is_a_half_on_average_where_both_labels_weigh_alike(examples: list[Labelled]) -> None:
    """The intercept is not drawn to 0."""
    weights = alike([one.right for one in examples], [one.weight for one in examples])
    assert float(weights @ supports(examples)) == pytest.approx(0.5, abs=2e-4)


@given(examples=labelled(), order=st.randoms(use_true_random=False))
def test_the_order_of_the_examples_makes_no_difference(examples: list[Labelled], order: object) -> None:
    shuffled = list(examples)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = fit(examples), fit(shuffled)
    assert other.weights == pytest.approx(one.weights, rel=1e-4, abs=1e-6)
    assert other.intercept == pytest.approx(one.intercept, rel=1e-4, abs=1e-5)


@given(examples=labelled(), factor=st.sampled_from([0.001, 0.5, 100.0]))
def test_the_unit_of_an_input_makes_no_difference(examples: list[Labelled], factor: float) -> None:
    """What is measured in other units has a weight for those units, and every support is the same."""
    scaled = [
        Labelled({**one.inputs, "first": one.inputs["first"] * factor}, one.right, one.error, one.weight)
        for one in examples
    ]
    assert supports(scaled) == pytest.approx(supports(examples), abs=2e-4)


@given(examples=labelled(), factor=st.sampled_from([0.1, 10.0]))
def test_only_the_proportion_of_weights_counts(examples: list[Labelled], factor: float) -> None:
    heavier = [Labelled(one.inputs, one.right, one.error, one.weight * factor) for one in examples]
    assert supports(heavier) == pytest.approx(supports(examples), abs=2e-4)


def test_a_weight_of_two_is_an_example_twice() -> None:
    once = cells((1.0, True, 5), (0.0, True, 2), (1.0, False, 3), (0.0, False, 4))
    twice = [Labelled(one.inputs, one.right, weight=2.0) if one.inputs["x"] else one for one in once]
    repeated = [*once, *(one for one in once if one.inputs["x"])]
    # Without a penalty, which weighs less the more examples there are.
    one, other = fit(twice, penalty=1e-9), fit(repeated, penalty=1e-9)
    assert one.weights == pytest.approx(other.weights, rel=1e-4)


@given(examples=labelled(), value=VALUES)
def test_an_input_that_never_varies_has_no_weight(examples: list[Labelled], value: float) -> None:
    more = [Labelled({**one.inputs, "same": value}, one.right, one.error, one.weight) for one in examples]
    fitted, without = fit(more), fit(examples)
    assert fitted.weights["same"] == 0.0
    assert {name: fitted.weights[name] for name in without.weights} == pytest.approx(
        without.weights, rel=1e-4, abs=1e-6
    )


def test_labels_that_an_input_tells_apart_get_a_finite_weight() -> None:
    """The penalty holds it; it is the larger, the smaller the penalty."""
    table = cells((1.0, True, 20), (0.0, False, 20))
    weights = [fit(table, penalty=penalty).weights["x"] for penalty in (10.0, 1.0, 0.01)]
    assert weights == sorted(weights)
    assert all(0 < weight < 50 for weight in weights)


@pytest.mark.parametrize("right", [True, False])
def test_examples_of_one_label_cannot_be_fitted(right: bool) -> None:
    with pytest.raises(ValueError, match="right and wrong"):
        fit(cells((1.0, right, 3), (0.0, right, 3)))


# thresholds


@given(examples=labelled())
def test_thresholds_keep_what_they_promise_on_the_examples(examples: list[Labelled]) -> None:
    """They are monotone, and no more right ones are doubted than allowed, unless errors alone are more than that."""
    fitted = fit(examples)
    found = fitted.thresholds
    assert 0.0 <= found.low <= found.default <= found.high <= 1.0
    right = [one for one in examples if one.right]
    by_errors = sum(one.weight for one in right if one.error) / sum(one.weight for one in right)
    made = [judged(one, fitted) for one in examples]
    for name in SENSITIVITIES:
        share = sum(one.weight for one in made if one.right and one.doubted[name]) / sum(one.weight for one in right)
        assert share <= max(DOUBTED[name], by_errors) + 1e-6


@given(
    rows=st.lists(st.tuples(SHARES, st.booleans(), st.sampled_from([1.0, 2.0])), min_size=1, max_size=30), limit=SHARES
)
def test_no_higher_threshold_keeps_the_promise(rows: list[tuple[float, bool, float]], limit: float) -> None:
    """By trying all that there are; where errors are too many the threshold is 0."""

    def share(threshold: float) -> float:
        doubted = sum(weight for support, error, weight in rows if error or support < threshold)
        return doubted / sum(weight for *_, weight in rows)

    found = highest_threshold([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows], limit)
    kept = [step / 1000 for step in range(1001) if share(step / 1000) <= limit + 1e-9]
    assert found == max(kept, default=0.0)


@pytest.mark.parametrize(
    ("supports", "errors", "limit", "threshold"),
    [
        ([0.1, 0.2, 0.3, 0.4], [False] * 4, 0.25, 0.2),
        ([0.1, 0.2, 0.3, 0.4], [False] * 4, 0.24, 0.1),
        ([0.1, 0.1, 0.3, 0.4], [False] * 4, 0.25, 0.1),  # both or none
        ([0.1, 0.2, 0.3, 0.4], [True, False, False, False], 0.25, 0.2),
        ([0.1, 0.2, 0.3, 0.4], [False, False, False, True], 0.25, 0.1),  # doubted, however much support it has
        ([0.1, 0.2, 0.3, 0.4], [True, True, False, False], 0.25, 0.0),
        ([0.1, 0.2], [False, False], 1.0, 1.0),
    ],
)
def test_right_examples_with_errors_count_as_doubted(
    supports: list[float], errors: list[bool], limit: float, threshold: float
) -> None:
    assert highest_threshold(supports, errors, [1.0] * len(supports), limit) == threshold


# measures


def test_the_area_is_the_share_of_pairs_in_order() -> None:
    """A tie counts half, a weight of two as two."""
    assert area([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1], [1, 1, 1, 1]) == 0.75
    assert area([0.5, 0.5], [0, 1], [1, 1]) == 0.5
    assert area([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1], [1, 2, 1, 1]) == pytest.approx(4 / 6)


def test_calibration_error_is_the_mean_distance_of_bins() -> None:
    """Ten of each tenth, of which as many are right as support says, are without error; all wrong is mean support."""
    given_supports = [tenth / 10 for tenth in range(10) for _ in range(10)]
    right = [place < tenth for tenth in range(10) for place in range(10)]
    ones = [1.0] * 100
    assert calibration_error(given_supports, right, ones) == pytest.approx(0.0)
    assert calibration_error(given_supports, [False] * 100, ones) == pytest.approx(0.45)
    # Ten that differ are ten bins.
    near = [0.5 + step / 100 for step in range(10)]
    apart = [1 - support if step % 2 else support for step, support in enumerate(near)]
    assert calibration_error(near, [step % 2 for step in range(10)], [1.0] * 10) == pytest.approx(sum(apart) / 10)
    assert calibration_error([0.5] * 4, [True, True, True, False], [1, 1, 1, 3]) == pytest.approx(0.0)


@given(
    rows=st.lists(st.tuples(SHARES, st.booleans(), st.sampled_from([1.0, 2.0])), min_size=1, max_size=40),
    order=st.randoms(use_true_random=False),
)
def test_calibration_error_is_a_share_and_knows_no_order(rows: list[tuple[float, bool, float]], order: object) -> None:
    found = calibration_error(*zip(*rows, strict=True))
    order.shuffle(rows)  # type: ignore[attr-defined]
    assert 0.0 <= found <= 1.0
    assert calibration_error(*zip(*rows, strict=True)) == pytest.approx(found)


def test_a_calibrated_score_has_the_error_of_chance_and_another_one_more() -> None:
    """Also where right ones are rare: labels drawn by support, weighed alike; chance is the same for the same seed."""
    random = np.random.default_rng(3)
    found = np.round(random.random(4_000), 4)
    right = random.random(4_000) < found
    # Nine of ten right ones are taken away: support still means what it says where both weigh alike.
    kept = ~right | (random.random(4_000) < 0.1)
    found, right = found[kept], right[kept]
    ones = np.ones(len(found))
    chance = error_by_chance(found, right, ones)
    assert chance == error_by_chance(found, right, ones)
    assert 0.3 * chance < calibration_error(found, right, alike(right, ones)) < 2 * chance
    assert calibration_error(np.sqrt(found), right, alike(right, ones)) > 4 * chance


def test_measures_tell_both_labels_apart() -> None:
    """Shares of right ones doubted and of wrong ones caught, by errors too."""
    table = cells((1.0, True, 9), (0.0, False, 8))
    table += [Labelled({"x": 1.0}, right=True, error=True), Labelled({"x": 1.0}, right=False, error=True)]
    table += cells((1.0, False, 1))
    fitted = fit(table)
    found = measured([judged(one, fitted) for one in table])
    assert found.doubted == pytest.approx({"low": 0.1, "default": 0.1, "high": 0.1})
    assert found.caught == pytest.approx({"low": 0.1, "default": 0.1, "high": 0.9})
    assert found.auc == pytest.approx(0.9)
