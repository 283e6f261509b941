"""The edit suite: its rules, guard, choice of cases, counts and handwritten cases."""

import difflib
from functools import cache

import pytest

from benchmarks.articles import Source, seeds
from benchmarks.edits.__main__ import results_of
from benchmarks.edits.case import BY_HAND, HARMLESS, KINDS, Case, Change
from benchmarks.edits.choose import by_rule
from benchmarks.edits.errors import RULES
from benchmarks.edits.guard import is_error
from benchmarks.edits.hand import by_hand
from benchmarks.edits.measure import Result, shown, tables
from benchmarks.edits.scene import Reading, Scene, read
from benchmarks.edits.twins import TWINS
from summarise import extract_facts

pytestmark = [pytest.mark.slow, pytest.mark.models]

ARTICLE = """Milk strike ends in Orrendale

Helen Marsh led the strike in Orrendale. More than 40 farmers blocked the road for twelve days. Together they lost £15 \
million.

Marsh said that the council had not kept its word. “We will not sell a single pint,” she said on 14 March 2025. The \
strike may end next week. The price was increased by 8 per cent. Peter Lomax was there on Friday.

Brinley Foods, which owns three dairies, did not comment. Lomax never met the farmers. Brinley Foods sued the Lowmoor \
Bank in March. Ruth Callow was arrested by Peter Lomax. The trial began on 21 May 2025.
"""


@cache
def reading() -> Reading:
    return read("invented", extract_facts(ARTICLE))


def scene(words: str) -> Scene:
    return next(scene for scene in reading().scenes if words in scene.text)


def edits_of(kind: str, words: str) -> set[str]:
    """Return the edits of a kind to the sentence that contains `words`, as “old > new”."""
    rules = TWINS if kind == HARMLESS else (RULES[kind],)
    before, found = scene(words).text.split(), set()
    for after in (change.text.split() for rule in rules for change in rule(scene(words), reading())):
        opcodes = difflib.SequenceMatcher(None, before, after).get_opcodes()
        changes = [opcode for opcode in opcodes if opcode[0] != "equal"]
        old, new = before[changes[0][1] : changes[-1][2]], after[changes[0][3] : changes[-1][4]]
        found.add(f"{' '.join(old)} > {' '.join(new)}")
    return found


@pytest.mark.parametrize(
    ("kind", "words", "change"),
    [
        ("negation", "had not kept", "not > "),
        ("negation", "never met", "never > always"),
        ("negation", "was there", " > not"),
        ("antonym", "increased", "increased > decreased"),
        ("certainty", "may end", "may > will"),
        ("who-did-what", "sued", "Brinley Foods sued the Lowmoor Bank > The Lowmoor Bank sued Brinley Foods"),
        (
            "who-did-what",
            "arrested",
            "Ruth Callow was arrested by Peter Lomax. > Peter Lomax was arrested by Ruth Callow.",
        ),
        ("figure", "More than 40", "40 > "),
        ("money", "they lost", "£15 > "),
        ("date", "a single pint", "2025. > "),
        ("date", "was there", "Friday. > "),
        ("name", "led the strike", "Helen Marsh > "),
        ("name", "led the strike", "Orrendale. > "),
        (HARMLESS, "they lost", "£15 million. > £15,000,000."),
        (HARMLESS, "three dairies", "three > 3"),
        (HARMLESS, "More than 40", "40 > forty"),
        (HARMLESS, "8 per cent", "8 per cent. > 8%."),
        (HARMLESS, "trial began", "21 May > May 21,"),
        (HARMLESS, "did not comment", "did not > didn’t"),
        (HARMLESS, "may end", "may > might"),
        (HARMLESS, "was there", "Peter > "),
    ],
)
def test_a_rule_changes_its_words_but_no_quotation(kind: str, words: str, change: str) -> None:
    """The new value may be any; quotations are not changed."""
    assert any(edit.startswith(change) for edit in edits_of(kind, words))
    assert not any("We will sell" in edit.text for edit in RULES["negation"](scene("a single pint"), reading()))


@pytest.mark.parametrize(
    ("text", "brought", "expected"),
    [
        ("The strike may end next month.", "next month", True),
        ("The strike may end on 14 March 2025.", "14 March 2025", False),  # in the same paragraph
        ("The strike may end next week.", "", False),  # no change
        ("Brinley Foods sued the Lowmoor Bank in March.", "", False),  # elsewhere in the article
    ],
)
def test_the_guard_discards_what_the_article_supports(text: str, brought: str, expected: bool) -> None:
    assert is_error(Change("by test", text, brought), scene("may end"), reading()) is expected


def test_cases_are_limited_and_deterministic() -> None:
    """There are at most `each` for a rule, and each sentence is also a case without a change."""
    cases = by_rule(reading(), each=1)
    assert cases == by_rule(reading(), each=1)
    ways = [(case.kind, case.how) for case in cases if case.how != "unedited"]
    assert len(ways) == len(set(ways))
    assert {case.original for case in cases if case.how == "unedited"} == {case.original for case in cases}
    assert {case.kind for case in cases} == {*KINDS, HARMLESS}


def test_cases_are_checked_and_counted() -> None:
    original = "Helen Marsh led the strike in Orrendale."
    cases = [
        Case("invented", HARMLESS, "unedited", original, original, "hand"),
        Case("invented", "figure", "by hand", original, "Together they lost £90 million.", "hand"),
    ]
    results = list(results_of(Source("invented", ARTICLE), cases, each=1, only="hand"))
    assert [result.verdict == "supported" for result in results] == [True, False]
    results += [Result(case, "supported", ()) for case in cases]
    lines = [line.split() for line in tables(results)]
    assert ["figure", "2", "50.0"] in [line[:3] for line in lines]
    assert ["harmless", "2", "0.0", "0.0"] in lines
    assert [line.strip() for line in shown(results, "figure")][-1] == "+ Together they lost £90 million."


def test_the_cases_by_hand_are_well_formed() -> None:
    """They are unique, their originals are in the article, and their edits are not."""
    texts = {source.name: source.text for source in seeds()}
    cases = by_hand()
    assert len({(case.article, case.kind, case.edited) for case in cases}) == len(cases)
    assert {case.kind for case in cases} == {*KINDS, *BY_HAND, HARMLESS}
    for case in cases:
        assert case.original in texts[case.article], case.original
        # Without its attribution, a claim may be in the article.
        assert case.kind == "attribution" or case.edited not in texts[case.article]
