"""Who did what: order, voice, and doers that were left out."""

import pytest
from by_hand import aligned, claim_of, ground_of, name

from summarise.checks.order import check, is_passive, turned_verbs
from summarise.checks.words import words_of
from summarise.data import Finding

NAMES = ("Jane Doe", "John Roe", "Ann Poe", "Osterby")


def findings(article: str, claim: str) -> list[Finding]:
    ground = ground_of(article, "It rained.", facts=[(0, name(who)) for who in NAMES if who in article])
    said = claim_of(ground, claim, *(name(who) for who in NAMES if who in claim))
    return list(check(said, ground, aligned(ground, said)))


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("The pier was closed", "closed", True),
        ("The pier was quickly closed", "closed", True),
        ("The pier was not yet closed", "closed", True),
        ("The pier got damaged", "damaged", True),
        ("The pier, closed by Harrow", "closed", True),
        ("The pier was sold", "sold", True),
        ("Harrow closed the pier", "closed", False),
        ("The pier was red when Harrow closed it", "closed", False),
        ("The pier is in the harbour it closed", "closed", False),
        ("The pier was red", "pier", False),
        ("closed", "closed", False),
        ("It closed nearby", "closed", False),
        ("was it all of that then closed", "closed", False),
    ],
)
def test_the_passive_is_told_by_be_before_or_by_after_a_participle(text: str, word: str, expected: bool) -> None:
    """Small words and adverbs may stand between, at most two of them."""
    words = words_of(text)
    index = [w.folded for w in words].index(word)
    assert is_passive(words, index) is expected


def turned(article: str, claim: str) -> list[str]:
    ground = ground_of(article)
    said = claim_of(ground, claim)
    return list(turned_verbs(said, aligned(ground, said)[0]))


@pytest.mark.parametrize(
    ("article", "claim", "expected"),
    [
        ("Harrow was sued over boats.", "Harrow sued over boats.", ["sued"]),
        ("Harrow sued over boats.", "Harrow was sued over boats.", ["sued"]),
        ("Harrow sued over boats.", "Harrow sued over boats.", []),
        ("Harrow was sued over boats.", "Harrow was quickly sued over boats.", []),
        ("Harrow is suing over boats.", "Harrow was sued over boats.", []),
        ("Harrow was sued.", "Harrow is suing.", []),
    ],
)
def test_a_verb_that_changed_its_voice_is_turned(article: str, claim: str, expected: list[str]) -> None:
    """Participles only, in either direction."""
    assert turned(article, claim) == expected


@pytest.mark.parametrize(
    ("article", "claim"),
    [
        ("Jane Doe sued John Roe over boats.", "John Roe sued Jane Doe over boats."),
        ("Jane Doe followed John Roe to Osterby.", "John Roe followed Jane Doe to Osterby."),
        ("Jane Doe was hired to help John Roe win.", "Jane Doe hired John Roe."),
        ("Jane Doe was sued over boats.", "Jane Doe sued over boats."),
    ],
)
def test_a_deed_moved_to_another_doer_is_noted(article: str, claim: str) -> None:
    """An error without evidence: word order alone cannot accuse."""
    found = findings(article, claim)
    assert {finding.kind for finding in found} == {"who-did-what"}
    assert {finding.severity for finding in found} == {"note"}
    assert not any(finding.evidence for finding in found)


@pytest.mark.parametrize(
    ("article", "claim"),
    [
        ("Jane Doe sued John Roe over boats.", "Jane Doe sued John Roe."),
        ("Jane Doe said John Roe left.", "John Roe left, Jane Doe said."),
        ("Jane Doe, whom John Roe knew, left.", "Jane Doe left."),
        ("Jane Doe (with John Roe) left.", "Jane Doe left."),
        ("Jane Doe met John Roe and left.", "Jane Doe met him, left."),
        ("Jane Doe met John Roe and left.", "Jane Doe met him and left."),
        ("Jane Doe ran and she left.", "Jane Doe left."),
        ("Jane Doe sued John Roe over boats.", "Ann Poe painted boats in snow."),
        ("Jane Doe sued John Roe over boats.", "John Roe wrote to Jane Doe about new boats."),
    ],
)
def test_the_harmless_twin_is_not_doubted(article: str, claim: str) -> None:
    """The same order, reported speech turned around, a parenthesis left out, or another statement."""
    assert not findings(article, claim)


@pytest.mark.parametrize(
    ("article", "claim"),
    [
        ("Jane Doe sued John Roe over boats.", "John Roe was sued by Jane Doe over boats."),
        ("John Roe was sued by Jane Doe over boats.", "Jane Doe sued John Roe over boats."),
    ],
)
def test_a_passive_turns_the_order_rightly_and_is_only_noted(article: str, claim: str) -> None:
    """Active and passive may tell the same deed."""
    (finding,) = [found for found in findings(article, claim) if "another place" in found.said]
    assert finding.severity == "note"
    assert finding.article_says == article


def test_a_moved_name_is_named() -> None:
    """The finding quotes the claim's words."""
    (finding,) = findings("Jane Doe sued John Roe over boats.", "John Roe sued Jane Doe over boats.")
    assert finding.said in ("Jane Doe in another place of the sentence", "John Roe in another place of the sentence")


def test_without_alignments_it_says_nothing() -> None:
    """There is nothing to compare with."""
    ground = ground_of("It rained.")
    assert not list(check(claim_of(ground, "Snow fell."), ground, ()))


def test_what_came_before_what_is_not_turned_round() -> None:
    """With the same word between them, the two sides must stay; who does both may stand on either."""
    article = "The shares fell by 14 per cent before they closed at 412 pence."
    notes = [
        [finding for finding in findings(article, text) if "other way round" in finding.said]
        for text in (
            "The shares closed at 412 pence before they fell by 14 per cent.",
            "The shares fell before they closed at 412 pence.",
        )
    ]
    assert [len(found) for found in notes] == [1, 0]
