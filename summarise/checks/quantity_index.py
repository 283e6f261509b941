"""An article's figures and amounts of money by size: a claim's meets only those that may bear it out.

Finds, and does not judge: `amounts` compares what is found.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from summarise.checks.amount_comparison import BARE_DOLLAR, DOLLARS
from summarise.checks.derived_amounts import in_base_unit
from summarise.data import Figure, Money

Amount = Figure | Money
LEAST, MOST = Decimal("0.8"), Decimal("1.25")
"""From which to which share of an amount another may lie and still be a rounder or vaguer telling of it."""
MONEY, COUNT = ("money",), ("count",)
"""The groups of all amounts of money, and of all numbers without a unit."""
AT_LEAST, AT_MOST = frozenset({"more than", "at least"}), frozenset({"less than", "at most"})


class QuantityIndex:
    """An article's amounts: of each measure in the order of size."""

    def __init__(self, amounts: Iterable[Amount]) -> None:
        sized: dict[tuple[str, ...], list[tuple[Decimal, int, Amount]]] = defaultdict(list)
        self._sorts: dict[Decimal, dict[tuple[object, ...], Amount]] = defaultdict(dict)
        for order, fact in enumerate(amounts):
            based = in_base_unit(fact) if isinstance(fact, Figure) else fact
            for group in _groups(fact):
                sized[group] += [(end, order, fact) for end in {based.amount, based.upper} if end is not None]
            for end in {fact.amount, fact.upper} - {None}:
                self._sorts[end].setdefault(_sort(fact), fact)  # type: ignore[index]
        self._ordered = {group: sorted(facts, key=lambda one: one[:2]) for group, facts in sized.items()}
        self._ends = {group: [end for end, _, _ in facts] for group, facts in self._ordered.items()}

    def near(self, said: Amount) -> Iterator[Amount]:
        """Yield the amounts that may bear out a claim's, and maybe some others."""
        based = in_base_unit(said) if isinstance(said, Figure) else said
        if isinstance(said, Figure) and said.unit is None and said.counted:
            # Numbers of something else may be the same all the same, if nobody would meet them by chance.
            yield from self._within(COUNT, said.amount, said.amount)
        for group in _asked(said):
            for end in {based.amount, based.upper}:
                if end is not None:
                    low, high = sorted((end * LEAST, end * MOST))
                    yield from self._within(group, low, high)
            ends = self._ends.get(group, [])
            if based.upper is None and based.qualifier in AT_LEAST:
                yield from self._last(group, bisect_left(ends, based.amount))
            elif based.upper is None and based.qualifier in AT_MOST:
                yield from self._first(group, bisect_right(ends, based.amount))

    def equal(self, amount: Decimal) -> Iterable[Amount]:
        """Return facts of just this amount, or with it at one end: one of each sort that `amounts` tells apart."""
        return self._sorts[amount].values() if amount in self._sorts else ()

    def _within(self, group: tuple[str, ...], low: Decimal, high: Decimal) -> Iterator[Amount]:
        ends = self._ends.get(group, [])
        for index in range(bisect_left(ends, low), bisect_right(ends, high)):
            yield self._ordered[group][index][2]

    def _last(self, group: tuple[str, ...], first: int) -> Iterator[Amount]:
        yield from (fact for _, _, fact in reversed(self._ordered.get(group, [])[first:]))

    def _first(self, group: tuple[str, ...], last: int) -> Iterator[Amount]:
        yield from (fact for _, _, fact in self._ordered.get(group, [])[:last])


def _unit(figure: Figure) -> str:
    return str(in_base_unit(figure).unit)


def _groups(fact: Amount) -> list[tuple[str, ...]]:
    """Return the groups that a fact of the article is in."""
    if isinstance(fact, Money):
        return [MONEY, _currency(fact)]
    if fact.unit is not None:
        return [("unit", _unit(fact))]
    return [COUNT, (*COUNT, fact.counted or "")]


def _asked(said: Amount) -> list[tuple[str, ...]]:
    """Return the groups in which that may stand which bears out a claim's amount."""
    if isinstance(said, Money):
        return [_currency(said), MONEY]
    if said.unit is not None:
        return [("unit", _unit(said))]
    return [(*COUNT, said.counted), (*COUNT, "")] if said.counted else [COUNT]


def _currency(money: Money) -> tuple[str, str]:
    """Return the group of a currency: dollars of all countries are one, since a bare "$" may be any of them."""
    return (*MONEY, "$" if money.currency in DOLLARS else money.currency)


def _bare(money: Money) -> bool:
    return BARE_DOLLAR.search(money.text) is not None


def _sort(fact: Amount) -> tuple[object, ...]:
    """Return all of a fact by which `amounts.distinct` tells two apart."""
    if isinstance(fact, Money):
        return "money", fact.currency, _bare(fact)
    return "figure", fact.unit, bool(fact.counted)
