"""Exchanged facts: what stands in the article where the claim has something else, and when nothing can be told."""

import pytest
from by_hand import claim_of, figure, ground_of, name, put
from hypothesis import given
from hypothesis import strategies as st

from summarise.checks.alignment import Alignment, align
from summarise.checks.slots import SAME, exchanged, paired, same_statement
from summarise.data import Span

SOLD = "The firm sold 40 boats to Osterby after lengthy talks."
WORDS = st.lists(
    st.sampled_from("firm sold boats lorries Osterby talks lengthy bought painted 40 41".split()), max_size=8
)


def beside(article: str, claim: str) -> Alignment:
    """Align a claim without facts with an article of one sentence and a little more."""
    ground = ground_of(article, "It rained.")
    return align(claim_of(ground, claim), ground.sources[0])


def span(text: str, words: str) -> Span:
    start = text.index(words)
    return Span(start=start, end=start + len(words))


@pytest.mark.parametrize(
    ("claim", "said", "fact", "found"),
    [
        ("The firm sold 41 boats to Osterby after lengthy talks.", "41", "40", True),
        ("The firm sold 41 boats to Osterby after lengthy talks.", "41", "Osterby", False),
        ("The firm sold 40 boats to Vesterholm after lengthy talks.", "Vesterholm", "Osterby", True),
        ("The firm sold 40 boats to Vesterholm.", "Vesterholm", "Osterby", True),
        ("The firm sold 40 boats to snowy Vesterholm after lengthy talks.", "Vesterholm", "Osterby", False),
        ("Harrow sold 40 boats to Osterby after lengthy talks.", "Harrow", "firm", True),
        ("The firm sold 41 boats.", "41", "40", True),
        ("The firm sold 41 lorries to Osterby after lengthy talks.", "41", "40", False),
        ("41 snowmen melted.", "41", "40", False),
    ],
)
def test_what_stands_in_the_place_of_what_is_said(claim: str, said: str, fact: str, *, found: bool) -> None:
    """Between the same neighbours, and with nothing else that differs there."""
    alignment = beside(SOLD, claim)
    place = span(SOLD, fact)
    assert list(exchanged(alignment, span(claim, said), [place])) == ([place] if found else [])


def test_of_several_facts_only_that_in_the_place_is_found() -> None:
    """Whatever their order."""
    alignment = beside(SOLD, "The firm sold 41 boats to Osterby after lengthy talks.")
    places = [span(SOLD, words) for words in ("Osterby", "40", "firm")]
    said = span("The firm sold 41 boats", "41")
    assert list(exchanged(alignment, said, places)) == [places[1]]


def test_a_fact_with_a_word_in_common_is_in_the_place() -> None:
    """In "40 lorries" for "40 boats" the number is matched, and still the things are two."""
    ground = ground_of(SOLD, "It rained.", facts=[(0, figure("40", text="40 boats", counted="boat"))])
    text = "The firm sold 40 lorries to Osterby."
    said = put(figure("40", text="40 lorries", counted="lorry"), text)
    alignment = align(claim_of(ground, text, said), ground.sources[0])
    assert [fact.text for fact in paired(alignment, said, ground.sources[0].facts)] == ["40 boats"]
    assert [fact.text for fact in exchanged(alignment, said, ground.sources[0].facts)][:1] == ["40 boats"]
    far = put(figure("40", text="40 lorries", counted="lorry"), "The firm sold 40 lorries to people in Vesterholm.")
    beyond = align(claim_of(ground, "The firm sold 40 lorries to people in Vesterholm.", far), ground.sources[0])
    assert [fact.text for fact in exchanged(beyond, far, ground.sources[0].facts)] == ["40 boats"]
    other = put(name("Osterby"), text)
    assert list(paired(alignment, other, ground.sources[0].facts)) == []


@pytest.mark.parametrize(
    ("claim", "said", "same"),
    [
        ("The firm sold 41 boats to Osterby.", "41", True),
        ("The firm sold 41 lorries to Osterby.", "41", True),  # three of four
        ("The firm bought 41 lorries from Osterby.", "41", False),  # two of four
        ("41.", "41", False),
        ("41 snowmen.", "41", False),
        ("The firm should have sold 41 boats to Osterby.", "41", False),
        ("The firm could have sold 41 boats to Osterby.", "41", False),
    ],
)
def test_three_quarters_beside_make_the_same_statement(claim: str, said: str, *, same: bool) -> None:
    """What is said itself does not count, and what should have been contradicts nothing that is."""
    assert SAME == 0.75
    assert same_statement(beside(SOLD, claim), span(claim, said)) is same


def test_two_sides_that_tell_what_should_have_been_make_one_statement() -> None:
    """The counterfactual is held against a claim only where the article has none."""
    claim = "The firm should have sold 41 boats to Osterby."
    assert same_statement(beside("The firm should have sold 40 boats to Osterby.", claim), span(claim, "41"))


@pytest.mark.slow
@given(ours=WORDS, theirs=WORDS, number=st.integers(0, 7))
def test_an_exchange_is_one_of_the_facts_that_were_given(ours: list[str], theirs: list[str], number: int) -> None:
    """Nothing is made up, whatever the sentences; and without facts there is no exchange."""
    claim, article = " ".join(ours), " ".join(theirs) or "It rained"
    alignment = beside(f"{article}.", claim)
    units = alignment.source.units
    places = [Span(start=unit.start, end=unit.end) for unit in units]
    if ours:
        said = span(claim, ours[number % len(ours)])
        assert all(place in places for place in exchanged(alignment, said, places))
        assert list(exchanged(alignment, said, [])) == []


@given(WORDS.filter(bool))
def test_in_the_articles_own_words_only_the_word_itself_is_in_its_place(words: list[str]) -> None:
    """A claim that repeats its sentence has exchanged nothing."""
    text = " ".join(words)
    alignment = beside(text, text)
    for unit in alignment.source.units:
        place = Span(start=unit.start, end=unit.end)
        others = [Span(start=u.start, end=u.end) for u in alignment.source.units if u.start != unit.start]
        assert list(exchanged(alignment, place, others)) == []
