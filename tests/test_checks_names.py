"""Names: what may be of one bearer, what is mixed of two, and names that no extractor took for such."""

import pytest
from by_hand import aligned, checked, claim_of, ground_of, name, of_kind
from hypothesis import given
from hypothesis import strategies as st

from summarise.checks import Ground
from summarise.checks.names import alike, exchanged_words, extends, mixes, telling
from summarise.data import Finding, NameCategory

LETTERS = st.text("abcdefgh", min_size=5, max_size=9)
MET = ("Jane Doe met John Roe in Osterby.", "Mrs Moe spoke to the council about the harbour.", "It rained.")


def people() -> Ground:
    return ground_of(
        *MET, facts=[(0, name("Jane Doe")), (0, name("John Roe")), (0, name("Osterby", category="place")),
                     (1, name("Moe"))]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "expected"),
    [("Jane Roe", True), ("John Doe", True), ("Jane Mary Roe", True), ("Jane Doe", False),
     pytest.param("Jane Mary Doe", False),
     ("Roe", False), ("Mary Doe", False), ("Jane Poe", False)],
)  # fmt: skip
def test_one_persons_first_name_and_anothers_surname_are_mixed(said: str, *, expected: bool) -> None:
    """Both must be the article's."""
    assert mixes(name(said), telling(said), people()) is expected


@pytest.mark.parametrize("category", ["organisation", "place", "other"])
def test_only_persons_are_mixed(category: NameCategory) -> None:
    """A company may well be called Jane Roe."""
    said = name("Jane Roe", category=category)
    assert not mixes(said, telling("Jane Roe"), people())


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("Dreyvik", "Dreyvki", True), ("Dreyvik", "Dreyvi", True), ("Dreyvik", "Dreyviik", True),
     ("Dreyvik", "DREYVIK", True), ("Finch", "Fitch", False), ("Dreyvik", "Breyvik", False),
     ("Roe", "Ro", False), ("Roe", "Reo", False), ("Roe", "Roe", True), ("Dreyvik", "Dreyviken", False),
     ("Dreyvik", "Osterby", False)],
)  # fmt: skip
def test_a_slip_of_the_pen_makes_no_other_name(one: str, other: str, *, expected: bool) -> None:
    """Swapped, doubled or lost letters; another letter, or a short name, is another name."""
    assert alike(name(one), name(other)) is expected
    assert alike(name(other), name(one)) is expected


@given(LETTERS, st.integers(1, 8))
def test_a_name_is_alike_to_itself_without_a_letter(text: str, place: int) -> None:
    """Any letter but the first, where enough are left."""
    assert alike(name(text), name(text))
    shorter = text[:place] + text[place + 1 :]
    if len(shorter) >= 5:
        assert alike(name(text), name(shorter))


@pytest.mark.parametrize(
    ("said", "expected"),
    [("Hilda Moe", True), ("Moe", False), ("Mary Doe", False), ("Hilda Harrow", False)],
)
def test_a_first_name_may_be_added_to_a_mere_surname(said: str, *, expected: bool) -> None:
    """Another first name for a person whose own the article tells makes another person."""
    assert extends(name(said), telling(said), people()) is expected


@pytest.mark.parametrize(
    ("text", "said", "severity"),
    [
        ("Hilda Moe spoke to the council about the harbour.", "Hilda Moe", "note"),
        ("Jane Roe went to Osterby.", "Jane Roe", "error"),
        ("Mary Doe went to Osterby.", "Mary Doe", "error"),
        ("Doe went to Osterby.", "Doe", None),
        ("Bert Harrow went to Osterby.", "Bert Harrow", "error"),
    ],
)
def test_names_that_the_article_does_not_have(text: str, said: str, severity: str | None) -> None:
    """An added first name is noted, a mixed or unknown name is an error, a part of a name is right."""
    found = of_kind(checked(people(), text, name(said)), "name")
    assert [finding.severity for finding in found] == ([] if severity is None else [severity])


def unread_names(text: str) -> list[Finding]:
    """Find exchanged words in a claim of which the extractor took the persons only."""
    ground = people()
    made = claim_of(ground, text, *(name(person) for person in ("Jane Doe", "John Roe") if person in text))
    return [finding for alignment in aligned(ground, made)[:1] for finding in exchanged_words(made, ground, alignment)]


@pytest.mark.parametrize(
    ("wrong", "harmless"),
    [
        ("Jane Doe met John Roe in Vesterholm.", "Jane Doe met John Roe in Osterby."),
        ("Jane Doe met John Roe in Vesterholm.", "Jane Doe met John Roe in vesterholm."),
        ("Jane Doe met John Roe in Vesterholm.", "Jane Doe met John Roe in UNK."),
        ("Jane Doe met John Roe in Vesterholm.", "Jane Doe met John Roe in Council."),
        ("Jane Doe met John Roe in Vesterholm.", "Engineers met John Roe."),
    ],
)
def test_a_capital_in_the_place_of_a_name_is_another_name(wrong: str, harmless: str) -> None:
    """Unless the article has the word, or the sentence begins with it, or it is a mark for an unknown word."""
    found = unread_names(wrong)
    assert [(f.severity, f.said, f.article_says) for f in found] == [("error", "Vesterholm", "Osterby")]
    assert [place.text for place in found[0].evidence] == ["Osterby"]
    assert unread_names(harmless) == []
