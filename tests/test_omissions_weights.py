"""Omissions: what makes one deed, name, place or amount weigh more than another."""

import pytest

from summarise import extract_facts
from summarise.omissions.answers import Ties, how_much, where, who
from summarise.omissions.deeds import deeds
from summarise.omissions.story import Story

FILLER = "The weather was mild and many people walked along the quiet river that day."


def scores(*sentences: str) -> dict[str, float]:
    """Return the weight of each deed by its predicate."""
    return {deed.relation.predicate: deed.score for deed in deeds(Story(extract_facts(" ".join(sentences))))}


@pytest.mark.parametrize(
    ("article", "more", "less"),
    [
        ("Acme Corp. sold a farm, which Jane Doe had bought.", "sell", "buy"),
        ("Acme Corp. sold a farm. Acme Corp. had cleaned a barn.", "sell", "clean"),
        ("“Acme Corp. ruined the farm,” said Jane Doe. Acme Corp. sold the barn.", "sell", "ruin"),
    ],
)
def test_what_is_told_besides_weighs_less(article: str, more: str, less: str) -> None:
    """In a clause with "which", as done before, or only in what somebody says."""
    found = scores(article)
    assert found[more] > found[less]


def test_a_clause_told_besides_weighs_less_than_the_same_told_by_itself() -> None:
    """Where it stands in the sentence is not all."""
    aside = scores("When Jane Doe bought a barn, Ann Poe sold a farm.")
    alone = scores("Jane Doe bought a barn, and Ann Poe sold a farm.")
    assert aside["buy"] < 0.8 * aside["sell"]
    assert alone["buy"] >= alone["sell"]


def test_what_was_done_before_weighs_less_than_the_same_told_as_news() -> None:
    """The pluperfect leads up to the story."""
    before = scores("Acme Corp. sold a farm.", "Jane Doe had bought a barn.")
    assert before["buy"] < scores("Acme Corp. sold a farm.", "Jane Doe bought a barn.")["buy"]


@pytest.mark.parametrize("predicate", ["tell", "picture"])
def test_who_is_told_and_who_is_pictured_is_no_news(predicate: str) -> None:
    """Although somebody takes part."""
    article = "Jane Doe told reporters that Acme Corp. had sold a farm. Jane Doe pictured the farm."
    assert predicate not in scores(article)


def test_a_denial_weighs_more_late_than_another_deed() -> None:
    """The other side is told late, and matters."""
    found = scores(*[FILLER] * 20, "Jane Doe denied that she had burned the barn.", "Jane Doe painted the barn.")
    assert found["burn"] > found["paint"]


def amounts(*sentences: str) -> dict[str, float]:
    """Return the weight of each amount by its words."""
    story = Story(extract_facts("\n\n".join(sentences)))
    return {fact.text: score for score, fact in how_much(story, Ties(deeds(story)))}


def test_small_counts_and_ages_weigh_less() -> None:
    """Nobody needs them first."""
    found = amounts("Acme Corp. sold 3 farms and 40 barns.")
    assert found["40 barns"] > found["3 farms"]


def test_an_amount_of_the_headline_weighs_more() -> None:
    """It is the news."""
    with_it = amounts("Acme Corp. Loses £5 Million", f"Acme Corp. lost £5 million and £3 million. {FILLER}")
    assert max(with_it, key=lambda words: with_it[words]).casefold() == "£5 million"
    assert with_it["£5 million"] > 1.2 * with_it["£3 million"]


def test_a_place_where_something_happens_weighs_more() -> None:
    """Behind "in" or "at"."""
    story = Story(extract_facts("Norway praised Acme Corp., which opened a mine in Sweden."))
    found = {fact.text: score for score, fact in where(story, Ties([]))}
    assert found["Sweden"] > found["Norway"]


def test_who_acts_weighs_more_than_who_is_merely_named() -> None:
    """The agent of a deed before others."""
    story = Story(extract_facts(f"Jane Doe sold a farm near the house of Ann Poe. {FILLER}"))
    found = {fact.text: score for score, fact in who(story, deeds(story))}
    assert found["Jane Doe"] > found["Ann Poe"]


def test_a_sentence_that_stands_badly_alone_matters_as_much() -> None:
    """What a fact weighs does not depend on how well its sentence could be shown."""
    story = Story(extract_facts("The farm lost money. But the farm lost money. The farm lost money again."))
    first, second, third = story.sentence
    assert first > second > third


def test_whom_a_goalkeeper_denies_is_no_denial() -> None:
    """What is denied is a deed or a claim, and takes a place of its own."""
    facts = extract_facts("Sam Slocombe denied Matthew Briggs with a save. Jane Doe denied the charge.")
    assert [deed.sort for deed in sorted(deeds(Story(facts)), key=lambda deed: deed.relation.start)] == [
        "what",
        "denial",
    ]


def test_what_the_headline_has_weighs_more() -> None:
    """The same two sentences, under another headline."""
    body = "Acme Corp. bought a newspaper in Oslo. Zenith Ltd. sold a railway in Bergen. " + FILLER

    def first(headline: str) -> str:
        ranked = deeds(Story(extract_facts(f"{headline}\n\n{body}")))
        return ranked[0].relation.predicate

    assert first("Zenith Ltd. Sells Its Railway") == "sell"
    assert first("Acme Corp. Buys a Newspaper") == "buy"


def test_what_comes_next_counts_though_it_stands_last() -> None:
    """News tells it at the end; with a date it is worth more than the sentence before it."""
    facts = extract_facts(" ".join([FILLER] * 20) + " Jane Doe left the hall. The trial will end on 3 July.")
    ranked = deeds(Story(facts))
    scores = {deed.relation.predicate: deed.score for deed in ranked}
    assert scores["end"] > scores["leave"]
