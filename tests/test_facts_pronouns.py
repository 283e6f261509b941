"""Whom "he" and "she" mean, where the text leaves one reading."""

from summarise import Facts, extract_facts
from summarise.facts import extract
from summarise.facts.pronouns import certain_pronouns
from summarise.pipeline.reading import read_article

SOLD = "John Roe resigned on Monday. He sold his car."


def test_each_pronoun_that_means_one_person_has_the_persons_name() -> None:
    """In any case, by the place where it stands."""
    assert certain_pronouns(extract_facts(SOLD)) == {SOLD.index("He"): "John Roe", SOLD.index("his"): "John Roe"}


def test_facts_that_were_read_from_json_tell_the_same() -> None:
    """The article is read again then; without a syntax tree nobody is certain."""
    facts = extract_facts(SOLD)
    assert certain_pronouns(Facts.model_validate_json(facts.model_dump_json())) == certain_pronouns(facts)
    assert certain_pronouns(extract(read_article(SOLD), rules=True)) == {}
