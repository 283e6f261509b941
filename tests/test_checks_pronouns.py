"""Pronouns: a "she" of the article that became a "he"."""

import pytest

from summarise.api import check

ARTICLE = (
    "A former official told the inquiry that she had included a reference to the complaint in his briefing pack. "
    "The clerk said that she had left her keys at home.\n\nNobody else was heard on the first day of the inquiry."
)


@pytest.mark.parametrize(
    ("claim", "wrong"),
    [
        ("The clerk said that he had left his keys at home.", True),
        ("The clerk said that she had left her keys at home.", False),
        ("The clerk said that she had left keys at home.", False),
        ("A former official told the inquiry that she had included a reference in his briefing pack.", False),
        ("A former official told the inquiry that he had included a reference in his briefing pack.", True),
    ],
)
def test_a_pronoun_of_the_other_gender_is_noted(claim: str, wrong: bool) -> None:
    """Only where the retold sentence knows no such pronoun at all."""
    found = [f for sentence in check(claim, ARTICLE).sentences for f in sentence.findings if f.severity == "note"]
    assert bool(found) == wrong
