"""Dates, durations and relative times: the article has them, excludes them, or leaves them open."""

from typing import Any

import pytest
from by_hand import checked, date, facts_of, index_of, of_code, relation, told

from summarise import Settings, check


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
