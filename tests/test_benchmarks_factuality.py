"""The benchmark against people's judgements: its arithmetic, its folds, and the command on invented data."""

import gzip
import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn")

from benchmarks.factuality import cache
from benchmarks.factuality.__main__ import main
from benchmarks.factuality.accuracy import Row, measure, tally
from benchmarks.factuality.baselines import features, regression
from benchmarks.factuality.cache import READERS, facts_kept, files_of, imported, imports
from benchmarks.factuality.confusion import confusions
from benchmarks.factuality.data import DataError, Item, article_id, folds, load_sets, sample
from benchmarks.factuality.elsewhere import support_elsewhere
from benchmarks.factuality.findings import joined, pool
from benchmarks.factuality.fit import fitted_to_all, measured
from benchmarks.factuality.fitting import Weights, feature_names, fitted, row_of, supports
from benchmarks.factuality.own import Offence, Own
from benchmarks.factuality.reliability import reliability, weighed
from benchmarks.factuality.report import Part, Report
from benchmarks.factuality.run import Outcome, Raised
from benchmarks.factuality.scoring import units_of
from benchmarks.factuality.statistics import (
    Interval,
    auc,
    balanced_accuracy,
    best_cut,
    draws,
    fold_mean,
    percentile_interval,
    shared_cut,
    wilson,
)
from benchmarks.factuality.watch import (
    checks_logged,
    nothing_verbatim,
    parser_timed,
    rules_only,
    support_logged,
    unweighted,
)
from summarise import checks
from summarise.api import check, extract_facts
from summarise.article import read_claims
from summarise.checks import Ground, support
from summarise.facts import extract, parser, passage

pytestmark = pytest.mark.slow

TOWNS = ("Brelmouth", "Orlow", "Tarnby", "Quillan", "Sellen", "Vosk")


def article(town: str) -> str:
    """Return an invented article about a town."""
    return (
        f"The council of {town} closed its market hall on Monday after inspectors found 12 cracks in the roof. "
        f"Repairs will cost £4 million. “We could not wait,” said Petra Voss, who leads the council."
    )


def rows(town: str) -> list[dict[str, Any]]:
    """Return two labelled claims about a town, one as the article has it and one false."""
    said = {
        1: f"The council of {town} closed its market hall on Monday after inspectors found 12 cracks in the roof.",
        0: f"The council of {town} closed its market hall on Friday after inspectors found 40 cracks in the roof.",
    }
    return [
        {
            "id": f"{town}-{label}",
            "source": article(town),
            "claim": claim,
            "label": label,
            "granularity": "sentence",
            "origin": "invented",
            "error_types": [] if label else ["figure"],
        }
        for label, claim in said.items()
    ]


def write(path: Path, lines: Sequence[Mapping[str, Any]]) -> None:
    """Write a set, compressed if its name says so."""
    text = "".join(json.dumps(line) + "\n" for line in lines)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Write two small sets, one of them compressed, and a file that is none."""
    folder = tmp_path / "data"
    folder.mkdir()
    write(folder / "one.jsonl", [row for town in TOWNS[:4] for row in rows(town)])
    write(folder / "two.jsonl.gz", [row for town in TOWNS[3:] for row in rows(town)])
    (folder / "README.md").write_text("no set")
    return folder


def item(place: int, source: str, *, consistent: bool = True, name: str = "one", **more: Any) -> Item:
    """Return an item with a claim that does not matter."""
    return Item(
        set=name,
        id=str(place),
        article=article_id(source),
        source=source,
        claim=more.pop("claim", "A claim."),
        consistent=consistent,
        sentence=True,
        **more,
    )


def raised(**more: Any) -> Raised:
    """Return an error without evidence of the check of names, or what differs from it."""
    fields: dict[str, Any] = {"check": "names", "kind": "name", "severity": "error", "said": "Orlow"}
    return Raised(**{**fields, "article_says": None, "evidence": "", **more})


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


def test_folds_never_split_an_article_and_are_even() -> None:
    """All items of one article are in one fold, and as many articles of each corpus in both, give or take one."""
    items = [item(n, f"source {n % 11}", corpus="cnndm" if n % 11 < 6 else "xsum") for n in range(40)]
    assigned = folds(items)
    assert assigned == folds(list(reversed(items)))
    assert set(assigned) == {one.article for one in items}
    for count in range(2, 12):
        one_corpus = folds([item(n, f"another source {n}") for n in range(count)])
        assert sum(one_corpus.values()) == count // 2
    for corpus in ("cnndm", "xsum"):
        articles = {one.article for one in items if one.corpus == corpus}
        assert abs(2 * sum(assigned[one] for one in articles) - len(articles)) <= 1


def test_a_sample_takes_whole_articles() -> None:
    """The sample has at least as many items as asked for, and all items of each article in it."""
    items = [item(n, f"source {n % 5}") for n in range(20)]
    taken = sample(items, 6)
    assert len(taken) == 8
    assert {one.article for one in taken}.isdisjoint({one.article for one in items if one not in taken})
    assert sample(items, 100) == tuple(items)


def test_sets_are_read_compressed_or_not(data: Path) -> None:
    """Every file of JSON lines is a set; others are none."""
    sets = load_sets(data)
    assert {name: len(items) for name, items in sets.items()} == {"one": 8, "two": 6}
    assert sets["one"][1].error_types == ("figure",)
    assert list(load_sets(data, only=["two"])) == ["two"]


def test_the_corpus_of_a_mixture_is_named_or_told_by_the_length_of_the_claims(tmp_path: Path) -> None:
    """An origin that names both corpora says nothing; the article's other items do, else the claims' length."""
    origins = [("first", "BART|cnndm", 5), ("first", "nine|cnndm/xsum", 5), ("second", "nine|cnndm/xsum", 5)]
    lines = [
        {"id": n, "source": source, "claim": "word " * words, "label": 1, "origin": origin}
        for n, (source, origin, words) in enumerate([*origins, ("third", "nine|cnndm/xsum", 60)])
    ]
    write(tmp_path / "frank_val.jsonl", lines)
    write(tmp_path / "other.jsonl", lines)
    sets = load_sets(tmp_path)
    assert [one.corpus for one in sets["frank_val"]] == ["cnndm", "cnndm", "xsum", "cnndm"]
    assert {one.corpus for one in sets["other"]} == {None}


@pytest.mark.parametrize(
    ("line", "told"),
    [('{"id": 1, "source": "s", "claim": "c", "label": 2}', "0 or 1"), ('{"id": 1}', "label"), ("no", "line 1")],
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str, told: str) -> None:
    """The message names the file and the line."""
    (tmp_path / "broken.jsonl").write_text(line)
    with pytest.raises(DataError, match=re.escape("broken.jsonl, line 1")) as caught_error:
        load_sets(tmp_path)
    assert told in str(caught_error.value)


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


def test_findings_are_right_where_the_item_is_not_consistent() -> None:
    """Each item counts once for a check, however often the check speaks; accusations and doubts are apart."""
    items = [item(n, f"source {n}", consistent=n >= 2, error_types=("made up",) if n == 0 else ()) for n in range(4)]
    speaks = {
        "0": Outcome(verdict="contradicted", raised=(raised(evidence="Its words."), raised(evidence="Others."))),
        "1": Outcome(raised=(raised(),)),
        "2": Outcome(raised=(raised(), raised(check="dates", kind="date", severity="note"))),
        "3": Outcome(verdict="supported", support=1.0),
    }
    checked = joined({"one": items}, {("one", key): outcome for key, outcome in speaks.items()})
    found = pool("all", checked)
    accuses, doubts = found.checks["names"]["accuses"], found.kinds["name"]["doubts"]
    assert (accuses.items, accuses.right, accuses.expected) == (1, 1, 0.5)
    assert (doubts.items, doubts.right, doubts.precision.value) == (2, 1, 0.5)
    assert found.kinds["date"]["notes"].items == 1
    assert found.any_error["notes"].right == 0
    assert (found.verdicts["unverified"].items, found.verdicts["supported"].consistent.value) == (2, 1.0)


def test_findings_are_set_beside_those_on_consistent_items_by_type_of_error() -> None:
    """Of a mixture, the consistent items of a corpus count as often as the type has items of it; notes are apart."""
    items = [
        item(0, "source 0", consistent=False, error_types=("made up", "both"), corpus="cnndm"),
        item(1, "source 1", consistent=False, error_types=("made up",), corpus="xsum"),
        item(2, "source 2", consistent=False, corpus="xsum"),
        *(item(n, f"source {n}", corpus="cnndm" if n == 3 else "xsum") for n in range(3, 8)),
    ]
    speaks = {
        0: Outcome(verdict="contradicted", raised=(raised(evidence="Its words."), raised())),
        1: Outcome(raised=(raised(kind="date", severity="note"),)),
        3: Outcome(raised=(raised(),)),
        4: Outcome(verdict="supported", raised=(raised(kind="date", severity="note"),)),
    }
    quiet = Outcome(verdict="supported", support=1.0)
    outcomes = {("one", str(n)): speaks.get(n, quiet) for n in range(8)}
    found = confusions(joined({"one": items}, outcomes))
    assert [(row.type, row.items, row.not_supported, row.contradicted, row.error) for row in found] == [
        ("made up", 2, 1.0, 0.5, 0.5),
        ("both", 1, 1.0, 1.0, 1.0),
        ("inconsistent, no type", 1, 0.0, 0.0, 0.0),
        ("consistent", 5, 0.2, 0.0, 0.2),
    ]
    made_up, both = found[0].kinds, found[1].kinds
    assert (made_up["errors"]["name"].here, made_up["errors"]["name"].consistent) == (0.5, 0.5)
    assert (both["errors"]["name"].here, both["errors"]["name"].consistent) == (1.0, 1.0)
    assert (made_up["notes"]["date"].here, made_up["notes"]["date"].consistent) == (0.5, 0.125)
    assert made_up["errors"]["date"].here == 0.0
    assert found[-1].kinds["errors"]["name"].here == found[-1].kinds["errors"]["name"].consistent == 0.2
    assert confusions(joined({"one": items[2:]}, outcomes)) == []


def test_a_note_with_evidence_accuses_nobody() -> None:
    """Only an error with opposing evidence does."""
    kinds = [("error", "Its words."), ("error", ""), ("note", "Its words."), ("note", "")]
    found = [raised(severity=severity, evidence=evidence) for severity, evidence in kinds]
    assert [one.accuses for one in found] == [True, False, False, False]
    assert [one.error for one in found] == [True, True, False, False]


def test_no_sentence_of_an_article_goes_into_a_file() -> None:
    """JSON has the number of offending sentences in place of them."""
    offence = Offence("id", "A sentence of somebody's article.", "contradicted", ("names",))
    own = Own(way="as checked", articles=1, verdicts={"contradicted": 1}, errors={"names": 1}, offences=(offence,))
    part = Part(parser="spacy", rows=(), pools=(), reliability=(), confusion=(), times=())
    report = Report(main=part, own=(own,))
    assert json.loads(report.json())["own"][0]["offences"] == 1
    assert "somebody" not in report.json() + report.text()


def test_watching_leaves_the_program_as_it_was() -> None:
    """Findings are logged with the check that raised them, times are taken, and nothing stays behind."""
    asked, read, verbatim = checks.CHECKS, parser.read, Ground.verbatim
    with checks_logged() as log, parser_timed() as watch:
        facts = extract_facts(article("Orlow"))
        assert watch.take() > 0
        report = check("The council of Orlow closed its market hall on Friday.", facts)
        assert [finding for _, finding in log.take()] == list(report.sentences[0].findings)
        assert log.take() == []
    with nothing_verbatim(), rules_only():
        assert extract_facts("A bridge in Orlow fell.").parser == "rules"
        assert Ground.verbatim is not verbatim
    assert (checks.CHECKS, parser.read, Ground.verbatim) == (asked, read, verbatim)
    assert vars(passage)["read"] is read
    assert extract_facts("A bridge in Orlow fell.").parser == "spacy"


def test_what_was_read_before_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts of the article and of its claims come from the folder as they were; what is new is read and kept too."""
    old, new = "A hall in Orlow closed. It has 12 cracks.", "The council of Orlow found 12 cracks."
    with facts_kept(tmp_path) as kept:
        first = kept.facts(article("Orlow"))
        judged = check(old, first).sentences
        kept.facts(article("Vosk"))
    assert first == extract_facts(article("Orlow"))

    def unread(*_: Any, **__: Any) -> Any:
        raise AssertionError("read again")

    with monkeypatch.context() as patched, facts_kept(tmp_path) as kept:
        patched.setattr(cache, "extract", unread)
        again = kept.facts(article("Orlow"))
        assert again == first
        assert check(old, again).sentences == judged
        with pytest.raises(AssertionError, match="read again"):
            check(new, again)
    with facts_kept(tmp_path) as kept:
        again = kept.facts(article("Orlow"))
        assert check(new, again).sentences == check(new, extract_facts(article("Orlow"))).sentences
    # The extractors have changed, the parser has not: facts are extracted anew, from the tokens that are kept.
    monkeypatch.setattr(cache, "reading_digest", lambda: "another")
    with monkeypatch.context() as patched, facts_kept(tmp_path) as kept:
        patched.setattr(cache, "read", unread)
        assert kept.facts(article("Orlow")) == first
        assert check(old, first).sentences == judged
        with pytest.raises(AssertionError, match="read again"):
            kept.facts(article("Sellen"))
    assert len(list(tmp_path.glob("facts-spacy-*"))) == 2


def test_a_kept_claim_is_not_taken_for_the_claim_of_another_article(tmp_path: Path) -> None:
    """The same words name other bearers there, so they are read anew."""
    claim, other = read_claims("Voss leads it."), extract_facts("The ferry to Voss, a town in Norway, sank.")
    with facts_kept(tmp_path) as kept:
        own = kept.facts(article("Orlow"))
        assert kept.extract(claim, known=own) == extract(claim, known=own)
        assert kept.extract(claim, known=other) == extract(claim, known=other)
        assert kept.extract(claim, known=other) != kept.extract(claim, known=own)


def test_a_kept_reading_belongs_to_the_code_that_takes_part_in_reading(tmp_path: Path) -> None:
    """Parts count that are imported, directly or through others, with the data beside them; the rest does not."""
    root = tmp_path / "pack"
    for name, text in {
        "__init__.py": "",
        "facts/__init__.py": "from pack.lexicon.words import WORDS",
        "facts/list.json": "{}",
        "lexicon/__init__.py": "",
        "lexicon/words.py": "import pack.errors",
        "errors.py": "import json",
        "article.py": "from pack import data",
        "data.py": "",
        "checks/__init__.py": "from pack.facts import x",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    found = imported(imports(root), READERS)
    assert found == {"__init__", "facts", "lexicon", "errors", "article", "data"}
    names = {str(path.relative_to(root)) for path in files_of(root, found)}
    assert {"facts/list.json", "lexicon/words.py", "errors.py", "__init__.py"} <= names
    assert "checks/__init__.py" not in names
    # All that the parser needs of the program are names of types: its module alone decides on tokens.
    assert set(re.findall(r"^ *(?:from|import) (summarise\S*)", Path(parser.__file__).read_text(), re.M)) == {
        "summarise.data"
    }
    own = Path(checks.__file__).parents[1]
    parts = imported(imports(own), READERS)
    assert {"article", "data", "facts", "lexicon", "errors"} <= parts
    # Otherwise nothing would be won while checks are worked on.
    assert not {"checks", "pipeline", "api"} & parts


def test_nothing_is_kept_inside_the_project(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is kept holds others' texts."""
    inside = cache.PROJECT / "kept"
    assert main([str(data), "--cache", str(inside)]) == 2
    assert "outside" in capsys.readouterr().err
    assert not inside.exists()


def test_without_data_the_command_says_what_is_meant(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """It names the public sets and the form of the files, and exits with 2; so does a folder without sets."""
    assert main([]) == 2
    told = capsys.readouterr().err
    assert all(name in told for name in ("GenAudit", "FRANK", "WiCE", "JSON object on each line", ".jsonl.gz"))
    assert main([str(tmp_path)]) == 2
    assert main([str(tmp_path / "nowhere")]) == 2
    assert "nowhere" in capsys.readouterr().err


def test_the_command_measures_everything_and_twice_alike(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The verdicts on the invented claims are right, every table is there, and other runs differ in times only.

    So do runs with what was read before, which have no times.
    """
    target = tmp_path / "figures.json"
    arguments = [str(data), "--json", str(target), "--resamples", "20"]
    assert main([*arguments, "--cache", str(tmp_path / "kept")]) == 0
    first = json.loads(target.read_text())
    assert main([*arguments, "--cache", str(tmp_path / "kept")]) == 0
    assert json.loads(target.read_text()) == first
    assert main(arguments) == 0
    again = json.loads(target.read_text())
    assert main([*arguments, "--rules", "--own-sentences", "2"]) == 0
    report = json.loads(target.read_text())
    assert again["main"].pop("times")
    assert report["main"].pop("times")
    assert first["main"].pop("times") == []
    assert first["main"] == again["main"] == report["main"]
    assert (report["main"]["parser"], report["rules"]["parser"]) == ("spacy", "rules")
    printed = capsys.readouterr().out
    for title in (
        "Leave one set out",
        "Ours less (d), both fitted elsewhere",
        "In how many sets",
        "Reliability of support",
        "Calibration",
        "Findings on all sets",
        "by verdict",
        "What is caught by type of error",
        "notes of a kind",
        "own",
    ):
        assert title in printed
    mean = report["main"]["rows"][-1]
    assert (mean["name"], mean["items"], mean["verdict"]) == ("mean", 14, 1.0)
    verdicts = report["main"]["pools"][0]["verdicts"]
    assert verdicts["supported"]["items"] == 7
    assert report["own"][0]["verdicts"] == {"supported": 6, "unverified": 0, "contradicted": 0}
    assert "council" not in target.read_text()


def test_errors_are_shown_to_be_read(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each item with a finding of the kind is printed with label, claim and what was said; alone on stdout."""
    assert main([str(data), "--sets", "two", "--errors", "figure"]) == 0
    printed = capsys.readouterr().out
    assert printed.count("NOT consistent figure") == 3
    assert "40 cracks" in printed
    assert "Leave one" not in printed
    assert main([str(data), "--sets", "two", "--errors", "figure", "--wrong"]) == 0
    assert capsys.readouterr().out == ""


def test_a_claim_that_makes_the_program_fail_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It counts as unverified, the run goes on, and the exit status is 1."""
    write(tmp_path / "one.jsonl", [*rows("Orlow"), {**rows("Orlow")[0], "id": "blank", "claim": " "}])
    assert main([str(tmp_path), "--resamples", "2"]) == 1
    output = capsys.readouterr()
    assert "FAILED on one blank: check: ArticleError" in output.err
    assert "by verdict" in output.out
