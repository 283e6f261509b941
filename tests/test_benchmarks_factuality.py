"""The benchmark against people's judgements on invented data: what it reads, how it halves, and what it counts."""

import re
from pathlib import Path

import pytest

pytest.importorskip("sklearn")

from judged_claims import TOWNS, item, rows, write

from benchmarks.factuality.data import DataError, folds, load_sets, sample
from benchmarks.factuality.halves import Outcome, both_ways, fitted_to, labelled
from benchmarks.factuality.reading import Reading, Sentence, read
from benchmarks.factuality.tables import accusations, area, caught, doubted, intrinsic, main_table
from summarise.data import FittedSupport, Thresholds
from summarise.settings.model import Settings

pytestmark = pytest.mark.slow

SETS = ("genaudit_news_sent", "claims", "edited")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Write two small sets, one of them compressed, and a file that is none."""
    folder = tmp_path / "data"
    folder.mkdir()
    write(folder / "one.jsonl", [row for town in TOWNS[:4] for row in rows(town)])
    write(folder / "two.jsonl.gz", [row for town in TOWNS[3:] for row in rows(town)])
    (folder / "README.md").write_text("no set")
    return folder


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


def readings(name: str, articles: int = 12) -> list[Reading]:
    """Return invented readings: what is right is entailed, what is wrong is not, but for one article."""
    found = []
    for place in range(articles):
        for right in (True, False):
            score = 2.0 if right != (place == 0) else -2.0
            inputs = {"entailed": score, "weakest_word": score / 2, "copied": 0.1 * place, "figures": 0.0}
            found.append(
                Reading(
                    item(2 * place + right, f"{name} {place}", consistent=right, name=name),
                    (Sentence(inputs, (), 0.9 if score > 0 else 0.1),),
                )
            )
    return found


def outcome(place: int, *, right: bool, support: float, errs: bool = False, accused: bool = False) -> Outcome:
    levels = {"low": support < 0.2 or errs, "default": support < 0.4 or errs, "high": support < 0.6 or errs}
    return Outcome(item(place, f"source {place}", consistent=right), support, errs, levels, accused)  # type: ignore[arg-type]


def test_each_claim_is_checked_as_the_program_does(data: Path) -> None:
    """A sentence that the article has word for word has nothing to fit; an error has the article's words against it."""
    found = read(load_sets(data)["one"], Settings(entailment="off"))
    assert [len(one.sentences) for one in found] == [0, 1] * 4
    wrong = found[1].sentences[0]
    assert wrong.errs
    assert wrong.opposed
    assert wrong.entailed is None
    assert [finding.article.text for finding in wrong.findings if finding.article] == ["12 cracks", "Monday"]


def test_sets_and_labels_weigh_alike_in_the_fit() -> None:
    """However many claims a set has, and however few of them are wrong."""
    own = [*readings("claims", 12), *readings("edited", 3)[:5]]
    sums: dict[tuple[str, bool], float] = {}
    for reading, example in zip(own, labelled(own), strict=True):
        key = reading.item.set, reading.item.consistent
        sums[key] = sums.get(key, 0.0) + example.weight
    assert len(sums) == 4
    assert max(sums.values()) == pytest.approx(min(sums.values()))


def test_no_article_is_measured_with_numbers_that_were_fitted_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the fitted sets each half is measured once, under the other one; of any other set all claims twice."""
    seen: list[set[str]] = []
    plain = FittedSupport(intercept=0.0, weights={}, thresholds=Thresholds(low=0.1, default=0.2, high=0.3))

    def recording(own: list[Reading]) -> FittedSupport:
        seen.append({reading.item.article for reading in own})
        return plain

    monkeypatch.setattr("benchmarks.factuality.halves.fitted_to", recording)
    sets = {name: readings(name) for name in (*SETS, "qags_xsum")}
    found = both_ways(sets, accused_below=0.3)
    for name in SETS:
        for fitted, half in zip(seen, found[name], strict=True):
            assert not fitted & {one.item.article for one in half}
        assert sum(map(len, found[name])) == len(sets[name])
    assert [len(half) for half in found["qags_xsum"]] == [24, 24]
    assert not seen[0] & seen[1]


def test_support_follows_what_tells_right_from_wrong() -> None:
    """What is entailed has more support, and the default doubts no more of the right claims than it may."""
    fitted = fitted_to(readings("claims", 40))
    assert fitted.weights["entailed"] > 0
    assert fitted.thresholds.low <= fitted.thresholds.default <= fitted.thresholds.high


def test_what_is_counted() -> None:
    """Shares are of the wrong claims, or of the right ones; an error goes below any support."""
    outcomes = [
        outcome(0, right=True, support=0.9),
        outcome(1, right=True, support=0.3),
        outcome(2, right=False, support=0.95, errs=True, accused=True),
        outcome(3, right=False, support=0.5),
    ]
    assert area(outcomes) == pytest.approx(75.0)
    assert [doubted(outcomes, level) for level in ("low", "default", "high")] == [0.0, 50.0, 50.0]
    assert [caught(outcomes, level) for level in ("low", "default", "high")] == [50.0, 50.0, 100.0]
    assert accusations(outcomes) == "1 of 1; 50.0 %"
    lines = list(main_table({"one": [outcomes]}))
    assert len(lines) == 3
    assert lines[2].startswith("| one | 4 | 75.0 | 0.0, 50.0 | 50.0, 50.0 | 50.0, 100.0 | 1 of 1; 50.0 % |")


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [((), True), (("extrinsic-NP",), False), (("extrinsic", "intrinsic"), True), (("intrinsic-NP",), True)],
)
def test_a_wrong_claim_is_intrinsic_unless_all_of_its_errors_are_labelled_extrinsic(
    kinds: tuple[str, ...], *, expected: bool
) -> None:
    one = Outcome(item(0, "source", consistent=False, error_types=kinds), 0.5, False, {}, False)
    assert intrinsic(one) is expected
