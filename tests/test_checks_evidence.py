"""Selection of the article's sentences that bear on a claim."""

from hypothesis import given
from hypothesis import strategies as st

from summarise.checks.evidence import EvidenceIndex

PLAY = (
    "Anna Weber opened the new theatre in Linz on Monday.",
    "The building cost 40 million euros.",
    "It has two stages and a garden.",
    "Critics had called the plan a waste.",
    "The mayor, Peter Gruber, cut the ribbon.",
    "He thanked the builders for seven years of work.",
)
WORD = st.sampled_from("anna theatre linz monday he it the 40 million critics plan garden mayor seven".split())
TEXT = st.lists(WORD, min_size=1, max_size=12).map(" ".join)


def test_the_sentence_that_has_the_claims_words_is_found() -> None:
    assert EvidenceIndex(PLAY).find("Critics thought it wasteful.", budget=8) == (3,)


def test_a_number_in_words_finds_the_figure() -> None:
    index = EvidenceIndex(["It took 7 years.", "The rest was easy.", "Nobody came."])
    assert index.find("seven", budget=4) == (0,)


def test_a_claim_fused_from_far_apart_places_gets_all_of_them_in_the_articles_order() -> None:
    filler = tuple(f"Nothing happened on street number {number}." for number in range(200, 260))
    sentences = (PLAY[0], *filler, PLAY[4], *filler, PLAY[1])
    found = EvidenceIndex(sentences).find(
        "Peter Gruber opened the theatre in Linz, which cost 40 million euros.", budget=30
    )
    assert {0, 61, 122} <= set(found)
    assert list(found) == sorted(found)


def test_a_sentence_that_begins_with_a_pronoun_brings_the_one_before_it() -> None:
    assert EvidenceIndex(PLAY).find("Builders were thanked after years of work.", budget=20)[-2:] == (4, 5)


@given(st.lists(TEXT, max_size=12), TEXT, TEXT, st.integers(1, 40))
def test_evidence_is_in_order_without_repeats_and_keeps_to_its_budget(
    sentences: list[str], claim: str, before: str, budget: int
) -> None:
    found = EvidenceIndex(sentences).find(claim, before=before, budget=budget)
    assert list(found) == sorted(set(found))
    assert bool(found) == bool(sentences)
    words = sum(len(sentences[index].split()) for index in found)
    assert words <= budget or len(found) == 1


@given(st.lists(TEXT, min_size=1, max_size=12), st.data())
def test_a_sentence_of_the_article_finds_itself_or_its_like(sentences: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(sentences) - 1))
    found = EvidenceIndex(sentences).find(sentences[place], budget=60)
    said = {word for index in found for word in sentences[index].split()}
    assert set(sentences[place].split()) <= said
