"""What the benchmark fits and compares: baselines, cuts and weights, each on other sets than it is measured on."""

import math
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn")

from judged_claims import article, item, raised

from benchmarks.factuality.accuracy import Row, measure, tally
from benchmarks.factuality.baselines import features, regression
from benchmarks.factuality.data import Item, folds
from benchmarks.factuality.elsewhere import support_elsewhere
from benchmarks.factuality.fit import fitted_to_all, measured
from benchmarks.factuality.fitting import Weights, feature_names, fitted, row_of, supports
from benchmarks.factuality.reliability import reliability, weighed
from benchmarks.factuality.run import Outcome
from benchmarks.factuality.scoring import units_of
from benchmarks.factuality.statistics import (
    Interval,
    shared_cut,
)
from benchmarks.factuality.watch import (
    support_logged,
    unweighted,
)
from summarise.api import check, extract_facts
from summarise.checks import support

pytestmark = pytest.mark.slow


def test_overlap_baselines_are_shares_of_what_is_found() -> None:
    """Two of three content words, the mean of 2 of 4 pairs and 1 of 3 triples, one of two capitals and numbers."""
    found = features(["the old bridge at Orlow"], ["He saw the old bridge."])
    assert found["a"][0] == pytest.approx(2 / 3)
    assert found["b"][0] == pytest.approx((2 / 4 + 1 / 3) / 2)
    assert features(["Orlow has 12 pupils"], ["12 pupils"])["c"][0] == pytest.approx(1 / 2)
    assert features(["no capitals"], ["nothing"])["c"][0] == 1.0


def test_a_regression_without_both_labels_says_nothing() -> None:
    """It gives one half to everything instead of failing."""
    table = np.array([[0.1, 0.2, 0.3], [0.9, 0.8, 0.7]])
    assert list(regression(table, np.array([True, True]), applied_to=(table,))[0]) == [0.5, 0.5]
    low, high = regression(table, np.array([False, True]), applied_to=(table,))[0]
    assert low < 0.5 < high


def test_perfect_support_is_perfect_and_beats_the_regression_in_every_resample() -> None:
    """A claim of each label for each article, told apart by support alone: 1.0 for ours, 0.5 for the rest."""
    items = [item(n, f"source {n // 2}", consistent=n % 2 == 0, claim="The same.") for n in range(24)]
    outcomes = {
        (one.set, one.id): Outcome(
            verdict="supported" if one.consistent else "contradicted", support=float(one.consistent)
        )
        for one in items
    }
    (row,) = measure({"one": items}, units_of({"one": items}, outcomes), resamples=20)
    assert row.verdict == 1.0
    assert (row.systems["ours"].bacc, row.systems["ours"].auc) == (1.0, 1.0)
    assert row.systems["d in"].auc == pytest.approx(0.5)
    difference = row.differences["auc, d in"]
    assert [difference.value, difference.low, difference.high] == pytest.approx([0.5, 0.5, 0.5])
    # Nothing was left to fit on but the set itself.
    assert "d out" not in row.systems


def test_a_cut_is_the_best_of_the_other_fold() -> None:
    """Where the folds need different cuts, each other's are useless, though the scores would do."""
    items = [item(n, f"source {n // 2}", consistent=n % 2 == 0) for n in range(16)]
    fold = folds(items)
    outcomes = {
        (one.set, one.id): Outcome(support=0.2 + 0.2 * one.consistent + 0.4 * fold[one.article]) for one in items
    }
    (row,) = measure({"one": items}, units_of({"one": items}, outcomes), resamples=2)
    assert (row.systems["ours"].bacc, row.systems["ours"].auc) == (0.5, 0.75)


def test_a_set_is_scored_by_fits_to_other_families_only() -> None:
    """Twins are left out together, and so are the articles that another set shares with the one that is tested."""

    def judged(name: str, articles: range) -> list[Item]:
        said = ("Something else entirely.", "The news of today.")
        return [
            item(n, f"The news of today, {n}.", name=name, consistent=n % 2 == 0, claim=said[n % 2 == 0])
            for n in articles
        ]

    def scores(**sets: list[Item]) -> list[bool]:
        outcomes = {(one.set, one.id): Outcome() for items in sets.values() for one in items}
        found = units_of(sets, outcomes)[0].systems.get("d out")
        return [bool(one) for one in found.scores > 0.5] if found else []

    tested = judged("genaudit_news", range(4))
    twins = judged("genaudit_news_sent", range(4, 8))
    assert scores(genaudit_news=tested, genaudit_news_sent=twins) == []
    assert scores(genaudit_news=tested, other=judged("other", range(4, 8))) == [True, False, True, False]
    # Without what it shares, the other set has one label only: nothing can be learnt from it.
    assert scores(genaudit_news=tested, other=judged("other", range(5))) == [False] * 4


def sentences(*values: float, errors: int = 0, left: float = 1.0, **more: Any) -> Outcome:
    """Return the outcome of a claim whose sentences have one feature, of these values."""
    return Outcome(
        sentences=max(1, len(values)),
        features=tuple({"overlap": value} for value in values),
        remaining=(left,) * len(values),
        raised=(raised(),) * errors,
        **more,
    )


def test_support_is_that_of_the_weakest_sentence_under_any_weights() -> None:
    """Errors leave a part; what is word for word in the article has 1 under any weights, and no sentence has 0."""
    weights = Weights(("overlap",), np.array([2.0]), -1.0)
    claims = [sentences(0.5), sentences(0.5, 1.0), sentences(1.0, left=0.4), sentences(), Outcome()]
    rows = [row_of(True, one, weights.names) for one in claims]
    assert list(supports(rows, weights)) == pytest.approx([0.5, 0.5, 0.4 / (1 + math.exp(-1)), 1.0, 0.0])
    assert list(supports(rows, None)) == [0.5] * 5


def test_what_is_fitted_has_the_names_that_the_program_gives() -> None:
    """A feature more is fitted like the others; a claim without one of the features is an error, not a zero."""
    told = [(n % 2 == 0, {"noise": float(n % 3 == 0), "told": float(n % 2 == 0)}) for n in range(40)]
    outcomes = [Outcome(sentences=1, features=(one,), remaining=(1.0,)) for _, one in told]
    names = feature_names([Outcome(), *outcomes])
    assert names == ("noise", "told")
    found = fitted([[row_of(label, one, names) for (label, _), one in zip(told, outcomes, strict=True)]], names)
    assert found is not None
    assert abs(found.values[0]) < 0.5 < found.values[1]
    assert list(found.rounded()) == ["intercept", "noise", "told"]
    with pytest.raises(KeyError):
        row_of(True, sentences(0.5), names)
    assert fitted([[row_of(True, outcomes[0], names)]], names) is None


def test_sets_and_labels_weigh_alike_in_a_fit() -> None:
    """Ten times the claims of one set, or of one label, fit the same weights."""
    one = [row_of(label, sentences(value), ("overlap",)) for label, value in ((True, 0.9), (True, 0.6), (False, 0.4))]
    two = [row_of(label, sentences(value), ("overlap",)) for label, value in ((True, 0.3), (False, 0.5))]
    # Standardising looks at every claim alike, so the sets have the same values before and after.
    often = [*one, *[row for row in one if row.consistent] * 9]
    once, more = fitted([one, two], ("overlap",)), fitted([often, two], ("overlap",))
    assert once is not None
    assert more is not None
    middle = -once.intercept / once.values[0]
    assert -more.intercept / more.values[0] == pytest.approx(middle, abs=0.1)


def test_the_program_reckons_support_as_the_benchmark_does() -> None:
    """What is watched, under the shipped weights, gives the program's own support, word for word or not."""
    facts = extract_facts(article("Orlow"))
    claims = (
        "The council of Orlow closed its market hall on Monday after inspectors found 12 cracks in the roof.",
        "Inspectors found cracks in the hall of Orlow. Repairs will cost £9 million, and Petra Voss leads the council.",
    )
    shipped = support.weights()
    for claim in claims:
        with support_logged() as reckoning:
            report = check(claim, facts)
            told, left = reckoning.take()
        outcome = Outcome(sentences=len(report.sentences), features=told, remaining=left)
        names = tuple(name for name in shipped if name != "intercept")
        weights = Weights(names, np.array([shipped[name] for name in names]), shipped["intercept"])
        assert supports([row_of(True, outcome, names)], weights)[0] == pytest.approx(report.support, abs=1e-4)
    assert len(told) == len(left) == 2


def test_a_feature_without_a_weight_counts_nothing_while_it_is_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that it can be fitted; outside, the program would fail for want of a weight."""
    facts, claim = extract_facts(article("Orlow")), "The hall in Orlow is closed."
    before = check(claim, facts).support
    features_of = support.features
    monkeypatch.setattr(support, "features", lambda *given: {**features_of(*given), "brand new": 1.0})
    with support_logged() as reckoning:
        assert check(claim, facts).support == before
    assert [one["brand new"] for one in reckoning.features] == [1.0]
    assert unweighted(reckoning.features[0]) == ["brand new"]
    with pytest.raises(KeyError):
        check(claim, facts)


def test_a_shared_cut_is_the_best_for_the_mean_of_the_sets() -> None:
    """A big set counts no more than a small one, a part of a mixture half, and parts with one label not at all."""
    both = np.array([False, True])
    small = [(both, np.array([0.1, 0.3]))]
    big = [(np.repeat(both, 50), np.repeat(np.array([0.35, 0.9]), 50))]
    assert 0.1 < shared_cut([small]) <= 0.3
    assert 0.35 < shared_cut([small, big]) <= 0.9 or 0.1 < shared_cut([small, big]) <= 0.3
    assert 0.1 < shared_cut([small, small, big]) <= 0.3
    assert 0.35 < shared_cut([small, big, big]) <= 0.9
    one_label = [(np.array([True, True]), np.array([0.7, 0.8]))]
    assert shared_cut([[*small, *one_label], one_label]) == shared_cut([small])
    assert shared_cut([one_label]) == 0.5


def test_support_and_its_cut_are_fitted_to_the_sets_of_other_families() -> None:
    """Nothing of the set that is scored goes in; what has an error does not pass, whatever its support."""
    learnt = {
        ("other", str(n)): sentences(0.9 if n % 2 == 0 else 0.1, support=0.0, verdict="unverified") for n in range(8)
    }
    tested = {
        ("tested", "0"): sentences(0.9),
        ("tested", "1"): sentences(0.1),
        ("tested", "2"): sentences(0.9, errors=1),
    }
    sets = {
        "other": [item(n, f"source {n}", name="other", consistent=n % 2 == 0) for n in range(8)],
        # Its labels are the wrong way round, so that a fit to the set itself would show.
        "tested": [item(n, f"another {n}", name="tested", consistent=n == 1) for n in range(3)],
    }
    found = support_elsewhere(sets, learnt | tested)
    assert found["tested"].scores[0] > found["tested"].cut > found["tested"].scores[1]
    assert found["tested"].scores[2] == found["tested"].scores[0]
    assert list(found["tested"].passes) == [True, False, False]
    assert found["other"].scores[0] < found["other"].scores[1]
    units = {unit.set: unit for unit in units_of(sets, learnt | tested)}
    assert list(units["tested"].systems["ours out"].scores) == list(found["tested"].scores)
    passes = units["tested"].systems["ours out"].passes
    assert passes is not None
    assert list(passes) == [True, False, False]
    assert support_elsewhere({"other": sets["other"]}, learnt) == {}
    assert support_elsewhere(sets, dict.fromkeys(learnt | tested, Outcome())) == {}


def test_weights_for_the_package_are_fitted_to_all_sets_and_measured_without_errors() -> None:
    """One set learns from all; AUC goes by support, and what has an error is not passed at any threshold."""
    items = [item(n, f"source {n}", consistent=n % 2 == 0) for n in range(8)]
    outcomes = {("one", str(n)): sentences(0.9 if n % 2 == 0 else 0.1, errors=int(n == 0)) for n in range(8)}
    weights = fitted_to_all({"one": items}, outcomes)
    assert weights is not None
    assert weights.names == ("overlap",)
    assert weights.values[0] > 0
    two = {"one": items, "two": [item(n, f"more {n}", name="two", consistent=n % 2 == 0) for n in range(8)]}
    outcomes |= {("two", key): outcome for (_, key), outcome in outcomes.items()}
    found = support_elsewhere(two, outcomes)["one"]
    assert measured(items, [outcomes["one", one.id] for one in items], found, 0.5) == (1.0, (0.75 + 1) / 2)


def test_sets_are_counted_in_which_ours_is_better_and_surely_so() -> None:
    """The interval must leave zero out; corpora of a mixture and the mean are no sets."""

    def row(name: str, value: float, low: float, high: float, *, part: bool = False) -> Row:
        return Row(
            name=name,
            part=part,
            items=1,
            articles=1,
            consistent=0.5,
            verdict=0.5,
            systems={},
            differences={"auc": Interval(value, low, high)},
        )

    found = tally(
        [
            row("one", 0.2, 0.1, 0.3),
            row("two", 0.2, 0.0, 0.3),
            row("two xsum", 0.2, 0.1, 0.3, part=True),
            row("three", -0.2, -0.3, -0.1),
            row("four", 0.0, -0.1, 0.1),
            row("mean", 0.2, 0.1, 0.3),
        ],
        "auc",
    )
    assert (found.sets, found.better, found.surely_better, found.worse, found.surely_worse) == (4, 2, 1, 1, 1)
    assert tally([], "auc").sets == 0


def test_reliability_is_the_share_of_consistent_claims_in_each_bin() -> None:
    """A support of 1 is in the last bin; errors weigh as the claims do."""
    labels = np.array([True, False, True, True])
    scores = np.array([0.55, 0.55, 0.9, 1.0])
    found = reliability("ours", labels, scores, np.array([1.0, 1.0, 1.0, 1.0]), "claims alike")
    assert [(one.low, one.claims) for one in found.bins if one.claims] == [(0.5, 2), (0.9, 2)]
    half, full = found.bins[5], found.bins[9]
    assert [half.weight, half.support, half.consistent] == pytest.approx([0.5, 0.55, 0.5])
    assert [full.weight, full.support, full.consistent] == pytest.approx([0.5, 0.95, 1.0])
    assert math.isnan(found.bins[0].consistent)
    assert found.calibration_error == pytest.approx((0.05 + 0.05) / 2)
    assert found.brier == pytest.approx((0.45**2 + 0.55**2 + 0.1**2) / 4)
    assert found.constant == pytest.approx(0.75 * 0.25)
    heavy = reliability("ours", labels, scores, np.array([1.0, 3.0, 0.0, 0.0]), "claims alike")
    assert heavy.bins[5].consistent == pytest.approx(0.25)
    assert heavy.calibration_error == pytest.approx(0.3)


def test_sets_weigh_alike_in_reliability_and_so_do_labels_if_asked() -> None:
    """Each set adds up to one; a label that a set lacks leaves its weight to the other."""
    sets, labels = ["one"] * 4 + ["two"], np.array([True, True, True, False, True])
    assert list(weighed(sets, labels, "claims alike")) == [0.25] * 4 + [1.0]
    assert list(weighed(sets, labels, "labels alike")) == pytest.approx([1 / 6] * 3 + [0.5, 1.0])
