"""What each rule offers for a sentence written for it, and what must never be offered. All text is ours."""

import pytest

from summarise.facts import extract
from summarise.facts.parsed_sentence import parsed_sentences
from summarise.pipeline.reading import read_article
from summarise.writing.paraphrase import ArticleParaphrases, Paraphrases, paraphrases_of

HEADLINE = "News from the harbour\n\n"


def forms(text: str) -> ArticleParaphrases:
    """Return the forms of a text; its first sentence is number 1, behind a headline."""
    article = read_article(HEADLINE + text)
    return paraphrases_of(extract(article), parsed_sentences(article))


def members(form: Paraphrases | None) -> set[str]:
    return set(form.members(500)) if form else set()


EXACTLY = {
    # A joined predicate may go; the first alone stays.
    "The council cut its budget for the city parks and raised the price of every parking permit.": {
        "The council cut its budget for the city parks.",
    },
    # Who says so changes places, and is never lost.
    "The mayor said that the old bridge would be closed to lorries for six months.": {
        "According to the mayor, the old bridge would be closed to lorries for six months.",
        "The old bridge would be closed to lorries for six months, the mayor said.",
    },
    # "8 per cent" and "8%" never stand side by side, and the bound stays.
    "Prices rose by more than 8 per cent, according to the statistics office.": {
        "According to the statistics office, prices rose by more than 8 per cent.",
        "According to the statistics office, prices rose by more than 8%.",
        "According to the statistics office, prices rose by over 8 per cent.",
        "According to the statistics office, prices rose by over 8%.",
    },
    # The quotation stays whole.
    "“The roof was never safe to walk on,” Lena Oakes told reporters on Friday.": {
        "“The roof was never safe to walk on,” Lena Oakes said.",
        "Lena Oakes said: “The roof was never safe to walk on.”",
        "Lena Oakes told reporters on Friday: “The roof was never safe to walk on.”",
    },
    # Either side of a semicolon; the restrictive clause stays.
    "The ferries that were built in Velland, which has four yards, were late; the buses came on time.": {
        "The ferries that were built in Velland were late; the buses came on time.",
        "The ferries that were built in Velland, which has four yards, were late.",
        "The ferries that were built in Velland were late.",
        "The buses came on time.",
    },
    # A day goes to the front.
    "The prize was won by a small school in the village of Orrin last year.": {
        "Last year, the prize was won by a small school in the village of Orrin.",
    },
    "Oil prices fell sharply on Monday, after the two countries agreed to a truce in the long war.": {
        "Oil prices fell sharply on Monday.",
        "After the two countries agreed to a truce in the long war, oil prices fell sharply on Monday.",
    },
    # A speaker with a description is never put where its closing comma would be missing.
    "Its fuel spokesman, Simon Williams, said that retailers in the north had no stocks.": {
        "According to its fuel spokesman, Simon Williams, retailers in the north had no stocks.",
        "Simon Williams said retailers in the north had no stocks.",
    },
    # "As many as" goes where its figure goes.
    "As many as 40 people were hurt, the police said on Monday.": {
        "The police said that as many as 40 people were hurt.",
        "The police said as many as 40 people were hurt.",
        "According to the police, as many as 40 people were hurt.",
    },
    # "Said" stands first in a report that an apposition's commas frame.
    "Three members of the crew, who were asleep below the deck, escaped after the alarm sounded on Monday.": {
        "Three members of the crew escaped after the alarm sounded on Monday.",
        "Three members of the crew, who were asleep below the deck, escaped.",
        "Three members of the crew escaped.",
        "After the alarm sounded on Monday, three members of the crew escaped.",
        "After the alarm sounded on Monday, three members of the crew, who were asleep below the deck, escaped.",
    },
    "Calder & Brisk was hired by the port as a builder of small steel bridges.": {
        "The port hired Calder & Brisk as a builder of small steel bridges.",
    },
}


@pytest.mark.parametrize("sentence", EXACTLY)
def test_a_sentence_may_be_told_in_exactly_these_ways(sentence: str) -> None:
    """The language of the sentence is this one, no member more or less."""
    assert members(forms(sentence).shortened(1)) == EXACTLY[sentence]


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
    """Where every cut would change what is said, nothing is offered, and nothing is cut."""
    told = forms(sentence)
    assert told.shortened(1) is None
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
def test_what_qualifies_is_in_every_member(sentence: str, words: str) -> None:
    """Hedges, bounds, denials, scope and the figures of the main clause are never lost."""
    told = forms(sentence)
    found = members(told.shortened(1)) | set(told.compressions(1))
    assert found
    assert all(words.casefold() in member.casefold() for member in found)


def test_a_description_is_taken_over() -> None:
    """What one sentence says of a name stands beside the name in another, and two facts of one subject are joined."""
    told = forms("Tom Barr, 54, runs a bakery in Haddow. He employs twelve people from the village.")
    assert members(told.fused(1, 2)) == {
        "Tom Barr, 54, runs a bakery in Haddow and employs twelve people from the village.",
        "Tom Barr, 54, who runs a bakery in Haddow, employs twelve people from the village.",
    }
    told = forms(
        "Lena Oakes, the harbour master, opened the gate on Monday. Oakes plans to write a book about the storm."
    )
    assert "Lena Oakes, the harbour master, plans to write a book about the storm." in members(told.fused(1, 2))


APART = {
    "two persons": "Tom Barr runs a bakery in Haddow. Lena Oakes employs twelve people from the village.",
    "a speaker's words": "Tom Barr said that the bakery was closed. He employs twelve people from the village.",
    "an alleged deed": "Tom Barr closed the bakery, according to the police. He owns two boats, but rarely sails.",
    "another time": "Tom Barr closed the bakery in Haddow in May. He had opened it in March.",
}


@pytest.mark.parametrize("text", APART.values(), ids=APART)
def test_sentences_that_do_not_belong_together_are_not_joined(text: str) -> None:
    """Nothing is put under another's name, speaker, certainty or time."""
    assert forms(text).fused(1, 2) is None


def test_the_best_compression_keeps_the_figures_of_the_main_clause() -> None:
    """Of all cuts those come first that keep the main clause's facts, the shortest of them at the head."""
    told = forms(
        "The port (PHT), which has two piers, sold 14 boats in March, and the buyers, who live in Velland, have paid."
    )
    best = told.compressions(1)
    assert "14 boats" in best[0]
    assert len(best[0]) == min(len(text) for text in best if "14 boats" in text and "March" in text)


def test_a_member_tells_what_was_done() -> None:
    """The kinds of edits are named for the report."""
    form = forms(
        "The council cut its budget for the city parks and raised the price of every parking permit."
    ).shortened(1)
    assert form is not None
    assert form.edits("The council cut its budget for the city parks.") == ("joined predicate",)
    assert form.edits("The council cut its budget.") is None
    assert form.sources == (1,)


def test_without_a_parser_there_are_no_forms() -> None:
    """Where rules read the sentences nothing is known of clauses, and nothing is offered."""
    article = read_article(HEADLINE + next(iter(EXACTLY)))
    told = paraphrases_of(extract(article, rules=True), parsed_sentences(article, rules=True))
    assert told.shortened(1) is None
    assert told.compressions(1) == ()
