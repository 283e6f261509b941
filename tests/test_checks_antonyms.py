"""Opposites: a word exchanged for one that excludes it, and words that only differ."""

import pytest
from by_hand import aligned, claim_of, ground_of
from hypothesis import given
from hypothesis import strategies as st

from summarise.checks.antonyms import check, contrary
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
