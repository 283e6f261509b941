"""Unit conversion, and amounts that follow from two others."""

import time
from decimal import Decimal

import pytest
from by_hand import checked, figure, ground_of, money, of_code
from hypothesis import given
from hypothesis import strategies as st

from summarise.checks.amounts import ABOUT, METRIC, computation, in_base_unit, rounding_tolerance
from summarise.data import Figure, Money, Qualifier
from summarise.facts.figures import UNITS as EXTRACTED

AMOUNTS = st.decimals(min_value=0, max_value=10**6, places=2, allow_nan=False)


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (figure("3.5", unit="kilometre"), figure("3500", unit="metre"), True),
        (figure("250", unit="centimetre"), figure("2.5", unit="metre"), True),
        (figure("2", unit="tonne"), figure("2000", unit="kilogram"), True),
        (figure("1.2", unit="gigawatt"), figure("1200", unit="megawatt"), True),
        (figure("35", unit="millimetre"), figure("3.5", unit="centimetre"), True),
        (figure("500", unit="milligram"), figure("0.5", unit="gram"), True),
        (figure("5000", unit="kilowatt"), figure("5", unit="megawatt"), True),
        (figure("3.5", unit="kilometre"), figure("3600", unit="metre"), False),
        (figure("3", unit="tonne"), figure("3", unit="kilometre"), False),
        (figure("1", unit="mile"), figure("1609", unit="metre"), False),
    ],
)
def test_units_of_one_measure_are_converted(one: Figure, other: Figure, *, equal: bool) -> None:
    """Conversion is exact and metric only; miles are not converted."""
    ours, theirs = in_base_unit(one), in_base_unit(other)
    assert ((ours.amount, ours.unit) == (theirs.amount, theirs.unit)) is equal


def test_what_is_converted_is_a_unit_that_the_extractor_knows() -> None:
    assert METRIC.keys() <= set(EXTRACTED.values())


PARTS = [figure("60", unit="per cent"), figure("25", unit="per cent"), figure("7", counted_noun="boat")]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (figure("85", unit="per cent"), True),
        (figure("35", unit="per cent"), True),
        (figure("35", unit="percentage point"), True),
        (figure("40", unit="per cent"), True),
        (figure("75", unit="per cent"), True),
        (figure("15", unit="per cent"), False),  # 100 minus both
        (figure("86", unit="per cent", text="86 per cent"), False),
        (figure("86", unit="per cent", qualifier="about"), True),
        (figure("67", unit="per cent"), False),
        (figure("40"), False),
        (figure("85", unit="metre"), False),
        (money("85"), False),
        (figure("14", counted_noun="boat"), False),  # needs two amounts
    ],
)
def test_sums_differences_and_the_rest_of_a_hundred_follow(said: Figure | Money, *, expected: bool) -> None:
    """The result must have the claim's unit and equal its amount, unless the claim says "about"."""
    assert (computation(said, PARTS, about=ABOUT) is not None) is expected


@pytest.mark.parametrize(
    ("amount", "qualifier", "expected"),
    [("100", "exactly", True), ("101", "exactly", False), ("110", "about", True), ("91", "more than", True),
     ("112", "about", False), ("90", "about", False)],
)  # fmt: skip
def test_a_qualified_amount_may_stray_by_its_tenth(amount: str, qualifier: Qualifier, *, expected: bool) -> None:
    """An approximate sum may differ by a tenth of the claimed amount."""
    parts = [money("70"), money("30")]
    assert (computation(money(amount, qualifier=qualifier), parts, about=Decimal("0.1")) is not None) is expected


@pytest.mark.parametrize("share", ["0", "100"])
def test_nothing_and_everything_are_shares(share: str) -> None:
    """A share of 0 or 100 per cent of an amount gives that amount only."""
    parts: list[Figure | Money] = [money("70"), figure(share, unit="per cent")]
    assert computation(money("70"), parts, about=ABOUT)
    assert not computation(money("30"), parts, about=ABOUT)


@given(st.lists(AMOUNTS, max_size=4), AMOUNTS)
def test_what_follows_is_the_sum_or_difference_of_two(amounts: list[Decimal], said: Decimal) -> None:
    """The order of the amounts does not matter."""
    parts = [money(str(amount)) for amount in amounts]
    found = bool(computation(money(str(said)), parts, about=ABOUT))
    assert found == bool(computation(money(str(said)), parts[::-1], about=ABOUT))
    assert len(parts) > 1 or not found
    if len(amounts) > 1:
        assert computation(money(str(amounts[0] + amounts[1])), parts, about=ABOUT)
        assert computation(money(str(abs(amounts[0] - amounts[1]))), parts, about=ABOUT)


@pytest.mark.parametrize(
    ("total", "severity"),
    [pytest.param("85", "note"),
     ("84", "error")],
)  # fmt: skip
def test_a_sum_is_not_held_against_its_parts(total: str, severity: str) -> None:
    """The sum of both subjects' amounts is a note, any other total an error."""
    source_index = ground_of(
        "The council paid 60 per cent and the harbour 25 per cent of the price.",
        "It rained.",
        facts=[
            (0, figure("60", unit="per cent", text="60 per cent")),
            (0, figure("25", unit="per cent", text="25 per cent")),
        ],
    )
    text = f"The council and the harbour paid {total} per cent of the price."
    found = checked(source_index, text, figure(total, unit="per cent", text=f"{total} per cent"))
    assert {finding.severity for finding in of_code(found, "figure")} == {severity}


SHARE, PRICE = figure("20", unit="per cent"), money("50")


@pytest.mark.parametrize(
    ("said", "parts", "expected"),
    [
        (money("10"), [PRICE, SHARE], True),  # 20 % of 50
        (money("40"), [PRICE, SHARE], True),  # 80 % of 50
        (money("11"), [PRICE, SHARE], False),
        (figure("4", unit="times"), [PRICE, money("230")], False),  # not rounded down from 4.6
        (figure("2", unit="times"), [PRICE, money("80")], False),  # more than a tenth away
        (figure("20", unit="per cent", qualifier="about"), [money("2.9"), money("2.3")], True),
        (figure("4", unit="times", qualifier="more than"), [PRICE, money("210")], True),
        (figure("4", unit="times", qualifier="more than"), [PRICE, money("500")], False),
        (figure("4", unit="times", qualifier="less than"), [PRICE, money("190")], True),
        (money("10"), [money("50", upper="60"), SHARE], False),
    ],
)
def test_shares_ratios_and_bounds_follow(said: Figure | Money, parts: list[Figure | Money], *, expected: bool) -> None:
    """A bounded ratio may differ by a fifth; nothing follows from a range."""
    assert (computation(said, parts, about=ABOUT) is not None) is expected
    assert (computation(said, parts[::-1], about=ABOUT) is not None) is expected


def test_looking_for_what_follows_does_not_take_every_pair() -> None:
    """Three thousand amounts take less than two seconds."""
    parts = [money(str(10**6 + 7 * number)) for number in range(3_000)]
    started = time.process_time()
    assert not computation(figure("900", unit="times"), parts, about=ABOUT)
    assert not computation(money("999999999"), parts, about=ABOUT)
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("said", "half"),
    [
        (figure("8", text="8 per cent"), "0.5"),
        (figure("2.95", text="2.95%"), "0.005"),
        (money("42000000", text="$42 million"), "500000"),
        (money("2300000000", text="$2.3 billion"), "50000000"),
        (money("2000000", text="two million dollars"), "500000"),
        (figure("40", text="forty people"), "0.5"),
        (figure("3000", text="3,000 people"), "0.5"),
        (figure("20", text="a fifth"), "0.5"),
    ],
)
def test_a_number_shows_how_far_it_is_rounded(said: Figure | Money, half: str) -> None:
    """The tolerance is half a unit of the last digit, times "million" if written; trailing zeros are significant."""
    assert rounding_tolerance(said) == Decimal(half)
