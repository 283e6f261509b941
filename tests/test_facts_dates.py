"""Dates, times, durations and relative periods in a text."""

import calendar
import datetime

import pytest
from extracting import facts_in, values
from hypothesis import given, settings
from hypothesis import strategies as st

DATES = [
    ("It opens on Saturday, March 14th, 2026.", "Saturday, March 14th, 2026", "day:2026-03-14"),
    ("It opens on 2026-03-14.", "2026-03-14", "day:2026-03-14"),
    ("It opens on 14/03/2026.", "14/03/2026", "day:2026-03-14"),
    ("It opens on 3/14/2026.", "3/14/2026", "day:2026-03-14"),
    ("It opens on 3/12/2026.", "3/12/2026", "day:2026-12-03"),
    ("Elections are planned for June 6th to 9th.", "June 6th to 9th", "day:--06-06/--06-09"),
    ("Elections are planned for 6-9 June.", "6-9 June", "day:--06-06/--06-09"),
    ("It meets on Nov. 6-7 in Osterby.", "Nov. 6-7", "day:--11-06/--11-07"),
    ("It agreed in early February.", "early February", "month:--02/early"),
    ("It agreed in mid-February 2024.", "mid-February 2024", "month:2024-02/mid"),
    ("It opened in May.", "May", "month:--05"),
    ("The 2024 harvest failed.", "2024", "year:2024"),
    ("It grew between 2011 and 2014, then shrank.", "between 2011 and 2014", "year:2011/2014"),
    ("It grew in the 1990s.", "1990s", "decade:1990"),
    ("It opened in the summer of 2020.", "summer of 2020", "season:2020-summer"),
    ("Sales rose in the third quarter of 2024.", "third quarter of 2024", "quarter:2024-Q3"),
    ("It begins at 4.40 p.m. sharp.", "4.40 p.m.", "time:16:40"),
    ("It begins at 16:40 sharp.", "16:40", "time:16:40"),
    ("It lasted one and a half years.", "one and a half years", "duration:P18M"),
    ("It stood for four centuries.", "four centuries", "duration:P400Y"),
    ("It closed a quarter of a century ago.", "a quarter of a century ago", "duration:P25Y/ago"),
    ("It lasts over the next four years.", "the next four years", "duration:P4Y/next"),
    ("It closed two years ago.", "two years ago", "duration:P2Y/ago"),
    ("It must answer within five working days.", "within five working days", "duration:P5D/working"),
    ("It lost €3 million, against €2 million a year earlier.", "a year earlier", "duration:P1Y/earlier"),
    ("It will be discussed next week.", "next week", "relative:next-week"),
    ("It closed last March.", "last March", "relative:last-march"),
    ("It closed last Friday.", "last Friday", "relative:last-friday"),
    ("It closed yesterday.", "yesterday", "relative:yesterday"),
    ("It was revealed in recent weeks.", "recent weeks", "relative:recent-weeks"),
    ("It is due by the end of next month.", "the end of next month", "relative:next-month/end"),
]


@pytest.mark.parametrize(("text", "words", "value"), DATES)
def test_a_date_has_a_place_and_a_normal_form(text: str, words: str, value: str) -> None:
    (date,) = facts_in(text, "date")
    assert (date.text, date.value) == (words, value)


LENGTHS = [
    ("24 months", "P2Y"), ("18 months", "P18M"), ("2.5 months", "P2.5M"), ("a year and two months", "P14M"),
    ("21 days", "P3W"), ("two weeks and three days", "P17D"), ("a fortnight", "P2W"), ("48 hours", "P2D"),
    ("an hour and a half", "PT90M"), ("an hour and ten minutes", "PT70M"), ("120 minutes", "PT2H"),
    ("119 minutes", "PT119M"), ("90 seconds", "PT90S"), ("1.5 seconds", "PT1.5S"),
    ("two months and three days", "P2M3D"), ("two years, three months and two weeks", "P27M14D"),
    ("2 hours, 5 minutes and 30 seconds", "PT7530S"), ("a year, two months, and 36 hours", "P14MT36H"),
]  # fmt: skip
SEVERAL = [
    # Only a smaller unit that follows directly continues a duration.
    ("It lasted two months and reopened for three days.", "P2M P3D"),
    ("He served two years, and three days later he left.", "P2Y P3D/later"),
    ("It lasted three days and two months.", "P3D P2M"),
    ("It lasted two to three months and four days.", "P2M/P3M P4D"),
    ("For two years, three days a week, she drove.", "P2Y P3D"),
    ("Terms of three years, 18 months and 90 days.", "P3Y P18M P90D"),
    ("It rained for a week and a day later it stopped.", "P1W P1D/later"),
    ("They paid for two months and three day passes.", "P2M"),
    ("It took one month and five working days.", "P1M P5D/working"),
    ("It lasted zero days.", ""),
]


@pytest.mark.parametrize(("text", "lengths"), [*((f"It lasted {words}.", value) for words, value in LENGTHS), *SEVERAL])
def test_a_length_is_given_in_the_largest_unit_of_which_it_is_a_whole_number(text: str, lengths: str) -> None:
    assert values(text, "date") == [f"duration:{length}" for length in lengths.split()]


NO_DATES = [
    "The council may close the pier.", "The strikers march on the port.", "He came second in the race.",
    "More than 2019 people signed it.", "It carries 1.2 million passengers a year.", "It loses €3 million a year.",
    "A 19-year-old man was hurt.", "Prices are expected to last.", "It is part 31 of 40 parts.",
    "He scored a third century.", "It begins at 13 p.m. sharp.", "It begins at 0 a.m. sharp.",
    "It begins at 24:00 sharp.", "It begins at 16:60 sharp.",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_DATES)
def test_ordinary_words_counts_and_impossible_times_are_no_dates(text: str) -> None:
    assert values(text, "date") == []


@pytest.mark.parametrize(("words", "value"), [("12 a.m.", "00:00"), ("12.30 p.m.", "12:30"), ("0:00", "00:00")])
def test_twelve_in_the_morning_is_midnight(words: str, value: str) -> None:
    assert values(f"It begins at {words} sharp.", "date") == [f"time:{value}"]


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
        f"the {day.day}{ordinal} of {day:%B} {day.year}",
        f"{day:%A %B} {day.day}, {day.year}",
    ]
    found = [value for form in forms for value in values(f"The pier opened on {form}, and closed.", "date")]
    assert found == [f"day:{day.isoformat()}"] * len(forms)


def test_a_lower_bound_is_a_qualifier_of_the_length() -> None:
    """But "over" may also mean "during"."""
    bounds = [facts_in(text, "date")[0] for text in ("More than two years passed.", "It lasted for over 63 days.")]
    assert [bound.qualifier for bound in bounds] == ["more than"] * 2
    (during,) = facts_in("Over 63 days it heard everybody.", "date")
    assert (during.text, during.qualifier) == ("63 days", "exactly")


@pytest.mark.parametrize("month", [2, 4, 12])
def test_a_day_that_the_calendar_lacks_is_no_day(month: int) -> None:
    """Without a year, February has 29 days."""
    last = calendar.monthrange(2024, month)[1]
    found = [
        value
        for day in (last, last + 1)
        for value in values(f"It opens on {day} {calendar.month_name[month]}.", "date")
    ]
    assert [value for value in found if value.startswith("day:")] == [f"day:--{month:02d}-{last}"]
