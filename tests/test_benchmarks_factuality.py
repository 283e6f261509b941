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

from benchmarks.factuality.__main__ import main
from benchmarks.factuality.accuracy import measure
from benchmarks.factuality.baselines import features, regression
from benchmarks.factuality.data import DataError, Item, article_id, folds, load_sets, sample
from benchmarks.factuality.findings import caught, joined, pool
from benchmarks.factuality.own import Offence, Own
from benchmarks.factuality.report import Part, Report
from benchmarks.factuality.run import Outcome, Raised
from benchmarks.factuality.scoring import units_of
from benchmarks.factuality.statistics import (
    auc,
    balanced_accuracy,
    best_cut,
    draws,
    fold_mean,
    percentile_interval,
    wilson,
)
from benchmarks.factuality.watch import checks_logged, nothing_verbatim, parser_timed, rules_only
from summarise import checks
from summarise.api import check, extract_facts
from summarise.checks import Ground
from summarise.facts import parser, passage

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
    (row,) = measure({"one": items}, outcomes, resamples=20)
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
    (row,) = measure({"one": items}, outcomes, resamples=2)
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
        found = units_of(sets, outcomes)[0].systems["d out"].scores
        return [bool(one) for one in found > 0.5] if not np.isnan(found).any() else []

    tested = judged("genaudit_news", range(4))
    twins = judged("genaudit_news_sent", range(4, 8))
    assert scores(genaudit_news=tested, genaudit_news_sent=twins) == []
    assert scores(genaudit_news=tested, other=judged("other", range(4, 8))) == [True, False, True, False]
    # Without what it shares, the other set has one label only: nothing can be learnt from it.
    assert scores(genaudit_news=tested, other=judged("other", range(5))) == [False] * 4


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
    assert [(row.type, row.items, row.not_supported, row.error) for row in caught(checked)] == [
        ("made up", 1, 1.0, 1.0),
        ("inconsistent, no type", 1, 1.0, 1.0),
        ("consistent", 2, 0.5, 0.5),
    ]


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
    part = Part(parser="spacy", rows=(), pools=(), caught=(), times=())
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
    """The verdicts on the invented claims are right, every table is there, and another run differs in times only."""
    target = tmp_path / "figures.json"
    arguments = [str(data), "--json", str(target), "--resamples", "20"]
    assert main(arguments) == 0
    again = json.loads(target.read_text())
    assert main([*arguments, "--rules", "--own-sentences", "2"]) == 0
    report = json.loads(target.read_text())
    assert again["main"].pop("times")
    assert report["main"].pop("times")
    assert again["main"] == report["main"]
    assert (report["main"]["parser"], report["rules"]["parser"]) == ("spacy", "rules")
    printed = capsys.readouterr().out
    for title in ("Balanced accuracy", "Ours less (d)", "Findings on all sets", "by verdict", "type of error", "own"):
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
    assert "Balanced" not in printed
    assert main([str(data), "--sets", "two", "--errors", "figure", "--wrong"]) == 0
    assert capsys.readouterr().out == ""


def test_a_claim_that_makes_the_program_fail_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It counts as unverified, the run goes on, and the exit status is 1."""
    write(tmp_path / "one.jsonl", [*rows("Orlow"), {**rows("Orlow")[0], "id": "blank", "claim": " "}])
    assert main([str(tmp_path), "--resamples", "2"]) == 1
    output = capsys.readouterr()
    assert "FAILED on one blank: check: ArticleError" in output.err
    assert "Balanced accuracy" in output.out
