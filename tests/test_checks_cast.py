"""The cast: bearers of names, offices, who stands beside whom, and initials."""

import pytest
from by_reading import claimed, ground
from hypothesis import given
from hypothesis import strategies as st

from summarise.checks.cast import initials
from summarise.data import Name

ARTICLE = (
    "Ann Poe, the mayor of Calder, met John Roe, a spokesman for Acme Works, in Osterby. "
    "Bolt Works fired Ben Cole. The National Harbour Board praised Poe. She left with Tom Roe. "
    "Kit Lund is an engineer and a diver."
)


def bearer(text: str, article: str = ARTICLE) -> str:
    name = Name(start=0, end=len(text), text=text, sentence=0, value=text, category="person")
    return ground(article).cast.bearer(name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Poe", "Ann Poe"), ("POE", "Ann Poe"), ("Ann Poe", "Ann Poe"), ("Cole", "Ben Cole"), ("Ben", "Ben Cole"),
     ("Zed Quill", "Zed Quill")],
)  # fmt: skip
def test_a_part_of_a_name_is_its_only_bearer(text: str, expected: str) -> None:
    """The one fuller name that has its words; nobody else where there is none."""
    assert bearer(text) == expected


def test_a_part_of_two_names_is_nobodys() -> None:
    """It stays what it is."""
    assert bearer("Roe", "John Roe met Tom Roe in Calder.") == "Roe"


@pytest.mark.parametrize(
    ("office", "holders"),
    [("mayor", {"Ann Poe"}), ("spokesman", {"John Roe"}), ("engineer", {"Kit Lund"}), ("diver", {"Kit Lund"}),
     ("pilot", set())],
)  # fmt: skip
def test_offices_have_their_holders(office: str, holders: set[str]) -> None:
    """From appositions and from what somebody is said to be."""
    assert ground(ARTICLE).cast.holders(office) == holders


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("John Roe", "Acme Works", True),
        ("Ann Poe", "the mayor of Calder", True),
        ("Ben Cole", "Acme Works", False),
        ("Ann Poe", "John Roe", False),
        ("Zed Quill", "Acme Works", False),
    ],
)
def test_who_stands_beside_whom(one: str, other: str, *, expected: bool) -> None:
    """A person and an organisation or office in one sentence, without a verb between; two persons never."""
    cast = ground(ARTICLE).cast
    assert cast.together(one, other) is expected
    assert cast.together(other, one) is expected


def test_a_helping_verb_parts_them() -> None:
    """Then one of them does something to the other."""
    assert ground("Ann Poe of Acme Works left.").cast.together("Ann Poe", "Acme Works")
    assert not ground("Ann Poe was sued by Acme Works.").cast.together("Ann Poe", "Acme Works")
    assert not ground("Ann Poe left; Acme Works closed.").cast.together("Ann Poe", "Acme Works")


def test_names_in_a_text_are_found_in_each_of_their_forms() -> None:
    """As values, in order, whole words only."""
    cast = ground(ARTICLE).cast
    assert cast.named_in("the head of Acme Works and Poe") == ["Acme Works", "Ann Poe"]
    assert cast.named_in("Poetry and Acmeism") == []


def test_the_sort_of_a_bearer_is_that_of_its_names() -> None:
    """None for whom the article does not name."""
    cast = ground(ARTICLE).cast
    assert [cast.sort(who) for who in ("Ann Poe", "Acme Works", "Zed Quill")] == ["person", "organisation", None]
    assert [cast.speaks(who) for who in ("Ann Poe", "Poe", "residents")] == [True, True, False]
    assert set(cast.people) >= {"Ann Poe", "John Roe", "Ben Cole"}


@pytest.mark.parametrize(
    ("name", "expected"), [("NHB", True), ("N.H.B.", True), ("AW", True), ("NHX", False), ("Acme", False)]
)
def test_initials_of_a_name_abbreviate_it(name: str, *, expected: bool) -> None:
    """Of its words that carry content, with or without dots."""
    assert ground(ARTICLE).cast.abbreviates(name) is expected


def test_the_article_may_have_the_initials_of_a_name() -> None:
    """The other way round."""
    assert ground("The NHB praised Poe.").cast.abbreviates("National Harbour Board")
    assert not ground("The NHX praised Poe.").cast.abbreviates("National Harbour Board")


@given(st.lists(st.sampled_from(["National", "Harbour", "Board", "of", "the", "Æsir"]), max_size=5))
def test_initials_have_a_letter_for_each_word_that_counts(words: list[str]) -> None:
    """A single word has none."""
    counted = [word for word in words if word not in ("of", "the")]
    assert len(initials(" ".join(words))) == (len(counted) if len(counted) > 1 else 0)


def test_a_claim_is_read_with_the_articles_bearers() -> None:
    """Its arguments have the values under which the article knows them."""
    (relation,) = claimed(ARTICLE, "Poe praised Acme Works.").relations
    assert [argument.value for argument in relation.arguments] == ["Ann Poe", "Acme Works"]
