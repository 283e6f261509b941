"""Combination of edits into texts, and of texts into a regular expression."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from summarise import read_article
from summarise.facts import extract
from summarise.facts.parser import parsed_sentences
from summarise.writing.paraphrase import Paraphrases
from summarise.writing.paraphrase.edits import MOST_COMBINED, Edit, Part, compatible, texts
from summarise.writing.paraphrase.sentence import Sentence

ARTICLE = read_article("News from the harbour\n\nSadly, the old ferry of Brelmouth (built in 1931) sank on Monday.")
# Tokens: Sadly 0, comma 1, the 2, old 3, ferry 4, of 5, Brelmouth 6, bracket 7 to 11, sank 12, on 13, Monday 14.
FERRY = Sentence(parsed_sentences(ARTICLE)[1], extract(ARTICLE).facts)
WITHOUT_OPENING = Edit(0, FERRY.last, ((Part(2, FERRY.last, "upper"),),), rank=1)
WITHOUT_BRACKET, WITHOUT_DAY = Edit(7, 11), Edit(13, 14)
PLACES = st.tuples(st.integers(0, 14), st.integers(0, 14)).map(sorted)
EDITS = st.lists(
    st.builds(lambda place, rank: Edit(place[0], place[1], rank=rank), PLACES, st.integers(0, 5)), max_size=9
)
TEXTS = st.lists(st.text("ab .(|)?*[]{}+^$\\“”’", min_size=1, max_size=9), min_size=1, max_size=4, unique=True)


def test_every_choice_of_edits_is_a_text() -> None:
    """Every combination of edits is a text, even of nested ones; the sentence itself comes first."""
    found = texts(FERRY, [WITHOUT_OPENING, WITHOUT_BRACKET, WITHOUT_DAY])
    assert found[0] == "Sadly, the old ferry of Brelmouth (built in 1931) sank on Monday."
    assert set(found) == {
        f"{opening} old ferry of Brelmouth{bracket} sank{day}."
        for opening in ("Sadly, the", "The")
        for bracket in (" (built in 1931)", "")
        for day in (" on Monday", "")
    }


@settings(max_examples=12)
@given(EDITS)
def test_edits_that_are_combined_never_overlap_in_part(edits: list[Edit]) -> None:
    """Combined edits are nested or disjoint, few, and have distinct places."""
    kept = compatible(edits)
    assert len(kept) <= MOST_COMBINED
    for one in kept:
        for other in kept:
            inside = range(one.first, one.last + 1)
            ends = {other.first in inside, other.last in inside}
            assert len(ends) == 1 or other.first <= one.first <= one.last <= other.last
    places = [(edit.first, edit.last) for edit in kept]
    assert len(set(places)) == len(places)


@settings(max_examples=12)
@given(TEXTS, st.text("ab .(|)?", max_size=9))
def test_a_pattern_matches_its_texts_and_no_others(told: list[str], other: str) -> None:
    found = Paraphrases(tuple(told), 0)
    assert all(re.fullmatch(found.pattern(), text) and text in found for text in told)
    assert bool(re.fullmatch(found.pattern(), other)) == (other in told)
    assert re.fullmatch(found.pattern(other), other)


def test_curled_and_straight_marks_are_alike() -> None:
    """Straight quotation marks and outer spaces do not matter, but case does."""
    found = Paraphrases(("She said “it’s over”.",), 0)
    assert 'She said "it\'s over". ' in found
    assert "she said “it’s over”." not in found
    assert 7 not in found
