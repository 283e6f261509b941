"""Negation: lost, added, and where a "not" denies nothing."""

import pytest
from by_hand import aligned, checked, claim_of, ground_of, of_kind
from by_reading import claimed, errors, gap, ground

from summarise.checks.polarity import NEGATIONS, check, denied, negates
from summarise.checks.words import words_of
from summarise.data import Finding

PADDING = "The harbour town lies on the coast."


def findings(article: str, claim: str) -> list[Finding]:
    ground = ground_of(PADDING, article)
    said = claim_of(ground, claim)
    return list(check(said, ground, aligned(ground, said)))


@pytest.mark.parametrize(
    ("article", "claim"),
    [
        ("The council did not approve the pier.", "The council approved the pier."),
        ("The council approved the pier.", "The council did not approve the pier."),
        ("The council never approved the pier.", "The council approved the pier."),
        ("The council didn't approve the pier.", "The council approved the pier."),
        ("The council didn’t approve the pier.", "The council approved the pier."),
        ("The council can build the pier.", "The council cannot build the pier."),
        ("The council approved no pier.", "The council approved a pier."),
        ("The council refused to approve the pier.", "The council approved the pier."),
        ("The council failed to approve the pier.", "The council approved the pier."),
        ("The council built the pier without a permit.", "The council built the pier with a permit."),
        ("No council approved the pier.", "A council approved the pier."),
        ("The pier is no longer closed to lorries.", "The pier is closed to lorries."),
        ("The council did not close it no later than Friday.", "The council did close it no later than Friday."),
    ],
)
def test_a_negation_on_one_side_only_is_an_accusation(article: str, claim: str) -> None:
    """The finding says which side negates, and shows the sentence."""
    (finding,) = findings(article, claim)
    assert (finding.kind, finding.severity) == ("negation", "error")
    assert [place.text for place in finding.evidence] == [article]
    assert "no negation" in {finding.said, finding.article_says}
    assert {finding.said, finding.article_says} != {"no negation"}
    ground = ground_of(article, PADDING)
    assert checked(ground, claim).verdict == "contradicted"


def test_the_finding_quotes_the_negating_words() -> None:
    """What was said comes from the claim, what the article says from the article."""
    (lost,) = findings("The council did not approve the pier.", "The council approved the pier.")
    assert (lost.said, lost.article_says) == ("no negation", "not")
    (added,) = findings("The council approved the pier.", "The council did not approve the pier.")
    assert (added.said, added.article_says) == ("not", "no negation")


@pytest.mark.parametrize(
    ("article", "claim"),
    [
        ("The council did not approve the pier.", "The council didn't approve the pier."),
        ("The council refused to build the pier.", "The council did not build the pier."),
        ("The council approved the pier.", "The pier was approved by the council."),
        ("The council built a pier without a permit.", "The council built a pier."),
        ("The council built a pier, not a bridge.", "The council built a pier."),
        ("The council closed the pier not because of cracks.", "The council closed the pier."),
        ("It was not clear when the council closed the pier.", "The council closed the pier."),
        ("Nobody was hurt when the pier fell.", "The pier fell."),
        ("Not only did the council close the pier.", "The council did close the pier."),
        ("The council closed not just the pier.", "The council closed the pier."),
        ("The council will close the pier no later than Friday.", "The council will close the pier by Friday."),
        ("The pier holds no fewer than thirty boats.", "The pier holds at least thirty boats."),
        ("The pier holds not more than thirty boats.", "The pier holds at most thirty boats."),
        ("There is no doubt the council closed the pier.", "The council closed the pier."),
        ("No, the council closed the pier.", "The council closed the pier."),
        ("The council closed the pier.", "No doubt the council closed the pier."),
    ],
)
def test_the_harmless_twin_is_not_accused(article: str, claim: str) -> None:
    """Both sides negate, neither does, or the "not" belongs to what the claim does not tell, or denies nothing."""
    assert not findings(article, claim)


def test_one_negation_among_several_is_noted_and_no_more() -> None:
    """Two on one side and one on the other may be a double negation: an error without evidence."""
    (finding,) = findings(
        "The council did not say it would never build the pier.", "The council did say it would never build the pier."
    )
    assert (finding.severity, finding.evidence) == ("note", ())
    assert (finding.said, finding.article_says) == ("never", "not")


@pytest.mark.parametrize(
    ("claim", "spoken"),
    [
        ("The council approved the long pier in Osterby.", True),  # four of five
        ("The council approved the long pier in snowy Osterby.", False),  # four of six
    ],
)
def test_it_speaks_only_where_four_fifths_align(claim: str, spoken: bool) -> None:
    """Below that the "not" may belong to another statement."""
    assert bool(findings("The council did not approve the long pier.", claim)) is spoken


def test_without_anything_aligned_it_says_nothing() -> None:
    """Neither without candidates nor without matched words."""
    ground = ground_of(PADDING)
    claim = claim_of(ground, "It was not.")
    assert not list(check(claim, ground, ()))
    assert not findings(PADDING, "Snow never fell.")


@pytest.mark.parametrize("word", [*sorted(NEGATIONS), "isn't", "won’t", "Never"])
def test_negating_words_negate(word: str) -> None:
    """Whole words, in any case, and contractions."""
    (token,) = words_of(word)
    assert negates(token)


@pytest.mark.parametrize("word", ["note", "nothings", "ant", "want", "know", "now", "must"])
def test_words_that_look_like_it_do_not(word: str) -> None:
    """Endings and beginnings are not enough."""
    (token,) = words_of(word)
    assert not negates(token)


def test_the_findings_reach_the_verdict() -> None:
    """A lost negation contradicts although every word of the claim stands in the article."""
    ground = ground_of("The council did not approve the pier.", PADDING)
    found = checked(ground, "The council approved the pier.")
    assert of_kind(found, "negation")
    assert found.verdict == "contradicted"
    assert found.support < 0.05


@pytest.mark.parametrize(
    ("article", "wrong", "said", "right"),
    [
        ("Ann Poe did not sign the letter to Acme in May.", "In May the letter to Acme was signed by Ann Poe.",
         "sign", "In May the letter to Acme was not signed by Ann Poe."),
        ("The letter to Acme was signed by Ann Poe in May.", "In May Ann Poe did not sign the letter to Acme.",
         "not sign", "In May Ann Poe signed the letter to Acme."),
        ("Acme never paid Ann Poe for the boat.", "For the boat Ann Poe was paid by Acme.",
         "pay", "For the boat Ann Poe was not paid by Acme."),
        ("In Calder, where it rained, Ann Poe has not met John Roe.", "Ann Poe has met John Roe in Calder.",
         "meet", "Ann Poe has not met John Roe in Calder."),
        ("Acme did not hire John Roe as a guard.", "As a guard John Roe was hired by Acme.",
         "hire", "As a guard John Roe was not hired by Acme."),
    ],
)  # fmt: skip
def test_a_deed_denied_on_one_side_is_an_accusation_in_any_order(
    article: str, wrong: str, said: str, right: str
) -> None:
    """Active and passive, with the words in other places."""
    claim = claimed(article, wrong)
    (finding,) = denied(claim, ground(article), aligned(ground(article), claim))
    other = said.removeprefix("not ") if said.startswith("not ") else f"not {said}"
    assert (finding.kind, finding.severity) == ("negation", "error")
    assert (finding.said, finding.article_says) == (said, other)
    assert [place.text for place in finding.evidence] == [article]
    assert errors(article, right) == []


@pytest.mark.parametrize(
    ("article", "claim"),
    [
        ("Ann Poe did not sign the letter in May. She signed the letter in June.", "Ann Poe signed the letter."),
        ("Ann Poe failed to sign the letter.", "Ann Poe did not sign the letter."),
        ("Ann Poe has yet to sign the letter.", "Ann Poe has not signed the letter."),
        ("Ann Poe did not sign the letter until June.", "Ann Poe signed the letter in June."),
        ("Ann Poe declined to sign the letter.", "Ann Poe did not sign the letter."),
        ("Ann Poe denied that she signed the letter.", "Ann Poe said that she did not sign the letter."),
        ("Acme denies that Ann Poe signed the letter.", "Acme says that Ann Poe did not sign the letter."),
        ("Ann Poe said she had not signed the letter. Acme says she signed the letter.",
         "Acme says that Ann Poe signed the letter."),
        gap("Ann Poe no longer leads Acme.", "Ann Poe does not lead Acme any more.",
            reason="“no longer” denies, too"),
        gap("Villagers say that soldiers burned houses. The army denies this.",
            "The army says that soldiers did not burn houses.", reason="who says the contrary is another"),
        gap("Ann Poe did not sign the letter in May, but did so in June.", "Ann Poe signed the letter in June.",
            reason="“did so” is not read"),
    ],
)  # fmt: skip
def test_what_is_denied_in_another_way_or_by_another_is_let_pass(article: str, claim: str) -> None:
    """Also what was first not done and then done."""
    assert errors(article, claim) == []
