"""Small words that exclude each other: order in time, cause and obstacle, how many."""

import pytest
from by_reading import errors

ARTICLE = (
    "Some workers left the old yard before the fire in May. Ann Poe is one of the biggest sellers in Calder. "
    "The old bridge to Osterby closed because of the storm. Trains have run since Monday."
)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("All workers left the old yard before the fire in May.", "Some workers left the old yard before the fire."),
        ("Some workers left the old yard after the fire in May.", "Some workers left the yard before the fire in May."),
        ("Ann Poe is the biggest seller in Calder.", "Ann Poe is among the biggest sellers in Calder."),
        ("The old bridge to Osterby closed despite the storm.", "The old bridge to Osterby closed owing to the storm."),
        ("Trains have run until Monday.", "Since Monday trains have run."),
    ],
)
def test_only_what_excludes_the_articles_word_is_an_error(wrong: str, right: str) -> None:
    """And it is an accusation of its own kind."""
    assert len(errors(ARTICLE, wrong)) == 1
    assert errors(ARTICLE, right) == []
