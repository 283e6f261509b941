"""Figures, money and other values: the article has them, excludes them, or they follow from it."""

import time
from typing import Any

import pytest
from by_hand import checked, figure, ground_of, money, relation
from hypothesis import given
from hypothesis import strategies as st

from summarise import Settings, check

RULES = Settings(entailment="off")
AMOUNTS = st.decimals(min_value=-1000, max_value=1000, places=1, allow_nan=False)
QUALIFIERS: list[Any] = ["exactly", "about", "more than", "at least", "less than", "at most"]


def bounded(qualifier: Any, amount: str = "100", confidence: float = 1.0) -> Any:
    return figure(amount, unit="metre", qualifier=qualifier, confidence=confidence)


def boats(amount: str, noun: str = "boat", **values: Any) -> Any:
    return figure(amount, counted_noun=noun, **values)


# one value of the claim beside one of the article


@pytest.mark.parametrize(
    ("said", "fact", "expected"),
    [
        # A qualifier leaves room on its side only.
        (bounded("more than"), bounded("exactly", "91"), "opposes"),
        (bounded("more than"), bounded("exactly", "100"), "note"),
        (bounded("more than"), bounded("exactly", "109"), "agrees"),
        (bounded("at least"), bounded("exactly", "91"), "opposes"),
        (bounded("at least"), bounded("exactly", "100"), "agrees"),
        (bounded("less than"), bounded("exactly", "91"), "agrees"),
        (bounded("less than"), bounded("exactly", "100"), "note"),
        (bounded("less than"), bounded("exactly", "109"), "opposes"),
        (bounded("at most"), bounded("exactly", "100"), "agrees"),
        (bounded("at most"), bounded("exactly", "109"), "opposes"),
        (bounded("more than"), bounded("more than"), "agrees"),
        (bounded("more than"), bounded("less than"), "opposes"),
        (bounded("more than"), bounded("at most"), "opposes"),
        (bounded("at least"), bounded("more than"), "agrees"),
        (bounded("at least"), bounded("less than"), "opposes"),
        (bounded("at most"), bounded("less than"), "agrees"),
        (bounded("exactly"), bounded("more than"), "agrees"),
        # The extractor must be sure of both bounds.
        (bounded("more than", confidence=0.6), bounded("less than"), "note"),
        (bounded("more than"), bounded("less than", confidence=0.6), "note"),
        # "About" strays by a tenth of the article's amount, not of the claim's.
        (bounded("about", "90"), bounded("exactly"), "agrees"),
        (bounded("about", "89.9"), bounded("exactly"), "opposes"),
        (bounded("about", "110.1"), bounded("exactly"), "opposes"),
        (bounded("about"), bounded("exactly", "111"), "agrees"),
        (bounded("about"), bounded("exactly", "90"), "opposes"),
        (bounded("about", "-90"), bounded("exactly", "-100"), "agrees"),
        (bounded("about", "-89"), bounded("exactly", "-100"), "opposes"),
        (bounded("exactly", "95"), bounded("about"), "agrees"),
        (bounded("exactly", "80"), bounded("about"), "opposes"),
        # A range bears out itself, its ends and the bounds that hold it.
        (figure("40", upper="50"), figure("40", upper="50"), "agrees"),
        (figure("40", upper="60"), figure("40", upper="50"), "note"),
        (bounded("exactly", "40"), figure("40", upper="50", unit="metre"), "agrees"),
        (figure("39", qualifier="more than"), figure("40", upper="50"), "agrees"),
        (figure("41", qualifier="at least"), figure("40", upper="50"), "error"),
        (figure("51", qualifier="less than"), figure("40", upper="50"), "agrees"),
        (figure("45", qualifier="about"), figure("40", upper="50"), "error"),
        (bounded("exactly", "45"), figure("40", upper="50", unit="metre"), "error"),
        (figure("50", upper="59", unit="age"), figure("52", unit="age"), "agrees"),
        (figure("50", upper="59", unit="age"), figure("62", unit="age"), "opposes"),
        (figure("52", unit="age"), figure("50", upper="59", unit="age"), "error"),
        # A bound is about an amount of its size, except for "dozens".
        (boats("12", qualifier="at least"), boats("14"), "agrees"),
        (boats("12", qualifier="at least"), boats("35"), "note"),
        (boats("12", qualifier="at least", confidence=0.6), boats("35"), "agrees"),
        # Other units, currencies and nouns are not compared.
        (money("5"), money("6"), "opposes"),
        (money("500", currency="USD"), money("500", currency="EUR"), "opposes"),
        (money("500"), money("503"), "agrees"),
        (money("5"), figure("6"), "error"),
        (figure("5", unit="metre"), figure("5", unit="kilometre"), "error"),
        (figure("5", unit="metre"), figure("6", unit="metre"), "opposes"),
        (figure("5", unit="metre"), figure("6"), "error"),
        (figure("5"), figure("6"), "error"),
        (boats("5"), boats("6"), "opposes"),
        (boats("5"), boats("6", "lorry"), "error"),
        (boats("5"), boats("6", confidence=0.65), "opposes"),
        (boats("5"), boats("6", confidence=0.6), "error"),
        (boats("5", unit="per cent"), boats("6"), "error"),
        (boats("12"), figure("12"), "agrees"),
        # Above twenty an equal number with another noun is a paraphrase.
        (boats("20"), boats("20", "lorry"), "note"),
        (boats("21"), boats("21", "vessel"), "agrees"),
        (boats("21"), boats("22", "vessel"), "error"),
        # A rounder amount is told in other words; a more exact one is not.
        (boats("500"), boats("503"), "agrees"),
        (boats("503"), boats("500"), "opposes"),
        (boats("500"), boats("520"), "opposes"),
        (boats("500"), boats("503", "lorry"), "computed"),
        (money("2000000", text="two million euros"), money("1700000", text="€1.70 million"), "computed"),
        (money("2000000", text="two million euros"), money("1550000", text="€1.55 million"), "opposes"),
        # May be counted by the writer, or be something else.
        (boats("3"), boats("12", "lorry"), "note"),
        (figure("9", unit="ordinal"), boats("12"), "note"),
        (figure("9", text="9 to 4", unit="score"), boats("12"), "note"),
        (boats("41", confidence=0.64), boats("12", "lorry"), "note"),
    ],
)
def test_two_values_agree_oppose_each_other_or_say_nothing(said: Any, fact: Any, expected: str) -> None:
    assert relation(said, fact) == expected


@given(AMOUNTS, st.none() | AMOUNTS, st.sampled_from(QUALIFIERS), st.sampled_from([None, "metre"]))
def test_every_value_agrees_with_itself(amount: Any, upper: Any, qualifier: Any, unit: str | None) -> None:
    top = None if upper is None else str(upper)
    one = figure(str(amount), upper=top, qualifier=qualifier, unit=unit)
    assert relation(one, one) == relation(money(str(amount), upper=top), money(str(amount), upper=top)) == "agrees"


@pytest.mark.slow
def test_looking_for_what_follows_does_not_take_every_pair() -> None:
    """Three thousand amounts take less than two seconds."""
    parts = [money(str(10**6 + 7 * number)) for number in range(3_000)]
    article = f"The bridge took {' and '.join(part.text for part in parts)} here."
    source_index = ground_of(article, "It rained.", facts=[(0, part) for part in parts])
    started = time.process_time()
    for said in (figure("900", unit="times"), money("999999999")):
        assert [one.severity for one in checked(source_index, f"So it took {said.text}.", said).findings] == ["error"]
    assert time.process_time() - started < 4


# the article's values in other words

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
VISITORS = """The number of visitors doubled last year. Rents are a quarter more than in 2019. Half of homes on the
island are empty. The school closed three decades ago. Of the 12 ferries 3 were late."""
RIVER = "The river rose to 6.8 metres, 40cm above the old record."
PROFIT = "Profit at Marlow fell to £412m. It rained. It snowed. The forecasts were £455m."
DRUGS = "The clerks, aged 19, 23 and 41, were arrested with 40kg of drugs worth £3.2m. It rained."
FLOODS = "At least seven people have died in the floods. More than 12,000 people have left their homes."
PATIENTS = "The study had 3,204 patients at 112 hospitals. About 64 million people have asthma."
PLACEBO = "The trial had 3,204 patients. Half were given the drug and the rest a placebo."
SITES = "The study had 40 patients at 12 hospitals in nine countries."
CAPTAIN = "The captain, who is in his fifties, was questioned on Monday."
POLL = "The poll found 48% in favour and 39% against. It rained."
GOALS = "Obi pulled a goal back in the 47th minute and equalised on 71 minutes."
EXPORTS = "Exports of tiles fell from 12,000 tonnes in 2021 to 8,000 tonnes in 2023."
QUARTERS = "Profits at the brewery in Sellen fell for three quarters in a row. It sold 12 pubs."


def findings(claim: str, article: str) -> tuple[Any, ...]:
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
        # In another form: a rise by 100% is "doubled", and 30 years are three decades.
        (VISITORS, "The number of visitors rose by 100% last year."),
        (VISITORS, "Rents are 25% more than in 2019."),
        (VISITORS, "50% of homes on the island are empty."),
        (VISITORS, "The school closed 30 years ago."),
        (EXPORTS, "Exports of tiles fell to 8,000 tonnes in 2023."),
        (GOALS, "Obi scored in the 47th and 71st minutes."),
        (PATIENTS, "More than 3,200 people took part in the study."),
        (PATIENTS, "More than 2,000 patients took part in the study."),
        ("1,500 people marched, 600 people sang.", "More than 1,000 people marched."),
        (SITES, "In nine countries the study had 40 patients at 12 clinics."),
        (SITES, "The study had 40 patients in nine countries, at 12 hospitals."),
        (CAPTAIN, "The captain, who is in his 50s, was questioned."),
        (CAPTAIN, "The captain, aged over 50, was questioned."),
        ("The clerk, 52, was questioned in Osterby on Monday.", "The clerk, who is in her fifties, was questioned."),
        (CROWD, "Up to 55 people were arrested in Vosk."),
        # The article may state a score in words.
        ("Corrowby beat Harrack Vale by two goals to nil.", "Corrowby beat Harrack Vale 2-0."),
        (
            "Corrowby beat Vale 3-2. They were two goals behind at half-time.",
            "Corrowby overturned a 2-0 deficit to win 3-2.",
        ),
        ("The council voted 27 to 14 for the plan.", "The council voted 27-14 for the plan."),
        ("The council voted by nine votes to three for the plan.", "On the plan the vote was 9-3."),
    ],
)
def test_what_is_right_is_no_error(article: str, right: str) -> None:
    """Notes are allowed."""
    assert [one.claim.text for one in findings(right, article) if one.severity == "error"] == []


@pytest.mark.parametrize(
    ("article", "wrong", "words"),
    [
        (TILES, "Sales at the tile maker fell by $700 million.", "$700 million"),
        ("Sales at the tile maker hit 3.5M.", "Sales at the tile maker hit 4.5M.", "4.5M"),
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
        (FLOODS, "More than 100 people have died in the floods.", "More than 100 people"),
        (FLOODS, "Up to 20 people have died in the floods.", "Up to 20 people"),
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
        (QUARTERS, "Profits at the brewery in Sellen fell by 75 per cent.", "75 per cent"),
        (EXPORTS, "Exports of tiles fell from 12,000 tonnes in 2021 to 9,000 tonnes in 2023.", "9,000 tonnes"),
        ("Shares in Dorrick fell by 9% to €31.", "Shares in Dorrick fell by €9 to €31.", "€9"),
        ("A flat costs £84 a year. It rained.", "A flat costs £8 a month.", "£8"),
        # "75% of 2.4" is 1.8, but here it is a slip.
        (
            "A study of it cost £2.4m, 75% of it public. Blood pressure costs clinics £1.8bn a year.",
            "Blood pressure costs clinics £1.8m a year.",
            "£1.8m",
        ),
        ("Corrowby beat Harrack Vale 4-3 on penalties after 2-2.", "Corrowby won the shoot-out 4-2.", "4-2"),
        (RIVER, "The old record of the river was 6.3 metres.", "6.3 metres"),
        (PROFIT, "Marlow missed the forecasts by £44m.", "£44m"),
        (DRUGS, "The drugs are worth about £168,000 a kilo.", "£168,000"),
        (PLACEBO, "In the trial some 1,000 patients got the drug.", "1,000 patients"),
        # Numbers exchanged between two nouns.
        (SITES, "The study had 40 patients at nine hospitals in 12 countries.", "nine hospitals"),
        (SITES, "The study had 40 patients at nine hospitals in 12 countries.", "12 countries"),
        ("The court ruled 6-3 against the law.", "In a 5-4 decision the court ruled against the law.", "5-4"),
        ("The council voted 27 to 14 for the plan.", "The council voted 28-14 for the plan.", "28-14"),
        ("The council voted by nine votes to three for the plan.", "On the plan the vote was 8-4.", "8-4"),
        ("Corrowby 3-2 Harrack Vale\n\nCorrowby came from behind.", "Corrowby beat Harrack Vale 4-2.", "4-2"),
        (POLL, "The poll found a seven-point lead.", "seven-point"),
        (CAPTAIN, "The captain, who is in his forties, was questioned.", "forties"),
        (CAPTAIN, "The captain, aged over 60, was questioned.", "over 60"),
        (
            "The clerk, 52, was questioned in Osterby on Monday.",
            "The clerk, who is in her forties, was questioned.",
            "forties",
        ),
        ("In May a ticket cost £50, in June £230.", "A ticket cost four times as much in June.", "four times"),
        ("In May a ticket cost £50, in June £500.", "In June it cost more than four times as much.", "four times"),
    ],
)
def test_what_is_wrong_is_an_error(article: str, wrong: str, words: str) -> None:
    found = [one.claim.text for one in findings(wrong, article) if one.severity == "error"]
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
    assert [one.severity for one in findings(claim, article) if one.code == "figure"] == severities


def test_a_time_that_is_a_bound_is_held_against_no_other() -> None:
    """“By March” is not contradicted by January; “in March” is."""
    article = "The harbour clerk died in January 2025."
    (bound,) = findings("By March 2025 the harbour clerk was dead.", article)
    (plain,) = findings("The harbour clerk died in March 2025.", article)
    assert (bound.code, bound.article) == ("date", None)
    assert plain.article is not None
    assert plain.article.text == "January 2025"


def test_a_round_value_is_no_rounding_of_another_one_with_as_many_digits() -> None:
    article = "The hospital in Leeds has 930 beds and cost £1.28 million."
    for claim, right in (
        ("The hospital has 920 beds.", False),
        ("The hospital has about 900 beds.", True),
        ("The hospital cost £1.3 million.", True),
        ("The hospital cost £1.2 million.", False),
    ):
        assert (check(claim, article, settings=RULES).sentences[0].errors == ()) is right, claim


# a value of another statement, and computed values

REPAIRS = """The repairs will cost £6.2 million. The council has lent £2.5 million to the harbour trust.
Work on the pier begins in May."""
HOTELS = "Four of the 23 hotels on the island have closed since 2019. The harbour has nine cafes."
FINAL = """Bradley Town won the shoot-out 4-3 after Orla Feyer scored. They had beaten Holm 4-2 in the first round."""
YARD = "Feyer paid €850,000 for the yard in 2021. A new dock cost €12 million in 2023."
TICKETS = "In May a ticket cost £50, in June £210. It rained."
VOTE = "The plan was approved by 27 to 19, after five members and three rebels had spoken. It rained."
PRICES = """“It is not perfect, but it is cheap,” said Ann Roe: a dose costs $3.90. She ran a trial in Osterby. It took
two years. A rival vaccine, Mosquirix, costs $9.30."""
THEFT = """Ann Holt stole £1.86 million of money from the hospital. She was jailed for six years. Her husband was
acquitted. About £600,000 of the money has been recovered."""
WALKS = """Half of the walkers were asked to walk after dinner on five days a week. Eleven walkers fell after dinner.
The study had 3,214 members."""
BRIDGE_PLAN = """The council of Sandry approved a plan for a new bridge over the river.
The bridge will cost £12 million."""
BAKERY = """Bread brought the bakery £6.2 million. It rained. Cakes brought it £2.1 million. It snowed.
The bakery made a profit of £3.7 million."""
UKRAINE = "The EU has agreed a support plan for Ukraine. Belgium holds most of the frozen Russian assets."


def notes(claim: str, article: str, reason: str) -> list[Any]:
    return [finding for finding in findings(claim, article) if finding.reason == reason]


@pytest.mark.parametrize(
    ("article", "claim", "said", "here", "there"),
    [
        (REPAIRS, "The repairs will cost £2.5 million.", "£2.5 million", "£6.2 million", "The council has lent"),
        (HOTELS, "Nine of the island's 23 hotels have closed.", "Nine", "Four", "nine cafes"),
        (FINAL, "Bradley Town won the shoot-out 4-2.", "4-2", "4-3", "beaten Holm"),
        (YARD, "Feyer paid €12 million for the yard in 2021.", "€12 million", "€850,000", "A new dock"),
        (YARD, "Feyer paid €850,000 for the yard in 2023.", "2023", "2021", "A new dock"),
    ],
)
def test_a_value_of_another_statement_is_noted_beside_the_value_here(
    article: str, claim: str, said: str, here: str, there: str
) -> None:
    """The finding is a note, with both places in the article."""
    (note,) = notes(claim, article, "elsewhere")
    assert (note.severity, note.claim.text) == ("note", said)
    assert note.article is not None
    assert note.article.text == here
    assert note.elsewhere is not None
    assert there in note.elsewhere.text


@pytest.mark.parametrize(
    ("article", "claim"),
    [
        (PATIENTS, "More than 3,200 people took part in the study."),
        (REPAIRS, "The repairs will cost £6.2 million."),
        (REPAIRS, "The repairs will cost £6.2 million, and the harbour trust was lent £2.5 million."),
        (REPAIRS, "The harbour trust got £2.5 million from the council."),
        (FINAL, "Bradley Town, who had beaten Holm 4-2 in the first round, won the shoot-out 4-3."),
        (YARD, "The new dock cost €12 million in 2023."),
        (YARD, "Feyer paid for the yard in 2021 and built a dock in 2023."),
    ],
)
def test_a_right_value_is_not_noted(article: str, claim: str) -> None:
    assert notes(claim, article, "elsewhere") == []


@pytest.mark.parametrize(
    ("article", "claim", "computation"),
    [
        (REPAIRS, "The council must borrow £3.7 million.", "6.2 − 2.5 = 3.7"),
        (REPAIRS, "The council pays £8.7 million for repairs and the harbour trust.", "6.2 + 2.5 = 8.7"),
        (VISITORS, "Of the ferries 25% were late.", None),
        ("Of the 12 ferries 3 were late. It rained.", "Of the ferries 25% were late.", "3 of 12 = 25%"),
        ("Fares rose from £80 to £100 in May. It rained.", "Fares rose by 25% in May.", "(100 − 80) / 80 = 25%"),
        ("Of the 140 shops 40% closed in May. It rained.", "In May 56 shops closed.", "40% of 140 = 56"),
        (
            "Repairs cost £1.2 million, and Carrow pays a third. It rained.",
            "Carrow pays £400,000.",
            "1/3 of 1,200,000 = 400,000",
        ),
        (
            "The firm has 2,600 posts and will cut one in 13 of them.",
            "The firm will cut 200 posts.",
            "1/13 of 2,600 = 200",
        ),
        (PIPE, "Together the council and the harbour paid 85 per cent of it.", "60% + 25% = 85%"),
        (PIPE, "Others paid 40 per cent of it.", "100% − 60% = 40%"),
        ("After a cut of 20% a ticket costs £50. It rained.", "Before, it cost £62.50.", "50 / (1 − 20%) = 62.5"),
        ("After a rise of 20% a ticket costs £60. It rained.", "Before, it cost £50.", "60 / (1 + 20%) = 50"),
        (TICKETS, "In June a ticket cost more than four times as much.", "210 / 50 = 4.2"),
        (VOTE, "The plan was approved by a majority of eight.", "27 − 19 = 8"),
        (
            "The plan costs £2 million for roads, £3 million for schools and £4 million for parks.",
            "The plan costs £9 million in all.",
            "2 + 3 + 4 = 9",
        ),
        (RIVER, "The old record of the river was 6.4 metres.", "6.8 − 0.4 = 6.4"),
        # The exact result first; an age is no number of things.
        (DRUGS, "The drugs are worth about £80,000 a kilo.", "3,200,000 / 40 = 80,000"),
        ("The price fell from 285p to 260p. It rained.", "The price fell by 25p.", "285 − 260 = 25"),
        # In sentences far apart.
        (PROFIT, "Marlow missed the forecasts by £43m.", "455 − 412 = 43"),
        (PRICES, "The new vaccine is $5.40 cheaper than Mosquirix.", "9.3 − 3.9 = 5.4"),
        (POLL, "The poll found a nine-point lead.", "48% − 39% = 9%"),
        (PLACEBO, "In the trial some 1,600 patients got the drug.", "50% of 3,204 = 1,602"),
        ("Profit fell by 18%. It rained.", "Profit fell by nearly a fifth.", None),
        ("The council got £900,000. It rained.", "The council got nearly £1m.", None),
        ("A flat costs £84 a year. It rained.", "A flat costs about £7 a month.", "84 / 12 = 7"),
        ("A flat costs £7 a week. It rained.", "A flat costs £364 per year.", "7 × 52 = 364"),
        (
            "The fine is £15,000 for each day. It rained.",
            "The fine is £45,000 for three strike days.",
            "15,000 × 3 = 45,000",
        ),
        ("Visitors, 18,000 of them, spend €3.6m.", "Visitors spend €200 each.", "3,600,000 / 18,000 = 200"),
        ("At least 14 people died and 23 are missing.", "At least 37 people died or are missing.", "23 + 14 = 37"),
        ("The study had 3,240 people. Half of them walked.", "In the study 1,620 men walked.", "50% of 3,240 = 1,620"),
    ],
)
def test_a_value_that_follows_is_noted_with_its_computation(article: str, claim: str, computation: str | None) -> None:
    """It is never an error; a share in another form needs no computation."""
    assert check(claim, article, settings=RULES).sentences[0].errors == ()
    found = notes(claim, article, "computed")
    assert all(note.article is None for note in found)
    assert [note.computation for note in found] == ([] if computation is None else [computation])


def test_a_claim_in_other_words_may_follow_from_any_sentence() -> None:
    article = "Sales rose from 4,000 cars to 5,000 cars."
    (note,) = notes("Deliveries were up 25%.", article, "computed")
    assert note.computation == "(5,000 − 4,000) / 4,000 = 25%"
    assert [one.severity for one in findings("Deliveries were up 35%.", article) if one.code == "figure"] == ["error"]


@pytest.mark.parametrize(
    ("article", "claim", "value"),
    [
        # 1.86 − 0.6 = 1.26, in two sentences.
        (THEFT, "About £1.26 million of the money has not been recovered.", "About £1.26 million"),
        # The best sentence has no such number, and the one with "eleven" is about something else.
        (WALKS, "About 1,600 walkers were asked to walk after dinner on five days a week.", "About 1,600 walkers"),
    ],
)
def test_no_value_of_another_statement_is_held_against_one_that_may_follow(
    article: str, claim: str, value: str
) -> None:
    errors = check(claim, article, settings=RULES).sentences[0].errors
    assert [(finding.claim.text, finding.article) for finding in errors] == [(value, None)]


@pytest.mark.parametrize(
    ("article", "claim", "here"),
    [
        (BRIDGE_PLAN, "The council of Sandry approved a plan for a new bridge that costs £15 million.", "£12 million"),
        (BAKERY, "The bakery made a profit of £4.1 million.", "£3.7 million"),
    ],
)
def test_a_wrong_value_of_a_merged_sentence_is_opposed(article: str, claim: str, here: str) -> None:
    """The value may be in a sentence that has less of the claim; others that combine to it do not excuse it."""
    errors = check(claim, article, settings=RULES).sentences[0].errors
    assert [finding.article and finding.article.text for finding in errors] == [here]


def test_an_equal_count_of_something_else_is_no_computation() -> None:
    article = "27 patients fell ill in spring and 19 patients in autumn, and eight doctors helped. It rained."
    (note,) = notes("Eight fewer patients fell ill in autumn than in spring.", article, "computed")
    assert note.computation == "27 − 19 = 8"


@pytest.mark.parametrize(
    ("article", "claim", "errors"),
    [
        (UKRAINE, "Brussels' support plan for Ukraine has been agreed.", []),
        (UKRAINE.replace("The EU", "Brussels"), "The EU has agreed a support plan for Ukraine.", []),
        ("Russia has rejected the plan. Ukraine has not.", "The Kremlin has rejected the plan.", []),
        ("The prime minister rejected the plan.", "Downing Street rejected the plan.", []),
        ("China has rejected the plan. Tokyo has not.", "Moscow has rejected the plan.", ["Moscow"]),
        # As a place, Paris does not follow from France.
        ("The clerk was arrested in France.", "The clerk was arrested in Paris.", ["Paris"]),
    ],
)
def test_the_seat_of_a_power_is_never_held_against_another_name(article: str, claim: str, errors: list[str]) -> None:
    """If the article has the EU, "Brussels" is right; otherwise it is only not found."""
    found = check(claim, article, settings=RULES).sentences[0].errors
    assert [finding.claim.text for finding in found] == errors
    assert all(finding.article is None for finding in found)


# the article's value in the place of a wrong one

FLEET = ground_of(
    "The firm sold 40 boats to Osterby.", "The club bought 12 nets and lent 30 flags in May.", "The board has 7 seats.",
    facts=[(0, boats("40")), (1, boats("12")), (1, boats("30")), (2, boats("7"))],
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said", "others", "opposed"),
    [
        pytest.param("The firm sold 41 boats to Osterby.", "41", (), "40", id="the only one of its sentence"),
        pytest.param("Sold to Osterby were 41 boats.", "41", (), "40", id="in another order"),
        pytest.param("The club bought 13 nets and lent 30 flags.", "13", ("30",), "12", id="told itself: the other"),
        pytest.param("The club bought 13 nets and lent flags in May.", "13", (), "12", id="told apart by neighbours"),
        pytest.param("The club bought nets and lent 31 flags in May.", "31", (), "30", id="the second by neighbours"),
        pytest.param("The club bought nets and lent flags in May: 13.", "13", (), None, id="neighbours do not tell"),
        pytest.param("The firm sold 40 boats, not 41, to Osterby.", "41", ("40",), None, id="all told by the claim"),
        pytest.param("41 zebras ate.", "41", (), None, id="nothing of the claim"),
    ],
)
def test_an_error_shows_the_value_in_its_place(
    text: str, said: str, others: tuple[str, ...], opposed: str | None
) -> None:
    """Its sentence shares enough words with the claim, which does not have it."""
    found = checked(FLEET, text, *map(boats, (said, *others))).findings
    assert [one.article and one.article.text for one in found if one.claim.text == said] == [opposed]
