"""Indexes: what they leave out could not have been found by looking through everything."""

from decimal import Decimal

from by_hand import date, figure, money, name, quotation
from hypothesis import given
from hypothesis import strategies as st

from summarise.checks import amount_comparison as amounts
from summarise.checks import dates
from summarise.checks.date_index import DateIndex, weekdays
from summarise.checks.name_index import NameIndex
from summarise.checks.names import alike
from summarise.checks.quantities import bears_out
from summarise.checks.quantity_index import QuantityIndex
from summarise.checks.quotation_index import QuotationIndex
from summarise.checks.quotations import similarity
from summarise.checks.words import folded
from summarise.data import Date, Figure, Money, Qualifier

WORDS = st.lists(st.sampled_from("the bridge is not safe a lorry don't".split()), max_size=6).map(" ".join)
QUALIFIERS: list[Qualifier] = ["exactly", "about", "more than", "at least", "less than", "at most"]
NUMBERS = st.sampled_from(["0", "3", "20", "24", "24.5", "25", "100", "110", "3000"])
FIGURES = st.builds(
    lambda amount, upper, unit, counted, qualifier: figure(
        amount, upper=upper, unit=unit, counted=None if unit else counted, qualifier=qualifier
    ),
    NUMBERS,
    st.none() | NUMBERS,
    st.sampled_from([None, None, "per cent", "metre", "kilometre", "ordinal"]),
    st.sampled_from([None, "bridge", "boat"]),
    st.sampled_from(QUALIFIERS),
)
SUMS = st.builds(
    lambda amount, upper, currency, qualifier: money(amount, upper=upper, currency=currency, qualifier=qualifier),
    NUMBERS,
    st.none() | NUMBERS,
    st.sampled_from(["EUR", "GBP", "USD", "CAD"]),
    st.sampled_from(QUALIFIERS),
)
AMOUNTS = FIGURES | SUMS
TIMES = [
    "day:2024-08-09", "day:--08-09", "month:2024-08", "month:--08", "year:2024", "year:2023", "weekday:friday",
    "day:2024-08-09/2024-08-12", "day:--08-09/--08-12", "quarter:2024-q3", "quarter:q3", "season:summer",
    "season:2024-summer", "relative:next-week", "duration:P2Y", "year:2024/early", "time:16:40",
    "decade:2020", "decade:2020/early", "duration:P2Y/ago", "duration:P25M",
]  # fmt: skip
DATES = st.builds(lambda value, text: date(value, text=text), st.sampled_from(TIMES), st.sampled_from(["", "Friday 9"]))


@given(AMOUNTS, st.lists(AMOUNTS, max_size=8))
def test_every_amount_that_bears_one_out_is_near_it(said: Figure | Money, facts: list[Figure | Money]) -> None:
    """Or may be a rounder telling of it; and one of each sort of its equals is found."""
    counts = QuantityIndex(facts)
    assert any(bears_out(said, fact) for fact in counts.near(said)) == any(bears_out(said, fact) for fact in facts)
    same = [fact for fact in facts if said.amount in (fact.amount, fact.upper)]
    found = list(counts.equal(said.amount))
    assert bool(found) == bool(same)
    assert all(amounts.distinct(said, f) for f in found) == all(amounts.distinct(said, f) for f in same)
    assert not list(counts.equal(Decimal(-1)))


@given(DATES, st.lists(DATES, max_size=6))
def test_every_date_that_agrees_is_near(said: Date, facts: list[Date]) -> None:
    """Whatever its form."""
    times = DateIndex(facts)
    assert any(dates.agrees(said, fact) for fact in times.near(said)) == any(dates.agrees(said, f) for f in facts)
    assert {day for one in times.with_weekdays for day in weekdays(one)} == {
        day for fact in facts for day in weekdays(fact)
    }


@given(st.text("abd", max_size=7), st.lists(st.text("abc", min_size=1, max_size=7), max_size=8))
def test_every_slip_of_the_pen_is_near(said: str, names: list[str]) -> None:
    """Letters in another order, one too many or too few."""
    one = name("x" + said)
    others = [name("x" + other) for other in names]
    assert any(alike(one, o) for o in NameIndex(others).near(one.text)) == any(alike(one, o) for o in others)


@given(WORDS, st.lists(WORDS.filter(bool), max_size=6))
def test_the_closest_quotation_is_the_first_of_the_most_similar(said: str, texts: list[str]) -> None:
    """And those that hold the words are found."""
    theirs = [quotation(text) for text in texts]
    found = QuotationIndex(theirs)
    closest = found.closest(said, similarity)
    assert closest is max(theirs, key=lambda fact: similarity(said, fact.text), default=None)
    wanted = folded(said)
    holding = [one.quotations[0] for one in found.passages([wanted]) if len(one.quotations) == 1]
    assert list({id(fact): fact for fact in holding}.values()) == [
        fact for fact in theirs if wanted and f" {wanted} " in f" {folded(fact.text)} "
    ]
