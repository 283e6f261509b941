"""What describes a noun: the place or people that it is of, exchanged for another."""

import pytest
from by_hand import aligned
from by_reading import claimed, errors, gap, ground

from summarise.checks.details import check
from summarise.data import Finding


def found(article: str, text: str) -> list[Finding]:
    claim = claimed(article, text)
    return list(check(claim, ground(article), aligned(ground(article), claim)))


@pytest.mark.parametrize(
    ("article", "wrong", "right"),
    [
        ("Prosecutors in Lisbon charged Ann Poe with fraud. Prosecutors in Porto dropped a case.",
         "Prosecutors in Porto charged Ann Poe with fraud.",
         "Ann Poe was charged with fraud by prosecutors in Lisbon."),
        ("A court in Lyon fined Ann Poe in May. She lives in Paris.", "A court in Paris fined Ann Poe in May.",
         "Ann Poe was fined in May by a court in Lyon."),
        ("Farmers in Spain blocked the port of Osterby. Farmers in France did not.",
         "Farmers in France blocked the port of Osterby.", "The port of Osterby was blocked by farmers in Spain."),
        ("Doctors in Lisbon treated Ann Poe in May. She was born in Porto.", "Doctors in Porto treated Ann Poe in May.",
         "In May Ann Poe was treated by doctors in Lisbon."),
        gap("The Danish firm built the park in Osterby, and the Spanish firm lost the tender.",
            "The Spanish firm built the park in Osterby.", "The park in Osterby was built by the Danish firm.",
            reason="adjectives of countries are no places"),
    ],
)  # fmt: skip
def test_another_place_beside_the_noun_is_an_accusation(article: str, wrong: str, right: str) -> None:
    """The finding tells the noun with the place, as each side has it."""
    (finding,) = found(article, wrong)
    assert (finding.kind, finding.severity) == ("name", "error")
    assert finding.said in wrong
    assert (finding.article_says or "-") in article
    assert [place.text in article for place in finding.evidence] == [True]
    assert errors(article, right) == []


@pytest.mark.parametrize(
    ("article", "claim"),
    [
        ("A court in Lyon fined Ann Poe in May. Lyon, France, is large.", "A court in France fined Ann Poe in May."),
        ("A court in Lyon fined Ann Poe in May. She lives in Paris.", "A court in Lyon fined Ann Poe on Monday."),
        ("A court in Lyon, France, fined Ann Poe in May.", "A court in France fined Ann Poe in May."),
        ("A court in Lyon fined Ann Poe in May.", "A court fined Ann Poe in May."),
        ("A court fined Ann Poe in May. She lives in Paris.", "A court in Paris fined Ann Poe in May."),
        ("A civil court in Lyon fined Ann Poe. She lives in Paris.", "A criminal court in Paris fined Ann Poe."),
        ("A court in Lyon fined Ann Poe in May. A court in Paris fined her in June.",
         "In June a court in Paris fined Ann Poe."),
        ("A court in Lyon fined Ann Poe in May. A court in Paris fined Ann Poe in June.",
         "Ann Poe was fined by a court in Paris."),
    ],
)  # fmt: skip
def test_what_may_be_the_same_or_another_noun_is_let_pass(article: str, claim: str) -> None:
    """Towns beside their country, a place on one side only, another description, both told."""
    assert found(article, claim) == []
