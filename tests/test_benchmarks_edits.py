"""The edit suite: its guard, its halves, its counts, and the cases by hand."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from edited_articles import ARTICLE, reading, scene

from benchmarks.edits.__main__ import main
from benchmarks.edits.articles import half_of, sample, seeds
from benchmarks.edits.case import HARMLESS, Case, Change
from benchmarks.edits.choose import by_rule
from benchmarks.edits.guard import is_error
from benchmarks.edits.hand import by_hand
from benchmarks.edits.measure import Result, measure
from benchmarks.edits.numerals import another, numeral, spelled
from benchmarks.edits.report import counts, shown, tables
from benchmarks.edits.verbforms import base
from summarise.api import extract_facts
from summarise.data import Evidence, Finding, Qualifier, Quote

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("text", "brought", "expected"),
    [
        ("The strike may end next month.", "next month", True),
        ("The strike may end on 14 March 2025.", "14 March 2025", False),  # stands in the same paragraph
        ("The strike may end next week.", "", False),  # nothing changed
        ("Prices have risen by 30% since 2021.", "30%", False),  # stands elsewhere, in much the same sentence
    ],
)
def test_the_guard_discards_what_the_article_supports(text: str, brought: str, expected: bool) -> None:
    assert is_error(Change("by test", text, brought), scene("may end"), reading()) is expected


def test_cases_are_few_and_always_the_same() -> None:
    cases = by_rule(reading(), each=1)
    assert cases == by_rule(reading(), each=1)
    ways = [(case.kind, case.how) for case in cases if case.how != "unedited"]
    assert len(ways) == len(set(ways))
    unedited = {case.original for case in cases if case.how == "unedited"}
    assert unedited == {case.original for case in cases}
    assert {case.kind for case in cases} >= {"figure", "money", "date", "name", "negation", HARMLESS}


@pytest.mark.parametrize(
    ("text", "qualifier", "false"),
    [
        ("15", "exactly", lambda new: new != 15),
        ("1,200", "more than", lambda new: new > 1200),
        ("40", "at most", lambda new: new < 40),
        ("8.5", "about", lambda new: new >= 17 or new <= Decimal("4.3")),
    ],
)
def test_another_number_is_false_under_the_qualifier(text: str, qualifier: Qualifier, false: object) -> None:
    found = numeral(text)
    assert found is not None
    assert callable(false)
    assert all(false(another(found, qualifier, key)) for key in range(20))


def test_numbers_are_written_as_they_stood() -> None:
    for text, value, written in (
        ("12", 30, "30"),
        ("1,200", 3400, "3,400"),
        ("twelve", 42, "forty-two"),
        ("1.5", 2, "2.0"),
    ):
        found = numeral(text)
        assert found is not None
        assert found.write(Decimal(value)) == written
    assert spelled(99) == "ninety-nine"
    assert numeral("no number here") is None


@pytest.mark.parametrize(
    ("word", "tag", "plain"),
    [
        ("led", "VBD", "lead"),
        ("stopped", "VBD", "stop"),
        ("created", "VBD", "create"),
        ("visited", "VBD", "visit"),
        ("carries", "VBZ", "carry"),
        ("reaches", "VBZ", "reach"),
        ("zoned", "VBD", None),
    ],
)
def test_plain_forms_are_told_only_for_certain(word: str, tag: str, plain: str | None) -> None:
    assert base(word, tag) == plain


def test_halves_are_disjoint_and_the_sample_is_always_the_same(tmp_path: Path) -> None:
    lines = [json.dumps({"source": f"Article number {number % 40} is here."}) for number in range(80)]
    (tmp_path / "news.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    first, second = sample(tmp_path, wanted=20), sample(tmp_path, wanted=20)
    assert first == second
    assert len({source.text for source in first}) == 20
    halves = {half: {source.text for source in first if source.half == half} for half in ("tune", "report")}
    assert len(halves["tune"]) == len(halves["report"]) == 10
    assert not halves["tune"] & halves["report"]
    assert all(source.half == half_of(source.text) for source in (*first, *seeds()))


def test_without_data_a_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path), "--seeds", str(tmp_path)]) == 2
    assert "no JSON-lines files" in capsys.readouterr().err


def test_the_command_writes_counts_and_no_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "milk").mkdir()
    text = "\n\n".join(ARTICLE.split("\n\n")[:2])
    (tmp_path / "milk" / "article.txt").write_text(text, encoding="utf-8")
    written = tmp_path / "counts.json"
    half = half_of(text)
    assert (
        main(["--seeds", str(tmp_path), "--half", half, "--each", "1", "--only", "rule", "--json", str(written)]) == 0
    )
    table = json.loads(written.read_text(encoding="utf-8"))
    assert table["articles"] == 1
    assert table["twins"]["rule"]["unedited"]["n"] == 4
    assert "Helen" not in written.read_text(encoding="utf-8")
    assert "Twins by rule" in capsys.readouterr().out


def test_a_result_counts_errors_only() -> None:
    case = Case("invented", "date", "by test", "The strike may end next week.", "The strike may end last week.", "rule")
    (result,) = measure([case], extract_facts(ARTICLE))
    assert result.case == case
    assert all(finding.severity == "error" for finding in result.errors)


def test_counts_and_tables() -> None:
    edit = Case("a", "figure", "digits", "It has 2 wheels.", "It has 3 wheels.", "rule")
    twin = Case("a", HARMLESS, "words", "It has 2 wheels.", "It has two wheels.", "rule")
    three, two = Quote(start=7, end=8, text="3"), Evidence(start=7, end=8, text="2")
    wrong = Finding(code="figure", severity="error", claim=three, article=two)
    other = Finding(code="date", severity="error", claim=three)
    results = [
        Result(edit, "contradicted", (wrong,)),
        Result(edit, "unverified", (other,)),
        Result(edit, "supported", ()),
        Result(edit, "supported", ()),
        Result(twin, "supported", ()),
        Result(twin, "unverified", (other,)),
    ]
    table = counts(results)
    row = table["edits"]["rule"]["figure"]
    assert (row["n"], row["error"], row["contradicted"], row["named"]) == (4, 0.5, 0.5, 0.5)
    assert table["twins"]["rule"]["words"] == {"n": 2, "alarm": 0.5, "supported": 0.5}
    assert any(line.startswith("figure") and "50.0" in line for line in tables(table))
    assert sum(line.startswith("a ") for line in shown(results, "figure", "missed")) == 2
    assert sum(line.startswith("a ") for line in shown(results, HARMLESS, "alarms")) == 1


def test_the_cases_by_hand_are_well_formed() -> None:
    texts = {source.name: source.text for source in seeds()}
    cases = by_hand()
    assert len({(case.article, case.kind, case.edited) for case in cases}) == len(cases)
    assert {case.article for case in cases} == set(texts)
    for case in cases:
        assert case.edited != case.original
        # What is left when an attribution is dropped may well stand in the article.
        assert case.kind == "attribution" or case.edited not in texts[case.article]
        assert case.original in texts[case.article], case.original


def test_a_bad_line_is_told_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "hand.tsv"
    path.write_text("# a remark\n\na\tfigure\told\tnew\na\tcolour\told\tnew\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 4: no kind 'colour'"):
        by_hand(path)
    path.write_text("a\tfigure\told\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 1"):
        by_hand(path)
