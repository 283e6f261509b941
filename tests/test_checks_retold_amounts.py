"""Amounts and times in other words than the article's: correct ones are no errors, wrong ones are."""

import pytest

from summarise import Settings, check
from summarise.data import Finding

RULES = Settings(entailment="off")
TILES = "Sales at the tile maker fell to $2.3 billion from $2.9 billion."
STRIKE = "BERLIN, March 12, 2024 — Drivers of the night buses in Osterby walked out on Tuesday. They want more rest."
SENTENCE = """Harbour clerk is sentenced

Published: 14 May 2024

A court in Osterby on Tuesday sentenced a harbour clerk to 10 years in prison. He took the money nearly 40 years ago,
in September 1985, and fled to Vosk last year. The police found him on Sunday night in a hotel.
"""
SPRINT = "Mira Lund ran the 100 metres in 9.58 seconds. The meeting in Osterby lasted 3 hours and 50 minutes."
BRIDGE = """Lorries were banned from the bridge in Orlow in spring 2020. The ban was lifted in February 2021.
The bridge was built in 1985 and painted in 1991 and 1992. The toll began late in 2018, and ended on 3 May 2019.
A blackout in Vosk lasted 59 minutes."""
PRICES = """Prices in Tarnby rose 8.4 percent over the year. The harbour made $42.10 million. A barrel of oil
cost $42.10 on Friday. The party won 52.1% of the vote in the town. Each household used 61.2 litres of water a day.
Wages grew by 2.95% on average. The striker scores 29.5 points a game. It was 40C in Quillan in the afternoon."""
PIPE = "The pipe in Osterby is 3.5 kilometres long. The council paid 60 per cent and the harbour 25 per cent of it."
SHOPS = "About 30 people were arrested in Vosk on Monday. In the town 52 shops were closed."
CROWD = "About 1,200 people protested in Vosk on Monday. Fewer than 50 people were arrested."
SHARES = """The bakery in Sellen runs 420 shops and plans to close 35 shops in May. A third of its bakers will leave.
New ovens cost £1.8m, and two thirds of that sum come from a grant. In Tarnby 24 per cent of the houses were flooded;
the water stood a metre and a half deep."""
TAKEOVER = """OSTERBY (Agency) — The Bank of Harrow cut its rate by 25 basis points on Tuesday; its board voted 5-2.
The economy grew by 8.4 per cent, and economists had forecast 6.6 per cent. The grocer, with 5,900 staff in 164
shops, lost $740 million. The ice in the harbour was 3 metres thick, and gusts reached 87mph. It had been open for
25 years."""
QUARTERS = "Profits at the brewery in Sellen fell for three quarters in a row. It sold 12 pubs."


def found_in(claim: str, article: str) -> tuple[Finding, ...]:
    return check(claim, article, settings=RULES).sentences[0].findings


@pytest.mark.parametrize(
    ("article", "right"),
    [
        (TILES, "Sales at the tile maker fell by $600 million."),
        (TILES, "Sales at the tile maker fell by about a fifth."),
        (STRIKE, "Drivers of the night buses in Osterby walked out in March."),
        (SENTENCE, "The harbour clerk was sentenced to 10 years in prison on May 14."),
        (SENTENCE, "The clerk fled to Vosk in 2023."),
        (SENTENCE, "The police found him in a hotel on 12 May."),
        (SPRINT, "Mira Lund ran the 100 metres in under 10 seconds."),
        (SPRINT, "The meeting in Osterby lasted almost four hours."),
        (SPRINT, "The meeting in Osterby lasted more than three hours."),
        (BRIDGE, "The blackout in Vosk lasted almost an hour."),
        (BRIDGE, "Lorries were banned from the bridge in Orlow in early 2020."),
        (BRIDGE, "The bridge was painted in the early 1990s."),
        (PRICES, "Prices in Tarnby rose 8 percent over the year."),
        (PRICES, "The harbour made $42 million."),
        (PRICES, "A barrel of oil cost just above $42 on Friday."),
        (PRICES, "The striker scores 30 points a game."),
        (PRICES, "It was 40 degrees Celsius in Quillan."),
        (PIPE, "The pipe in Osterby is 3,500 metres long."),
        (PIPE, "Others paid 40 per cent of it."),
        (CROWD, "Fewer than 50 people were arrested."),
        (CROWD, "More than 1,000 people protested in Vosk."),
        (QUARTERS, "Profits at the brewery in Sellen fell for a third quarter in a row."),
        (TAKEOVER, "In Osterby the BoH cut its rate by a quarter of a percentage point."),
        (TAKEOVER, "Two members of the board were against it."),
        (TAKEOVER, "Growth was 1.8 percentage points above the forecasts."),
        (TAKEOVER, "The grocer has nearly 6,000 employees and more than 160 stores."),
        (TAKEOVER, "The grocer lost nearly three quarters of a billion dollars."),
        (TAKEOVER, "The ice in the harbour was around 10 feet thick."),
        (TAKEOVER, "Gusts were almost 90 miles an hour."),
        (TAKEOVER, "The harbour had been open for a quarter of a century."),
        (SHARES, "The bakery in Sellen plans to close 35 shops, one in twelve of those that it runs."),
        (SHARES, "A grant pays £1.2m of the £1.8m for new ovens."),
        (SHARES, "Of its bakers 33 per cent will leave."),
        (SHARES, "In Tarnby a quarter of the houses were flooded."),
        (SHARES, "In Tarnby the water stood 1.5 metres deep."),
    ],
)
def test_what_is_right_is_no_error(article: str, right: str) -> None:
    """Notes are allowed."""
    assert [one.claim.text for one in found_in(right, article) if one.severity == "error"] == []


@pytest.mark.parametrize(
    ("article", "wrong", "words"),
    [
        (TILES, "Sales at the tile maker fell by $700 million.", "$700 million"),
        (STRIKE, "Drivers of the night buses in Osterby walked out in April.", "April"),
        (SENTENCE, "The harbour clerk was sentenced to 10 years in prison on May 13.", "May 13"),
        (SENTENCE, "A court in Osterby sentenced a harbour clerk to 12 years in prison.", "12 years"),
        (SENTENCE, "The clerk fled to Vosk in 2022.", "2022"),
        (SENTENCE, "He took the money in the 1970s.", "1970s"),
        (SPRINT, "Mira Lund ran the 100 metres in under 9 seconds.", "under 9 seconds"),
        (SPRINT, "The meeting in Osterby lasted almost three hours.", "almost three hours"),
        (BRIDGE, "The toll began in early 2018.", "early 2018"),
        (PRICES, "Prices in Tarnby rose 9 percent over the year.", "9 percent"),
        (PRICES, "A barrel of oil cost just above $43 on Friday.", "$43"),
        (PIPE, "The pipe in Osterby is 3,600 metres long.", "3,600 metres"),
        (PIPE, "Others paid 41 per cent of it.", "41 per cent"),
        (CROWD, "More than 50 people were arrested.", "More than 50 people"),
        (SHOPS, "About 50 people were arrested in Vosk.", "About 50 people"),
        (SHOPS, "More than 50 people were arrested in Vosk.", "More than 50 people"),
        (TAKEOVER, "In Vosk the Bank of Harrow cut its rate.", "Vosk"),
        (TAKEOVER, "The rate was cut by half a percentage point.", "half a percentage point"),
        (TAKEOVER, "Growth was 2.8 percentage points above the forecasts.", "2.8 percentage points"),
        (TAKEOVER, "The grocer has nearly 5,000 employees.", "nearly 5,000 employees"),
        (TAKEOVER, "The grocer lost half a billion dollars.", "half a billion dollars"),
        (TAKEOVER, "The ice in the harbour was around 20 feet thick.", "around 20 feet"),
        (TAKEOVER, "Gusts were almost 80 miles an hour.", "80 miles"),
        (SHARES, "The bakery in Sellen plans to close 35 shops, one in nine of those that it runs.", "one in nine"),
        (SHARES, "A grant pays £1.4m of the £1.8m for new ovens.", "£1.4m"),
        (SHARES, "Of its bakers 38 per cent will leave.", "38 per cent"),
        (SHARES, "In Tarnby a fifth of the houses were flooded.", "a fifth"),
        (SHARES, "In Tarnby the water stood 2.5 metres deep.", "2.5 metres"),
    ],
)
def test_what_is_wrong_is_an_error(article: str, wrong: str, words: str) -> None:
    found = [one.claim.text for one in found_in(wrong, article) if one.severity == "error"]
    assert any(words in one for one in found), found


@pytest.mark.parametrize(
    ("article", "claim", "severities"),
    [
        ("86pc of the voters in Osterby agreed.", "In Osterby 83pc of the voters agreed.", ["error"]),
        ("95 per cent of the voters in Osterby agreed.", "In Osterby 99 in 100 voters agreed.", ["error"]),
        ("34 per cent of the voters in Osterby agreed.", "In Osterby a third of the voters agreed.", []),
        ("A third of the voters in Osterby agreed.", "In Osterby 34 per cent of the voters agreed.", ["error"]),
        # It may be the remaining third, which the entailment model decides.
        ("Two thirds of the voters in Osterby agreed.", "In Osterby a third of the voters agreed.", ["note"]),
    ],
)
def test_only_a_share_that_is_told_as_a_fraction_is_rounded_to_one(
    article: str, claim: str, severities: list[str]
) -> None:
    """The closer the share is to 0 or 100 per cent, the less it is rounded."""
    assert [one.severity for one in found_in(claim, article) if one.code == "figure"] == severities


def test_an_amount_that_follows_is_held_against_nothing() -> None:
    """A derived amount is a note without evidence."""
    (finding,) = found_in("Sales at the tile maker fell by $600 million.", TILES)
    assert (finding.severity, finding.article) == ("note", None)


def test_a_time_that_is_a_bound_is_held_against_no_other() -> None:
    """“By March” is not contradicted by January; “in March” is."""
    article = "The harbour clerk died in January 2025."
    (bound,) = found_in("By March 2025 the harbour clerk was dead.", article)
    (plain,) = found_in("The harbour clerk died in March 2025.", article)
    assert (bound.code, bound.article) == ("date", None)
    assert plain.article is not None
    assert plain.article.text == "January 2025"


def test_a_streak_is_no_share() -> None:
    found = found_in("Profits at the brewery in Sellen fell by 75 per cent.", QUARTERS)
    assert [(one.claim.text, one.article) for one in found] == [("75 per cent", None)]
