"""The rules of the edit suite: each makes one error, and twins say the same."""

from collections.abc import Iterator

import pytest
from edited_articles import edits, made, reading, rewordings, scene

from benchmarks.edits.case import HARMLESS, Change
from benchmarks.edits.rules import RULES
from benchmarks.edits.scene import Scene

pytestmark = pytest.mark.slow


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
        (W, "another patient", "Helen", "Simon Pell was arrested by the police on Friday."),
        (W, "recipient", "The Lowmoor", "Peter Lomax sold a warehouse to the Lowmoor Bank last year."),
        (C, "expected to", "The harbour", "The harbour will reopen in June."),
        (C, "adverb", "The company", "The company hid the letters."),
        (A, "according to, in front", "According", "The pier has been safe for years."),
        (Q, "some to all", "Some", "All of the sailors left the port."),
        (Q, "about to exactly", "About", "Exactly 300 people came to the fair."),
        ("cause", "led to prevented", "The storm", "The storm prevented a long delay."),
        ("order", "former to current", "The former", "The current keeper lives in Orrendale."),
        (H, "passive to active", "Helen", "The police arrested Helen Marsh on Friday."),
        (H, "time to the front", "The crew repaired", "In May, the crew repaired the old engine."),
        (H, "equal hedge", "The fire may", "The fire might have been started by a lamp."),
        (H, "according to, to the end", "According", "The pier has been safe for years, according to Ruth Callow."),
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


def all_changes() -> Iterator[tuple[str, Scene, Change]]:
    """Yield every change of every rule on the invented article."""
    for kind, rule in RULES.items():
        for each in reading().scenes:
            for change in rule(each, reading()):
                yield kind, each, change


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
