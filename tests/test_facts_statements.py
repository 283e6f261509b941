"""Statements: the main clauses of an article."""

import pytest
from invented import BRIDGE, VALLEY

from summarise import Facts, extract_facts
from summarise.facts.statements import statements


def stated(text: str) -> list[str]:
    return [one.text for one in statements(extract_facts(text))]


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        (
            "A jury cleared a farmer of theft but convicted him of fraud over farm payments.",
            ["A jury cleared a farmer of theft", "A jury … convicted him of fraud over farm payments"],
        ),
        (
            "Revenue rose by 9 per cent to £2 billion, but the margin narrowed to 8 per cent.",
            ["Revenue rose by 9 per cent to £2 billion", "the margin narrowed to 8 per cent"],
        ),
        (
            "Flight attendants walked off the job for six hours on Friday, stranding some 11,000 travellers.",
            ["Flight attendants walked off the job for six hours on Friday"],
        ),
        (
            "The mayor, who had led the council for nine years, resigned his office on Monday.",
            ["The mayor … resigned his office on Monday"],
        ),
        (
            "Mayor Jane Doe denied that, saying the money had been divided evenly among the schools.",
            ["Mayor Jane Doe denied that, saying the money had been divided evenly among the schools"],
        ),
    ],
)
def test_each_main_clause_is_a_statement(sentence: str, wanted: list[str]) -> None:
    """With its shared subject, and without asides unless little else is left."""
    assert stated(sentence) == wanted


@pytest.mark.parametrize(
    "sentence",
    [
        "The plant will close in May, unless a buyer is found.",
        "She allegedly hit and killed a girl who was sitting in the street.",
        "Acme Corp. said that it had closed the mine and sold the barn.",
        "The club has not paid the players or bought a new pitch.",
    ],
)
def test_what_a_statement_depends_on_is_not_cut_off(sentence: str) -> None:
    """Conditions, hedges, negation and attribution stay."""
    assert stated(sentence) == [sentence.rstrip(".")]


@pytest.mark.parametrize("sentence", ["Will the plant close in May?", "Read the full story of the plant here."])
def test_a_question_or_a_command_states_nothing(sentence: str) -> None:
    assert stated(sentence) == []


@pytest.mark.parametrize("article", [BRIDGE, VALLEY], ids=["bridge", "valley"])
def test_a_statement_has_the_words_of_one_sentence_in_their_order(article: str) -> None:
    """Its pieces are spans that do not overlap."""
    facts = extract_facts(article)
    found = statements(facts)
    assert found
    for one in found:
        sentence = facts.article.sentences[one.sentence]
        assert all(sentence.contains(piece) and facts.article.quote(piece) == piece.text for piece in one.pieces)
        assert all(left.end <= right.start for left, right in zip(one.pieces, one.pieces[1:], strict=False))
        assert one.text == " … ".join(" ".join(piece.text.split()) for piece in one.pieces)


def test_facts_from_json_state_the_same() -> None:
    """The sentences are parsed again."""
    facts = extract_facts(VALLEY)
    assert statements(Facts.model_validate_json(facts.model_dump_json())) == statements(facts)


def test_where_there_is_no_syntax_a_sentence_is_a_statement() -> None:
    """The rules do not recognise clauses."""
    facts = extract_facts("Jane Doe left, and John Roe stayed.").model_copy(update={"parser": "rules"})
    facts = Facts.model_validate_json(facts.model_dump_json())
    assert [one.text for one in statements(facts)] == ["Jane Doe left, and John Roe stayed"]
