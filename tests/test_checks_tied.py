"""Amounts and durations: tied to the deed that the article ties them to, in whatever words around it."""

import pytest
from by_hand import aligned
from by_reading import claimed, errors, gap, ground

from summarise.checks.tied import check, value_at
from summarise.data import Finding


def found(article: str, text: str) -> list[Finding]:
    claim = claimed(article, text)
    return list(check(claim, ground(article), aligned(ground(article), claim)))


@pytest.mark.parametrize(
    ("article", "wrong", "kind", "said", "article_says", "right"),
    [
        ("The final dividend was raised by 4 pence. The interim dividend was cut by 2 pence.",
         "The interim dividend was cut by 4 pence.", "money", "4 pence", "2 pence",
         "The interim dividend was reduced by 2 pence."),
        ("Acme sold the mine for £5 million and bought the port for £9 million.",
         "Acme bought the port for £5 million.", "money", "£5 million", "£9 million",
         "The port was bought by Acme for £9 million."),
        ("Acme sold the mine for £5 million and bought the port for £9 million.",
         "Acme sold the mine for £9 million.", "money", "£9 million", "£5 million",
         "The mine was sold for £5 million by Acme."),
        ("Ann Poe served for twelve years in Calder before she led the navy for two years.",
         "Ann Poe led the navy for twelve years and served for two years in Calder.", "who-did-what",
         "lead | twelve years", "serve | twelve years",
         "Ann Poe led the navy for two years after serving for twelve years in Calder."),
        gap("The trial in Calder lasted six weeks and the appeal took three months.",
            "The trial in Calder lasted three months.", "who-did-what", "last | three months", "take | three months",
            "The trial in Calder took six weeks.", reason="the claim does not tell the other deed"),
        gap("Prices in Osterby rose by 9 per cent and wages grew by 4 per cent.",
            "Wages grew by 9 per cent and prices in Osterby rose by 4 per cent.", "figure", "9 per cent", "4 per cent",
            "Wages grew by 4 per cent and prices in Osterby by 9 per cent.", reason="rise and grow are one"),
    ],
)  # fmt: skip
def test_an_amount_of_another_deed_is_an_accusation(
    article: str, wrong: str, kind: str, said: str, article_says: str, right: str
) -> None:
    """It tells the amount that the deed has, or the deed that has the amount."""
    (finding,) = found(article, wrong)
    assert (finding.kind, finding.severity, finding.said, finding.article_says) == (kind, "error", said, article_says)
    assert [place.text in article for place in finding.evidence] == [True]
    assert errors(article, right) == []


@pytest.mark.parametrize(
    ("article", "claim"),
    [
        ("Acme sold the mine for £5 million in May.", "Acme sold the mine for about £5 million."),
        ("Acme sold the mine for £5.1 million in May.", "Acme sold the mine for about £5 million."),
        ("Acme sold the mine for £5 million. Acme sold the mine for £7 million.", "Acme sold the mine for £5 million."),
        ("The price was cut by 4 pence. It was cut by 2 pence in Calder.", "The price was cut by 2 pence in Calder."),
        ("Acme sold the mine on Monday and bought the port on Friday.",
         "Acme bought the port on Monday and sold the mine on Friday."),
        ("Acme sold the mine in 2010 and bought the port in 2012.", "Acme sold the mine and bought the port in 2012."),
        ("The price of bread was cut by 4 pence and by 2 pence.", "The price of bread was cut by 2 pence."),
        ("Profit rose 12 per cent in 2019 and 8 per cent in 2020.", "Profit rose 8 per cent in 2020."),
    ],
)  # fmt: skip
def test_what_the_deed_may_have_is_let_pass(article: str, claim: str) -> None:
    """Rounded amounts, one of several, and days, which other checks compare."""
    assert found(article, claim) == []


def test_an_argument_is_an_amount_or_date_where_one_stands_in_it() -> None:
    """With the argument's own value; nothing else is."""
    claim = claimed("It rained.", "Acme sold the mine for £5 million in 2020.")
    values = [value_at(argument, claim.facts) for argument in claim.relations[0].arguments]
    assert [value and value.text for value in values] == [None, None, "£5 million", "2020"]
