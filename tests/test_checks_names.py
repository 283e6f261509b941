"""Names that match, mix or contradict the article's."""

import pytest
from by_hand import aligned, claim_of, ground_of, name, told

from summarise.checks import SourceIndex
from summarise.checks.names import alike, check, mixes, rivals, telling
from summarise.data import Name

MET = ("Jane Doe met John Roe in Osterby.", "Mrs Moe spoke to the council about the harbour.", "It rained.")


def people() -> SourceIndex:
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
    """Both parts must be in the article."""
    assert mixes(name(said), telling(said), people()) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("Dreyvik", "Dreyvki", True), ("Dreyvik", "Dreyvi", True), ("Dreyvik", "Dreyviik", True),
     ("Dreyvik", "DREYVIK", True), ("Finch", "Fitch", False), ("Dreyvik", "Breyvik", False),
     ("Roe", "Ro", False), ("Roe", "Reo", False), ("Roe", "Roe", True), ("Dreyvik", "Dreyviken", False),
     ("Dreyvik", "Osterby", False)],
)  # fmt: skip
def test_a_slip_of_the_pen_makes_no_other_name(one: str, other: str, *, expected: bool) -> None:
    """Swapped, doubled or lost letters, except in short names."""
    assert alike(name(one), name(other)) is expected
    assert alike(name(other), name(one)) is expected


@pytest.mark.parametrize(
    ("said", "severity"),
    [
        (name("Jane Doe"), None),
        (name("Doe"), None),
        (name("Ann Poe"), "error"),
        (name("Ann Doe"), "error"),
        (name("Hilda Moe"), "note"),  # an added first name
        (name("the Harbour Council"), None),  # the article has all its words
        (name("Harbour Board"), "error"),
        (name("Great Harbour Council"), "note"),
        (name("Ann Poe", confidence=0.49), None),
        (name("Ann Poe", confidence=0.5), "error"),
        (name("Maleny", category="other", confidence=0.8), "note"),
        (name("Vesterhom", category="place"), "note"),  # misspelt
    ],
)
def test_a_name_is_wrong_if_the_article_has_neither_it_nor_its_words(said: Name, severity: str | None) -> None:
    """Unless its confidence is under 0.5."""
    source_index = ground_of(
        "Jane Doe led the council of the harbour in Vesterholm with Mrs Moe.",
        facts=[(0, name("Jane Doe")), (0, name("Vesterholm", category="place")), (0, name("Moe"))],
    )
    found = check(claim_of(source_index, f"{said.text} left.", said), source_index, ())
    assert [told(one) for one in found] == ([(severity, said.text, None)] if severity else [])


@pytest.mark.parametrize(
    ("said", "known"),
    [
        (name("Zelinskyy"), name("Volodar Zelinsky")),
        (name("Volodar Zelinskyy"), name("Zelinsky")),
        (name("JP Marlow", category="organisation"), name("JPMarlow Chase", category="organisation")),
        (name("J.P. Marlow", category="organisation"), name("JPMarlow Chase", category="organisation")),
        (name("Man United", category="organisation"), name("Manchester United", category="organisation")),
        (name("Lib Dems", category="organisation"), name("Liberal Democrats", category="organisation")),
    ],
)
def test_what_may_be_another_form_of_a_name_is_a_note(said: Name, known: Name) -> None:
    """Misspelt surnames, joined or shortened words."""
    source_index = ground_of(f"{known.text} won.", facts=[(0, known)])
    found = check(claim_of(source_index, f"{said.text} won.", said), source_index, ())
    assert [finding.severity for finding in found] == ["note"]


def test_a_clipped_surname_has_no_s_of_the_plural() -> None:
    """Wills is not Williams."""
    known = [name("Mark Williams"), name("Liberal Democrats", category="organisation")]
    source_index = ground_of("Mark Williams met Liberal Democrats.", facts=[(0, one) for one in known])
    said = [name("Mark Wills"), name("Lib Dems", category="organisation"), name("Li Ds", category="organisation")]
    found = [check(claim_of(source_index, f"{one.text} won.", one), source_index, ()) for one in said]
    assert [[finding.severity for finding in some] for some in found] == [["error"], ["note"], ["error"]]


@pytest.mark.parametrize(
    ("text", "borne_out"),
    [
        ("NHB", True),
        ("N.H.B.", True),
        ("NHX", False),
        ("BoH", True),
        ("BaH", False),
        ("Northern Bridge Xylophone", True),
        ("Xylo Yard", False),
    ],
)
def test_initials_are_another_form_of_a_name(text: str, *, borne_out: bool) -> None:
    """With or without dots or small words, in claim or article."""
    whole = name("National Harbour Board", category="organisation")
    bank = name("Bank of Harrow", category="organisation")
    source_index = ground_of(f"{whole.text} won, nbx said to the {bank.text}.", facts=[(0, whole), (0, bank)])
    said = name(text, category="organisation")
    assert (not list(check(claim_of(source_index, f"{text} won.", said), source_index, ()))) is borne_out


def test_a_name_that_the_claim_has_in_another_form_opposes_nothing() -> None:
    """It is not the counterpart of a wrong name."""
    source_index = ground_of(
        "Osterby accused Nhc of a leak.",
        facts=[(0, name("Osterby", category="organisation")), (0, name("Nhc", category="organisation"))],
    )
    said, whole = name("Vesterholm", category="organisation"), name("National Harbour Company", category="organisation")
    claim = claim_of(source_index, f"{said.text} accused the {whole.text} of a leak.", said, whole)
    found = [one for one in check(claim, source_index, aligned(source_index, claim)) if one.claim.text == said.text]
    assert [told(one) for one in found] == [("error", "Vesterholm", "Osterby")]


def test_a_name_elsewhere_in_the_sentence_opposes_nothing() -> None:
    """A counterpart must have the same position."""
    source_index = ground_of("The board met a guest of Jane Doe on the pier.", facts=[(0, name("Jane Doe"))])
    claim = claim_of(source_index, "Ann Poe met the board on the pier.", name("Ann Poe"))
    assert [told(one) for one in check(claim, source_index, aligned(source_index, claim))] == [
        ("error", "Ann Poe", None)
    ]


@pytest.mark.parametrize(
    ("text", "said", "against"),
    [
        ("Jane Doe met John Roe in Vesterholm.", name("Vesterholm", category="place"), "Osterby"),
        ("Bert Harrow met John Roe in Osterby.", name("Bert Harrow"), "Jane Doe"),
        ("Bert Harrow met people in Osterby.", name("Bert Harrow"), "Jane Doe"),
        ("Bert Harrow met John Roe in Osterby.", name("Bert Harrow", category="place"), None),  # another category
        ("In Osterby slept Bert Harrow.", name("Bert Harrow"), None),  # neither person has this position
        ("Bert Harrow slept.", name("Bert Harrow"), None),
    ],
)
def test_a_wrong_name_is_shown_with_the_one_in_its_place(text: str, said: Name, against: str | None) -> None:
    """The counterpart has the same category and is not in the claim."""
    others = [other for other in (name("Jane Doe"), name("John Roe")) if other.text in text]
    claim = claim_of(people(), text, *others, said)
    found = list(check(claim, people(), aligned(people(), claim)))
    assert [told(one) for one in found] == [("error", said.text, against)]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (name("Jane Doe"), name("John Roe"), True),
        (name("Jane Doe"), name("Doe"), False),
        (name("Jane Doe"), name("John Doe"), False),
        (name("Osterby", category="place"), name("John Roe"), False),
        (name("Osterby", category="other"), name("John Roe"), True),
        (name("Harbour Board", category="organisation"), name("Harbour Trust", category="organisation"), True),
        (name("Harbour Board", category="organisation"), name("Board", category="organisation"), False),
        (name("Vesterholm", category="place"), name("Vesterhlom", category="place"), False),
        (name("Jane Doe"), name("John Roe", confidence=0.4), False),
    ],
)
def test_two_names_cannot_be_of_one_bearer(one: Name, other: Name, *, expected: bool) -> None:
    """Persons are compared by surname."""
    assert rivals(one, other) is expected
