"""Certainty: alleged, uncertain, planned and reported things must stay so."""

import pytest
from by_hand import aligned, claim_of, ground_of
from by_reading import claimed, errors, gap, ground

from summarise.checks.certainty import check, word_of_a_party
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
        ("The pier was old, and Harrow said it was rotten.", "The pier was rotten.", "said"),
        ("The pier closed and was rotten, Harrow said.", "The pier closed.", "said"),
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
        ("Harrow lost £4 million on Monday and said it would close the pier.", "Harrow lost £4 million on Monday."),
        ("Harrow lost £4 million, but also warned of a rotten pier.", "Harrow lost £4 million."),
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


@pytest.mark.parametrize(
    ("article", "wrong", "right"),
    [
        ("Ann Poe's lawyer said that the witness had lied to the court.", "The witness had lied to the court.",
         "The witness had lied to the court, Ann Poe's lawyer said."),
        ("Ann Poe says that Acme dumped acid in the river.", "Acme dumped acid in the river.",
         "According to Ann Poe, Acme dumped acid in the river."),
        ("The fine was unjust, Acme said.", "The fine was unjust.", "Acme called the fine unjust."),
        ("The shipping company argued that the pier was rotten.", "The pier was rotten.",
         "The harbour board said that the pier was rotten."),
        ("Acme says the models exaggerate melting.", "The models exaggerate melting.",
         "Melting is exaggerated by the models, Acme says."),
    ],
)  # fmt: skip
def test_the_word_of_a_party_told_as_a_fact_is_an_error(article: str, wrong: str, right: str) -> None:
    """Without evidence; told with its speaker, it is let pass."""
    claim = claimed(article, wrong)
    (finding,) = check(claim, ground(article), aligned(ground(article), claim))
    assert (finding.kind, finding.severity, finding.evidence) == ("certainty", "error", ())
    assert (finding.said, finding.article_says) == ("told as a fact", article)
    assert errors(article, right) == []


@pytest.mark.parametrize(
    ("article", "claim"),
    [
        ("Police said that Ann Poe had left Calder.", "Ann Poe had left Calder."),
        ("The court heard that Ann Poe had left Calder.", "Ann Poe had left Calder."),
        ("A study found that bees had left Calder.", "Bees had left Calder."),
        ("The ministry said that the pier was rotten.", "The pier was rotten."),
        ("Ann Poe admitted that she had left Calder.", "Ann Poe had left Calder."),
        ("Ann Poe confirmed that the pier was rotten.", "The pier was rotten."),
        ("John Roe said that Ann Poe had left Calder on Monday.", "Ann Poe had left Calder by car."),
        ("John Roe said that Ann Poe had left Calder.", "In the view of Roe, Ann Poe had left Calder."),
        ("John Roe said that Ann Poe had left Calder.", "By Roe’s account Ann Poe had left Calder."),
        ("The coast guard said that seven people had drowned.", "Seven people had drowned."),
        gap("Acme said that it had sold the port.", "Acme had sold the port.", reason="its own deed"),
        ("John Roe said that Ann Poe had left Calder. Poe had left Calder in May.", "Ann Poe had left Calder."),
    ],
)  # fmt: skip
def test_what_a_witness_without_a_stake_says_is_let_pass(article: str, claim: str) -> None:
    """Police, courts, studies and ministries; what somebody admits or confirms; what is told in other words."""
    made = claimed(article, claim)
    assert not word_of_a_party(made, aligned(ground(article), made)[0], ground(article))
    assert errors(article, claim) == []
