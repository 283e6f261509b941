"""Statements of an article, and the salience of its sentences."""

from itertools import pairwise

import pytest
from extracting import stated, without_spacy
from invented import BRIDGE, VALLEY

from summarise import Facts, extract_facts
from summarise.facts.salience import LONGEST, QUOTATION_COST, SHORTEST, TOO_LONG, fitness, statements, worth


@pytest.mark.parametrize("article", [BRIDGE, VALLEY], ids=["bridge", "valley"])
def test_a_statement_has_the_words_of_one_sentence_in_their_order(article: str) -> None:
    """Its pieces are spans that do not overlap."""
    facts = extract_facts(article)
    found = statements(facts)
    assert found
    for statement in found:
        sentence, pieces = facts.article.sentences[statement.sentence], statement.pieces
        assert all(sentence.contains(piece) and facts.article.quote(piece) == piece.text for piece in pieces)
        assert all(left.end <= right.start for left, right in pairwise(pieces))
        assert statement.text == " … ".join(" ".join(piece.text.split()) for piece in pieces)


def test_without_syntax_a_sentence_is_a_statement() -> None:
    with without_spacy():
        facts = extract_facts("Jane Doe left, and John Roe stayed.")
        assert stated(Facts.model_validate_json(facts.model_dump_json())) == ["Jane Doe left, and John Roe stayed"]


PLAIN = "The harbour of Vesterholm will close to large ships from Monday."


def words(count: int) -> str:
    return " ".join(["Ships"] * count) + "."


FITNESS = [
    (PLAIN, 1.0),
    ("The harbour of Vesterholm will close (at last!)", 1.0),
    ("Harbour of Vesterholm will close on Monday", 0.2),
    ("Will the harbour of Vesterholm close on Monday?", 0.05),
    ("He said that the harbour would close.", 0.4),
    ("The harbour of Vesterholm will close on Monday.»", 0.5),
    ("The harbour of Vesterholm will “close on Monday.", 0.5),
    ("“He said that the harbour would close.", 0.2),
    ("Heat is bad for the harbour of Vesterholm.", 1.0),
    ("The harbour of Vesterholm has sold 2m boats since '08, when it was built.", 1.0),
    (words(SHORTEST), 1.0),
    (words(SHORTEST - 1), 0.3),
    (words(LONGEST), 1.0),
    (words(LONGEST + 1), 0.7),
    (words(TOO_LONG + 1), 0.3),
    # notices of the page
    ("See the original story at the site of the Vesterholm Courier.", 0.001),
    ("Scroll down for the video of the harbour of Vesterholm.", 0.001),
    # the first person, list items, captions
    ("The harbour of Vesterholm is what we all like the most.", 0.3),
    ("7. The harbour of Vesterholm will close to large ships.", 0.2),
    ("Closed down: The harbour of Vesterholm will shut on Monday.", 0.2),
    ("The harbour of Vesterholm (pictured) will close on Monday.", 0.2),
]


@pytest.mark.parametrize(("sentence", "expected"), FITNESS)
def test_a_sentence_that_stands_badly_alone_is_less_fit(sentence: str, expected: float) -> None:
    assert fitness(sentence) == pytest.approx(expected)
    assert fitness(f"  {sentence} \n") == pytest.approx(expected)


def test_a_title_in_the_first_sentence_is_no_label_of_a_caption() -> None:
    sentence = "With Vesterholm: The Storm in cinemas, the harbour has filled with visitors."
    assert fitness(sentence, opens=True) == 1.0
    assert fitness(sentence) < 1.0


@pytest.mark.parametrize(
    ("sentence", "quoted"),
    [
        ("Jane Doe said: “I think that we will close the harbour.”", "“I think that we will close the harbour.”"),
        ("“The harbour will close on Monday,” Jane Doe said.", "“The harbour will close on Monday,”"),
        ("‘The harbour will close on Monday,’ Jane Doe said.", "‘The harbour will close on Monday,’"),
        ("The harbour of Vesterholm is to be “mothballed” on Monday.", "“mothballed”"),
    ],
)
def test_the_more_of_a_sentence_is_quoted_the_less_fit_it_is(sentence: str, quoted: str) -> None:
    assert fitness(sentence) == pytest.approx(1.0 - QUOTATION_COST * len(quoted) / len(sentence))


def test_a_sentence_is_worth_up_to_twice_as_much_at_the_start() -> None:
    found = worth([PLAIN] * 40)
    assert found == sorted(found, reverse=True)
    assert found[0] == pytest.approx(2 * found[-1], rel=0.01)
