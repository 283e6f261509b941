"""Omissions: which facts are key, and which of them a summary leaves out."""

from by_hand import date, facts_of, figure, money, name, quotation
from hypothesis import given
from hypothesis import strategies as st

from summarise.data import Fact
from summarise.omissions import EARLY, MOST, key_facts, omitted

SENTENCE = "Jane Doe, John Roe, Ann Poe, 12, €3, 2024, said so."
FACTS: list[Fact] = [
    name("Jane Doe"),
    name("John Roe"),
    name("Ann Poe", confidence=0.5),
    figure("12"),
    money("3", text="€3"),
    date("year:2024", text="2024"),
    quotation("said so"),
]


def values(*facts: tuple[int, Fact], sentences: int = 14, most: int = MOST) -> list[str]:
    return [fact.value for fact in key_facts(facts_of([SENTENCE] * sentences, facts), most=most)]


def test_money_goes_first_then_dates_then_earlier_facts() -> None:
    """Of facts stated equally often and early; ties go to the earlier place."""
    assert values(*((0, fact) for fact in FACTS)) == ["EUR 3", "year:2024", "Jane Doe", "John Roe", "Ann Poe", "12"]


def test_quotations_and_unsure_facts_are_not_key() -> None:
    """From a confidence of one half on a fact counts."""
    assert values((0, quotation("said so")), (0, name("Jane Doe", confidence=0.49))) == []
    assert values((0, name("Jane Doe", confidence=0.5))) == ["Jane Doe"]


def test_what_is_stated_more_often_is_more_key() -> None:
    """Two late mentions beat one early one, if they are not too late."""
    twice = [(1, name("John Roe")), (2, name("John Roe"))]
    assert values((0, name("Jane Doe")), *twice) == ["John Roe", "Jane Doe"]
    late = [(30, name("John Roe")), (31, name("John Roe"))]
    assert values((0, name("Jane Doe")), *late, sentences=40) == ["Jane Doe", "John Roe"]


def test_the_weight_of_a_mention_halves_after_twelve_sentences() -> None:
    """Two mentions there weigh as much as one at the start, and the tie goes to the earlier."""
    after = int(EARLY)
    pair = [(after, name("John Roe")), (after, name("John Roe", value="john ROE"))]
    assert values((0, name("Jane Doe")), *pair)[0] == "Jane Doe"
    nearer = [(after - 1, name("John Roe")), (after, name("John Roe"))]
    assert values((0, name("Jane Doe")), *nearer)[0] == "John Roe"


def test_one_value_is_one_fact_at_its_first_mention() -> None:
    """Case does not count; kinds do."""
    facts = facts_of(
        [SENTENCE] * 2, [(0, name("Jane Doe")), (1, name("Jane Doe", value="JANE DOE")), (1, figure("12"))]
    )
    assert [(fact.kind, fact.sentence) for fact in key_facts(facts)] == [("name", 0), ("figure", 1)]


def test_at_most_eight_facts_are_key() -> None:
    """Or as many as asked for."""
    many = [(0, name("Jane Doe", value=f"Doe {number}")) for number in range(12)]
    assert len(values(*many)) == MOST == 8
    assert values(*many, most=2) == ["Doe 0", "Doe 1"]


@given(said=st.sets(st.integers(0, len(FACTS) - 1)))
def test_what_is_said_is_not_omitted_and_what_is_omitted_is_key(said: set[int]) -> None:
    """In order of importance; saying a value in another case counts, saying it as another kind does not."""
    facts = facts_of([SENTENCE], [(0, fact) for fact in FACTS])
    shouted = [FACTS[index].model_copy(update={"value": FACTS[index].value.upper()}) for index in said]
    left = omitted(facts, shouted)
    assert left == tuple(fact for fact in key_facts(facts) if fact.value not in {FACTS[index].value for index in said})
    assert omitted(facts, [name("12")]) == key_facts(facts)
    assert omitted(facts, []) == key_facts(facts)
