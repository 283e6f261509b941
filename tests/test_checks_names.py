"""Names: the article has them, has another in their place, or may mean them."""

from typing import Any

import pytest
from by_hand import checked, ground_of, name, of_code, relation, told

from summarise import Settings, check

MET = ground_of(
    "Jane Doe met John Roe in Osterby.", "Mrs Moe spoke to the council about the harbour.", "It rained.",
    facts=[(0, name("Jane Doe")), (0, name("John Roe")), (0, name("Osterby", category="place")), (1, name("Moe"))],
)  # fmt: skip


def firm(text: str) -> Any:
    return name(text, category="organisation")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # A slip of the pen makes no other name, except in a short one.
        (name("Dreyvik"), name("Dreyvki"), "note"),
        (name("Dreyvik"), name("Dreyvi"), "note"),
        (name("Dreyvik"), name("Dreyviik"), "note"),
        (name("Dreyvik"), name("DREYVIK"), "agrees"),
        (name("Finch"), name("Fitch"), "opposes"),
        (name("Dreyvik"), name("Breyvik"), "opposes"),
        (name("Dreyvik"), name("Dreyviken"), "opposes"),
        (name("Roe"), name("Reo"), "opposes"),
        (name("Orlow", category="place"), name("Orlwo", category="place"), "note"),
        # Misspelt surnames, joined or clipped words.
        (name("Zelinskyy"), name("Volodar Zelinsky"), "note"),
        (name("Volodar Zelinskyy"), name("Zelinsky"), "note"),
        (firm("JP Marlow"), firm("JPMarlow Chase"), "note"),
        (firm("J.P. Marlow"), firm("JPMarlow Chase"), "note"),
        (firm("Man United"), firm("Manchester United"), "note"),
        (firm("Lib Dems"), firm("Liberal Democrats"), "note"),
        (firm("Li Ds"), firm("Liberal Democrats"), "opposes"),
        (name("Mark Wills"), name("Mark Williams"), "opposes"),  # a surname has no s of the plural
        # Initials, with or without dots or small words, in claim or article.
        (firm("NHB"), firm("National Harbour Board"), "agrees"),
        (firm("N.H.B."), firm("National Harbour Board"), "agrees"),
        (firm("NHX"), firm("National Harbour Board"), "opposes"),
        (firm("BoH"), firm("Bank of Harrow"), "agrees"),
        (firm("BaH"), firm("Bank of Harrow"), "opposes"),
        (firm("Northern Bridge Xylophone"), firm("NBX"), "agrees"),
        # Only names of one category that cannot have one bearer oppose each other.
        (name("Jane Doe"), name("John Roe"), "opposes"),
        (name("Jane Doe"), name("Doe"), "note"),
        (name("Jane Doe"), name("John Doe"), "error"),
        (name("Jane Doe"), name("John Roe", confidence=0.4), "error"),
        (name("Osterby", category="place"), name("John Roe"), "error"),
        (name("Osterby", category="other"), name("John Roe"), "opposes"),
        (firm("Harbour Board"), firm("Harbour Trust"), "opposes"),
        (firm("Harbour Board"), firm("Board"), "error"),
    ],
)
def test_two_names_agree_oppose_each_other_or_may_be_one(one: Any, other: Any, expected: str) -> None:
    assert relation(one, other) == expected


@pytest.mark.parametrize(
    ("said", "severity"),
    [
        (name("Jane Doe"), None),
        (name("Roe"), None),
        (name("Jane Roe"), "error"),  # one person's first name and another's surname
        (name("John Doe"), "error"),
        (name("Jane Mary Doe"), "note"),
        (name("Mary Doe"), "error"),
        (name("Ann Poe"), "error"),
        (name("Ann Poe", confidence=0.49), None),
        (name("Ann Poe", confidence=0.5), "error"),
        (name("Hilda Moe"), "note"),  # an added first name
        (name("the Harbour Council"), None),  # the article has all its words
        (name("Great Harbour Council"), "note"),
        (name("Harbour Board"), "error"),
        (name("Maleny", category="other", confidence=0.8), "note"),
        (name("Osterb", category="place"), "note"),  # misspelt
    ],
)
def test_a_name_is_wrong_if_the_article_has_neither_it_nor_its_words(said: Any, severity: str | None) -> None:
    found = of_code(checked(MET, f"So {said.text} left.", said), "name")
    assert [told(one) for one in found] == ([(severity, said.text, None)] if severity else [])


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
def test_a_wrong_name_is_shown_with_the_one_in_its_place(text: str, said: Any, against: str | None) -> None:
    """The counterpart has the same category and is not in the claim."""
    others = [other for other in (name("Jane Doe"), name("John Roe")) if other.text in text]
    found = of_code(checked(MET, text, *others, said), "name")
    assert [told(one) for one in found] == [("error", said.text, against)]


def test_the_author_in_the_byline_is_a_known_name() -> None:
    article = "By Nessa Tolland\n\nThe bridge in Corrowby closed on Monday. Repairs will cost £4.5 million."
    for author, errors in (("Nessa Tolland", []), ("Nessa Holland", ["Nessa Holland"])):
        claim = f"{author} reports that the bridge in Corrowby closed."
        found = check(claim, article, settings=Settings(entailment="off")).sentences[0].errors
        assert [finding.claim.text for finding in found] == errors


PLACES = """The firm is based in Austin, Texas, and has offices in Bristol and Lyon. A study by the University of Bergen
helped."""


@pytest.mark.parametrize(
    ("claim", "errors"),
    [
        # A larger area of a place of the article is a note.
        ("The American firm has offices in England and France.", []),
        ("The US firm has offices in two towns of Europe.", []),
        ("A Norwegian study helped.", []),
        # Another country is an error, but no place within some country opposes it.
        ("The firm has offices in Spain and Lyon.", [("Spain", None)]),
        ("The Canadian firm has an office in Lyon.", [("Canadian", None)]),
        # Nor does a country oppose a place.
        ("The firm has offices in Zurich and Lyon.", [("Zurich", "Bristol")]),
        # An acronym is a name, also one with the letters of a stop word.
        ("The WHO has offices in Bristol.", [("WHO", None)]),
    ],
)
def test_a_country_may_hold_a_place_of_the_article(claim: str, errors: list[tuple[str, str | None]]) -> None:
    found = check(claim, PLACES, settings=Settings(entailment="off")).sentences[0].errors
    assert [(finding.claim.text, finding.article and finding.article.text) for finding in found] == errors


def test_no_city_of_the_article_opposes_a_country_and_no_country_a_city() -> None:
    for article, claim in (
        ("The clerk flew to Lyon.", "The clerk flew to Spain."),
        ("He flew to Spain.", "He flew to Lyon."),
    ):
        (error,) = check(claim, article, settings=Settings(entailment="off")).sentences[0].errors
        assert error.article is None


def test_us_is_a_name_only_in_capitals() -> None:
    told_us = "Cases there have doubled since the spring, doctors told us on Friday."
    for article, errors in ((told_us, ["US"]), (told_us.replace("there", "in the US"), [])):
        found = check("Cases in the US have doubled.", article, settings=Settings(entailment="off")).sentences[0].errors
        assert [finding.claim.text for finding in found] == errors


@pytest.mark.parametrize(
    ("claim", "severities"),
    [
        ("Det Insp Ortiz appealed for help.", []),
        ("Det Insp Sam Ortiz appealed for help.", []),
        ("DI Ortiz appealed for help.", ["note"]),
        ("Tom Ortiz appealed for help.", ["error"]),
        ("DI Lee appealed for help.", ["error"]),
    ],
)
def test_an_abbreviated_rank_is_no_part_of_a_name(claim: str, severities: list[str]) -> None:
    article = "Detective Inspector Sam Ortiz appealed for help after a fire in Bristol on Friday."
    found = check(claim, article, settings=Settings(entailment="off")).sentences[0].findings
    assert [finding.severity for finding in found if finding.code == "name"] == severities
