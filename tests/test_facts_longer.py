"""Longer names and the organisations called by a noun: look-ups find what going through all of them would find."""

from hypothesis import given
from hypothesis import strategies as st

from summarise.data import Name
from summarise.facts.alias_index import AliasIndex, abridges, initials, part_of, tail_of
from summarise.facts.references.organisations import Called

NAMES = st.lists(
    st.lists(st.sampled_from("ann poe and trust of a".split()), min_size=1, max_size=6).map(" ".join),
    unique=True,
    max_size=9,
)


@given(NAMES)
def test_each_name_meets_those_that_it_may_be_short_for(names: list[str]) -> None:
    """In the order of the names: as a part, an end, a beginning, an abridgement, or as initials."""
    longer = AliasIndex(names)
    for name in names:
        words = name.split()
        assert longer.holding(name) == [other for other in names if part_of(words, other.split())]
        for leads in {False, len(words) == 1}:
            assert longer.telling(name, leads=leads) == [
                other
                for other in names
                if len(other.split()) > len(words)
                and (
                    tail_of(words, other.split())
                    or abridges(words, other.split())
                    or (leads and other.split()[0] == words[0])
                )
            ]
    for acronym in ("AP", "A.P.", "APT", "AATO", "Ap", "A"):
        assert longer.spelt_by(acronym) == [o for o in names if len(o.split()) > 1 and initials(o, acronym)]


@given(st.lists(st.sampled_from("ABC"), max_size=8), st.integers(0, 90), st.sampled_from([None, "A", "B"]))
def test_the_last_one_called_so_before_a_place_is_found(values: list[str], position: int, but: str | None) -> None:
    """Other than the one who is not meant."""
    called = Called()
    for index, value in enumerate(values):
        start = 10 * index
        called.add(Name(start=start, end=start + 1, text=value, sentence=0, value=value, category="organisation"))
    before = [value for index, value in enumerate(values) if 10 * index < position and value != but]
    found = called.before(position, but)
    assert (found and found.value) == (before[-1] if before else None)
