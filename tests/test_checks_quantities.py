"""Figures and money: amounts that support a claim, contradict it, or are missing."""

from decimal import Decimal

import pytest
from by_hand import checked, figure, ground_of, money, of_code, told
from hypothesis import given
from hypothesis import strategies as st

from summarise.checks.amounts import SURE, agrees, bears_out, comparable, excludes
from summarise.data import Figure, Money, Qualifier

AMOUNTS = st.decimals(min_value=-1000, max_value=1000, places=1, allow_nan=False)
QUALIFIERS: list[Qualifier] = ["exactly", "about", "more than", "at least", "less than", "at most"]


def bounded(qualifier: Qualifier, amount: str = "100") -> Figure:
    return figure(amount, unit="metre", qualifier=qualifier)


@pytest.mark.parametrize(
    ("said", "below", "equal", "above"),
    [
        ("exactly", False, True, False),
        ("more than", False, False, True),
        ("at least", False, True, True),
        ("less than", True, False, False),
        ("at most", True, True, False),
        ("about", True, True, True),
    ],
)
def test_a_qualifier_leaves_room_on_its_side_only(said: Qualifier, below: bool, equal: bool, above: bool) -> None:
    for amount, expected in (("99", below), ("100", equal), ("101", above)):
        assert agrees(bounded(said), bounded("exactly", amount)) is expected, amount


@pytest.mark.parametrize(
    ("said", "fact", "expected"),
    [
        ("more than", "more than", True),
        ("more than", "at least", False),
        ("more than", "less than", False),
        ("at least", "more than", True),
        ("at least", "less than", False),
        ("less than", "less than", True),
        ("at most", "less than", True),
        ("at most", "at most", True),
        ("exactly", "more than", True),
        ("about", "less than", True),
    ],
)
def test_at_the_same_amount_the_bounds_decide(said: Qualifier, fact: Qualifier, expected: bool) -> None:
    """A strict bound needs the same bound in the article; an inclusive one must not meet the opposite strict one."""
    assert agrees(bounded(said), bounded(fact)) is expected


@pytest.mark.parametrize(
    ("said", "article", "expected"),
    [
        ("90", "100", True),
        ("110", "100", True),
        ("89.9", "100", False),
        ("110.1", "100", False),
        ("100", "111", True),  # a tenth of the article's amount, not of the claim's
        ("100", "90", False),
        ("-90", "-100", True),
        ("-89", "-100", False),
        ("0", "0", True),
    ],
)
def test_about_strays_by_a_tenth_of_the_articles_amount(said: str, article: str, expected: bool) -> None:
    """The qualifier "about" allows a deviation of exactly a tenth, but no more."""
    assert agrees(bounded("about", said), bounded("exactly", article)) is expected


@pytest.mark.parametrize(
    ("said", "article"),
    [
        (figure("5", unit="metre"), figure("5", unit="kilometre")),
        (figure("5", unit="per cent"), figure("5")),
        (figure("5"), figure("5", unit="per cent")),
        (money("5", currency="USD"), money("5", currency="EUR")),
        (money("5"), figure("5")),
        (figure("5"), money("5")),
    ],
)
def test_another_unit_or_currency_is_another_amount(said: Figure | Money, article: Figure | Money) -> None:
    assert not agrees(said, article)


@pytest.mark.parametrize(
    ("said", "article", "expected"),
    [
        (figure("12", counted_noun="boat"), figure("12", counted_noun="boat"), True),
        (figure("12", counted_noun="boat"), figure("12", counted_noun="lorry"), False),
        (figure("20", counted_noun="boat"), figure("20", counted_noun="lorry"), False),
        (figure("21", counted_noun="boat"), figure("21", counted_noun="vessel"), True),
        (figure("21", counted_noun="boat"), figure("22", counted_noun="vessel"), False),
        (figure("30", upper="40", counted_noun="boat"), figure("30", counted_noun="vessel"), False),
        (figure("30", counted_noun="boat"), figure("30", upper="40", counted_noun="vessel"), False),
        (figure("12", counted_noun="boat"), figure("12"), True),
        (figure("12"), figure("12", counted_noun="boat"), True),
        (figure("5", unit="per cent", counted_noun="boat"), figure("5", unit="per cent", counted_noun="lorry"), True),
    ],
)
def test_small_numbers_must_count_the_same_thing(said: Figure, article: Figure, expected: bool) -> None:
    """Above twenty, an equal number with another noun counts as a paraphrase."""
    assert agrees(said, article) is expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (figure("40", upper="50"), True),
        (figure("40", upper="60"), False),
        (figure("40"), False),
        (figure("45", qualifier="about"), False),
        (figure("39", qualifier="more than"), True),
        (figure("39", qualifier="at least"), True),
        (figure("41", qualifier="at least"), False),
        (figure("51", qualifier="less than"), True),
        (figure("40", qualifier="less than"), False),
        (figure("51", qualifier="at most"), True),
    ],
)
def test_a_range_bears_out_itself_and_its_bounds(said: Figure, expected: bool) -> None:
    """The range "between 40 and 50" supports itself and bounds that include it."""
    assert agrees(said, figure("40", upper="50")) is expected


@given(
    amount=AMOUNTS,
    upper=st.none() | AMOUNTS,
    qualifier=st.sampled_from(QUALIFIERS),
    unit=st.sampled_from([None, "metre"]),
    counted_noun=st.sampled_from([None, "boat"]),
)
def test_every_quantity_agrees_with_itself(
    amount: Decimal, upper: Decimal | None, qualifier: Qualifier, unit: str | None, counted_noun: str | None
) -> None:
    top = None if upper is None else str(upper)
    one = figure(str(amount), upper=top, qualifier=qualifier, unit=unit, counted_noun=counted_noun)
    assert agrees(one, one)
    other = money(str(amount), upper=top, qualifier=qualifier)
    assert agrees(other, other)


@given(said=AMOUNTS, article=AMOUNTS)
def test_more_than_and_at_most_never_agree_with_one_exact_amount(said: Decimal, article: Decimal) -> None:
    """Exactly one of a bound and its complement agrees with an exact amount."""
    exact = bounded("exactly", str(article))
    assert agrees(bounded("more than", str(said)), exact) != agrees(bounded("at most", str(said)), exact)
    assert agrees(bounded("less than", str(said)), exact) != agrees(bounded("at least", str(said)), exact)


@pytest.mark.parametrize(
    ("said", "article", "expected"),
    [
        (money("5"), money("6"), True),
        (money("5", currency="USD"), money("6"), True),
        (money("5"), figure("6"), False),
        (figure("5"), money("6"), False),
        (figure("5", unit="metre"), figure("6", unit="metre"), True),
        (figure("5", unit="metre"), figure("6", unit="mile"), False),
        (figure("5", unit="metre"), figure("6"), False),
        (figure("5"), figure("6", unit="metre"), False),
        (figure("5", unit="metre", counted_noun="a"), figure("6", unit="mile", counted_noun="a"), False),
        (figure("5", counted_noun="boat"), figure("6", counted_noun="boat"), True),
        (figure("5", counted_noun="boat"), figure("6", counted_noun="lorry"), False),
        (figure("5"), figure("6"), False),
        (figure("5", unit="per cent", counted_noun="boat"), figure("6", counted_noun="boat"), False),
        (figure("5", counted_noun="boat"), figure("6", unit="per cent", counted_noun="boat"), False),
    ],
)
def test_only_amounts_of_one_kind_can_contradict(said: Figure | Money, article: Figure | Money, expected: bool) -> None:
    """Money compares with money, a unit with the same unit, a count with one of the same noun."""
    assert comparable(said, article) is expected


SOLD = ("The firm sold 40 boats to Osterby.", "It bought 12 lorries in the autumn.", "The pier cost €3 million.")
FACTS = [
    (0, figure("40", text="40 boats", counted_noun="boat")),
    (1, figure("12", text="12 lorries", counted_noun="lorry")),
    (2, money("3000000", text="€3 million")),
]


def test_an_amount_that_stands_nowhere_is_doubted_where_nothing_can_be_compared() -> None:
    """An amount without a comparable one nearby is an error without a quote."""
    found = checked(
        ground_of(*SOLD, facts=FACTS),
        "The firm sold boats worth €9 million to Osterby.",
        money("9000000", text="€9 million"),
    )
    assert [told(finding) for finding in of_code(found, "money")] == [("error", "€9 million", None)]


@pytest.mark.parametrize(
    ("said", "article", "expected"),
    [
        (figure("500", counted_noun="boat"), figure("503", counted_noun="boat"), True),
        (figure("503", counted_noun="boat"), figure("500", counted_noun="boat"), False),
        (figure("500", counted_noun="boat"), figure("520", counted_noun="boat"), False),
        (figure("500", counted_noun="boat"), figure("503", counted_noun="lorry"), False),
        (figure("40"), figure("40", upper="50"), False),
        (figure("40", unit="metre"), figure("40", upper="50", unit="metre"), True),
        (figure("95", unit="metre"), figure("100", unit="metre", qualifier="about"), True),
        (figure("80", unit="metre"), figure("100", unit="metre", qualifier="about"), False),
        (bounded("at least"), bounded("less than"), False),
        (bounded("more than"), bounded("at most"), False),
        (money("500", currency="USD"), money("500", currency="EUR"), False),
        (money("500", currency="USD"), money("503", currency="EUR"), False),
        (money("500", currency="EUR"), money("503", currency="EUR"), True),
    ],
)
def test_an_amount_may_be_told_in_a_rounder_way(
    said: Figure | Money, article: Figure | Money, *, expected: bool
) -> None:
    """A rounded amount or one end of a range is supported; another currency or the opposite bound is not."""
    assert bears_out(said, article) is expected


@pytest.mark.parametrize(
    ("said", "article", "expected"),
    [
        (figure("41", counted_noun="boat"), figure("40", counted_noun="boat"), True),
        (figure("41", counted_noun="boat"), figure("12", counted_noun="lorry"), False),
        (figure("40", counted_noun="boat"), figure("40", counted_noun="boat"), False),
        (
            figure("41", counted_noun="boat"),
            figure("40", counted_noun="boat").model_copy(update={"confidence": SURE}),
            True,
        ),
        (
            figure("41", counted_noun="boat"),
            figure("40", counted_noun="boat").model_copy(update={"confidence": 0.6}),
            False,
        ),
        (money("5", currency="USD"), money("5", currency="EUR"), True),
    ],
)
def test_an_amount_of_the_same_kind_excludes_another(
    said: Figure | Money, article: Figure | Money, *, expected: bool
) -> None:
    """Amounts of low confidence exclude nothing."""
    assert excludes(said, article) is expected


@pytest.mark.parametrize(
    ("text", "said", "severity"),
    [
        ("Two firms sold boats.", figure("2", text="Two firms", counted_noun="firm"), "note"),
        ("Five firms sold boats.", figure("5", text="Five firms", counted_noun="firm"), "error"),
        ("The 9th firm sold boats.", figure("9", text="9th", unit="ordinal"), "note"),
        ("The firm sold 40 vessels.", figure("40", text="40 vessels", counted_noun="vessel"), None),
        ("The firm sold and bought 40 lorries.", figure("40", text="40 lorries", counted_noun="lorry"), None),
        ("The firm sold 40 metres of boats.", figure("40", text="40 metres", unit="metre"), "error"),
        ("The pier cost $3 million.", money("3000000", text="$3 million", currency="USD"), "error"),
        ("Three firms sold boats.", figure("3", text="Three firms", counted_noun="firm"), "note"),
        ("The firm sold 3 metres.", figure("3", text="3 metres", unit="metre"), "error"),
        ("The firm won by 9 to 4.", figure("9", text="9 to 4", unit="score"), "note"),
        (
            "The firm sold 41 boats.",
            figure("41", text="41 boats").model_copy(update={"confidence": SURE - 0.01}),
            "note",
        ),
        ("The firm sold million boats.", figure("9000000", text="firm sold"), "note"),  # the article has its words
    ],
)
def test_what_may_have_been_counted_or_follow_is_noted(text: str, said: Figure | Money, severity: str | None) -> None:
    """Missing small counts, ordinals, scores and uncertain amounts are notes, other missing amounts errors."""
    found = checked(ground_of(*SOLD, facts=FACTS), text, said).findings
    assert [finding.severity for finding in found] == ([] if severity is None else [severity])


@pytest.mark.parametrize(
    ("amount", "text", "severity"), [("1700000", "€1.70 million", "note"), ("1550000", "€1.55 million", "error")]
)
def test_a_rounding_lies_within_a_fifth_of_the_amount(amount: str, text: str, severity: str) -> None:
    """A rounding more than a fifth off is an error, even if its digits allow it."""
    source_index = ground_of(f"The pier cost {text}.", "It rained.", facts=[(0, money(amount, text=text))])
    said = money("2000000", text="two million euros")
    found = of_code(checked(source_index, "The pier cost two million euros.", said), "money")
    assert [finding.severity for finding in found] == [severity]
