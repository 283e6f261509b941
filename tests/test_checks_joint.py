"""Who did something together with others is not told as the only one."""

import pytest
from by_reading import found_by

from summarise.checks.joint import check
from summarise.data import Finding


def found(article: str, text: str) -> list[Finding]:
    return found_by(check, article, text)


@pytest.mark.parametrize(
    ("article", "wrong", "right"),
    [
        (
            "Ann Poe and John Roe repaired the old bridge.",
            "John Roe repaired the old bridge.",
            "John Roe and Ann Poe repaired the bridge.",
        ),
        (
            "Ann Poe and three sailors pulled the boat from the water.",
            "Three sailors pulled the boat from the water.",
            "Ann Poe and three sailors pulled the boat out.",
        ),
        (
            "Ann Poe repaired the bridge and John Roe painted the wall.",
            "",
            "John Roe painted the wall.",
        ),
    ],
)
def test_joint_doers_are_told_together(article: str, wrong: str, right: str) -> None:
    """Their order and how they are described may change."""
    if wrong:
        assert [(finding.kind, finding.severity) for finding in found(article, wrong)] == [("who-did-what", "note")]
    assert found(article, right) == []
