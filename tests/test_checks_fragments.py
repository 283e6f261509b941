"""A sentence states something."""

import pytest
from by_reading import found_by

from summarise.checks.fragments import check
from summarise.data import Finding


def found(article: str, text: str) -> list[Finding]:
    return found_by(check, article, text)


@pytest.mark.parametrize(
    ("article", "wrong", "right"),
    [
        (
            "Ann Poe confirmed on Monday that networks exist in Belgium, she said.",
            "Belgium, she said on Monday.",
            "Networks exist in Belgium, she said.",
        ),
        (
            "The shares of Harrow closed at 412 pence, their lowest level for a year.",
            "The shares of Harrow, their lowest level for a year.",
            "The shares of Harrow closed at 412 pence.",
        ),
        (
            "The firm Harrow denies that it cut corners.",
            "The firm Harrow denies that.",
            "Harrow denies it.",
        ),
        (
            "Mayor Ann Poe said that the gate was open.",
            "Mayor Ann Poe said.",
            "Ann Poe spoke of the gate.",
        ),
    ],
)
def test_words_without_a_statement_are_noted(article: str, wrong: str, right: str) -> None:
    """Who says it is not yet a statement."""
    assert [(finding.kind, finding.severity) for finding in found(article, wrong)] == [("who-did-what", "note")]
    assert found(article, right) == []
