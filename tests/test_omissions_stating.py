"""Omissions: whether a summary states what the article does."""

import pytest
from by_hand import date, figure, money, name

from summarise import extract_facts
from summarise.data import Fact, Figure, Money, Relation
from summarise.omissions.stating import Said, same_amount, same_bearer, same_date


@pytest.mark.parametrize(
    ("said", "fact", "same"),
    [
        (money("1860000"), money("1860000"), True),
        (money("1900000"), money("1860000"), True),
        (money("2000000"), money("1860000"), False),
        (money("1860000", currency="USD"), money("1860000"), False),
        (money("1861000"), money("1860000"), False),
        (money("195"), money("195", upper="215"), True),
        (money("215"), money("195", upper="215"), True),
        (money("205"), money("195", upper="215"), False),
        (figure("12", unit="per cent"), figure("11.8", unit="per cent"), True),
        (figure("11.8", unit="metre"), figure("11.8", unit="per cent"), False),
        (figure("5", counted="ship"), figure("5", counted="bridge"), False),
        (figure("5", counted="vessel"), figure("5", counted="ship"), True),
        (figure("5"), figure("5", counted="ship"), True),
        (figure("850", counted="post"), figure("850", counted="job"), True),
        (money("5"), figure("5"), False),
    ],
)
def test_amounts_may_be_told_rounder_but_not_in_another_unit(
    said: Figure | Money, fact: Figure | Money, same: bool
) -> None:
    """Within a twentieth and with fewer digits; small counts must count the same."""
    assert same_amount(said, fact) is same


@pytest.mark.parametrize(
    ("said", "fact", "same"),
    [
        ("day:2024-08-09", "day:2024-08-09", True),
        ("month:2024-08", "day:2024-08-09", True),
        ("year:2024", "day:2024-08-09", True),
        ("day:2024-08-09", "year:2024", True),
        ("day:--08-09", "day:2024-08-09", True),
        ("day:--06-06", "day:--06-06/--06-09", True),
        ("month:--06", "day:--06-06/--06-09", True),
        ("month:--07", "day:--06-06/--06-09", False),
        ("year:2025", "day:2024-08-09", False),
        ("year:2024", "month:--08", False),
        ("weekday:friday", "weekday:friday", True),
        ("weekday:friday", "day:2024-08-09", False),
        ("relative:next-week", "relative:last-week", False),
    ],
)
def test_dates_may_contain_each_other(said: str, fact: str, same: bool) -> None:
    """A day lies in its month and year; what cannot be compared is not the same."""
    assert same_date(said, fact) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("jane doe", "jane doe", True),
        ("jane doe", "john doe", False),
        ("belgium", "belgian", True),
        ("russian", "russia", True),
        ("kyiv", "ukraine", True),
        ("austria", "australia", False),
        ("marta", "martin", False),
    ],
)
def test_a_country_is_told_by_its_people_and_its_capital(one: str, other: str, same: bool) -> None:
    """Names are otherwise told by their bearers alone."""
    assert same_bearer(one, other) is same
    assert same_bearer(other, one) is same


def deed(sentence: str, predicate: str) -> tuple[list[Fact], Relation]:
    facts = extract_facts(sentence).resolved
    return list(facts), next(one for one in facts if isinstance(one, Relation) and one.predicate == predicate)


@pytest.mark.parametrize(
    ("article", "predicate", "said", "stated"),
    [
        ("Acme Corp. bought the Harlow mine.", "buy", "Acme Corp. bought the Harlow mine.", True),
        ("Acme Corp. bought the Harlow mine.", "buy", "The Harlow mine was purchased by Acme Corp.", True),
        ("Acme Corp. bought the Harlow mine.", "buy", "The company bought the mine.", True),
        ("Acme Corp. bought the Harlow mine.", "buy", "Acme Corp. did not buy the Harlow mine.", False),
        ("Acme Corp. bought the Harlow mine.", "buy", "Zenith Ltd. bought the Harlow mine.", False),
        ("Acme Corp. bought the Harlow mine.", "buy", "Acme Corp. closed the Harlow mine.", False),
        ("Acme Corp. bought the Harlow mine.", "buy", "Acme Corp. bought a newspaper.", True),
        ("The council approved the plan.", "approve", "The council gave its approval to the plan.", True),
        ("The council approved the plan.", "approve", "The mayor awaits approval for a barn.", False),
        ("Jane Doe denied stealing the money.", "steal", "Jane Doe denies all charges.", True),
        ("Jane Doe denied stealing the money.", "steal", "Jane Doe denied that she stole the money.", True),
        ("Jane Doe denied stealing the money.", "steal", "Jane Doe stole the money.", False),
    ],
)
def test_a_deed_is_stated_by_a_word_of_the_same_sense_and_one_who_takes_part(
    article: str, predicate: str, said: str, stated: bool
) -> None:
    """Equally negated, and not by another; a denial of whatever kind tells that somebody denies."""
    _, fact = deed(article, predicate)
    assert Said(extract_facts(said).resolved).states(fact) is stated


def test_verbs_that_tell_little_need_all_who_take_part() -> None:
    """Not everything that somebody "has" is the same."""
    _, fact = deed("Acme Corp. has three mines.", "have")
    assert Said(extract_facts("Acme Corp. has three mines.").facts).states(fact)
    assert not Said(extract_facts("Acme Corp. has a newspaper.").facts).states(fact)


def test_single_facts_are_stated_by_their_values() -> None:
    """Each kind for itself."""
    said = Said([name("Jane Doe"), money("3"), date("year:2024")])
    assert said.states(name("J. Doe", value="Jane Doe"))
    assert said.states(money("3"))
    assert said.states(date("month:2024-05"))
    assert not said.states(figure("3"))
    assert not said.states(name("John Roe"))


def test_one_who_takes_part_is_named_even_by_a_pronoun() -> None:
    """The relation knows whom it means."""
    facts = extract_facts("Jane Doe left Oslo. She sold the house.").resolved
    relations = [one for one in facts if isinstance(one, Relation) and one.predicate == "sell"]
    assert Said(relations).states(name("Jane Doe"))
