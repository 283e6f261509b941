"""Negations that a claim loses or adds."""

from typing import Any

import pytest
from by_hand import checked, ground_of, of_code, told

PADDING = "The harbour town lies on the coast."


def findings(article: str, claim: str) -> list[Any]:
    return of_code(checked(ground_of(PADDING, article), claim), "negation")


@pytest.mark.parametrize(
    ("article", "claim"),
    [
        ("The council did not approve the pier.", "The council approved the pier."),
        ("The council approved the pier.", "The council did not approve the pier."),
        ("The council never approved the pier.", "The council approved the pier."),
        ("The council did not have a pier.", "The council had a pier."),
        ("The council does not have a pier.", "The council has a pier."),
        ("The council didn't approve the pier.", "The council approved the pier."),
        ("The council didn’t approve the pier.", "The council approved the pier."),
        ("The council can build the pier.", "The council cannot build the pier."),
        ("The council approved no pier.", "The council approved a pier."),
        ("The council refused to approve the pier.", "The council approved the pier."),
        ("The council failed to approve the pier.", "The council approved the pier."),
        ("The council built the pier without a permit.", "The council built the pier with a permit."),
        ("No council approved the pier.", "A council approved the pier."),
        ("The pier is no longer closed to lorries.", "The pier is closed to lorries."),
        ("The council will not have the pier closed, the mayor said.", "The council will have the pier closed."),
        ("The council did not close it no later than Friday.", "The council did close it no later than Friday."),
        ("The firm of the pier did not reply.", "The firm of the pier replied."),
        ("The price of the pier did not fall.", "The price of the pier did fall."),
        # A denial denied and a parenthesis hide no error.
        ("The council did not deny the plan.", "The council denied the plan."),
        ("The council did not say it would never build a pier.", "The council did say it would never build a pier."),
        ("The council, it said, would not close the pier.", "The council would close the pier, it said."),
        ("The council would not, it said, close the pier.", "The council would close the pier, it said."),
    ],
)
def test_a_negation_on_one_side_only_is_an_error_with_the_articles_sentence(article: str, claim: str) -> None:
    """The finding quotes the claim's negation, or the whole claim if it lost one."""
    (finding,) = findings(article, claim)
    own = next((word for word in claim.split() if word in ("not", "cannot", "never", "denied")), claim)
    assert (finding.code, *told(finding)) == ("negation", "error", own, article)


@pytest.mark.parametrize(
    ("article", "claim"),
    [
        ("The council did not approve the pier.", "The council didn't approve the pier."),
        ("The council refused to build the pier.", "The council did not build the pier."),
        ("The council had no pier.", "The council did not have a pier."),
        ("The council approved the pier.", "The pier was approved by the council."),
        ("The council built a pier, not a bridge.", "The council built a pier."),
        ("It was not clear when the council closed the pier.", "The council closed the pier."),
        ("Nobody was hurt when the pier fell.", "The pier fell."),
        ("Not only did the council close the pier.", "The council did close the pier."),
        ("The council will close the pier no later than Friday.", "The council will close the pier by Friday."),
        ("The pier holds not more than thirty boats.", "The pier holds at most thirty boats."),
        ("No, the council closed the pier.", "The council closed the pier."),
    ],
)
def test_the_harmless_twin_is_not_accused(article: str, claim: str) -> None:
    """Both sides negate, neither does, or the negation is outside the claim or denies nothing."""
    assert not findings(article, claim)


def test_one_sentence_that_bears_it_out_is_enough() -> None:
    """If the article both denies and affirms a claim, there is no finding."""
    source_index = ground_of("The council did not open the pier in May.", "The council opened the pier in June.")
    for text in ("The council opened the pier.", "The council did not open the pier."):
        assert not of_code(checked(source_index, text), "negation")


@pytest.mark.parametrize(
    ("claim", "spoken"),
    [
        ("The council approved the long red pier today in Osterby.", True),  # five of seven
        ("The council approved the long red pier today in snowy Osterby.", False),  # five of eight
    ],
)
def test_it_speaks_only_where_most_of_the_claim_aligns(claim: str, *, spoken: bool) -> None:
    """Otherwise the negation may belong to another statement."""
    assert bool(findings("The council did not approve the long red pier.", claim)) is spoken


@pytest.mark.parametrize(
    ("article", "claim"),
    [
        # Another word or the tense may express the denial.
        ("The council is far from approving the pier.", "The council is not approving the pier."),
        ("The council will not open the pier until Friday.", "The council will open the pier on Friday."),
        ("Boats may not use the pier.", "Boats are banned from the pier."),
        ("The council voted not to extend the pier.", "The council voted against extending the pier."),
        ("The mayor cannot sign the lease before May.", "The mayor can sign the lease only in May."),
        ("The pier is not open to lorries.", "The pier is open to all but lorries."),
        ("The repair did not begin on Monday.", "The repair was to begin on Monday, but was postponed."),
        ("The council does not own a pier.", "The council owned a pier."),
        ("The council does not deny that mistakes were made.", "The council admits that mistakes were made."),
        ("The council admits that mistakes were made.", "The council does not deny that mistakes were made."),
        # Another predicate, place or group.
        ("Three people were hurt when the crane fell.", "Nobody else was hurt."),
        ("Nobody but the driver was hurt.", "One man was hurt."),
        ("No more than three people were hurt.", "Three people were hurt."),
        ("Three people were arrested on Monday.", "No one has been charged."),
        ("Two crew were hurt.", "None of the passengers was hurt."),
        ("Three people were hurt when the crane fell.", "No passengers were hurt."),
        ("Three dogs were hurt in the fire.", "Nobody was hurt in the fire."),
        ("Three people were rescued from the river.", "Nothing was rescued from the river."),
        ("Three people were slightly hurt.", "Nobody was seriously hurt."),
        ("Three people could have been hurt.", "Nobody was hurt."),
        ("Three people were nearly hurt.", "Nobody was hurt."),
        ("The police denied that three people were hurt.", "Nobody was hurt."),
        ("Three people were hurt in a similar fall a year ago.", "Nobody was hurt."),
        ("In Bergen nobody was hurt.", "Three people were hurt in Oslo."),
        ("The families of three people were told.", "No people were told in Bergen."),
        ("The police found three guns in the car.", "The police found no guns in the house."),
        ("Three dogs were hurt in the fire.", "None was hurt in the fire."),
        ("Three people live on the island.", "Nobody lived on the island before the war."),
        ("It is not true that nobody was hurt.", "Three people were hurt."),
        ("The council has two plans for the pier.", "The council has no plans for the bridge."),
    ],
)
def test_what_may_be_said_in_another_way_or_of_others_is_noted_at_most(article: str, claim: str) -> None:
    assert {finding.severity for finding in findings(article, claim)} <= {"note"}
