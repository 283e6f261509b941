"""Figures: numbers with a unit or a counted noun."""

import pytest

from summarise import read_article
from summarise.data import Figure
from summarise.facts import extract


def figures(text: str) -> list[Figure]:
    return [fact for fact in extract(read_article(text)).facts if isinstance(fact, Figure)]


@pytest.mark.parametrize(
    ("phrase", "words", "value", "noun"),
    [
        ("It read a report of 412 pages.", "412 pages", "412 page", "page"),
        ("It was 30°C in the shade.", "30°C", "30 degree Celsius", None),
        ("The cracks were between 3 and 8 millimetres deep.", "between 3 and 8 millimetres", "3-8 millimetre", None),
        ("Half of the islanders stayed.", "Half", "50 per cent", "islander"),
        ("They checked one bolt in ten.", "one bolt in ten", "10 per cent", None),
        ("It lost about two-thirds of that.", "about two-thirds", "2/3", None),
        ("It was less than one-tenth of 1 per cent.", "less than one-tenth of 1 per cent", "0.1 per cent", None),
        ("The 19-year-old left.", "19-year-old", "19 age", None),
        ("Mr Harrow, 58, left.", "58", "58 age", None),
        ("The town beat its neighbour 3-1.", "3-1", "3-1 score", None),
        ("It ran to a page and a half.", "a page and a half", "1.5", "page"),
        ("The water stood a metre and a half deep.", "a metre and a half", "1.5 metre", None),
        ("It is a line a mile and a half long.", "a mile and a half", "1.5 mile", None),
        ("The council voted 5-2 against it.", "5-2", "5-2 score", None),
        ("It was passed in a 5-2 vote.", "5-2", "5-2 score", None),
        ("Of members 40-60 will vote against it.", "40-60", "40-60", None),
        ("It grew the fastest in six quarters.", "six quarters", "6", "quarter"),
        (
            "It was cut by a quarter of a percentage point.",
            "a quarter of a percentage point",
            "0.25 percentage point",
            None,
        ),
        ("They owned a 40-room hotel.", "40-room", "40", "room"),
        ("Depths range from 2 metres to 9 metres here.", "from 2 metres to 9 metres", "2-9 metre", None),
        ("The catch was nearly twice last autumn’s.", "nearly twice", "2 times", None),
        ("The crew finished seventh in the race.", "seventh", "7 ordinal", None),
        ("They had scored once before, in the 61st, and lost.", "61st", "61 ordinal", None),
    ],
)
def test_a_figure_is_read_with_its_unit_or_what_it_counts(
    phrase: str, words: str, value: str, noun: str | None
) -> None:
    (figure,) = figures(phrase)
    if figure.unit is None:
        assert (figure.text, figure.value, figure.counted_noun) == (words, value.removesuffix(f" {noun}"), noun)
    else:
        assert (figure.text, figure.value, figure.counted_noun) == (words, value, noun)


@pytest.mark.parametrize(
    "group",
    [
        ["40 per cent of them", "40% of them", "forty percent of them", "two-fifths of them", "two in five of them"],
        ["50 per cent of them", "half of them", "one half of them"],
        ["12 boats", "twelve boats", "a dozen boats"],
        ["1,200 boats", "1200 boats", "1.2 thousand boats", "one thousand two hundred boats"],
    ],
)
def test_equal_figures_have_equal_values_however_written(group: list[str]) -> None:
    values = {figure.value for form in group for figure in figures(f"The storm sank {form} in the bay.")}
    assert len(values) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2 per cent", "2 percentage points"),
        ("2 tons", "2 tonnes"),
        ("2 miles", "2 kilometres"),
        ("2 million boats", "2 boats"),
    ],
)
def test_different_figures_have_different_values(one: str, other: str) -> None:
    """Units are not converted, and scale words are not dropped."""
    assert figures(f"It grew by {one}.")[0].value != figures(f"It grew by {other}.")[0].value


@pytest.mark.parametrize(
    "text",
    [
        "It is the one that mattered.",
        "They watched the second half.",
        "See page 71 of it.",
        "It is drawing No. 417 by them.",
        "A Boeing 737 landed.",
        "It opened on 14 March 2026.",
        "It lasted 19 months.",
        "She said it a third time.",
        "It happened on 9/11 they say.",
        "It was twice last year in port.",
    ],
)
def test_numbers_that_count_nothing_are_no_figures(text: str) -> None:
    """Pronouns, page and model numbers, dates, durations and repetitions are not figures."""
    assert [figure for figure in figures(text) if figure.unit != "ordinal"] == []


def test_each_number_of_a_part_and_its_whole_counts_the_same_noun() -> None:
    """In "46 of the 203 orders" both numbers count orders."""
    assert [(figure.value, figure.counted_noun) for figure in figures("It found 46 of the 203 orders.")] == [
        ("46", "order"),
        ("203", "order"),
    ]


def test_from_and_to_alone_make_no_range() -> None:
    """A change ("from 3 per cent to 8 per cent") is two amounts."""
    assert [figure.value for figure in figures("Its share rose from 3 per cent to 8 per cent.")] == [
        "3 per cent",
        "8 per cent",
    ]


def test_a_day_of_the_month_is_no_rank() -> None:
    assert figures("It sailed on the 5th, in the rain.") == []
