"""Amounts of money in a text."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarise import read_article
from summarise.data import Figure, Money
from summarise.facts import extract


def money(text: str) -> list[Money]:
    return [fact for fact in extract(read_article(text)).facts if isinstance(fact, Money)]


@pytest.mark.parametrize(
    ("phrase", "words", "value", "qualifier"),
    [
("The council approved a €50 billion plan.", "€50 billion", "EUR 50000000000", "exactly"),
("The ferry cost £1.2bn.", "£1.2bn", "GBP 1200000000", "exactly"),
("It raised US$3m.", "US$3m", "USD 3000000", "exactly"),
("It raised 16.50 Australian dollars.", "16.50 Australian dollars", "AUD 16.5", "exactly"),
("A loaf costs 80p.", "80p", "GBP 0.8", "exactly"),
("A loaf costs 80 pence.", "80 pence", "GBP 0.8", "exactly"),
("It was insured for up to €75 million.", "up to €75 million", "EUR 75000000", "at most"),
("Gifts of less than £20 came in.", "less than £20", "GBP 20", "less than"),
("It would cost between £24 million and £30 million.", "between £24 million and £30 million",
         "GBP 24000000-30000000", "exactly"),
("It would cost £2-3bn.", "£2-3bn", "GBP 2000000000-3000000000", "exactly"),
("Tickets cost $50 to $150 each.", "$50 to $150", "USD 50-150", "exactly"),
("It paid EUR 12,500 for it.", "EUR 12,500", "EUR 12500", "exactly"),
("It paid half a million pounds for it.", "half a million pounds", "GBP 500000", "exactly"),
("A loaf costs 50 to 60 pence.", "50 to 60 pence", "GBP 0.5-0.6", "exactly"),
("It paid $5 CAD for it.", "$5 CAD", "CAD 5", "exactly"),
("It paid 500 RMB for it.", "500 RMB", "CNY 500", "exactly"),
("It paid SGD 5 million for it.", "SGD 5 million", "SGD 5000000", "exactly"),
("It lost millions of dollars.", "millions of dollars", "USD 1000000 or more", "at least"),
],
)  # fmt: skip
def test_an_amount_is_read_with_its_currency(phrase: str, words: str, value: str, qualifier: str) -> None:
    (amount,) = money(phrase)
    assert (amount.text, amount.value, amount.qualifier) == (words, value, qualifier)


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("Fares ranging from €4 to €9 were paid.", ["from €4 to €9"]),
        ("Fares vary from €4 to €9 there.", ["from €4 to €9"]),
        ("Fares of €4 to €9 were paid.", ["€4 to €9"]),
        ("Its loss grew by about €4 million to €9 million.", ["about €4 million", "€9 million"]),
        ("Its loss rose €4 million to €9 million.", ["€4 million", "€9 million"]),
        ("Its loss rose from €4 million to €9 million.", ["€4 million", "€9 million"]),
        ("It lost between €4 million and €9 million.", ["between €4 million and €9 million"]),
    ],
)
def test_a_step_and_where_it_led_are_no_range(phrase: str, words: list[str]) -> None:
    """After a verb of change, "to" introduces the outcome, not the end of a range."""
    assert [amount.text for amount in money(phrase)] == words


@pytest.mark.slow
@settings(max_examples=50)
@given(st.integers(1, 999), st.sampled_from([("bn", "billion", 9), ("m", "million", 6)]))
def test_equal_amounts_have_equal_values_however_written(number: int, scale: tuple[str, str, int]) -> None:
    short, long, power = scale
    forms = [
        f"€{number}{short}",
        f"€{number} {long}",
        f"{number} {long} euros",
        f"€{number * 10**power:,}",
        f"EUR {number}{short}",
    ]
    values = {fact.value for form in forms for fact in money(f"The port paid {form} for the pier.")}
    assert values == {f"EUR {number * 10**power}"}


def test_a_plain_dollar_sign_is_less_sure_than_a_marked_one() -> None:
    """Several countries write "$"."""
    (plain,), (marked,) = money("It cost $5."), money("It cost US$5.")
    assert (plain.currency, marked.currency) == ("USD", "USD")
    assert plain.confidence < marked.confidence


def test_an_amount_of_money_is_no_figure() -> None:
    facts = extract(read_article("The pier cost £12 million.")).facts
    assert not [fact for fact in facts if isinstance(fact, Figure)]
    assert money("The pier cost £12 million.")[0].amount == Decimal(12_000_000)


@pytest.mark.parametrize("text", ["The crate weighs 150 pounds.", "The crew won 3 races.", "It is worth every penny."])
def test_what_is_no_money_is_left_alone(text: str) -> None:
    assert money(text) == []
