"""Numbers in a text: figures with their unit or noun, and amounts of money."""

import pytest
from extracting import facts_in, values
from hypothesis import given
from hypothesis import strategies as st

FIGURES = [
    ("It was 30°C in the shade.", "30°C", "30 degree Celsius", None),
    ("The cracks were between 3 and 8 millimetres deep.", "between 3 and 8 millimetres", "3-8 millimetre", None),
    ("Depths range from 2 metres to 9 metres here.", "from 2 metres to 9 metres", "2-9 metre", None),
    ("Half of the islanders stayed.", "Half", "50 per cent", "islander"),
    ("They checked one bolt in ten.", "one bolt in ten", "10 per cent", None),
    ("It lost about two-thirds of that.", "about two-thirds", "2/3", None),
    ("It was less than one-tenth of 1 per cent.", "less than one-tenth of 1 per cent", "0.1 per cent", None),
    ("It fell by a quarter of a percentage point.", "a quarter of a percentage point", "0.25 percentage point", None),
    ("The 19-year-old left.", "19-year-old", "19 age", None),
    ("Mr Harrow, 58, left.", "58", "58 age", None),
    ("The town beat its neighbour 3-1.", "3-1", "3-1 score", None),
    ("The council voted 5-2 against it.", "5-2", "5-2 score", None),
    ("It was passed in a 5-2 vote.", "5-2", "5-2 score", None),
    ("Of members 40-60 will vote against it.", "40-60", "40-60", None),
    ("It ran to a page and a half.", "a page and a half", "1.5", "page"),
    ("The water stood a metre and a half deep.", "a metre and a half", "1.5 metre", None),
    ("It read a report of 412 pages.", "412 pages", "412", "page"),
    ("It grew the fastest in six quarters.", "six quarters", "6", "quarter"),
    ("They owned a 40-room hotel.", "40-room", "40", "room"),
    ("The catch was nearly twice last autumn’s.", "nearly twice", "2 times", None),
    ("The crew finished seventh in the race.", "seventh", "7 ordinal", None),
    ("They had scored once before, in the 61st, and lost.", "61st", "61 ordinal", None),
    ("It saw nearly two and a half million birds.", "nearly two and a half million birds", "2500000", "bird"),
    ("It has 20 to 30 million boats.", "20 to 30 million boats", "20000000-30000000", "boat"),
    ("It has tens of thousands of boats.", "tens of thousands", "tens of thousands", "boat"),
    ("It is 1½ miles long.", "1½ miles", "1.5 mile", None),
]


@pytest.mark.parametrize(("text", "words", "value", "noun"), FIGURES)
def test_a_figure_has_its_unit_or_the_noun_that_it_counts(text: str, words: str, value: str, noun: str | None) -> None:
    (figure,) = facts_in(text, "figure")
    assert (figure.text, figure.value, figure.counted_noun) == (words, value, noun)


EQUAL = [
    ("40 per cent of them", "40% of them", "forty percent of them", "two-fifths of them", "two in five of them"),
    ("50 per cent of them", "half of them", "one half of them"),
    ("12 boats", "twelve boats", "a dozen boats"),
    ("1,200 boats", "1200 boats", "1\u00a0200 boats", "1.2 thousand boats", "one thousand two hundred boats"),
]


@pytest.mark.parametrize("forms", EQUAL)
def test_equal_figures_have_equal_values_however_written(forms: tuple[str, ...]) -> None:
    found = {value for form in forms for value in values(f"The storm sank {form} in the bay.", "figure")}
    assert len(found) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("2 per cent", "2 percentage points"), ("2 tons", "2 tonnes"), ("2 miles", "2 kilometres"),
     ("2 million boats", "2 boats")],
)  # fmt: skip
def test_different_figures_have_different_values(one: str, other: str) -> None:
    """Units are not converted, and scale words are not dropped."""
    assert values(f"It grew by {one}.", "figure") != values(f"It grew by {other}.", "figure")


NO_FIGURES = [
    "It is the one that mattered.", "They watched the second half.", "See page 71 of it.",
    "It is drawing No. 417 by them.", "A Boeing 737 landed.", "It opened on 14 March 2026.", "It lasted 19 months.",
    "She said it a third time.", "It happened on 9/11 they say.", "It was twice last year in port.",
    "It is version 1.2.3 of it.", "It was a couple of boats.", "It cost £12 million.",
    "It sailed on the 5th, in the rain.",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_FIGURES)
def test_numbers_that_count_nothing_are_no_figures(text: str) -> None:
    """Pronouns, page and model numbers, dates, durations, money and repetitions."""
    assert [figure for figure in facts_in(text, "figure") if figure.unit != "ordinal" or "5th" in text] == []


def test_each_number_of_a_part_and_its_whole_counts_the_same_noun() -> None:
    found = [(figure.value, figure.counted_noun) for figure in facts_in("It found 46 of the 203 orders.", "figure")]
    assert found == [("46", "order"), ("203", "order")]


def test_from_and_to_alone_make_no_range() -> None:
    assert values("Its share rose from 3 per cent to 8 per cent.", "figure") == ["3 per cent", "8 per cent"]


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
    thousands, rest = divmod(number, 1000)
    joint = "" if not rest else f" and {in_words(rest)}" if rest < 100 else f" {in_words(rest)}"
    return f"{in_words(thousands)} thousand{joint}"


@given(st.integers(2, 999_999))
def test_a_number_has_one_value_in_words_and_digits(number: int) -> None:
    """With commas or narrow spaces between the thousands, or in words."""
    grouped = f"{number:,}"
    for written in (str(number), grouped, grouped.replace(",", "\u202f"), in_words(number)):
        found = values(f"The port paid {written} euros for the pier.", "money")
        assert found == [f"EUR {number}"], written


@given(st.integers(1, 999), st.sampled_from([("bn", "billion", 9), ("m", "million", 6), ("tn", "trillion", 12)]))
def test_equal_amounts_have_equal_values_however_written(number: int, scale: tuple[str, str, int]) -> None:
    short, long, power = scale
    digits = f"{number * 10**power:,}"
    forms = (f"€{number}{short}", f"€{number} {long}", f"{number} {long} euros", f"€{digits}", f"EUR {number}{short}")
    found = {value for form in forms for value in values(f"The port paid {form} for the pier.", "money")}
    assert found == {f"EUR {number * 10**power}"}


MONEY = [
    ("The ferry cost £1.2bn.", "£1.2bn", "GBP 1200000000", "exactly"),
    ("It raised US$3m.", "US$3m", "USD 3000000", "exactly"),
    ("It raised 16.50 Australian dollars.", "16.50 Australian dollars", "AUD 16.5", "exactly"),
    ("A loaf costs 80p.", "80p", "GBP 0.8", "exactly"),
    ("A loaf costs 50 to 60 pence.", "50 to 60 pence", "GBP 0.5-0.6", "exactly"),
    ("It was insured for up to €75 million.", "up to €75 million", "EUR 75000000", "at most"),
    ("Gifts of less than £20 came in.", "less than £20", "GBP 20", "less than"),
    ("It costs between £2 million and £3 million.", "between £2 million and £3 million", "GBP 2000000-3000000",
     "exactly"),
    ("It would cost £2-3bn.", "£2-3bn", "GBP 2000000000-3000000000", "exactly"),
    ("Tickets cost $50 to $150 each.", "$50 to $150", "USD 50-150", "exactly"),
    ("It paid EUR 12,500 for it.", "EUR 12,500", "EUR 12500", "exactly"),
    ("It paid half a million pounds for it.", "half a million pounds", "GBP 500000", "exactly"),
    ("It paid $5 CAD for it.", "$5 CAD", "CAD 5", "exactly"),
    ("It paid 500 RMB for it.", "500 RMB", "CNY 500", "exactly"),
    ("It lost millions of dollars.", "millions of dollars", "USD 1000000 or more", "at least"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words", "value", "qualifier"), MONEY)
def test_an_amount_of_money_has_its_currency(text: str, words: str, value: str, qualifier: str) -> None:
    (amount,) = facts_in(text, "money")
    assert (amount.text, amount.value, amount.qualifier) == (words, value, qualifier)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Fares ranging from €4 to €9 were paid.", ["from €4 to €9"]),
        ("Fares of €4 to €9 were paid.", ["€4 to €9"]),
        ("Its loss grew by about €4 million to €9 million.", ["about €4 million", "€9 million"]),
        ("Its loss rose €4 million to €9 million.", ["€4 million", "€9 million"]),
        ("Its loss rose from €4 million to €9 million.", ["€4 million", "€9 million"]),
    ],
)
def test_a_change_and_its_result_are_no_range(text: str, words: list[str]) -> None:
    assert [amount.text for amount in facts_in(text, "money")] == words


def test_a_plain_dollar_sign_is_less_sure_than_a_marked_one() -> None:
    (plain,), (marked,) = facts_in("It cost $5.", "money"), facts_in("It cost US$5.", "money")
    assert (plain.currency, marked.currency) == ("USD", "USD")
    assert plain.confidence < marked.confidence


@pytest.mark.parametrize("text", ["The crate weighs 150 pounds.", "The crew won 3 races.", "It is worth every penny."])
def test_weights_and_idioms_are_no_money(text: str) -> None:
    assert values(text, "money") == []
