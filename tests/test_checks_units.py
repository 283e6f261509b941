"""Amounts keep what they are measured in."""

import pytest
from by_reading import found_by

from summarise.checks.units import check
from summarise.data import Finding


def found(article: str, text: str) -> list[Finding]:
    return found_by(check, article, text)


@pytest.mark.parametrize(
    ("article", "wrong", "right"),
    [
        (
            "The margin of Harrow narrowed to 8 per cent from 9.9 per cent.",
            "The margin of Harrow narrowed to 8.",
            "The margin of Harrow narrowed from 9.9 to 8 per cent.",
        ),
        (
            "The shares of Harrow fell by 14 per cent in May.",
            "The shares of Harrow fell by 14 in May.",
            "The shares of Harrow fell by 14% in May.",
        ),
        (
            "The wall of the pier is 30 millimetres thick.",
            "The wall of the pier is 30.",
            "The wall of the pier is 30 mm thick.",
        ),
        (
            "The club sold 30 tickets for the match.",
            "",
            "The club sold 30 for the match.",
        ),
    ],
)
def test_a_measure_without_its_unit_tells_no_amount(article: str, wrong: str, right: str) -> None:
    """A unit that follows with the next amount is told for both; another way to write it is the unit all the same."""
    if wrong:
        assert [(finding.kind, finding.severity) for finding in found(article, wrong)] == [("figure", "error")]
    assert found(article, right) == []
