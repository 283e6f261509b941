"""Comparison of dates, durations and relative times."""

import pytest
from by_hand import checked, date, ground_of, of_code, told
from hypothesis import given
from hypothesis import strategies as st

from summarise import Settings, check
from summarise.checks import SourceIndex
from summarise.checks.dates import agrees, comparable
from summarise.data import Date, Qualifier

DAYS = st.dates().map(lambda day: f"{day:%Y-%m-%d}" if day.year > 999 else f"2{day.year:03d}-{day:%m-%d}")


@pytest.mark.parametrize(
    ("said", "article"),
    [
        ("day:2024-08-09", "day:2024-08-09"),
        ("day:--08-09", "day:2024-08-09"),
        ("day:--06-06/--06-09", "day:2026-06-06/2026-06-09"),
        ("day:--06-09", "day:--06-06/--06-09"),
        ("decade:1990", "month:1999-12"),
        ("year:2020", "season:2020-summer"),
        ("quarter:--Q3", "quarter:2024-Q3"),
        ("duration:P2Y", "duration:P2Y/ago"),
        ("relative:last-year", "relative:last-year/late"),
        ("weekday:friday", "weekday:friday"),
    ],
)
def test_a_part_of_the_articles_time_agrees_with_it(said: str, article: str) -> None:
    """A claim may leave out a day, month, year or modifier."""
    assert agrees(date(said), date(article))
    assert not comparable(date(said), date(article))


@pytest.mark.parametrize(
    ("said", "article"),
    [
        ("day:2024-08-09", "day:2024-08-10"),
        ("year:2024", "year:2023"),
        ("month:--08/early", "month:--08/late"),
        ("day:--06-06/--06-09", "day:--06-06/--06-10"),
        ("day:--06-12", "day:--06-06/--06-09"),
        ("decade:1990", "decade:1980"),
        ("quarter:2023-Q3", "quarter:2024-Q3"),
        ("duration:P2Y", "duration:P3Y"),
        ("weekday:friday", "weekday:monday"),
        ("relative:yesterday", "relative:the-day-before-yesterday"),
    ],
)
def test_times_of_one_kind_that_differ_contradict(said: str, article: str) -> None:
    """The order of claim and article does not matter."""
    assert not agrees(date(said), date(article))
    assert comparable(date(said), date(article))
    assert not agrees(date(article), date(said))
    assert comparable(date(article), date(said))


@pytest.mark.parametrize(
    ("said", "article"),
    [
        ("year:2019", "day:--08-09"),
        ("day:2024-08-09", "month:2024-08"),
        ("month:--08/early", "month:--08"),
        ("day:--06-07", "day:--06-06/--06-09"),
        ("day:--06-06/--06-09", "day:--06-06"),
        ("decade:1990/early", "decade:1990"),
        ("duration:P2Y/ago", "duration:P2Y"),
        ("relative:last-year", "relative:next-week"),
        ("weekday:friday", "day:2024-08-09"),
        ("year:2024", "decade:2020"),
    ],
)
def test_what_the_article_leaves_open_is_neither_borne_out_nor_contradicted(said: str, article: str) -> None:
    """More detail than the article's, or another kind of time, neither agrees nor contradicts."""
    assert not agrees(date(said), date(article))
    assert not comparable(date(said), date(article))


@pytest.mark.parametrize(
    ("said", "text", "expected"),
    [
        ("weekday:friday", "Friday 13 March 2026", True),
        ("weekday:monday", "Friday 13 March 2026", False),
        ("weekday:friday", "13 March 2026", False),
    ],
)
def test_a_weekday_named_with_its_date_is_a_part_of_it(said: str, text: str, expected: bool) -> None:
    assert agrees(date(said), date("day:2026-03-13", text=text)) is expected


@given(first=DAYS, last=DAYS, manner=st.sampled_from(["", "/early", "/late"]))
def test_every_time_agrees_with_itself_and_its_parts(first: str, last: str, manner: str) -> None:
    """`agrees` is reflexive, and true of the day without year, the month, the year and the ends of a range."""
    day = date(f"day:{first}")
    for value in (
        f"day:{first}",
        f"day:-{first[4:]}",
        f"month:{first[:7]}",
        f"month:-{first[4:7]}",
        f"year:{first[:4]}",
    ):
        assert agrees(date(value), day), value
        assert not comparable(date(value), day), value
    span = date(f"day:{first}/{last}")
    assert agrees(span, span)
    assert agrees(day, span)
    assert agrees(date(f"day:{last}"), span)
    month = date(f"month:{first[:7]}{manner}")
    assert agrees(month, month)


@given(one=DAYS, other=DAYS)
def test_two_full_days_either_agree_or_contradict(one: str, other: str) -> None:
    said, fact = date(f"day:{one}"), date(f"day:{other}")
    assert agrees(said, fact) == (one == other)
    assert comparable(said, fact) == (one != other)


OPENED = ("The bridge opened on 9 August 2018 to lorries.", "The pier closed in 2020.", "Both lie in Vesterholm.")
FACTS = [(0, date("day:2018-08-09", text="9 August 2018")), (1, date("year:2020", text="2020"))]


def test_a_time_that_may_have_been_reckoned_is_noted() -> None:
    """A weekday in the claim for a date in the article is a note."""
    found = checked(
        ground_of(*OPENED, facts=FACTS), "The bridge opened on Monday.", date("weekday:monday", text="Monday")
    )
    assert [told(finding) for finding in of_code(found, "date")] == [("note", "Monday", None)]


def published(on: str | None) -> SourceIndex:
    source_index = ground_of(
        "The bridge closed on Thursday to lorries.",
        "It rained.",
        facts=[(0, date("weekday:thursday", text="Thursday"))],
    )
    article = source_index.facts.article.model_copy(update={"date": on})
    return SourceIndex(source_index.facts.model_copy(update={"article": article}))


@pytest.mark.parametrize(
    ("text", "value", "accused"),
    [
        ("12 March 2026", "day:2026-03-12", False),
        ("11 March 2026", "day:2026-03-11", True),  # a Wednesday
        ("5 March 2026", "day:2026-03-05", True),  # a Thursday, but eight days before
        ("19 March 2026", "day:2026-03-19", False),  # the next Thursday
        ("12 March", "day:--03-12", False),
        ("11 March", "day:--03-11", True),
        ("March 2026", "month:2026-03", False),  # the month of the article
        ("February 2026", "month:2026-02", True),
        ("2026", "year:2026", False),
        ("2025", "year:2025", True),
    ],
)
def test_what_follows_from_the_day_of_publication_is_not_accused(text: str, value: str, *, accused: bool) -> None:
    """Times that fit the publication date pass, others are errors; without that date, a day is only a note."""
    said = date(value, text=text)
    unknown = "note" if value.startswith("day:") else "error"
    for on, severity in (("13 March 2026", "error" if accused else None), (None, unknown), ("last week", unknown)):
        found = of_code(checked(published(on), f"The bridge closed in {text} to lorries.", said), "date")
        assert [told(finding) for finding in found] == ([(severity, text, None)] if severity else [])


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ("day:2026-03-13", "relative:today"),
        ("day:2026-03-12", "relative:yesterday"),
        ("year:2025", "relative:last-year"),
        ("year:2027", "relative:next-year"),
        ("month:2026-02", "relative:last-month"),
        ("month:2026-03/early", "relative:this-month/early"),
        ("year:2027/late", "relative:next-year/late"),
        ("year:2025/mid", "relative:last-year/mid"),
        ("year:2016", "duration:P10Y/ago"),
    ],
)
def test_a_relative_time_means_one_from_the_day_of_publication(said: str, meaning: str) -> None:
    """Claim and article may each use either form; without a publication date the claim is doubted."""
    for on, expected in (("Friday, 13th March 2026", []), (None, ["note", "error"])):
        for claim, fact in ((said, meaning), (meaning, said)):
            source_index = ground_of("The bridge closed then.", "It rained.", facts=[(0, date(fact, text="then"))])
            article = source_index.facts.article.model_copy(update={"date": on})
            source_index = SourceIndex(source_index.facts.model_copy(update={"article": article}))
            found = of_code(checked(source_index, "The bridge closed there.", date(claim, text="there")), "date")
            assert bool(found) == bool(expected), (claim, fact)


@pytest.mark.parametrize(("year", "held"), [("1989", False), ("1990", True), ("1999", True), ("2000", False)])
def test_a_decade_holds_its_ten_years(year: str, *, held: bool) -> None:
    for value in (f"year:{year}", f"day:{year}-06-30", f"season:{year}-summer"):
        assert agrees(date("decade:1990"), date(value)) is held


def test_one_date_on_two_weekdays_contradicts_itself() -> None:
    friday, saturday = (date("day:2026-03-13", text=f"{day}, 13 March 2026") for day in ("Friday", "Saturday"))
    assert not agrees(friday, saturday)
    assert comparable(friday, saturday)
    assert agrees(friday, friday)


def duration(value: str, qualifier: Qualifier = "exactly", *, text: str = "") -> Date:
    return date(f"duration:{value}", text=text).model_copy(update={"qualifier": qualifier})


@pytest.mark.parametrize(
    ("said", "article", "expected"),
    [
        (duration("PT10S", "less than"), duration("PT9.58S"), True),
        (duration("PT9S", "less than"), duration("PT9.58S"), False),
        (duration("PT1H", "about", text="almost an hour"), duration("PT59M"), True),
        (duration("PT1H", "about", text="almost an hour"), duration("PT61M"), False),
        (duration("PT1H", "about", text="just over an hour"), duration("PT61M"), True),
        (duration("PT4H"), duration("PT230M"), True),  # rounded
        (duration("PT3H"), duration("PT230M"), False),
        (duration("PT3H", "more than"), duration("PT230M"), True),
        (duration("PT3H", "more than"), duration("PT3H"), False),
        (duration("PT3H", "more than"), duration("PT3H", "less than"), False),
        (duration("P1Y/P2Y"), duration("P18M"), True),
        (duration("P10Y"), duration("P125M"), True),  # rounded by half a year at most,
        (duration("P10Y"), duration("P127M"), False),
        (duration("PT2H"), duration("PT131M"), True),  # and by a tenth at most
        (duration("PT2H"), duration("PT133M"), False),
        (duration("PT2H"), duration("PT108M"), True),
        (duration("P1Y/P2Y"), duration("P25M"), False),  # a range is not rounded
        (duration("P4W", "about"), duration("P1M"), True),
        (duration("P2M"), duration("P2M3D"), True),
        (duration("P2M3D"), duration("P2M"), False),  # rounded by half of its last unit
        (duration("P2M3D"), duration("P2M5D"), False),
        (duration("P27M5DT3H"), duration("P27M5DT3H"), True),
    ],
)
def test_durations_compare_by_their_length(said: Date, article: Date, *, expected: bool) -> None:
    """In one unit, rounded as their words allow; two durations either agree or contradict."""
    assert agrees(said, article) is expected
    assert comparable(said, article) is not expected


@pytest.mark.parametrize(("days", "verdict"), [(62, "supported"), (65, "supported"), (55, "unverified")])
def test_months_are_as_long_as_the_calendar_has_them_where_the_article_counts_days(days: int, verdict: str) -> None:
    article = f"The strike at the port lasted {days} days. It ended on Friday."
    claim = "The strike at the port lasted two months and three days."
    assert check(claim, article, settings=Settings(entailment="off")).verdict == verdict


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("two months and three days", "supported"),
        ("two months, three days", "supported"),
        ("two months", "supported"),
        ("two months and five days", "unverified"),
        ("five months and three days", "unverified"),
        ("three days", "unverified"),
    ],
)
def test_a_duration_of_several_units_is_compared_as_a_whole(said: str, verdict: str) -> None:
    """All parts count; the first alone is accepted as a rounding."""
    article = "The strike at the port lasted two months and three days. It ended on Friday."
    report = check(f"The strike at the port lasted {said}.", article, settings=Settings(entailment="off"))
    assert report.verdict == verdict
    assert [finding.code for finding in report.sentences[0].findings] == (["date"] if verdict == "unverified" else [])
