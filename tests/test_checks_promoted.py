"""What the article only uses to tell what is meant is no statement of its own."""

import pytest
from by_reading import found_by

from summarise.checks.promoted import check
from summarise.data import Finding


def found(article: str, text: str) -> list[Finding]:
    return found_by(check, article, text)


@pytest.mark.parametrize(
    ("article", "wrong", "right"),
    [
        (
            "Growth was fastest where meltwater flowed for 40 days.",
            "Meltwater flowed for 40 days.",
            "Growth was fastest where meltwater flowed.",
        ),
        (
            "Officers asked whether the driver had locked the gate.",
            "The driver had locked the gate.",
            "Officers asked whether the driver locked the gate.",
        ),
        (
            "Trees that survived the winter grew faster.",
            "Trees survived the winter.",
            "Trees that survived the winter grew.",
        ),
        (
            "A guard who had seen the fire called the brigade.",
            "",
            "A guard had seen the fire.",
        ),
        (
            "Growth was fastest in Osterby, where meltwater flowed for 40 days.",
            "",
            "Meltwater flowed for 40 days.",
        ),
    ],
)
def test_a_clause_that_is_governed_is_not_told_alone(article: str, wrong: str, right: str) -> None:
    """It may be told with the word that governs it, or as what it adds to a name."""
    if wrong:
        assert [(finding.kind, finding.severity) for finding in found(article, wrong)] == [("who-did-what", "note")]
    assert found(article, right) == []
