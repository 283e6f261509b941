"""Splitting of text that is too long for a sentence."""

from hypothesis import given
from hypothesis import strategies as st

from summarise import read_article
from summarise.article.sentences import LONGEST, parted


@given(st.text("ab ,;\n\u0301", max_size=60), st.integers(1, 400), st.integers(0, 30))
def test_parts_are_short_and_leave_nothing_out(piece: str, times: int, start: int) -> None:
    text = piece * times
    end, places = len(text), list(parted(text, min(start, len(text)), len(text)))
    assert all(0 < last - first <= LONGEST for first, last in places)
    between = [min(start, end), *(place for pair in places for place in pair), end]
    assert between == sorted(between)
    assert not "".join(text[a:b] for a, b in zip(between[::2], between[1::2], strict=True)).strip()


def test_a_part_ends_with_a_clause() -> None:
    """After a semicolon or comma, otherwise after a word."""
    article = read_article("the council said that the bridge was old, and " * 100)
    parts = [article.quote(one) for one in article.sentences]
    assert len(parts) == 3
    assert all(part.endswith("old,") for part in parts[:-1])


def test_a_sentence_of_a_thousand_characters_is_one() -> None:
    """Statutes have such sentences."""
    assert len(read_article(f"The law says that {'the owner of a bridge, ' * 40} must pay.").sentences) == 1
