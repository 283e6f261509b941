"""Who is known stays known, and a name stays a name."""

import pytest
from by_reading import found_by

from summarise.checks.determiners import check
from summarise.data import Finding


def found(article: str, text: str) -> list[Finding]:
    return found_by(check, article, text)


@pytest.mark.parametrize(
    ("article", "wrong", "right"),
    [
        (
            "The club finished seventh last month.",
            "A club finished seventh last month.",
            "The club finished seventh.",
        ),
        (
            "On Monday Ann Poe was carried off with a knee injury.",
            "A Poe was carried off with a knee injury.",
            "Poe was carried off with a knee injury.",
        ),
        (
            "On Monday Ann Poe was carried off with a knee injury.",
            "The poe was carried off with a knee injury.",
            "Ann Poe was carried off.",
        ),
        (
            "Its director left the bank in May.",
            "A director left the bank in May.",
            "The director left the bank in May.",
        ),
        (
            "A guard saw the fire before 480 people in the hall.",
            "A guard saw the fire before a 480 people in the hall.",
            "The guard saw the fire before 480 people.",
        ),
    ],
)
def test_what_tells_which_one_is_meant_must_stay(article: str, wrong: str, right: str) -> None:
    """The article of something new may become that of something known."""
    assert [(finding.kind, finding.severity) for finding in found(article, wrong)] == [("who-did-what", "note")]
    assert found(article, right) == []
