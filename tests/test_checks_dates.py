"""Dates, durations and relative times: the article has them, excludes them, or leaves them open."""

from typing import Any

import pytest
from by_hand import checked, date, facts_of, index_of, of_code, relation, told

from summarise import Article, Settings, check


def compared(said: str, fact: str) -> str:
    return relation(date(said, text="then"), date(fact, text="there"))


@pytest.mark.parametrize(
    ("said", "fact", "expected", "reverse"),
    [
        # A part of the article's time agrees with it.
        ("day:2024-08-09", "day:2024-08-09", "agrees", "agrees"),
        ("day:--08-09", "day:2024-08-09", "agrees", "agrees"),
        ("day:--06-06/--06-09", "day:2026-06-06/2026-06-09", "agrees", "agrees"),
        ("day:--06-09", "day:--06-06/--06-09", "agrees", "opposes"),
        ("month:2024-08", "day:2024-08-09", "agrees", "note"),
        ("decade:1990", "month:1999-12", "agrees", "note"),
        ("decade:1990", "year:1990", "agrees", "note"),
        ("decade:1990", "year:1989", "note", "note"),
        ("decade:1990", "season:2000-summer", "note", "note"),
        ("year:2020", "season:2020-summer", "agrees", "note"),
        ("quarter:--Q3", "quarter:2024-Q3", "agrees", "agrees"),
        ("duration:P2Y", "duration:P2Y/ago", "agrees", "note"),
        ("relative:last-year", "relative:last-year/late", "agrees", "note"),
        ("weekday:friday", "weekday:friday", "agrees", "agrees"),
        # Parts of a year and of a month overlap by a month, or a few days.
        ("year:2022/late", "month:2022-11", "agrees", "note"),
        ("year:2022/late", "day:2022-08-30", "agrees", "note"),
        ("year:2022/early", "month:2022-11", "opposes", "opposes"),
        ("year:2022/mid", "month:2022-02", "opposes", "opposes"),
        ("year:2022/early", "month:2021-02", "opposes", "opposes"),
        ("season:2022-autumn", "month:2022-11", "agrees", "note"),
        ("season:2022-winter", "day:2022-11-30", "agrees", "note"),
        ("season:2022-spring", "month:2022-11", "opposes", "opposes"),
        ("month:--11/late", "day:--11-28", "agrees", "note"),
        ("month:--11/late", "day:2022-11-02", "opposes", "opposes"),
        # Times of one kind that differ oppose each other.
        ("day:2024-08-09", "day:2024-08-10", "opposes", "opposes"),
        ("year:2024", "year:2023", "opposes", "opposes"),
        ("month:--08/early", "month:--08/late", "opposes", "opposes"),
        ("day:--06-06/--06-09", "day:--06-06/--06-10", "opposes", "opposes"),
        ("day:--06-12", "day:--06-06/--06-09", "opposes", "opposes"),
        ("decade:1990", "decade:1980", "opposes", "opposes"),
        ("quarter:2023-Q3", "quarter:2024-Q3", "opposes", "opposes"),
        ("duration:P2Y", "duration:P3Y", "opposes", "opposes"),
        ("weekday:friday", "weekday:monday", "opposes", "opposes"),
        ("relative:yesterday", "relative:the-day-before-yesterday", "opposes", "opposes"),
        # More detail than the article's, or another kind of time, is open.
        ("year:2019", "day:--08-09", "note", "note"),
        ("day:--06-07", "day:--06-06/--06-09", "note", "opposes"),
        ("relative:last-year", "relative:next-week", "note", "note"),
        ("weekday:friday", "day:2024-08-09", "note", "note"),
    ],
)
def test_two_times_agree_oppose_each_other_or_say_nothing(said: str, fact: str, expected: str, reverse: str) -> None:
    assert (compared(said, fact), compared(fact, said)) == (expected, reverse)


@pytest.mark.parametrize(("weekday", "expected"), [("friday", "agrees"), ("monday", "note")])
def test_a_weekday_named_with_its_date_is_a_part_of_it(weekday: str, expected: str) -> None:
    assert relation(date(f"weekday:{weekday}"), date("day:2026-03-13", text="Friday 13 March 2026")) == expected


def clock(value: str, text: str) -> Any:
    return date(f"time:{value}", text=text)


@pytest.mark.parametrize(
    ("said", "fact", "expected"),
    [
        (clock("06:30", "half past six"), clock("06:30", "6.30am"), "agrees"),
        (clock("06:30", "half past six"), clock("18:30", "6.30pm"), "agrees"),
        (clock("06:30", "half past six"), clock("06:33", "6.33am"), "agrees"),
        (clock("18:30", "half past six in the evening"), clock("06:30", "6.30am"), "opposes"),
        (clock("06:15", "quarter past six"), clock("06:30", "6.30am"), "opposes"),
        (clock("00:00", "midnight"), clock("23:58", "11.58pm"), "agrees"),
        (clock("06:30", "6:30"), clock("18:30", "18:30"), "agrees"),
        (clock("06:30", "06:30"), clock("18:30", "18:30"), "opposes"),
        (clock("06:30", "6.30am"), clock("06:33", "6.33am"), "opposes"),
    ],
)
def test_a_time_in_words_is_rounded_and_may_be_of_either_half_of_the_day(said: Any, fact: Any, expected: str) -> None:
    assert relation(said, fact) == expected


PROFIT = (
    "Profit fell to £412m in the year to 31 December, down from £502m in 2023. Sales fell from £3bn a year earlier."
)
EXAM = "The regulator was told on 12 June, two days after the exam. It will report by the end of November."
SINKING = "The ferry sank shortly after 6.30am on Monday. The coastguard arrived 40 minutes later."
TRIAL = "The trial ran between April 2017 and June 2022. It rained."
HURT = "Ten people were hurt last year, up from eight in 2023. It rained."


@pytest.mark.parametrize(
    ("article", "published", "claim", "expected"),
    [
        # A year that ended before the publication.
        (PROFIT, "14 February 2025", "Profit fell to £412m in 2024.", []),
        (PROFIT, "14 February 2025", "Profit fell to £412m in 2022.", [("error", "2022", None)]),
        ("Profit fell in the year ended June.", "14 May 2025", "Profit fell in 2024.", []),
        # Of an article without a date, "last year" may be any year.
        (HURT, None, "Ten people were hurt in 2024.", [("note", "2024", None)]),
        (HURT, "6 June 2025", "Ten people were hurt in 2022.", [("error", "2022", None)]),
        (HURT, None, "It rained in 2024.", [("error", "2024", None)]),
        # Counted from another date.
        (EXAM, None, "The exam was on 10 June.", [("note", "10 June", "12 June − two days = 10 June")]),
        (EXAM, None, "The exam was on 14 June.", [("error", "14 June", None)]),
        ("He was told two days before 12 June.", None, "He was told on 10 June.",
         [("note", "10 June", "12 June − two days = 10 June")]),
        ("The exam was on 30 January. One month later, he left.", None, "He left in late February.",
         [("note", "late February", "30 January + One month = late February")]),
        ("Lumio has three months to pay.", "11 December 2025", "Lumio has to pay by mid-March 2026.",
         [("note", "mid-March 2026", "11 December 2025 + three months = mid-March 2026")]),
        ("Lumio has three months to pay.", "11 December 2025", "Lumio has to pay by mid-April 2026.",
         [("error", "mid-April 2026", None)]),
        ("Debt was €5m at the end of June, against €4m six months earlier.", None, "Debt was €4m at the end of March.",
         [("error", "March", None)]),
        (SINKING, None, "The coastguard arrived at 7.10am after the ferry sank.",
         [("note", "7.10am", "6.30am + 40 minutes = 7.10am")]),
        (SINKING, None, "The coastguard arrived at 7.20am after the ferry sank.", [("error", "7.20am", None)]),
        # The end of a month is its late days.
        (EXAM, None, "It will report by 30 November.", [("note", "30 November", None)]),
        (EXAM, None, "It will report by 3 November.", [("error", "3 November", None)]),
        ("He left in May 2023. It rained.", None, "He left by the end of 2023.", []),
        ("He left in May 2023. It rained.", None, "He left in late 2023.", [("error", "late 2023", None)]),
        (EXAM, None, "It will report by 30 October.", [("error", "30 October", None)]),
        (EXAM, None, "It will report in early November.", [("error", "early November", None)]),
        # The years of two months.
        (TRIAL, None, "The trial ran between 2017 and 2022.", []),
        (TRIAL, None, "The trial ran from 2017 to 2022.", []),
        (TRIAL, None, "The trial ran between 2017 and 2021.", [("error", "between 2017 and 2021", None)]),
        (TRIAL, None, "The trial ran from 2016 to 2022.", [("error", "2016 to 2022", None)]),
    ],
)  # fmt: skip
def test_times_that_follow_from_others(article: str, published: str | None, claim: str, expected: Any) -> None:
    report = check(claim, Article(text=article, date=published), settings=Settings(entailment="off"))
    found = [finding for finding in report.sentences[0].findings if finding.code == "date"]
    assert [(finding.severity, finding.claim.text, finding.computation) for finding in found] == expected


# the day of publication


def published(on: str | None, text: str, value: str) -> Any:
    """Return the index of an article with a date of its own, and one time in its text."""
    facts = facts_of([f"The bridge closed on {text} to lorries.", "It rained."], [(0, date(value, text=text))])
    return index_of(facts.model_copy(update={"article": facts.article.model_copy(update={"date": on})}))


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
        article = published(on, "Thursday", "weekday:thursday")
        found = of_code(checked(article, f"The bridge closed in {text} to lorries.", said), "date")
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
    for on, doubted in (("Friday, 13th March 2026", False), (None, True)):
        for claim, fact in ((said, meaning), (meaning, said)):
            sentence = checked(published(on, "then", fact), "The bridge closed there.", date(claim, text="there"))
            assert bool(of_code(sentence, "date")) is doubted, (claim, fact)


COUNTED = "Profit fell to £246 million in 2024, from £300 million a year earlier. The yard closed two years later."


@pytest.mark.parametrize(
    ("claim", "doubted"),
    [
        ("Profit was £300 million in 2023.", []),
        ("Profit was £54 million lower than in 2023.", []),
        ("The yard closed in 2026.", []),
        ("Profit fell to £246 million in 2023.", ["2023"]),
        ("Profit was £300 million in 2022.", ["2022"]),
        ("The yard closed in 2027.", ["2027"]),
    ],
)
def test_a_year_that_the_article_counts_from_another_is_right(claim: str, doubted: list[str]) -> None:
    """The words "a year earlier" and "two years later" are counted from a year in the same or the previous sentence.

    In the place of another year, it is wrong.
    """
    sentence = check(claim, COUNTED, settings=Settings(entailment="off")).sentences[0]
    assert [finding.claim.text for finding in sentence.errors] == doubted


@pytest.mark.parametrize(("year", "doubted"), [("2013", []), ("2011", ["2011"])])
def test_a_year_after_a_period_is_counted_from_its_end(year: str, doubted: list[str]) -> None:
    article = "The yard was rebuilt from 2010 to 2012. It closed a year later."
    sentence = check(f"The yard closed in {year}.", article, settings=Settings(entailment="off")).sentences[0]
    assert [finding.claim.text for finding in sentence.errors] == doubted


# durations


def duration(value: str, qualifier: Any = "exactly", text: str = "") -> Any:
    return date(f"duration:{value}", text=text or value, qualifier=qualifier)


@pytest.mark.parametrize(
    ("said", "fact", "expected"),
    [
        (duration("PT10S", "less than"), duration("PT9.58S"), True),
        (duration("PT9S", "less than"), duration("PT9.58S"), False),
        (duration("PT1H", "about", "almost an hour"), duration("PT59M"), True),
        (duration("PT1H", "about", "almost an hour"), duration("PT61M"), False),
        (duration("PT1H", "about", "just over an hour"), duration("PT61M"), True),
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
        (duration("P2M3D"), duration("P62D"), True),  # months are as long as the calendar has them
        (duration("P2M3D"), duration("P65D"), True),
        (duration("P2M3D"), duration("P55D"), False),
        (duration("P27M5DT3H"), duration("P27M5DT3H"), True),
    ],
)
def test_durations_compare_by_their_length(said: Any, fact: Any, *, expected: bool) -> None:
    """In one unit, rounded as their words allow; equal lengths with another bound are only doubted."""
    assert relation(said, fact) == ("agrees" if expected else "note" if said.value == fact.value else "opposes")


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


@pytest.mark.parametrize(
    ("period", "claim", "errors"),
    [
        ("the three months to 30 June", "Revenue fell between April and June.", []),
        ("the three months to 30 June", "Revenue fell between February and June.", ["February"]),
        ("the four months ended 31 January 2026", "Revenue fell from October 2025 to January 2026.", []),
        ("the four months ended 31 January 2026", "Revenue fell from October 2026.", ["October 2026"]),
    ],
)
def test_the_months_of_a_period_are_known(period: str, claim: str, errors: list[str]) -> None:
    article = f"Revenue for {period} fell by 5%. It rained."
    (sentence,) = check(claim, article, settings=Settings(entailment="off")).sentences
    assert [error.claim.text for error in sentence.errors] == errors
