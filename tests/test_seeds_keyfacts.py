"""Key facts of the seeds: how many of those that a reader listed the program ranks, as a floor."""

from pathlib import Path

import pytest

from summarise import extract_facts
from summarise.data import Facts, KeyFact
from summarise.omissions import key_facts

SEEDS = Path(__file__).parent.parent / "seeds"
FOUND = {
    "belgium-election-interference": 4,
    "corrowby-cup-final": 5,
    "ellering-gateway-inquiry": 3,
    "halvorn-annual-results": 4,
    "lantern-moss-study": 2,
    "tessaly-fraud-trial": 5,
}
"""Of eight each, with the reader's aspect and in the reader's words: 23 of 48."""
ASPECTS = {"who", "what", "when", "where", "how much", "outcome"}


def listed(slug: str) -> list[tuple[str, str]]:
    """Return aspect and words of what the reader listed."""
    lines = (SEEDS / slug / "keyfacts.tsv").read_text(encoding="utf-8").splitlines()
    return [(aspect, words) for aspect, words in (line.split("\t") for line in lines)]


def found(key: KeyFact, words: str, facts: Facts) -> bool:
    """Tell whether a key fact, or another mention of the same value, stands in these words of the article."""
    text = facts.article.text
    places = [place for place in range(len(text)) if text.startswith(words, place)]
    mentions = [one for one in facts.facts if one.kind == key.fact.kind and one.value == key.fact.value]
    return any(place <= one.start and one.end <= place + len(words) for place in places for one in mentions)


@pytest.mark.parametrize("slug", FOUND)
def test_the_reader_listed_eight_and_in_the_words_of_the_article(slug: str) -> None:
    """Each with its aspect."""
    article = (SEEDS / slug / "article.txt").read_text(encoding="utf-8")
    assert len(listed(slug)) == 8
    assert all(words in article and aspect in ASPECTS for aspect, words in listed(slug))


@pytest.mark.slow
@pytest.mark.parametrize("slug", FOUND)
def test_the_key_facts_are_those_that_a_reader_names(slug: str) -> None:
    """At least as many as when this was written; the same aspect is wanted."""
    facts = extract_facts(SEEDS / slug / "article.txt")
    ranked = key_facts(facts)
    hits = [
        words for aspect, words in listed(slug) if any(k.aspect == aspect and found(k, words, facts) for k in ranked)
    ]
    assert len(hits) >= FOUND[slug]
