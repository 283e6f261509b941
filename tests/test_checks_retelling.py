"""What is told in words of its own is noted, and what the article tells in this order is not."""

import pytest
from by_hand import aligned, claim_of, ground_of, name
from by_reading import claimed, ground
from hypothesis import given
from hypothesis import strategies as st

from summarise.checks.alignment import Alignment
from summarise.checks.retelling import OWN_WORDS, check, retold

BRIDGE = "Jane Doe bought the old bridge in Osterby and repaired it in the autumn."
SAID = "Jane Doe told reporters that the pier in Osterby was closed."
UNITS = "bought old bridge repaired autumn".split()


def noted(claim: str, *article: str) -> bool:
    """Tell whether the check has its one note to give."""
    facts = [(index, name("Jane Doe")) for index, sentence in enumerate(article) if "Jane Doe" in sentence]
    ground = ground_of(*article, facts=facts)
    made = claim_of(ground, claim, *([name("Jane Doe")] if "Jane Doe" in claim else []))
    found = list(check(made, ground, aligned(ground, made)))
    assert [(f.kind, f.severity, f.said, f.evidence) for f in found] in ([], [("who-did-what", "note", OWN_WORDS, ())])
    return bool(found)


@pytest.mark.parametrize(
    ("own", "retold"),
    [
        ("Jane Doe painted the old bridge.", "Jane Doe bought the old bridge."),
        ("In the autumn Jane Doe bought the bridge.", "Jane Doe bought the bridge in the autumn."),
        ("The bridge bought Jane Doe.", "However, Jane Doe also bought the bridge."),
        ("Jane Doe bought and sold the bridge.", "Jane Doe bought the bridge and repaired it."),
        ("Jane Doe said that she bought the bridge.", "Jane Doe had bought the bridge."),
        ("Mr Roe bought the bridge.", "Mrs Jane Doe buys the bridge."),
        ("", BRIDGE),
    ],
)
def test_only_what_is_told_in_the_articles_order_goes_without_the_note(own: str, retold: str) -> None:
    """Small words, forms of a verb and words that only frame do not count; a saying verb that is put in does."""
    assert noted(own, BRIDGE, "It rained.")
    assert not noted(retold, BRIDGE, "It rained.")


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("Jane Doe said that the pier was closed.", False),
        ("Jane Doe added that the pier was closed.", False),
        ("Jane Doe doubted that the pier was closed.", True),
        ("Jane Doe said that the tower was closed.", True),
    ],
)
def test_one_saying_verb_may_stand_for_another(claim: str, *, expected: bool) -> None:
    """But not for doubt."""
    assert noted(claim, SAID, "It rained.") is expected


def test_a_claim_that_joins_two_sentences_is_told_in_words_of_its_own() -> None:
    """One sentence must have all of it."""
    claim = "Jane Doe bought the bridge and told reporters that the pier was closed."
    assert noted(claim, BRIDGE, SAID)
    assert not noted("Jane Doe bought the bridge.", SAID, BRIDGE)


def test_words_of_framing_alone_retell_nothing() -> None:
    """Something must stand in the article."""
    assert noted("However, he said so also.", SAID)
    source = ground_of(SAID).sources[0]
    assert not retold(Alignment(source, (), ()))


@given(st.lists(st.booleans(), min_size=5, max_size=5).filter(any))
def test_any_part_of_a_sentence_in_its_order_is_retold(kept: list[bool]) -> None:
    """Leaving out is no retelling in other words."""
    words = [word for word, keep in zip(UNITS, kept, strict=True) if keep]
    assert not noted(f"She {' '.join(words)}.", BRIDGE, "It rained.")
    if len(words) > 1:
        assert noted(f"She {' '.join(reversed(words))}.", BRIDGE, "It rained.")


@pytest.mark.parametrize(
    ("claim", "verified"),
    [
        ("A boat was bought by Ann Poe in May.", True),
        ("In May Ann Poe purchased a boat.", True),
        ("John Roe and Ann Poe flew to Lisbon.", False),
        ("Ann Poe bought a boat in Lisbon.", False),
    ],
)
def test_a_paraphrase_is_verified_only_if_the_article_has_all_who_take_part(claim: str, *, verified: bool) -> None:
    """Each in the same part: one who is put beside the doer is no less a doer."""
    article = "Ann Poe bought a boat in May. John Roe flew to Lisbon in June."
    said = claimed(article, claim)
    notes = list(check(said, ground(article), aligned(ground(article), said)))
    assert (notes == []) == verified
