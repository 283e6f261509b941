"""Certainty: alleged, uncertain, planned and reported things must stay so."""

import pytest
from by_hand import aligned, claim_of, ground_of

from summarise.checks.certainty import check
from summarise.checks.hedging import hedges
from summarise.data import Finding


def findings(article: str, claim: str) -> list[Finding]:
    ground = ground_of(article, "It rained on the coast.")
    said = claim_of(ground, claim)
    return list(check(said, ground, aligned(ground, said)))


@pytest.mark.parametrize(
    ("article", "claim", "word"),
    [
        ("Prosecutors allege that Harrow took the money.", "Harrow took the money.", "allege"),
        ("Harrow allegedly took the money.", "Harrow took the money.", "allegedly"),
        ("Harrow may close the pier.", "Harrow closed the pier.", "may"),
        ("Harrow is expected to close the pier.", "Harrow closed the pier.", "expected"),
        ("Harrow plans to close the pier.", "Harrow closed the pier.", "plans"),
        ("Harrow will close the pier.", "Harrow closed the pier.", "will"),
        ("Harrow told Osterby the pier was rotten.", "The pier was rotten.", "told"),
        ("The pier was rotten, Harrow said.", "The pier was rotten.", "said"),
        ("According to Harrow, the pier was rotten.", "The pier was rotten.", "According to"),
    ],
)
def test_a_hedge_or_attribution_that_was_lost_is_noted(article: str, claim: str, word: str) -> None:
    """The article does not say the contrary, so nobody is accused, but the sentence is no longer supported."""
    (finding,) = findings(article, claim)
    assert (finding.kind, finding.article_says, finding.evidence) == ("certainty", word, ())
    assert finding.severity == ("error" if word == "allegedly" else "note")


@pytest.mark.parametrize(
    ("article", "claim"),
    [
        ("Harrow may close the pier.", "Harrow might close the pier."),
        ("Harrow may close the pier.", "Harrow plans to close the pier."),
        ("The pier was rotten, Harrow said.", "The pier was rotten, according to Harrow."),
        ("Harrow closed the pier.", "Harrow closed the pier."),
        ("Prosecutors allege that Harrow took the money.", "Prosecutors allege Harrow took the money."),
        ("Harrow claimed that the pier was rotten.", "Harrow claimed the pier was rotten."),
        ("Harrow suggested that the pier was rotten.", "Harrow suggested the pier was rotten."),
        ("Harrow closed the pier, which may reopen.", "Harrow closed the pier."),
        ("In May Harrow closed the pier.", "Harrow closed the pier."),
        ("Harrow closed the pier to the United States.", "Harrow closed the pier."),
        ("Harrow may close the pier.", "Snow fell on the mountains."),
    ],
)
def test_the_harmless_twin_is_not_doubted(article: str, claim: str) -> None:
    """Hedged in another way, told after the clause, a month or a state, or another statement altogether."""
    assert not findings(article, claim)


def test_an_attribution_does_not_stand_for_a_hedge() -> None:
    """What "may" happen does not happen because somebody said so."""
    (finding,) = findings("Harrow may close the pier.", "Harrow closed the pier, Osterby said.")
    assert finding.article_says == "may"


def test_a_hedge_does_not_stand_for_an_attribution() -> None:
    """What somebody said is not told as one's own guess."""
    (finding,) = findings("The pier was rotten, Harrow said.", "The pier may be rotten.")
    assert finding.article_says == "said"


@pytest.mark.parametrize(
    ("claim", "spoken"),
    [
        ("Harrow closed the pier near Osterby today.", True),  # three of five
        ("Harrow closed the pier near snowy Osterby today.", False),  # three of six
    ],
)
def test_it_speaks_where_three_fifths_align(claim: str, spoken: bool) -> None:
    """Below that the claim tells something else."""
    claim = claim.replace("near ", "in ")
    assert bool(findings("Harrow may close the pier.", claim)) is spoken


def test_without_alignments_it_says_nothing() -> None:
    """There is nothing to compare with."""
    ground = ground_of("Harrow may close the pier.")
    assert not list(check(claim_of(ground, "Harrow closed the pier."), ground, ()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It allegedly fell, and reportedly sank.", {"alleged": "allegedly"}),
        ("It might fall and will sink, he said.", {"uncertain": "might", "planned": "will"}),
        ("In May the United States closed it.", {}),
        ("It may; the report states so.", {"uncertain": "may"}),
        ("Wills and dismay.", {}),
        ("", {}),
    ],
)
def test_hedges_are_told_by_kind_with_the_first_word(text: str, expected: dict[str, str]) -> None:
    """Whole words only."""
    assert hedges(text) == expected
