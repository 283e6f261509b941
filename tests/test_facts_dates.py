"""Dates, times, durations and relative periods in a text."""

import calendar
import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarise import read_article
from summarise.data import Date
from summarise.facts import extract


def dates(text: str) -> list[Date]:
    return [fact for fact in extract(read_article(text)).facts if isinstance(fact, Date)]


@pytest.mark.parametrize(
    ("phrase", "words", "value"),
    [
        ("It opens on Saturday, March 14th, 2026.", "Saturday, March 14th, 2026", "day:2026-03-14"),
        ("It opens on 2026-03-14.", "2026-03-14", "day:2026-03-14"),
        ("It opens on 14/03/2026.", "14/03/2026", "day:2026-03-14"),
        ("It opens on 3/14/2026.", "3/14/2026", "day:2026-03-14"),
        ("It opens on 3/12/2026.", "3/12/2026", "day:2026-12-03"),
        ("Elections are planned for June 6th to 9th.", "June 6th to 9th", "day:--06-06/--06-09"),
        ("Elections are planned for 6-9 June.", "6-9 June", "day:--06-06/--06-09"),
        ("It agreed in early February.", "early February", "month:--02/early"),
        ("It agreed in mid-February 2024.", "mid-February 2024", "month:2024-02/mid"),
        ("It opened in May.", "May", "month:--05"),
        ("The 2024 harvest failed.", "2024", "year:2024"),
        ("It grew in the 1990s.", "1990s", "decade:1990"),
        ("It opened in the summer of 2020.", "summer of 2020", "season:2020-summer"),
        ("Sales rose in the third quarter of 2024.", "third quarter of 2024", "quarter:2024-Q3"),
        ("It begins at 4.40 p.m. sharp.", "4.40 p.m.", "time:16:40"),
        ("It begins at 16:40 sharp.", "16:40", "time:16:40"),
        ("It lasted one and a half years.", "one and a half years", "duration:P18M"),
        ("It lasted an hour and a half.", "an hour and a half", "duration:PT90M"),
        ("It stood for four centuries.", "four centuries", "duration:P400Y"),
        ("It closed a quarter of a century ago.", "a quarter of a century ago", "duration:P25Y/ago"),
        ("It meets on Nov. 6-7 in Osterby.", "Nov. 6-7", "day:--11-06/--11-07"),
        ("It takes an hour and ten minutes.", "an hour and ten minutes", "duration:PT70M"),
        ("It lasts over the next four years.", "the next four years", "duration:P4Y/next"),
        ("It closed two years ago.", "two years ago", "duration:P2Y/ago"),
        ("It must answer within five working days.", "within five working days", "duration:P5D/working"),
        ("It will be discussed next week.", "next week", "relative:next-week"),
        ("It closed last March.", "last March", "relative:last-march"),
        ("It closed last Friday.", "last Friday", "relative:last-friday"),
        ("It closed yesterday.", "yesterday", "relative:yesterday"),
        ("It was revealed in recent weeks.", "recent weeks", "relative:recent-weeks"),
        ("It is due by the end of next month.", "the end of next month", "relative:next-month/end"),
        ("It grew between 2011 and 2014, then shrank.", "between 2011 and 2014", "year:2011/2014"),
        ("It lost €3 million, against €2 million a year earlier.", "a year earlier", "duration:P1Y/earlier"),
    ],
)
def test_a_date_is_read_into_its_normal_form(phrase: str, words: str, value: str) -> None:
    (date,) = dates(phrase)
    assert (date.text, date.value) == (words, value)


@pytest.mark.parametrize("phrase", ["He scored a third century.", "She began a third decade in power."])
def test_an_ordinal_before_a_period_is_no_part_of_it(phrase: str) -> None:
    assert [date.value for date in dates(phrase)] == []


@pytest.mark.slow
@settings(max_examples=40)
@given(st.dates(min_value=datetime.date(1900, 1, 1), max_value=datetime.date(2099, 12, 31)))
def test_one_day_has_one_value_however_it_is_written(day: datetime.date) -> None:
    """British, American and ISO order, with and without weekday, ordinal and comma."""
    ordinal = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}.get(day.day, "th")
    forms = [
        f"{day.day} {day:%B %Y}",
        f"{day:%B} {day.day}, {day.year}",
        f"{day:%A}, {day.day} {day:%B %Y}",
        f"{day:%Y-%m-%d}",
        f"{day.day}{ordinal} {day:%B %Y}",
        f"the {day.day}{ordinal} of {day:%B} {day.year}",
        f"{day:%A %B} {day.day}, {day.year}",
    ]
    values = [fact.value for form in forms for fact in dates(f"The pier opened on {form}, and closed.")]
    assert values == [f"day:{day.isoformat()}"] * len(forms)


@pytest.mark.slow
@given(st.integers(2, 400))
def test_one_length_has_one_value_in_words_digits_and_other_units(years: int) -> None:
    values = {dates(f"It lasted {form}.")[0].value for form in (f"{years} years", f"{years * 12} months")}
    assert values == {f"duration:P{years}Y"}


@pytest.mark.parametrize(
    "text",
    [
        "The council may close the pier.",
        "The strikers march on the port.",
        "He came second in the race.",
        "More than 2019 people signed it.",
        "It carries 1.2 million passengers a year.",
        "It loses €3 million a year.",
        "A 19-year-old man was hurt.",
        "Prices are expected to last.",
        "It is part 31 of 40 parts.",
    ],
)
def test_ordinary_words_and_counts_are_no_dates(text: str) -> None:
    assert dates(text) == []


def test_a_lower_bound_is_kept_beside_the_length() -> None:
    """The bound is the qualifier; "over" may also mean "during"."""
    assert [dates(text)[0].qualifier for text in ("More than two years passed.", "It lasted for over 63 days.")] == [
        "more than"
    ] * 2
    (during,) = dates("Over 63 days it heard everybody.")
    assert (during.text, during.qualifier) == ("63 days", "exactly")


@pytest.mark.parametrize("month", range(1, 13))
def test_a_day_that_the_calendar_lacks_is_no_day(month: int) -> None:
    """Without a year, February has 29 days."""
    last = calendar.monthrange(2024, month)[1]
    found = [
        date.value for day in (last, last + 1) for date in dates(f"It opens on {day} {calendar.month_name[month]}.")
    ]
    assert [value for value in found if value.startswith("day:")] == [f"day:--{month:02d}-{last}"]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("12 a.m.", "00:00"),
        ("12.30 p.m.", "12:30"),
        ("1 a.m.", "01:00"),
        ("11.59 p.m.", "23:59"),
        ("0:00", "00:00"),
        ("23:59", "23:59"),
        ("13 p.m.", None),
        ("0 a.m.", None),
        ("24:00", None),
        ("16:60", None),
    ],
)
def test_a_time_is_one_that_a_clock_shows(words: str, value: str | None) -> None:
    """With 12 or 24 hours; 12 a.m. is midnight."""
    assert [date.value for date in dates(f"It begins at {words} sharp.")] == ([f"time:{value}"] if value else [])


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("24 months", "P2Y"),
        ("18 months", "P18M"),
        ("2.5 months", "P2.5M"),
        ("a year and two months", "P14M"),
        ("21 days", "P3W"),
        ("two weeks and three days", "P17D"),
        ("a fortnight", "P2W"),
        ("48 hours", "P2D"),
        ("120 minutes", "PT2H"),
        ("119 minutes", "PT119M"),
        ("90 seconds", "PT90S"),
        ("1.5 seconds", "PT1.5S"),
        ("two months and three days", "P2M3D"),
        ("two years, three months and two weeks", "P27M14D"),
        ("2 hours, 5 minutes and 30 seconds", "PT7530S"),
        ("a year, two months, and 36 hours", "P14MT36H"),
    ],
)
def test_a_length_is_told_in_the_largest_unit_of_which_it_is_a_whole_number(words: str, value: str) -> None:
    assert [date.value for date in dates(f"It lasted {words}.")] == [f"duration:{value}"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("It lasted two months and reopened for three days.", ["P2M", "P3D"]),
        ("He served two years, and three days later he left.", ["P2Y", "P3D/later"]),
        ("It lasted three days and two months.", ["P3D", "P2M"]),
        ("It lasted two to three months and four days.", ["P2M/P3M", "P4D"]),
        ("It opens six months a year, five days a week.", ["P6M", "P5D"]),
        ("For two years, three days a week, she drove.", ["P2Y", "P3D"]),
        ("Terms of three years, 18 months and 90 days.", ["P3Y", "P18M", "P90D"]),
        ("It rained for a week and a day later it stopped.", ["P1W", "P1D/later"]),
        ("They paid for two months and three day passes.", ["P2M"]),
        ("It took one month and five working days.", ["P1M", "P5D/working"]),
    ],
)
def test_units_that_do_not_go_on_each_other_are_durations_of_their_own(text: str, values: list[str]) -> None:
    """Only a smaller unit that follows directly continues a duration."""
    assert [date.value for date in dates(text)] == [f"duration:{value}" for value in values]


def test_no_length_is_no_duration() -> None:
    """Zero is not a duration."""
    assert dates("It lasted zero days.") == dates("It lasted zero months.") == []
