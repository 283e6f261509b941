"""Roles of persons ("prosecutor Anna Feyer") that a claim exchanges."""

import pytest

from summarise import Settings, check

TRIAL = """Opening the case on Monday, prosecutor Fiona Ashgarth KC said that the invoices were false. Defending, Daniel
Oyelund KC told jurors that his client had been careless. A new treasurer, Samuel Britch, found the fault. He told the
chair of trustees, Dame Ruth Carrowby, who called the police. Her deputy, Ann Poe, is the mayor of Lindal; the mayor
before was Jo Lee."""


@pytest.mark.parametrize(
    ("claim", "wrong", "holder"),
    [
        ("Prosecutor Daniel Oyelund told jurors that his client was careless.", "Daniel Oyelund", "Fiona Ashgarth"),
        ("The treasurer, Dame Ruth Carrowby, called the police.", "Ruth Carrowby", "Samuel Britch"),
        ("Ruth Carrowby, the treasurer, called the police.", "Ruth Carrowby", "Samuel Britch"),
        ("Prosecutor Fiona Ashgarth said that the invoices were false.", None, None),
        ("The treasurer Britch found the fault.", None, None),
        # The article's holder is not the only one, or the role is of no person in the article.
        ("The mayor before, Jo Lee, is not a trustee.", None, None),
        ("The lawyer Daniel Oyelund told jurors that his client had been careless.", None, None),
        # The role belongs to the next words.
        ("According to Ruth Carrowby, the treasurer found the fault.", None, None),
    ],
)
def test_a_role_of_somebody_else_is_an_error_beside_its_holder(
    claim: str, wrong: str | None, holder: str | None
) -> None:
    (sentence,) = check(claim, TRIAL, settings=Settings(entailment="off")).sentences
    errors = [(error.claim.text, error.article and error.article.text) for error in sentence.errors]
    assert errors == ([(wrong, holder)] if wrong else [])


FIRMS = """Laura Beckett, Tolland's chief executive, will run the group. Arden CEO Miguel Santoro will retire in 2027.
The former minister, Sir Alan Voss, left in 2019. His successor, Lena Hart, left on Monday. The governor, Jo Lee,
cheered. Ann Poe clapped."""


@pytest.mark.parametrize(
    ("claim", "wrong", "holder"),
    [
        # The same role in another organisation, in other words, or at another time.
        ("Arden's chief executive Miguel Santoro will retire in 2027.", None, None),
        ("The chief executive, Miguel Santoro, will retire in 2027.", None, None),
        ("Minister Lena Hart left on Monday.", None, None),
        ("The former governor, Ann Poe, clapped.", None, None),
        ("The governor, Ann Poe, clapped.", "Ann Poe", "Jo Lee"),
        ("Arden CEO Laura Beckett will run the group.", "Laura Beckett", "Miguel Santoro"),
        ("Tolland chief executive Miguel Santoro will retire in 2027.", "Miguel Santoro", "Laura Beckett"),
        ("Tolland CEO Ann Poe clapped.", "Ann Poe", "Laura Beckett"),
    ],
)
def test_a_role_has_one_holder_in_each_organisation(claim: str, wrong: str | None, holder: str | None) -> None:
    (sentence,) = check(claim, FIRMS, settings=Settings(entailment="off")).sentences
    errors = [(error.claim.text, error.article and error.article.text) for error in sentence.errors]
    assert errors == ([(wrong, holder)] if wrong else [])
