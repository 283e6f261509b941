"""Inferred referents of pronouns and speakers of quotations."""

import pytest

from summarise import Facts, extract_facts, read_article
from summarise.data import Quotation
from summarise.facts import extract
from summarise.facts.quotations import certain_pronouns, inferred_speakers, with_speakers

SOLD = "John Roe resigned on Monday. He sold his car."
LATE = "“It was very late by then,”"


def read_again(facts: Facts) -> Facts:
    """Return facts after a JSON round trip."""
    return Facts.model_validate_json(facts.model_dump_json())


def speaker(text: str, pronoun: str = "he") -> str | None:
    """Return the speaker of the only quotation; "*" marks the quotation and a pronoun."""
    facts = extract_facts(text.replace("*", f"{LATE} {pronoun}"))
    (quotation,) = (fact for fact in with_speakers(facts) if isinstance(fact, Quotation))
    return quotation.speaker


def test_each_pronoun_that_means_one_person_has_the_persons_name() -> None:
    """Results are keyed by offset, in any grammatical case."""
    assert certain_pronouns(extract_facts(SOLD)) == {SOLD.index("He"): "John Roe", SOLD.index("his"): "John Roe"}


def test_nobody_is_certain_without_a_syntax_tree() -> None:
    """Rules cannot exclude other referents."""
    assert certain_pronouns(extract(read_article(SOLD), rules=True)) == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("John Roe resigned. Yesterday he left.", "John Roe"),
        ("John Roe, a teacher, resigned. Yesterday he left.", "John Roe"),
        ("The mayor, John Roe, met Ann Poe. Yesterday he left.", "John Roe"),
        ("John Roe met a neighbour. Yesterday he left.", None),
        ("John Roe met the 57-year-old. Yesterday he left.", None),
        ("He met John Roe. Yesterday he left.", None),
        ("John Roe resigned. A neighbour wept. Yesterday he left.", None),
        ("John Roe resigned. James Poe said that he had left.", None),
        ("Roe resigned. Yesterday he left.", None),
        ("John Roe resigned. “Yesterday he left,” Ann Poe said.", None),
    ],
)
def test_it_is_certain_whom_a_pronoun_means_only_where_nobody_else_is_left(text: str, expected: str | None) -> None:
    """Unnamed people and people mentioned later in the sentence count as candidates."""
    assert certain_pronouns(extract_facts(text)).get(text.rindex("he ")) == expected


@pytest.mark.parametrize(
    ("text", "stated", "inferred"),
    [
        ("Jane Doe left. “It is late,” Doe said.", "Jane Doe", None),
        ("Jane Doe left. “It is late,” she said.", None, "Jane Doe"),
        ("Jane Doe, the mayor, left. “It is late,” the mayor said.", None, "Jane Doe"),
        ("Jane Doe spoke: “It was a very long day.” “It is late.”", None, "Jane Doe"),
        ("“It is late,” she said.", None, None),
    ],
)
def test_a_speaker_without_a_name_beside_the_quotation_is_inferred(
    text: str, stated: str | None, inferred: str | None
) -> None:
    """The fact has no speaker; checks use the inferred one."""
    facts = extract_facts(text)
    (quotation,) = (one for one in facts.facts if isinstance(one, Quotation) and one.text.startswith("It is late"))
    assert quotation.speaker == stated
    assert inferred_speakers(facts).get(quotation.start) == inferred
    (known,) = (one for one in with_speakers(facts) if one.start == quotation.start and one.kind == "quotation")
    assert known == quotation.model_copy(update={"speaker": stated or inferred})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("John Roe met James Poe. * said.", "John Roe"),  # the subject of the sentence before
        ("Ann Poe met John Roe. * said.", "John Roe"),  # else any person named
        ("John Roe resigned. It rained. * said.", "John Roe"),  # two sentences back
        ("John Roe resigned. James Poe left. * said.", "James Poe"),  # the nearer of two
        ("John Roe resigned. James Poe hesitated before * said.", "James Poe"),  # a subject of its own sentence
        ("James Poe met John Roe before * said.", "James Poe"),  # rather than an object of it
        ("Ann Poe resigned. * said.", None),  # nobody of its gender
        ("Residents left. * said.", None),
    ],
)
def test_a_pronoun_stands_for_whom_the_text_is_about(text: str, expected: str | None) -> None:
    """The last subject of its own sentence is preferred, then the subject of the sentence before, then objects."""
    assert speaker(text) == expected


def test_a_speaker_is_inferred_without_a_syntax_tree() -> None:
    """The last person named is the speaker."""
    facts = extract(read_article(f"Mr Tobias Renn left with Mrs Ann Poe. {LATE} he said."), rules=True)
    assert list(inferred_speakers(facts).values()) == ["Tobias Renn"]


def test_a_name_that_tells_no_gender_may_be_of_either() -> None:
    """Only names of the other gender are excluded."""
    assert speaker("Quennel Roe resigned. * said.", "he") == "Quennel Roe"
    assert speaker("Quennel Roe resigned. * said.", "she") == "Quennel Roe"


def test_the_likeliest_of_several_is_less_sure_than_the_only_one_and_that_than_a_name() -> None:
    """The confidence of a quotation reflects how its speaker was found."""
    sure = []
    for text in (f"John Roe left. {LATE} Roe", f"John Roe left. {LATE} he", f"John Roe met James Poe. {LATE} he"):
        sure += [one.confidence for one in extract_facts(f"{text} said.").facts if isinstance(one, Quotation)]
    assert len(sure) == 3
    assert sure == sorted(set(sure), reverse=True)


@pytest.mark.parametrize("text", [SOLD, "Jane Doe left. “It is late,” she said."])
def test_facts_that_were_read_from_json_tell_the_same(text: str) -> None:
    facts = extract_facts(text)
    assert certain_pronouns(read_again(facts)) == certain_pronouns(facts)
    assert inferred_speakers(read_again(facts)) == inferred_speakers(facts)
    assert with_speakers(read_again(facts)) == with_speakers(facts)
