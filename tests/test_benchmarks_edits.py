"""The edit suite: its guard, its halves, its counts, and the cases by hand."""

import json
from pathlib import Path

import pytest
from edited_articles import ARTICLE, reading, scene

from benchmarks.edits.__main__ import main
from benchmarks.edits.articles import half_of, sample, seeds
from benchmarks.edits.case import HARMLESS, Change
from benchmarks.edits.choose import by_rule
from benchmarks.edits.guard import is_error
from benchmarks.edits.hand import by_hand

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
