"""Pairing: which relation of the article tells the deed of a claim, and whether two arguments mean the same."""

import pytest
from by_hand import aligned
from by_reading import claimed, ground
from hypothesis import given, settings
from hypothesis import strategies as st

from summarise.checks.pairing import agree, alike, closest, fits, opposed, pairs, predicates, same_deed
from summarise.data import Argument

CAST = (
    "Ann Poe, the mayor, met John Roe of Dreyvik Marine Works in Calder. Lumic Bank built the pier in May 2020. "
    "Lumic Steel and Danish sailors left Sweden. "
    "Norway beat Denmark. Members of the board sold a car. It rained."
)


def argument(text: str, value: str | None = None, *, role: str = "agent", named: bool = False) -> Argument:
    return Argument(start=0, end=len(text), text=text, role=role, value=value or text, named=named)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (argument("Poe", "Ann Poe", named=True), argument("Ann Poe", named=True), True),
        (argument("Ann Poe", named=True), argument("John Roe", named=True), False),
        (argument("Ann Poe", named=True), argument("he", "John Roe"), None),
        (argument("Norway", named=True), argument("Denmark", named=True), False),
        (argument("Lumic Bank", named=True), argument("Dreyvik Marine Works", named=True), False),
        (argument("Ann Poe", named=True), argument("Lumic Bank", named=True), False),
        (argument("Lumic Steel", named=True), argument("Lumic Bank", named=True), None),
        (argument("John Roe", named=True), argument("Dreyvik Marine Works", named=True), None),
        (argument("Norway", named=True), argument("Dreyvik Marine Works", named=True), None),
        (argument("Norwegians", named=True), argument("Norway", named=True), None),
        (argument("the mayor", "mayor"), argument("Ann Poe", named=True), True),
        (argument("the player", "player"), argument("Ann Poe", named=True), None),
        (argument("the car", "car"), argument("an automobile", "automobile"), True),
        (argument("cars", "car"), argument("the car", "car"), True),
        (argument("the pier", "pier"), argument("the car", "car"), False),
        (argument("board members", "member"), argument("members of the board", "board"), None),
        (argument("nobody"), argument("Ann Poe", named=True), True),
        (argument("May", "month:--05", role="time"), argument("June", "month:--06", role="time"), False),
        (argument("May", "month:--05", role="time"), argument("in May", "month:--05", role="time"), True),
        (argument("May", "month:--05", role="time"), argument("May Poe", "Ann Poe", named=True), False),
    ],
)
def test_arguments_fit_where_they_mean_the_same(one: Argument, other: Argument, expected: bool | None) -> None:
    """False only where both are known to differ; a description, a pronoun or an organisation may be somebody named."""
    assert fits(one, other, ground(CAST)) is expected
    assert fits(other, one, ground(CAST)) is expected


def test_what_is_not_known_fits_nobody() -> None:
    """A pronoun without a bearer."""
    it = Argument(start=0, end=2, text="it", role="agent", value=None)
    assert fits(it, argument("Ann Poe", named=True), ground(CAST)) is None
    assert fits(it, it, ground(CAST)) is None


ARGUMENTS = st.sampled_from(
    [argument(who, named=True) for who in ("Ann Poe", "John Roe", "Dreyvik Marine Works", "Norway", "Lumic Bank")]
    + [argument(what, what.split()[-1]) for what in ("the mayor", "the pier", "a car", "an automobile", "the board")]
)


@given(st.lists(ARGUMENTS, max_size=3), st.lists(ARGUMENTS, max_size=3))
def test_being_alike_is_mutual(ours: list[Argument], theirs: list[Argument]) -> None:
    """One that fits is enough; nobody on a side tells nothing."""
    found = alike(tuple(ours), tuple(theirs), ground(CAST))
    assert found == alike(tuple(theirs), tuple(ours), ground(CAST))
    assert found == alike(tuple(ours[::-1]), tuple(theirs[::-1]), ground(CAST))
    assert found is None or (ours and theirs)
    assert not ours or alike(tuple(ours), tuple(ours), ground(CAST)) is True


DEEDS = [
    "Ann Poe sued John Roe over the boat.", "John Roe sued Bolt Works.", "Bolt Works took Ann Poe to court.",
    "Ann Poe sued nobody.", "Norway sued Denmark over the boat.",
]  # fmt: skip


@pytest.mark.slow
@settings(max_examples=20)
@given(st.lists(st.sampled_from(DEEDS), min_size=1, unique=True))
def test_pairs_come_with_most_shared_arguments_first(deeds: list[str]) -> None:
    """Then with the very word before its synonyms; every relation of a predicate is there once."""
    article = " ".join(deeds)
    (relation,) = claimed(article, "Ann Poe sued John Roe over the boat.").relations
    found = pairs(relation, ground(article))
    order = [(-len({ours for ours, _ in pair.shared}), not pair.same) for pair in found]
    assert order == sorted(order)
    told = [r for predicate in predicates("sue", ground(article)) for r in ground(article).telling(predicate)]
    assert sorted(pair.theirs.start for pair in found) == sorted(relation.start for relation in told)
    assert all(pair.bound == bool(pair.shared) and (pair.kept or not pair.tight) for pair in found)


def test_a_predicate_comes_before_its_synonyms() -> None:
    """Those that the article uses, in alphabetical order."""
    article = "Ann Poe bought a car. Acme acquired a mine. Bolt purchased a port. Ben Cole sold a boat."
    assert list(predicates("buy", ground(article))) == ["buy", "acquire", "purchase"]
    assert list(predicates("sell", ground(article))) == ["sell"]
    assert list(predicates("swim", ground(article))) == ["swim"]


@pytest.mark.parametrize(
    ("article", "claim", "told"),
    [
        ("Ann Poe sold a car to John Roe.", "John Roe was sold a car by Ann Poe.", True),
        ("Ann Poe bought a car. It rained.", "A car was acquired by Ann Poe.", True),
        ("Ann Poe sold a car. John Roe left.", "John Roe sold a car.", False),
        ("Ann Poe sold a car.", "Ann Poe sold a boat.", False),
        ("Ann Poe has a boat in Calder.", "Ann Poe has a boat.", True),
    ],
)
def test_one_deed_has_the_same_people(article: str, claim: str, *, told: bool) -> None:
    """Nobody plays another part in it."""
    made = claimed(article, claim)
    coverage = {alignment.source.index: alignment for alignment in aligned(ground(article), made)}
    relation = made.relations[0]
    assert bool(closest(relation, coverage, ground(article))) is told
    for pair in pairs(relation, ground(article)):
        assert same_deed(pair, coverage.get(pair.theirs.sentence), ground(article)) is told
        assert agree(pair, ground(article)) is told


@pytest.mark.parametrize(
    ("article", "claim", "told"),
    [
        ("Acme opened the pier in May.", "Acme closed the pier in May.", True),
        ("Acme opened the pier in May.", "Acme did not close the pier in May.", False),
        ("Acme did not open the pier in May.", "Acme did not close the pier in May.", True),
        ("Acme opened the pier in May.", "Bolt Works closed the pier in May.", False),
        ("Ann Poe opened the pier in May. John Roe left.", "John Roe closed the pier in May.", False),
        ("Acme opened the pier in May.", "Acme painted the pier in May.", False),
        ("The port was sold to Acme for £5 million.", "Acme bought the port for £5 million.", False),
    ],
)  # fmt: skip
def test_the_opposite_is_told_of_the_same_people(article: str, claim: str, *, told: bool) -> None:
    """By opposite verbs, neither or both of them denied."""
    made = claimed(article, claim)
    coverage = {alignment.source.index: alignment for alignment in aligned(ground(article), made)}
    assert any(opposed(relation, coverage, ground(article)) for relation in made.relations) is told
