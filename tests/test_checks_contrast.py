"""Contrasts: values of the article for the wrong thing, such as two people in each other's role."""

import pytest

from summarise import Settings, check
from summarise.checks.amounts import NUMBER

ARTICLE = """Council backs closure of Mill Street baths

Councillors in Wexcombe voted by 27 to 19 on Tuesday night to close the swimming baths in Mill Street. The baths opened
in 1887 and have been a listed building since 1974. Council leader Farida Rahman said: "Nobody in this chamber wanted to
close the baths." The Conservative group leader, Graham Stott, called the vote "an act of vandalism" and accused Rahman
of hiding a surveyor's report. Repairs to the roof would have cost £5.2 million, of which a lottery fund had offered to
pay £1.3 million. Stott was convicted of fraud in 2009. The baths had 21 visitors an hour, the gym nine.
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "values"),
    [
        # Two values exchanged for each other: years, people, a number in digits and one in letters.
        (
            "The baths opened in 1974 and have been a listed building since 1887.",
            [("1974", "1887"), ("1887", "1974")],
        ),
        ("Rahman accused Stott of hiding a surveyor's report.", [("Rahman", "Graham Stott"), ("Stott", "Rahman")]),
        ("The baths had nine visitors an hour, the gym 21.", [("nine visitors", "21 visitors"), ("21", "nine")]),
        # A person in the place of another one, and a word in the place of its opposite.
        ("Graham Stott said that nobody wanted to close the baths.", [("Graham Stott", "Farida Rahman")]),
        ("Stott was acquitted of fraud in 2009.", [("acquitted", "convicted")]),
    ],
)
def test_a_value_that_belongs_to_something_else_is_an_error_with_the_articles_value(
    text: str, values: list[tuple[str, str]]
) -> None:
    (sentence,) = check(text, ARTICLE).sentences
    assert sentence.verdict != "supported"
    errors = [finding for finding in sentence.findings if finding.severity == "error"]
    assert [(error.claim.text, error.article and error.article.text) for error in errors] == values
    assert {error.reason for error in errors} == {"contrast"}
    assert any(place.contains(error.article) for error in errors if error.article for place in sentence.evidence)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "The baths, listed in 1974, opened in 1887.",
        "A lottery fund had offered £1.3 million of the £5.2 million that the roof would have cost.",
        "Rahman was accused of hiding a surveyor's report by Stott.",
        "The roof would have cost the council £3.9 million after the lottery fund's £1.3 million.",
    ],
)
def test_values_in_another_order_or_computed_from_the_articles_are_no_error(text: str) -> None:
    (sentence,) = check(text, ARTICLE).sentences
    assert not [finding for finding in sentence.findings if finding.severity == "error" and finding.article]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "article"),
    [
        # A relation that holds both ways, a list, and a rounded amount.
        (
            "Jean-Noël Barrot met Johann Wadephul.",
            "France received the chancellor. Johann Wadephul also met his French counterpart, Jean-Noël Barrot.",
        ),
        (
            "The Serum Institute of India and Oxford University developed the vaccine.",
            "A vaccine developed by Oxford University and the Serum Institute of India reduced malaria by 51 per cent.",
        ),
        (
            "Revenue was up 4% at €1.3 billion.",
            "Tellwin said on Thursday that revenue rose 4 per cent to €1.31 billion.",
        ),
        (
            "UBS and Jefferies both cut their targets.",
            "Analysts at UBS and Jefferies cut their target prices on Thursday.",
        ),
    ],
)
def test_values_that_do_not_exclude_each_other_are_no_error(text: str, article: str) -> None:
    (sentence,) = check(text, article).sentences
    assert not [finding for finding in sentence.findings if finding.reason == "contrast"]


BRIDGE = """The old bridge in Sandry collapsed on Monday evening. Three people were hurt when it fell, and two cars were
damaged. Police said that a passer-by could have been killed. There was no damage to the ferry below."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "article", "words"),
    [
        ("A man has been arrested.", "Nobody has been arrested over the theft in Leeds.", "arrested"),
        ("Mr Lee attended the hearing.", "Neither Mr Lee nor Ms Ford attended the hearing.", "attended"),
        ("People died in the storm.", "No deaths were reported after the storm hit Leeds.", "died"),
        ("The firm polluted the river.", "The firm denied that it had polluted the river.", "polluted"),
        ("The mayor is ill.", "The mayor, a father of two, is not ill.", "is"),
        ("The thieves took nothing.", "The thieves took paintings worth £2 million on Friday.", "nothing"),
        # The denial is of something else, or limited.
        ("The fire destroyed three homes.", "Nobody was hurt, but three homes were destroyed by the fire.", None),
        ("Passengers were hurt.", "Not all passengers were hurt.", None),
        ("The mayor won by 200 votes.", "The mayor, who has never lost an election, won by 200 votes.", None),
    ],
)
def test_a_statement_is_an_error_if_its_opposite_is_more_likely(text: str, article: str, words: str | None) -> None:
    (sentence,) = check(text, article).sentences
    errors = [finding for finding in sentence.findings if finding.severity == "error"]
    assert [(error.code, error.claim.text) for error in errors] == ([("negation", words)] if words else [])
    assert sentence.verdict == ("contradicted" if words else "supported")


@pytest.mark.parametrize(
    ("text", "denial"),
    [
        ("Nobody was hurt.", "Nobody"),
        ("Nobody was hurt when the bridge collapsed.", "Nobody"),
        ("When the bridge fell, no one was hurt.", "no one"),
        ("Nobody was killed.", None),
        ("No damage was done to the ferry.", None),
        ("Nobody but the three was hurt.", None),
    ],
)
def test_a_denial_is_an_error_if_its_opposite_is_more_likely(text: str, denial: str | None) -> None:
    (sentence,) = check(text, BRIDGE).sentences
    errors = [finding for finding in sentence.errors if finding.code == "negation"]
    assert [(error.claim.text, error.reason) for error in errors] == ([(denial, "contrast")] if denial else [])
    assert all(error.article and "Three people were hurt" in error.article.text for error in errors)
    assert (sentence.verdict == "supported") is (denial is None)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("12 bridges", "12"),
        ("18-year-old", "18"),
        ("about 3,962 calls", "3,962"),
        ("Nine shots", "Nine"),
        ("One in ten", None),
        ("Two hundred", None),
        ("Twenty-five", None),
        ("Two-thirds", None),
        ("Three dozen", None),
        ("1.2 million people", None),
        ("12.9C", "12.9"),
        ("-12C", None),
        ("83rd minute", None),
        ("2-1", None),
    ],
)
def test_only_a_number_of_its_own_is_exchanged(words: str, number: str | None) -> None:
    found = NUMBER.search(words)
    assert (found and found[0]) == number


@pytest.mark.slow
def test_without_an_entailment_model_no_value_is_put_in_the_place_of_another() -> None:
    text = "The baths opened in 1974 and have been a listed building since 1887."
    (sentence,) = check(text, ARTICLE, settings=Settings(entailment="off")).sentences
    assert (sentence.verdict, sentence.findings) == ("supported", ())
