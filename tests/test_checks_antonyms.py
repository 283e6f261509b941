"""Opposites: a word exchanged for one that excludes it, and words that only differ."""

import pytest
from by_hand import aligned, claim_of, ground_of
from by_reading import claimed, errors, gap, ground
from hypothesis import given
from hypothesis import strategies as st

from summarise.checks.antonyms import check, contrary, in_relations
from summarise.data import Finding
from summarise.lexicon.antonyms import OPPOSITES

ARTICLE = (
    "Sales at the harbour rose sharply in Osterby on Friday.",
    "The council approved the old plan.",
    "The pier opened before the war.",
    "Prices in Vesterholm fell.",
)

WORDS = sorted({word for pair in OPPOSITES for group in pair for word in group})


def findings(claim: str, *article: str) -> list[Finding]:
    ground = ground_of(*(article or ARTICLE))
    made = claim_of(ground, claim)
    return list(check(made, ground, aligned(ground, made)))


@pytest.mark.parametrize(
    ("wrong", "said", "article_says", "harmless"),
    [
        (
            "Sales at the harbour fell sharply in Osterby on Friday.", "fell", "rose",
            "Sales at the harbour climbed sharply in Osterby on Friday.",
        ),
        (
            "Sales at the harbour dropped sharply in Osterby.", "dropped", "rose",
            "Sales at the harbour dipped sharply in Osterby.",
        ),
        ("The council rejected the old plan.", "rejected", "approved", "The council endorsed the old plan."),
        ("The council vetoed the old plan.", "vetoed", "approved", "The council rejected another mad plan."),
        ("The pier closed before the war.", "closed", "opened", "The pier burnt before the war."),
        ("Prices in Vesterholm rose.", "rose", "fell", "Prices in Vesterholm fell."),
    ],
)  # fmt: skip
def test_a_word_for_its_opposite_is_an_accusation(wrong: str, said: str, article_says: str, harmless: str) -> None:
    """In whatever form of the verb; a like word, or an opposite in another statement, is none."""
    (finding,) = findings(wrong)
    assert (finding.kind, finding.severity) == ("negation", "error")
    assert (finding.said, finding.article_says) == (said, article_says)
    assert finding.evidence[0].text in ARTICLE
    assert article_says in finding.evidence[0].text
    assert findings(harmless) == []


def test_an_opposite_counts_in_its_own_place_only() -> None:
    """Where the article has no opposite beside the same neighbours, another verb is only another verb."""
    both = "Sales in Osterby rose while prices dwindled."
    assert findings("Sales in Osterby fell while prices dwindled.", both)
    assert findings("Sales in Osterby rose while prices fell.", both) == []


def test_what_should_have_been_is_no_opposite_of_what_is() -> None:
    """The statement is another one."""
    assert findings("Sales at the harbour should have fallen sharply in Osterby on Friday.") == []


def test_opposites_are_mutual_and_none_is_its_own() -> None:
    """Whatever the forms in which they stand."""
    assert contrary("rose", "fell")
    assert contrary("fell", "rises")
    assert not contrary("climbed", "rose")
    for one, other in OPPOSITES:
        for word in one:
            assert not contrary(word, word)
            for opposite in other:
                assert contrary(word, opposite) == contrary(opposite, word)


@given(st.sampled_from(WORDS))
def test_an_articles_own_word_is_never_accused(word: str) -> None:
    """Whatever the word, the sentence itself says nothing else."""
    sentence = f"Sales at the harbour {word} sharply in Osterby."
    assert findings(sentence, sentence) == []
    assert findings(f"In Osterby sales at the harbour {word} sharply.", sentence) == []


@pytest.mark.parametrize(
    ("article", "wrong", "said", "article_says", "right"),
    [
        ("Acme will reopen the pier in Osterby in May.", "In May the pier in Osterby will be closed by Acme.",
         "close", "reopen", "In May the pier in Osterby will be reopened by Acme."),
        ("Ann Poe supported the plan of Acme in May.", "In May the plan of Acme was opposed by Ann Poe.",
         "oppose", "support", "In May the plan of Acme was backed by Ann Poe."),
        ("Acme bought the pier in Osterby from Ann Poe.", "The pier in Osterby was sold by Acme.",
         "sell", "buy", "Ann Poe sold the pier in Osterby to Acme."),
        ("Acme raised the rent of the port in May.", "In May the rent of the port was cut by Acme.",
         "cut", "raise", "In May the rent of the port was increased by Acme."),
    ],
)  # fmt: skip
def test_the_opposite_deed_of_the_same_people_is_an_accusation(
    article: str, wrong: str, said: str, article_says: str, right: str
) -> None:
    """In active and passive, in any order; a like verb, and the other side of the deed, are let pass."""
    claim = claimed(article, wrong)
    (finding,) = in_relations(claim, ground(article), aligned(ground(article), claim))
    assert (finding.kind, finding.severity) == ("negation", "error")
    assert (finding.said, finding.article_says) == (said, article_says)
    assert [place.text for place in finding.evidence] == [article]
    assert errors(article, right) == []


@pytest.mark.parametrize(
    ("article", "claim"),
    [
        ("Acme opened the gate in May and closed it in June.", "Acme closed the gate in June."),
        ("Ann Poe joined the party in 2010. She left it in 2015.", "Ann Poe left the party in 2015."),
        ("Ann Poe supports the plan, but opposed it in May.", "Ann Poe opposed the plan in May."),
        ("Prices in Calder rose in May and fell in June.", "Prices in Calder fell in June."),
        ("Ann Poe sold the port to John Roe.", "John Roe bought the port from Ann Poe."),
        ("Ann Poe sold the port to Acme for £5 million.", "Acme bought the port from Ann Poe for £5 million."),
        ("Arden lent Lumic £5 million.", "Lumic borrowed £5 million from Arden."),
        ("Acme will not close the pier in Osterby.", "The pier in Osterby will stay open."),
        ("The port was sold to Acme for £5 million.", "Acme bought the port for £5 million."),
        gap("Unions want the pier in Calder to stay open.", "Unions do not want the pier in Calder to close.",
            reason="the opposite denied"),
    ],
)  # fmt: skip
def test_opposites_that_are_both_true_are_let_pass(article: str, claim: str) -> None:
    """Done one after the other, the other side of a sale, the opposite denied."""
    assert errors(article, claim) == []
