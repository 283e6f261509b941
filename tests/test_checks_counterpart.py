"""The article's words in the position of doubted words."""

import pytest
from by_hand import aligned, claim_of, ground_of
from hypothesis import given
from hypothesis import strategies as st

from summarise.checks.opposing_facts import MOST, counterpart
from summarise.data import Span

ARTICLE = (
    "The council closed the old harbour bridge on Monday evening.",
    "Residents painted the wooden boats in blue and yellow.",
    "Firefighters rescued a farmer from a flooded barn near Osterby.",
)


def found(text: str, said: str, *sentences: str) -> str | None:
    source_index = ground_of(*(sentences or ARTICLE))
    claim = claim_of(source_index, text)
    start = text.index(said)
    place = counterpart(Span(start=start, end=start + len(said)), claim, aligned(source_index, claim))
    return None if place is None else source_index.facts.article.quote(place)


@pytest.mark.parametrize(
    ("text", "said", "there"),
    [
        pytest.param("The council opened the old harbour bridge.", "opened", "closed", id="one word for one"),
        pytest.param("The boats, painted in pink and yellow, sank.", "pink", None, id="in another order"),
        pytest.param("People painted boats in pink and yellow.", "pink", "blue", id="words left out elsewhere"),
        pytest.param(
            "Firefighters rescued a farmer from a burning barn.", "a burning", "flooded", id="small words do not count"
        ),
        pytest.param("Residents painted the wooden boats in pink.", "pink", "blue", id="at the end: as many words"),
        pytest.param("Teachers painted the wooden boats.", "Teachers", "Residents", id="at the beginning"),
        pytest.param("The council slowly closed the old harbour bridge.", "slowly", None, id="nothing in its place"),
        pytest.param("The council closed the old harbour bridge.", "closed", None, id="the same stands there"),
        pytest.param(
            "The mayor secretly opened the old harbour bridge.", "opened", None, id="its neighbour is unknown, too"
        ),
        pytest.param("A choir opened a shop.", "opened", None, id="too little of the claim"),
        pytest.param("The council closed it.", "it", None, id="no word that carries content"),
    ],
)
def test_the_words_in_the_place_of_others(text: str, said: str, there: str | None) -> None:
    assert found(text, said) == there


def test_a_gap_of_many_words_is_no_place() -> None:
    """It would be unclear which ones are meant."""
    many = "The council sold the red, green, brown, black and grey boats."
    assert found("The council sold the white boats.", "white", many) is None
    few = "The council sold the red, green, brown and grey boats."
    assert found("The council sold the white boats.", "white", few) == "red, green, brown and grey"
    assert MOST == 4


WORDS = "council closed bridge opened harbour Monday said boats".split()


@given(st.lists(st.sampled_from(WORDS), min_size=1), st.data())
def test_a_place_is_of_the_article_and_has_none_of_the_words(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    said = " ".join(words[first : last + 1])
    start = len(" ".join(words[:first])) + bool(first)
    source_index = ground_of(*ARTICLE)
    claim = claim_of(source_index, text)
    place = counterpart(Span(start=start, end=start + len(said)), claim, aligned(source_index, claim))
    if place is not None:
        there = source_index.facts.article.quote(place)
        assert there in source_index.facts.article.text
        assert not {word.casefold() for word in said.split()} & {word.casefold() for word in there.split()}
