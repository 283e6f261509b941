"""Amounts that the article only bounds or rounds stay so."""

import pytest
from by_reading import found_by

from summarise.checks.bounds import check
from summarise.data import Finding


def found(article: str, text: str) -> list[Finding]:
    return found_by(check, article, text)


@pytest.mark.parametrize(
    ("article", "wrong", "right"),
    [
        (
            "The shares of Harrow fell by as much as 14 per cent in Osterby.",
            "The shares of Harrow fell by 14 per cent in Osterby.",
            "The shares of Harrow fell by up to 14 per cent.",
        ),
        (
            "The shares of Harrow fell by as much as 14 per cent in Osterby.",
            "The shares of Harrow fell by about 14 per cent.",
            "The shares of Harrow fell in Osterby.",
        ),
        (
            "Harrow cut about 850 jobs in May.",
            "Harrow cut 850 jobs in May.",
            "Harrow cut roughly 850 jobs.",
        ),
        (
            "Nearly half of the members of the club voted on Monday.",
            "Half of the members of the club voted on Monday.",
            "Almost half of the members of the club voted.",
        ),
        (
            "The club will receive more than a third of the money.",
            "The club will receive a third of the money.",
            "The club will receive over a third of the money.",
        ),
        (
            "The repair of the pier cost between £50 million and £60 million.",
            "The repair of the pier cost £50 million.",
            "The repair of the pier cost between £50 million and £60 million in all.",
        ),
    ],
)
def test_what_left_an_amount_open_must_stay(article: str, wrong: str, right: str) -> None:
    """The words may be exchanged for others that leave room on the same side; an exact amount may be rounded."""
    assert [(finding.kind, finding.severity) for finding in found(article, wrong)] == [("certainty", "note")]
    assert found(article, right) == []
