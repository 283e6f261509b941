"""Extraction with the facts of the article that a text retells."""

import pytest

from summarise import Facts, read_article
from summarise.data import Name
from summarise.facts import extract

ARTICLE = (
    "Corin Skale, the harbour master, met Mirko Tarn in Hexholm. Mrs Orrin closed the pier of Dreyvik Marine Works "
    "(DMW). Russian sailors helped her. Mr Skale, who was born in Hexholm, did not answer."
)


def known(*, rules: bool = False) -> Facts:
    return extract(read_article(ARTICLE), rules=rules)


def names(text: str, facts: Facts | None = None, *, rules: bool = False) -> dict[str, tuple[str, str]]:
    found = extract(read_article(text), rules=rules, known=facts).facts
    return {fact.text: (fact.value, fact.category) for fact in found if isinstance(fact, Name)}


@pytest.mark.parametrize("rules", [False, True])
def test_a_surname_at_the_start_of_a_sentence_is_the_articles_bearer(*, rules: bool) -> None:
    """Without the article it is not recognised as a name."""
    text = "Skale closed the pier."
    assert names(text, rules=rules) == {}
    assert names(text, known(rules=rules), rules=rules)["Skale"][0] == "Corin Skale"


@pytest.mark.parametrize("rules", [False, True])
@pytest.mark.parametrize("text", ["Orrin closed the pier.", "The pier was closed by Orrin.", "Skale and Orrin left."])
def test_a_person_known_by_surname_only_is_a_person(text: str, *, rules: bool) -> None:
    """Whatever category the model assigns."""
    assert names(text, known(rules=rules), rules=rules)["Orrin"] == ("Orrin", "person")


def test_an_acronym_is_the_organisation_that_the_article_spells_out() -> None:
    facts = known()
    assert names("The pier was closed by DMW.", facts)["DMW"] == ("Dreyvik Marine Works", "organisation")
    assert names("The pier was closed by DMW.")["DMW"][0] == "DMW"


@pytest.mark.parametrize("text", ["Engineers closed the pier.", "Harbour lights went out.", "Master plans failed."])
def test_other_words_at_the_start_of_a_sentence_are_no_names(text: str) -> None:
    """Only the last word of a name counts."""
    assert names(text, known()) == names(text) == {}


def test_a_name_that_the_article_does_not_have_is_its_own() -> None:
    """A known article changes nothing but names."""
    text = "In Vesterholm, Bert Harrow paid €5 million on Friday, he said."
    assert names(text, known())["Bert Harrow"] == ("Bert Harrow", "person")
    one, other = (extract(read_article(text), known=facts).facts for facts in (None, known()))
    assert [fact for fact in one if fact.kind != "name"] == [fact for fact in other if fact.kind != "name"]
