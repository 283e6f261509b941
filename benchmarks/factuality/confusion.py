"""Which kinds of findings answer to which types of error, in the sets that name types.

A check answers to a type if it speaks oftener on claims with that type than on consistent ones. Does not say whether a
single finding is right. Shares are from 0 to 1, of items; an item with several types counts for each.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from benchmarks.factuality.data import Item
from benchmarks.factuality.run import Outcome
from summarise.data import FindingKind

Checked = tuple[Item, Outcome]
Heaviness = Literal["errors", "notes"]
NO_TYPE = "inconsistent, no type"
CONSISTENT = "consistent"


@dataclass(frozen=True, slots=True)
class Answer:
    """The share of items on which a kind of finding was raised, here and on consistent items."""

    here: float
    consistent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """One type of error in one set: how often its items are not supported, contradicted, have an error raised.

    `kinds` has, for errors and for notes, an answer for each kind of finding. What it is beside are the consistent
    items of the same set; in a mixture those of each corpus weigh as the items of this type do.
    """

    set: str
    type: str
    items: int
    not_supported: float
    contradicted: float
    error: float
    kinds: Mapping[Heaviness, Mapping[str, Answer]]


def groups_of(pairs: Sequence[Checked]) -> dict[str, list[Checked]]:
    """Return the items of each type, the most frequent first, then those without type and the consistent ones.

    Nothing where no item has a type.
    """
    types = Counter(kind for item, _ in pairs for kind in item.error_types)
    groups = {kind: [pair for pair in pairs if kind in pair[0].error_types] for kind, _ in types.most_common()}
    groups[NO_TYPE] = [pair for pair in pairs if not pair[0].consistent and not pair[0].error_types]
    groups[CONSISTENT] = [pair for pair in pairs if pair[0].consistent]
    return {kind: group for kind, group in groups.items() if group} if types else {}


def confusions(checked: Mapping[str, Sequence[Checked]]) -> list[Confusion]:
    """Return a row for each group of each set that names types, in the order of the sets."""
    return [
        _confusion(name, kind, group, [pair for pair in pairs if pair[0].consistent])
        for name, pairs in checked.items()
        for kind, group in groups_of(pairs).items()
    ]


def _confusion(name: str, kind: str, group: Sequence[Checked], consistent: Sequence[Checked]) -> Confusion:
    outcomes = [outcome for _, outcome in group]
    return Confusion(
        set=name,
        type=kind,
        items=len(group),
        not_supported=_share([outcome.verdict != "supported" for outcome in outcomes]),
        contradicted=_share([outcome.verdict == "contradicted" for outcome in outcomes]),
        error=_share([any(raised.error for raised in outcome.raised) for outcome in outcomes]),
        kinds={
            heaviness: {
                finding: Answer(
                    _share([_has(outcome, finding, heaviness) for outcome in outcomes]),
                    _expected(group, consistent, finding, heaviness),
                )
                for finding in get_args(FindingKind)
            }
            for heaviness in get_args(Heaviness)
        },
    )


def _expected(group: Sequence[Checked], consistent: Sequence[Checked], kind: str, heaviness: Heaviness) -> float:
    """Return the share on consistent items, those of each corpus weighing as the group's items of that corpus do."""
    shares = {
        corpus: _share([_has(outcome, kind, heaviness) for item, outcome in consistent if item.corpus == corpus])
        for corpus in {item.corpus for item, _ in consistent}
    }
    found = [shares[item.corpus] for item, _ in group if item.corpus in shares]
    return sum(found) / len(found) if found else float("nan")


def _has(outcome: Outcome, kind: str, heaviness: Heaviness) -> bool:
    return any(raised.kind == kind and raised.error == (heaviness == "errors") for raised in outcome.raised)


def _share(told: Sequence[bool]) -> float:
    return sum(told) / len(told) if told else float("nan")
