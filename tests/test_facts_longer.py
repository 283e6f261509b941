"""`AliasIndex` finds the same longer names as a comparison with every name."""

from hypothesis import given
from hypothesis import strategies as st

from summarise.facts.names import AliasIndex, abridges, initials, part_of, tail_of

NAMES = st.lists(
    st.lists(st.sampled_from("ann poe and trust of a".split()), min_size=1, max_size=6).map(" ".join),
    unique=True,
    max_size=9,
)


@given(NAMES)
def test_each_name_meets_those_that_it_may_be_short_for(names: list[str]) -> None:
    """As a part, an ending, a beginning, an abridgement or initials, in the order of the names."""
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
