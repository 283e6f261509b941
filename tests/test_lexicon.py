"""Word lists: each form leads to its base."""

from pathlib import Path

import pytest

from summarise.facts import lexicon
from summarise.facts.lexicon import BASES, base_of, known, within

DATA = Path(lexicon.__file__).with_name("wordnet.txt")
WORDS = DATA.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("form", "base"),
    [("say", "say"), ("says", "say"), ("SAID", "say"), ("written", "write"), ("shown", "show"), ("denied", "deny"),
     ("argued", "argue"), ("admitted", "admit"), ("conveys", None), ("telled", None)],
)  # fmt: skip
def test_a_form_of_a_verb_of_saying_has_its_base(form: str, base: str | None) -> None:
    assert base_of(form) == base
    assert base is None or base_of(base) == base


def test_irregular_forms_lead_to_a_base_in_one_step() -> None:
    """Also at a line break of the list; no base is a form of another word."""
    assert [BASES[form] for form in ("rose", "written", "people", "overtaken")] == "rise write person overtake".split()
    for form, base in BASES.items():
        assert form.isalpha()
        assert base.isalpha()
        assert (form, base) == (form.casefold(), base.casefold())
        assert base not in BASES


@pytest.mark.parametrize(
    "form",
    ["investigating", "planned", "hoping", "hopping", "dying", "tied", "fled", "panicked", "travelled",
     "traveled", "halves", "people", "men", "crises", "addresses", "worst", "bigger", "happiest", "Accused",
     "government", "bus"],
)  # fmt: skip
def test_a_common_word_is_known_in_every_form(form: str) -> None:
    """Regular and irregular forms, British and American spelling, any case."""
    assert known(form)


@pytest.mark.parametrize("word", ["gover", "nment", "xerus", "zorbly", "brexiteers", "s", "ing", ""])
def test_parts_of_words_endings_and_rare_words_are_not_known(word: str) -> None:
    assert not known(word)


def test_the_list_is_sorted_and_small() -> None:
    """Changes can be read as a diff; each word is there once, in lower case, in at most 120 kB."""
    assert sorted(set(WORDS)) == WORDS
    assert all(word.isalpha() and word == word.casefold() for word in WORDS)
    assert DATA.stat().st_size <= 120_000


@pytest.mark.parametrize(
    ("name", "area", "expected"),
    [("Lyon", "France", True), ("Lyon", "Europe", True), ("University of Bergen", "Norway", True),
     ("Lyon", "Italy", False), ("Austin", "United States", True), ("Glasgow", "United Kingdom", True),
     ("France", "Lyon", False), ("New York", "England", False)],
)  # fmt: skip
def test_a_place_is_within_each_larger_area(name: str, area: str, *, expected: bool) -> None:
    assert within(name, area) is expected


def test_the_list_of_places_is_sorted_and_no_place_is_within_itself() -> None:
    data = DATA.with_name("places.txt")
    places = [line.partition(": ")[0] for line in data.read_text(encoding="utf-8").splitlines()]
    assert sorted(set(places)) == places
    assert data.stat().st_size <= 60_000
    assert not [place for place in places if within(place, place)]
