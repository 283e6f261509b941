"""Support fitted to labelled examples, its thresholds, and how good a fit is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.checks.regression import (
    DOUBTED,
    SENSITIVITIES,
    Labelled,
    fit,
    highest_threshold,
    judged,
    measured,
)

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


# the regression


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


@given(examples=labelled(), order=st.randoms(use_true_random=False))
def test_the_order_of_the_examples_makes_no_difference(examples: list[Labelled], order: object) -> None:
    shuffled = list(examples)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = fit(examples), fit(shuffled)
    assert other.weights == pytest.approx(one.weights, rel=1e-4, abs=1e-6)
    assert other.intercept == pytest.approx(one.intercept, rel=1e-4, abs=1e-5)


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


# measures


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
