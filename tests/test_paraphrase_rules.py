"""What each paraphrase rule offers, and what none may offer."""

import pytest

from summarise import read_article
from summarise.facts import extract
from summarise.facts.parser import parsed_sentences
from summarise.writing.paraphrase import ArticleParaphrases, Paraphrases

HEADLINE = "News from the harbour\n\n"


def paraphrased(text: str) -> ArticleParaphrases:
    """Return a text's paraphrases; its first sentence has index 1."""
    article = read_article(HEADLINE + text)
    return ArticleParaphrases(extract(article), parsed_sentences(article))


def texts(found: Paraphrases | None) -> set[str]:
    return set(found.texts) if found else set()


EXACTLY = {
    # A coordinated predicate may be dropped.
    "The council cut its budget for the city parks and raised the price of every parking permit.": {
        "The council cut its budget for the city parks.",
    },
    # The attribution moves and is never dropped.
    "The mayor said that the old bridge would be closed to lorries for six months.": {
        "According to the mayor, the old bridge would be closed to lorries for six months.",
        "The old bridge would be closed to lorries for six months, the mayor said.",
    },
    # The part after a semicolon may be dropped; a restrictive clause stays.
    "The ferries that were built in Velland, which has four yards, were late; the buses came on time.": {
        "The ferries that were built in Velland were late; the buses came on time.",
        "The ferries that were built in Velland, which has four yards, were late.",
        "The ferries that were built in Velland were late.",
    },
    # A time expression moves to the front.
    "The prize was won by a small school in the village of Orrin last year.": {
        "Last year, the prize was won by a small school in the village of Orrin.",
    },
    "Oil prices fell sharply on Monday, after the two countries agreed to a truce in the long war.": {
        "Oil prices fell sharply on Monday.",
        "After the two countries agreed to a truce in the long war, oil prices fell sharply on Monday.",
    },
    # A speaker with an apposition never moves to where its closing comma would be missing.
    "Its fuel spokesman, Simon Williams, said that retailers in the north had no stocks.": {
        "According to its fuel spokesman, Simon Williams, retailers in the north had no stocks.",
    },
    # "As many as" moves with its figure.
    "As many as 40 people were hurt, the police said on Monday.": {
        "The police said that as many as 40 people were hurt.",
        "The police said as many as 40 people were hurt.",
        "According to the police, as many as 40 people were hurt.",
    },
    # A relative clause and a temporal clause may be dropped.
    "Three members of the crew, who were asleep below the deck, escaped after the alarm sounded on Monday.": {
        "Three members of the crew escaped after the alarm sounded on Monday.",
        "Three members of the crew, who were asleep below the deck, escaped.",
        "Three members of the crew escaped.",
        "After the alarm sounded on Monday, three members of the crew escaped.",
        "After the alarm sounded on Monday, three members of the crew, who were asleep below the deck, escaped.",
    },
}


@pytest.mark.parametrize("sentence", EXACTLY)
def test_a_sentence_may_be_told_in_exactly_these_ways(sentence: str) -> None:
    assert texts(paraphrased(sentence).paraphrased(1)) == EXACTLY[sentence]


NOTHING = {
    "what is denied together": "The council did not cut its budget for the city parks and close the three libraries.",
    "a pair": "The club will either sell the stadium next to the river or close its youth academy for good.",
    "both halves": "The council both cut its budget for the city parks and raised the price of every permit.",
    "a denial beside it": "The council did not cut its budget for the city parks and has raised the fees.",
    "why nothing happened": "No guard was hurt in the fire at the port, because the gate had been shut early.",
    "what but sets against it": "The port welcomes the new ferry but says that it is too small for the island.",
    "a condition": "The bridge over the river Sarn will reopen next week, unless the engineers find more cracks.",
    "where nothing happened": "In Haddow itself, no shop in the old market was closed during the strike.",
    "a restrictive clause": "The builders who had signed the contract with the port were paid in full.",
    "an attribution that is all that hedges": "Two of the guards had been asleep in the boat, the inquiry was told.",
    "words of somebody else": "We have seen the letter that you sent to the owners of our flats in May.",
    "a fragment": "Which is more than anybody in the old town had hoped for since the fire.",
    "a place that counts": "Among the pupils of the two island schools, the figure is 4.5 per cent.",
}


@pytest.mark.parametrize("sentence", NOTHING.values(), ids=NOTHING)
def test_what_would_change_the_meaning_is_not_offered(sentence: str) -> None:
    told = paraphrased(sentence)
    assert told.paraphrased(1) is None
    assert told.compressions(1) == ()


KEPT = [
    ("The firm is alleged to have paid three officials, including a judge, for the permits.", "is alleged to have"),
    (
        "Lena Oakes said that the gate might have been left open, according to the log, for as long as two days.",
        "might",
    ),
    ("The suspected leader of the gang, who is 41, may have left the country, the police said.", "may have left"),
    (
        "Corrowby won the cup for the first time since 1987, beating Harrack Vale in the final on Saturday.",
        "since 1987",
    ),
    ("The shares fell by as much as 14 per cent in London, their lowest level since October 2023.", "as much as 14"),
    ("In Haddow itself, despite the strike, no shop was closed, the mayor added.", "In Haddow itself"),
    ("The team measured 412 cushions at 17 sites, which had been chosen by lot, and found no trend at all.", "412"),
    ("The owner, who lives in Velland, denies that she knew of the leak.", "denies that"),
]


@pytest.mark.parametrize(("sentence", "words"), KEPT)
def test_what_qualifies_is_in_every_paraphrase(sentence: str, words: str) -> None:
    """Hedges, bounds, denials, scope and figures are kept."""
    told = paraphrased(sentence)
    found = texts(told.paraphrased(1)) | set(told.compressions(1))
    assert found
    assert all(words.casefold() in text.casefold() for text in found)


def test_the_best_compression_keeps_the_figures_of_the_main_clause() -> None:
    """It is the shortest that does."""
    told = paraphrased(
        "The port (PHT), which has two piers, sold 14 boats in March, and the buyers, who live in Velland, have paid."
    )
    best = told.compressions(1)
    assert "14 boats" in best[0]
    assert len(best[0]) == min(len(text) for text in best if "14 boats" in text and "March" in text)


def test_without_a_parser_there_are_no_paraphrased() -> None:
    """The rules do not recognise clauses."""
    article = read_article(HEADLINE + next(iter(EXACTLY)))
    told = ArticleParaphrases(extract(article, rules=True), parsed_sentences(article, rules=True))
    assert told.paraphrased(1) is None
    assert told.compressions(1) == ()
