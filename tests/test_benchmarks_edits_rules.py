"""The rules of the edit suite: each makes one error, and twins say the same."""

from collections.abc import Iterator

import pytest
from edited_articles import edits, ferries, made, reading, rewordings, scene

from benchmarks.edits.case import HARMLESS, KINDS, LATER, NAMED, Change
from benchmarks.edits.guard import is_error
from benchmarks.edits.participles import participle, past_of
from benchmarks.edits.rules import RULES
from benchmarks.edits.rules.opposites import NOUNS, OTHERS, VERBS
from benchmarks.edits.scene import Scene, read
from summarise.api import extract_facts

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
