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
from benchmarks.edits.participles import participle, past_of
from benchmarks.edits.report import counts, shown, tables
from benchmarks.edits.rules import RULES
from benchmarks.edits.rules.opposites import NOUNS, OTHERS, VERBS
from benchmarks.edits.scene import Reading, Scene, read
from benchmarks.edits.twins import TWINS
from benchmarks.edits.verbforms import base
from summarise.api import extract_facts
from summarise.data import Evidence, Finding, Qualifier, Quote

pytestmark = pytest.mark.slow

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

FERRIES = """Ferry row in Saltcombe

Brinley Foods sued the Lowmoor Bank in March. The regulator fined Halden Ferries after a storm. Helen Marsh was \
arrested by the police on Friday. The Lowmoor Bank sold a warehouse to Peter Lomax last year. Peter Lomax told the \
judge that he had paid.

Anna Tarrow, who runs Castle Quay, thanked the sailors. Ruth Callow, the mayor of Castlebury, refused to speak. The \
jury that cleared Simon Pell sat for nine days. Peter Lomax wants to sue Helen Marsh. The council accused the \
minister and the union praised him.

The harbour is expected to reopen in June. Simon Pell is accused of stealing the ledger. The fire may have been \
started by a lamp. The company allegedly hid the letters. Anna Tarrow plans to build a hotel. If the wind drops, the \
ferry will sail to the island tonight. Detectives suspect that the ledger was burnt. The alleged theft shocked the \
town.

The pier will close, the council believes. According to Ruth Callow, the pier has been safe for years. Ruth Callow \
said the pier would close in winter. The ferry, she said, was old and slow. It is believed that two sailors had seen \
the fire.

Some of the sailors left the port. Most residents want a bridge. The quay is one of the oldest piers. The pier was \
largely built by hand. About 300 people came to the fair. It was the second time that the pier had burnt. Every \
sailor carries a lamp.

The ferry stopped because of the storm. Despite the rain, the fair went on. The storm caused a long delay. The crew \
opened the hatch to save the cargo of old coins. The pier burnt before the war. The light has been out since \
January. The crowd left after the match. The former keeper lives in Orrendale. The race will begin next week.

The crew repaired the old engine in May. The mast was raised by two sailors. The town built a wall and planted trees \
along the shore. The ferry sank after the crew left the harbour. The museum opened on 12 May 2019. The chapel might \
close. The fire was caused by a lamp, according to the police.

Nora Finch bought a farm near the harbour. She keeps four goats there. Ships left after Velland’s attack on \
Orrendale in May. The brothers met the sisters in Rome. The sailors and the divers thanked each other. The guard did \
not hit the thief. A second boat sank near the quay. The boat was named after the queen. The train is due to leave \
at noon. The north of the town was dark. The mayor met the owners to end the strike at the harbour.
"""


@cache
def reading() -> Reading:
    """Read the invented article once."""
    return read("invented", extract_facts(ARTICLE))


def scene(words: str) -> Scene:
    """Return the sentence that holds `words`."""
    return next(scene for scene in reading().scenes if words in scene.text)


@cache
def ferries() -> Reading:
    """Read the invented article on relations once."""
    return read("ferries", extract_facts(FERRIES))


def made(kind: str, words: str) -> set[tuple[str, str]]:
    """Return how a rule changes the sentence of `FERRIES` that begins with `words`; twins where `kind` is harmless."""
    found = next(scene for scene in ferries().scenes if scene.text.startswith(words))
    rules = TWINS if kind == HARMLESS else (RULES[kind],)
    return {(change.how, change.text) for rule in rules for change in rule(found, ferries())}


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


W, C, A, Q, H = "who-did-what", "certainty", "attribution", "quantifier", HARMLESS


@pytest.mark.parametrize(
    ("kind", "how", "words", "new"),
    [
        (W, "active, names", "Brinley", "The Lowmoor Bank sued Brinley Foods in March."),
        (W, "passive for active", "Brinley", "Brinley Foods were sued by the Lowmoor Bank in March."),
        (W, "passive, nouns", "Helen", "The police were arrested by Helen Marsh on Friday."),
        (W, "active for passive", "Helen", "Helen Marsh arrested the police on Friday."),
        (W, "another patient", "Helen", "Simon Pell was arrested by the police on Friday."),
        (W, "active, nouns", "Peter Lomax told", "The judge told Peter Lomax that he had paid."),
        (W, "active, pronoun", "The council acc", "The council accused the minister and he praised the union."),
        (W, "two subjects", "The council acc", "The union accused the minister and the council praised him."),
        (W, "recipient", "The Lowmoor", "Peter Lomax sold a warehouse to the Lowmoor Bank last year."),
        (W, "relative clause", "The jury", "The jury that Simon Pell cleared sat for nine days."),
        (W, "agent of another verb", "Peter Lomax wants", "Helen Marsh wants to sue Peter Lomax."),
        (
            W,
            "another's predicate",
            "Simon",
            "Simon Pell, who plans to build a hotel, is accused of stealing the ledger.",
        ),
        (C, "expected to", "The harbour", "The harbour will reopen in June."),
        (C, "raised", "The harbour", "The harbour is certain to reopen in June."),
        (C, "accused", "Simon", "Simon Pell admitted stealing the ledger."),
        (C, "may have", "The fire may", "The fire had been started by a lamp."),
        (C, "adverb", "The company", "The company hid the letters."),
        (C, "plans to", "Anna Tarrow plans", "Anna Tarrow will build a hotel."),
        (C, "believes to knows", "Detectives", "Detectives know that the ledger was burnt."),
        (C, "condition dropped", "If the", "The ferry will sail to the island tonight."),
        (A, "according to, in front", "According", "The pier has been safe for years."),
        (A, "at the beginning, without that", "Ruth Callow said", "The pier would close in winter."),
        (A, "in the middle", "The ferry, she", "The ferry was old and slow."),
        (A, "it is said that", "It is believed", "Two sailors had seen the fire."),
        (Q, "some to all", "Some", "All of the sailors left the port."),
        (Q, "most to all", "Most", "All residents want a bridge."),
        (Q, "one of the", "The quay", "The quay is the oldest pier."),
        (Q, "largely dropped", "The pier was", "The pier was built by hand."),
        (Q, "about to exactly", "About", "Exactly 300 people came to the fair."),
        (Q, "ordinal", "It was", "It was the first time that the pier had burnt."),
        ("cause", "because of to despite", "The ferry stopped", "The ferry stopped despite the storm."),
        ("cause", "despite to because of", "Despite", "Because of the rain, the fair went on."),
        ("cause", "led to prevented", "The storm", "The storm prevented a long delay."),
        ("cause", "another purpose", "The mayor", "The mayor met the owners to save the cargo of old coins."),
        ("order", "before to after", "The pier burnt", "The pier burnt after the war."),
        ("order", "since to until", "The light", "The light has been out until January."),
        ("order", "former to current", "The former", "The current keeper lives in Orrendale."),
        ("antonym", "adjective or adverb", "The storm", "The storm caused a short delay."),
        ("antonym", "noun", "Ruth Callow said", "Ruth Callow said the pier would close in summer."),
        (H, "active to passive", "Brinley", "The Lowmoor Bank was sued by Brinley Foods in March."),
        (H, "passive to active", "Helen", "The police arrested Helen Marsh on Friday."),
        (H, "relative clause alone", "Anna Tarrow, who", "Anna Tarrow runs Castle Quay."),
        (H, "apposition alone", "Ruth Callow, the", "Ruth Callow is the mayor of Castlebury."),
        (H, "second clause dropped", "The town", "The town built a wall."),
        (H, "time to the front", "The crew repaired", "In May, the crew repaired the old engine."),
        (H, "time dropped", "The crew repaired", "The crew repaired the old engine."),
        (H, "clause to the front", "The ferry sank", "After the crew left the harbour, the ferry sank."),
        (H, "equal hedge", "The company", "The company is alleged to have hidden the letters."),
        (H, "equal hedge", "The fire may", "The fire might have been started by a lamp."),
        (H, "equal cause", "The ferry stopped", "The ferry stopped owing to the storm."),
        (H, "equal order", "The crowd", "The crowd left following the match."),
        (H, "that put in", "Ruth Callow said", "Ruth Callow said that the pier would close in winter."),
        (H, "according to, to the end", "According", "The pier has been safe for years, according to Ruth Callow."),
        (H, "according to, to the front", "The fire was", "According to the police, the fire was caused by a lamp."),
        (H, "pronoun resolved", "She keeps", "Nora Finch keeps four goats there."),
        (H, "noun to verb", "Ships", "Ships left after Velland attacked Orrendale in May."),
    ],
)
def test_a_relation_is_changed_or_kept(kind: str, how: str, words: str, new: str) -> None:
    assert (how, new) in made(kind, words)


@pytest.mark.parametrize(
    ("kind", "words", "never"),
    [
        (W, "The brothers", "met"),  # what one does to the other, both do
        (W, "The sailors and", "thanked"),  # twins have no order
        (W, "The guard did not", "hit"),  # the reverse of what is denied may be true
        (Q, "A second", "first"),  # one more is no place in a row
        ("order", "The boat", "before"),  # named after somebody
        ("cause", "The train", "despite"),  # "due to leave" tells a time
        ("antonym", "The north", "south"),  # a part of a name
    ],
)
def test_what_would_not_be_wrong_is_left_alone(kind: str, words: str, never: str) -> None:
    changed = {text for _, text in made(kind, words)}
    assert not any(never in text for text in changed), changed


def test_a_claim_may_stand_inside_its_own_sentence() -> None:
    said = next(scene for scene in ferries().scenes if scene.text.startswith("Ruth Callow said"))
    dropped = Change("by test", "The pier would close in winter.")
    assert is_error(dropped, said, ferries())
    assert not is_error(dropped, next(s for s in ferries().scenes if s.text.startswith("Most")), ferries())


def test_a_relation_that_the_article_states_is_no_error() -> None:
    both = "Ann Lee sued Carl Moss in May. Carl Moss sued Ann Lee in June over the same old house."
    found = read("both", extract_facts(both))
    assert not [change for change in RULES[W](found.scenes[0], found) if change.how.startswith("active")]


@pytest.mark.parametrize(
    ("plain", "past", "done"),
    [("take", "took", "taken"), ("lift", None, None), ("stop", "stopped", "stopped"), ("carry", "carried", "carried"),
     ("monitor", None, None), ("pay", "paid", "paid"), ("spread", "spread", "spread")],
)  # fmt: skip
def test_past_forms_are_told_only_for_certain(plain: str, past: str | None, done: str | None) -> None:
    assert past_of(plain) == past
    assert participle(plain, "VB") == done


def test_the_list_of_opposites_is_long_and_no_word_is_its_own() -> None:
    pairs = [pair.split("/") for pair in (OTHERS + NOUNS).split()]
    lines = [[part.split() for part in line.split("/")] for line in VERBS.strip().splitlines()]
    assert len(pairs) + len(lines) >= 150
    assert all(len(pair) == 2 and pair[0] != pair[1] for pair in pairs)
    assert all(len(one) == len(other) == 5 for one, other in lines)


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
