"""The number grammar of figures, money and dates."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.facts.numbers import NUMBER, plain, scan, value_of

ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
ONES += ["seventeen", "eighteen", "nineteen"]
TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety".split()


def in_words(number: int) -> str:
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10] + (f"-{ONES[number % 10]}" if number % 10 else "")
    if number < 1000:
        return f"{ONES[number // 100]} hundred" + (f" and {in_words(number % 100)}" if number % 100 else "")
    for size, name in ((10**9, "billion"), (10**6, "million"), (10**3, "thousand")):
        if number >= size:
            rest = number % size
            joint = " and " if 0 < rest < 100 else " "
            return f"{in_words(number // size)} {name}" + (joint + in_words(rest) if rest else "")
    raise AssertionError(number)


def amount_of(words: str) -> Decimal:
    """Return the value of a text that is exactly one number."""
    match = NUMBER.fullmatch(words)
    assert match is not None
    return value_of(match.group())


@given(st.integers(0, 999_999_999_999))
def test_a_number_has_one_value_however_its_digits_are_grouped(number: int) -> None:
    grouped = f"{number:,}"
    for written in (str(number), grouped, *(grouped.replace(",", space) for space in "\u00a0\u202f\u2009")):
        assert amount_of(written) == number


@given(st.integers(0, 999_999))
def test_number_words_mean_what_their_digits_mean(number: int) -> None:
    assert amount_of(in_words(number)) == number
    assert amount_of(in_words(number).capitalize()) == number


@given(
    st.decimals(min_value=0, max_value=9999, places=3),
    st.sampled_from(
        [("million", 6), ("m", 6), ("mn", 6), ("bn", 9), ("billion", 9), ("trillion", 12), ("tn", 12), ("k", 3)]
    ),
)
def test_scale_words_multiply_exactly(number: Decimal, scale: tuple[str, int]) -> None:
    name, power = scale
    expected = number * 10**power
    assert amount_of(f"{plain(number)}{name}") == expected
    if name != "m":
        assert amount_of(f"{plain(number)} {name}") == expected


@pytest.mark.parametrize(
    ("text", "amount", "upper", "qualifier", "form"),
    [
        ("nearly two and a half million birds", "2500000", None, "about", "cardinal"),
        ("a dozen boats", "12", None, "exactly", "cardinal"),
        ("half a million boats", "500000", None, "exactly", "cardinal"),
        ("a hundred boats", "100", None, "exactly", "cardinal"),
        ("between 20 and 30 boats", "20", "30", "exactly", "cardinal"),
        ("20–30 boats", "20", "30", "exactly", "cardinal"),
        ("20 to 30 million boats", "20000000", "30000000", "exactly", "cardinal"),
        ("one in 40 boats", "1", "40", "exactly", "ratio"),
        ("won 3-1", "3", "1", "exactly", "score"),
        ("the 21st boat", "21", None, "exactly", "ordinal"),
        ("the forty-second boat", "42", None, "exactly", "ordinal"),
        ("tens of thousands of boats", "10000", None, "at least", "vague"),
        ("1½ miles", "1.5", None, "exactly", "cardinal"),
    ],
)
def test_a_number_is_read_with_range_qualifier_and_form(
    text: str, amount: str, upper: str | None, qualifier: str, form: str
) -> None:
    (number,) = scan(text)
    assert number.amount == Decimal(amount)
    assert number.upper == (None if upper is None else Decimal(upper))
    assert (number.qualifier, number.form) == (qualifier, form)


@pytest.mark.parametrize("text", ["version 1.2.3", "1,5", "a couple of boats", "the tonne", "often", "someone", "B2B"])
def test_what_looks_like_a_number_but_is_none_is_left_alone(text: str) -> None:
    assert scan(text) == ()
