"""Commas and joining words keep together what belongs together."""

import pytest
from by_reading import found_by

from summarise.checks.commas import check
from summarise.data import Finding


def found(article: str, text: str) -> list[Finding]:
    return found_by(check, article, text)


@pytest.mark.parametrize(
    ("article", "wrong", "right"),
    [
        (
            "Growth was fastest where water flowed for 40 days.",
            "Growth was fastest, where water flowed for 40 days.",
            "Growth was fastest where water flowed.",
        ),
        (
            "The members, who had met on Monday, left the hall.",
            "The members who had met on Monday left the hall.",
            "The members, who had met, left the hall.",
        ),
        (
            "Harrow paid a guard to open the gate.",
            "Harrow paid a guard, to open the gate.",
            "Harrow paid a guard to open it.",
        ),
        (
            "Ann Poe saved two penalties before John Roe struck the last kick.",
            "Ann Poe saved two penalties before John Roe, and struck the last kick.",
            "Ann Poe saved two penalties before John Roe struck the kick.",
        ),
        (
            "The share rose by eight points, to 54 per cent.",
            "",
            "The share rose to 54 per cent.",
        ),
    ],
)
def test_what_belongs_together_stays_so(article: str, wrong: str, right: str) -> None:
    """Where words between are left out, nothing can be told."""
    if wrong:
        assert [(finding.kind, finding.severity) for finding in found(article, wrong)] == [("who-did-what", "note")]
    assert found(article, right) == []
