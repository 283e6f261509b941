"""Whom a pronoun or a description means at a place of an article, where its sentences were parsed.

What is asked of `References` without a syntax tree is tested in tests/test_facts_attributions.py.
"""

import pytest

from summarise.facts.names import names
from summarise.facts.parsed_sentence import ParsedSentence, parsed_sentences
from summarise.facts.quotations import quoted
from summarise.facts.references import CERTAIN, LIKELY, References
from summarise.facts.referents import meant
from summarise.pipeline.reading import read_article


def parsed(text: str) -> tuple[References, tuple[ParsedSentence, ...]]:
    article = read_article(text)
    read = parsed_sentences(article)
    return References(article, list(names(read)), quoted(article), read), read


def person(text: str, pronoun: str) -> str | None:
    """Return whom a "*" in a text stands for, as a pronoun."""
    references, _ = parsed(text.replace("*", pronoun))
    found, _ = references.person(text.index("*"), pronoun)
    return found.value if found else None


def who(text: str, word: str) -> tuple[str | None, float]:
    """Return whom the last word of a text that reads `word` means, and how sure that is."""
    references, read = parsed(text)
    index = max(place for place, token in enumerate(read[-1].tokens) if token.text == word)
    meaning = meant(read[-1], references, index)
    return meaning.bearer.value if meaning.bearer else meaning.own, meaning.sure


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("John Roe met James Poe. Ann Poe praised *.", "John Roe"),  # whom the sentence before is about
        ("Ann Poe met John Roe. Ann Poe praised *.", "John Roe"),  # else whoever was named
        ("John Roe resigned. It rained. Ann Poe praised *.", "John Roe"),  # two sentences back
        ("John Roe resigned. James Poe left. Ann Poe praised *.", "James Poe"),  # the nearer of two
        ("John Roe resigned. James Poe said that Ann Poe had praised *.", "James Poe"),  # a subject of its own sentence
        ("James Poe met John Roe before Ann Poe praised *.", "James Poe"),  # rather than an object of it
        ("Ann Poe resigned. Ann Poe praised *.", None),  # none of its gender
        ("Residents praised *.", None),
    ],
)
def test_a_pronoun_stands_for_whom_the_text_is_about(text: str, expected: str | None) -> None:
    """The last subject of its own sentence, else the subject of the sentence before, rather than an object."""
    assert person(text, "him") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("John Roe resigned. Yesterday * left.", "John Roe"),
        ("John Roe, a teacher, resigned. Yesterday * left.", "John Roe"),
        ("The mayor, John Roe, met Ann Poe. Yesterday * left.", "John Roe"),
        ("John Roe met a neighbour. Yesterday * left.", None),
        ("John Roe met the 57-year-old. Yesterday * left.", None),
        ("He met John Roe. Yesterday * left.", None),
        ("John Roe resigned. A neighbour wept. Yesterday * left.", None),
        ("John Roe resigned. James Poe said that * had left.", None),
        ("Roe resigned. Yesterday * left.", None),
        ("John Roe resigned. “Yesterday * left,” Ann Poe said.", None),
    ],
)
def test_it_is_certain_whom_a_pronoun_means_only_where_nobody_else_is_left(text: str, expected: str | None) -> None:
    """Persons without a name count, and so does who could come later in the sentence."""
    references, _ = parsed(text.replace("*", "he"))
    found, sure = references.person(text.index("*"), "he")
    assert (found.value if found and sure == CERTAIN else None) == expected


def test_the_likeliest_of_several_is_less_sure_than_the_only_one() -> None:
    """The certainty of a link says which of the two it is."""
    assert who("John Roe resigned. He left.", "He") == ("John Roe", CERTAIN)
    assert who("John Roe met James Poe. He left.", "He") == ("John Roe", LIKELY)
    assert LIKELY < CERTAIN


def test_only_those_are_left_out_of_whom_that_is_known() -> None:
    """A name that tells no gender may be either."""
    assert person("Quennel Roe resigned. Police arrested *.", "him") == "Quennel Roe"
    assert person("Quennel Roe resigned. Police arrested *.", "her") == "Quennel Roe"
