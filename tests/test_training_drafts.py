"""Drafts are stored without the words copied from their articles."""

from hypothesis import given
from hypothesis import strategies as st

from training.drafts.copying import LEAST, packed, unpacked

WORDS = "the pier in Osterby closed on Monday , said a spokeswoman 12\n".split(" ")
texts = st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join)


@given(text=texts, article=texts)
def test_a_packed_text_comes_back_as_it_was(text: str, article: str) -> None:
    assert unpacked(packed(text, article), article) == text


@given(article=st.lists(st.text("abc", min_size=1, max_size=3), min_size=LEAST, max_size=12).map(" ".join))
def test_nothing_of_a_copy_is_stored(article: str) -> None:
    assert packed(article, article) == [[0, len(article)]]


def test_a_long_run_of_the_article_is_a_place() -> None:
    article = "On Monday the pier of Osterby was closed to lorries. Nobody was hurt."
    text = "The council said the pier of Osterby was closed. Nobody was angry."
    assert packed(text, article) == ["The council said ", [10, 34], "closed. Nobody was angry."]
