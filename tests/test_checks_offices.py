"""Offices: who is what, and to whom an office was given that another holds."""

import pytest
from by_hand import aligned
from by_reading import claimed, errors, gap, ground

from summarise.checks.offices import check
from summarise.data import Finding


def found(article: str, text: str) -> list[Finding]:
    claim = claimed(article, text)
    return list(check(claim, ground(article), aligned(ground(article), claim)))


@pytest.mark.parametrize(
    ("article", "wrong", "right"),
    [
        ("Ann Lee, the chief executive of Acme, met John Roe, the finance director.",
         "John Roe, the chief executive of Acme, met Ann Lee.", "The chief executive of Acme, Ann Lee, met John Roe."),
        ("Finance director Ann Lee praised John Roe.", "John Roe is the finance director.",
         "Ann Lee is the finance director."),
        ("Ann Lee, the club captain, thanked John Roe.", "John Roe, the club captain, was thanked by Ann Lee.",
         "John Roe was thanked by Ann Lee, the club captain."),
        ("Ann Lee is the finance director of Acme. She praised John Roe.", "Finance director John Roe was praised.",
         "Finance director Ann Lee praised John Roe."),
        ("Ann Lee's lawyer, Ben Cole, praised John Roe, the police chief.", "Ann Lee's lawyer, John Roe, praised him.",
         "John Roe, the police chief, was praised by Ann Lee's lawyer, Ben Cole."),
        gap("Prime minister Ann Lee sacked John Roe, the environment minister.",
            "The environment minister, Ann Lee, sacked John Roe.",
            "The environment minister, John Roe, was sacked by Ann Lee.", reason="both are ministers"),
    ],
)  # fmt: skip
def test_the_office_of_another_is_an_accusation(article: str, wrong: str, right: str) -> None:
    """It names who holds it, and shows where the article says so."""
    (finding,) = found(article, wrong)
    assert (finding.kind, finding.severity) == ("name", "error")
    assert finding.said.startswith("John Roe, ")
    assert (finding.article_says or "").split(",")[0] in article
    assert [place.text in article for place in finding.evidence] == [True]
    assert errors(article, right) == []


@pytest.mark.parametrize(
    ("article", "claim"),
    [
        ("Ann Lee, a bank analyst, warned John Roe.", "John Roe, a bank analyst, was warned."),
        ("Ann Lee, the club captain, thanked John Roe.", "John Roe, the captain, was thanked."),
        ("Ann Lee, the club captain, thanked John Roe.", "John Roe is not the club captain."),
        ("Ann Lee, the club captain, thanked John Roe.", "John Roe, a former club captain, was thanked."),
        ("Ann Lee, the club captain, met John Roe, captain of the guard.", "John Roe, the club captain, met Ann Lee."),
        ("Ann Lee, the club captain, thanked John Roe.", "Lee, the club captain, thanked him."),
        ("Acme, the main contractor, hired John Roe.", "John Roe, the main contractor, was hired."),
        ("Ann Lee, the club captain, thanked John Roe.", "John Roe, the new club captain, was thanked."),
        ("Ann Lee, the club captain, will retire. John Roe will take her place.", "John Roe will be the club captain."),
    ],
)  # fmt: skip
def test_offices_of_many_and_what_may_be_true_of_both_are_let_pass(article: str, claim: str) -> None:
    """A single word, "a" and "former", an office of the same noun that the person holds, organisations."""
    assert found(article, claim) == []


@pytest.mark.parametrize(("words", "accused"), [(5, True), (6, False)])
def test_an_office_has_five_words_at_most(words: int, *, accused: bool) -> None:
    """What is longer describes."""
    office = " ".join(["the", *"very first chief finance".split()[: words - 2], "director"])
    assert len(office.split()) == words
    assert bool(found(f"Ann Lee is {office}. John Roe left.", f"John Roe is {office}.")) is accused
