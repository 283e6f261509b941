"""The edit suite: rules make one error each, twins say the same, halves are apart, the cases by hand are sound."""

import json
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from benchmarks.edits.__main__ import main
from benchmarks.edits.articles import half_of, sample, seeds
from benchmarks.edits.case import HARMLESS, KINDS, LATER, NAMED, Case, Change
from benchmarks.edits.choose import by_rule
from benchmarks.edits.guard import is_error
from benchmarks.edits.hand import by_hand
from benchmarks.edits.measure import Result, measure
from benchmarks.edits.numerals import another, numeral, spelled
from benchmarks.edits.report import counts, shown, tables
from benchmarks.edits.rules import RULES
from benchmarks.edits.scene import Reading, Scene, read
from benchmarks.edits.twins import TWINS
from benchmarks.edits.verbforms import base
from summarise.api import extract_facts
from summarise.data import Finding, Qualifier

ARTICLE = """Milk strike ends in Orrendale

Helen Marsh, a dairy farmer, led the strike in Orrendale. The Upland Dairy Council (UDC) hired Brinley Foods in June \
2024. More than 40 farmers blocked the road for twelve days, 26 kilometres north of the town. Together they lost \
£15 million.

Marsh said that the council had not kept its word. “We will not sell a single pint, and the best milk stays here,” she \
said on 14 March 2025. The strike may end next week. The council increased the price by 8 per cent; the farmers wanted \
twelve.

Brinley Foods, which owns three dairies, did not comment. The road was closed on Friday, Peter Lomax said. Lomax never \
met the farmers. Brinley Foods sued the Lowmoor Bank in March. Prices have risen by 30% since 2021, according to the \
Lowmoor Bank.

The Lowmoor Bank lent nine shops 2,400,000 euros. Ruth Callow, the mayor of Castlebury, refused to speak to the \
Danish buyers.
"""


@cache
def reading() -> Reading:
    """Read the invented article once."""
    return read("invented", extract_facts(ARTICLE))


def scene(words: str) -> Scene:
    """Return the sentence that holds `words`."""
    return next(scene for scene in reading().scenes if words in scene.text)


def edits(kind: str, words: str) -> dict[str, list[str]]:
    """Return what a rule makes of the sentence that holds `words`: texts by way."""
    made: dict[str, list[str]] = {}
    for change in RULES[kind](scene(words), reading()):
        made.setdefault(change.how, []).append(change.text)
    return made


def rewordings(words: str) -> dict[str, list[str]]:
    """Return what the twin rules make of the sentence that holds `words`: texts by way."""
    made: dict[str, list[str]] = {}
    for twin in TWINS:
        for change in twin(scene(words), reading()):
            made.setdefault(change.how, []).append(change.text)
    return made


@pytest.mark.parametrize(
    ("kind", "how", "words", "old", "new"),
    [
        ("figure", "qualifier", "More than 40", "More than 40", "Fewer than 40"),
        ("unit", "unit", "26 kilometres", "26 kilometres", "26 miles"),
        ("unit", "per cent to points", "increased the price", "8 per cent", "8 percentage points"),
        ("money", "currency", "they lost", "£15 million", "€15 million"),
        ("money", "scale", "they lost", "£15 million", "£15 billion"),
        ("date", "relative", "may end", "next week", "last week"),
        ("date", "unit of a duration", "blocked the road", "twelve days", "twelve weeks"),
        ("quotation", "not removed", "a single pint", "We will not sell", "We will sell"),
        ("quotation", "opposite", "a single pint", "the best", "the worst"),
        ("negation", "not removed", "did not comment", "did not comment", "did comment"),
        ("negation", "word of denial", "refused to", "refused to", "agreed to"),
        ("negation", "word of denial", "never met", "never met", "always met"),
        ("negation", "not added", "led the strike", "led the strike", "did not lead the strike"),
        ("certainty", "may", "may end", "may end", "will end"),
        ("antonym", "verb", "increased the price", "increased the", "decreased the"),
        ("attribution", "at the end", "Peter Lomax said", ", Peter Lomax said.", "."),
        ("attribution", "according to", "according to the", ", according to the Lowmoor Bank.", "."),
    ],
)
def test_a_rule_changes_what_it_should_and_nothing_else(kind: str, how: str, words: str, old: str, new: str) -> None:
    text = scene(words).text
    assert text.count(old) == 1
    assert text.replace(old, new) in edits(kind, words)[how]


@pytest.mark.parametrize(
    ("kind", "how", "words", "left", "right"),
    [
        ("figure", "number in digits", "More than 40", "More than ", " farmers blocked the road for twelve days, 26"),
        ("figure", "percentage", "Prices have", "risen by ", "% since"),
        ("figure", "number of another noun", "lent nine", "lent ", " shops"),
        ("figure", "counted noun", "lent nine", "lent nine ", " 2,400,000"),
        ("money", "amount", "they lost", "lost £", " million."),
        ("date", "year", "in June", "June ", "."),
        ("date", "month", "in June", "in ", " 2024."),
        ("date", "day", "a single pint", "on ", " March"),
        ("date", "weekday", "Peter Lomax said", "on ", ", Peter"),
        ("date", "duration", "blocked the road", "for ", " days"),
        ("name", "unknown person", "led the strike", "", ", a dairy"),
        ("name", "unknown place", "led the strike", "strike in ", "."),
        ("name", "unknown nationality", "refused to", "the ", " buyers"),
        ("quotation", "other noun", "a single pint", "a single ", ", and"),
        ("speaker", "indirect speech", "kept its word", "", " said that the council"),
        ("speaker", "indirect speech", "Peter Lomax said", "Friday, ", " said."),
    ],
)
def test_a_rule_puts_something_else_in_one_place(kind: str, how: str, words: str, left: str, right: str) -> None:
    text = scene(words).text
    start = text.index(left) + len(left)
    stop = text.index(right, start)
    kept = [made for made in edits(kind, words)[how] if made.startswith(text[:start]) and made.endswith(text[stop:])]
    assert kept
    assert text not in kept


def test_names_around_a_verb_change_places() -> None:
    assert edits("who-did-what", "Foods sued")["active, names"] == ["The Lowmoor Bank sued Brinley Foods in March."]
    assert "The price increased the council by 8 per cent" in edits("who-did-what", "increased the")["things"][0]


def all_changes() -> Iterator[tuple[str, Scene, Change]]:
    """Yield every change of every rule on the invented article."""
    for kind, rule in RULES.items():
        for each in reading().scenes:
            for change in rule(each, reading()):
                yield kind, each, change


def test_facts_stand_where_they_are_said_to_stand() -> None:
    for each in reading().scenes:
        assert all(each.text[start:end] == fact.text for start, end, fact in each.facts)


def test_every_change_is_one_stretch() -> None:
    """All but swaps and dropped attributions leave the beginning and the end of the sentence as they were."""
    for kind, each, change in all_changes():
        assert change.text != each.text
        assert "  " not in change.text
        if kind in ("who-did-what", "attribution"):
            continue
        old, new = each.text, change.text
        before = next(i for i in range(len(old) + 1) if old[:i] != new[:i] or i == len(old)) - 1
        after = next(i for i in range(1, len(old) + 1) if old[-i:] != new[-i:]) - 1
        assert max(len(old), len(new)) - before - after <= 40, (kind, change)


def test_all_kinds_have_a_rule_and_a_name() -> None:
    assert set(RULES) == {*KINDS, *LATER} == set(NAMED)


@pytest.mark.parametrize(
    ("how", "words", "old", "new"),
    [
        ("million in digits", "they lost", "£15 million", "£15,000,000"),
        ("million in words", "2,400,000", "2,400,000", "2.4 million"),
        ("words to digits", "owns three", "three dairies", "3 dairies"),
        ("digits to words", "More than 40", "40 farmers", "forty farmers"),
        ("per cent as %", "increased the price", "8 per cent", "8%"),
        ("per cent as percent", "Prices have", "30%", "30 percent"),
        ("month first", "a single pint", "14 March 2025", "March 14, 2025"),
        ("date in numbers", "a single pint", "14 March 2025", "14/3/2025"),
        ("contracted", "did not comment", "did not", "did" + "n't"),
        ("full name to surname", "led the strike", "Helen Marsh", "Marsh"),
        ("surname to full name", "kept its word", "Marsh said", "Helen Marsh said"),
        ("parenthesis dropped", "hired Brinley", " (UDC)", ""),
        ("relative clause dropped", "owns three", ", which owns three dairies,", ""),
        ("apposition dropped", "led the strike", ", a dairy farmer,", ""),
        ("split at a semicolon", "increased the price", "; the farmers", ". The farmers"),
        ("stated for said", "kept its word", "said that", "stated that"),
    ],
)
def test_a_twin_says_the_same(how: str, words: str, old: str, new: str) -> None:
    text = scene(words).text
    assert text.count(old) == 1
    assert text.replace(old, new) in rewordings(words)[how]


def test_an_attribution_moves() -> None:
    moved = rewordings("Peter Lomax said")["attribution to the front"]
    assert moved == ["Peter Lomax said that the road was closed on Friday."]
    moved = rewordings("kept its word")["attribution to the end"]
    assert moved == ["The council had not kept its word, Marsh said."]


def test_no_twin_touches_a_number_or_a_date_that_could_be_misread() -> None:
    assert "date in numbers" not in rewordings("in June")
    assert "date in numbers" in rewordings("a single pint")
    assert all("may" in text or "might" in text for texts in rewordings("may end").values() for text in texts)


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
    wrong = Finding(kind="figure", severity="error", said="3", article_says="2")
    other = Finding(kind="date", severity="error", said="3")
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
