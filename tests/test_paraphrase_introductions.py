"""Introductions of people at their first mention, which paraphrases must keep."""

from functools import cache

import pytest

from summarise import Facts, read_article
from summarise.facts import extract
from summarise.facts.parser import parsed_sentences
from summarise.writing.paraphrase import ArticleParaphrases
from summarise.writing.paraphrase.introductions import first_mentions, introductions
from summarise.writing.paraphrase.sentence import Sentence

HEADLINE = "News from the harbour\n\n"
BRIDGE = "said on Monday that the old bridge, which was built in 1931, would be closed for six months."
AGAIN = "said on Friday that the new bridge, which was built in 2001, would be closed for two years."
THEFT = "Imran Shadwell, prosecuting, said on Tuesday that the two men had planned the theft, which shocked the town."
FLIGHT = "Imran Shadwell, prosecuting, said on Friday that the two men had planned the flight, which shocked the town, \
for years."


@cache
def read(text: str) -> tuple[Facts, ArticleParaphrases]:
    """Return the facts and paraphrases of a text; its first sentence is number 1, after a headline."""
    facts = extract(read_article(HEADLINE + text))
    return facts, ArticleParaphrases(facts, parsed_sentences(facts.article))


def introduced(text: str, index: int = 1) -> tuple[str, ...]:
    facts, _ = read(text)
    passage = parsed_sentences(facts.article)[index]
    sentence = Sentence(passage, [fact for fact in facts.facts if fact.sentence == index])
    return introductions(sentence, first_mentions(facts))


def told(text: str, index: int = 1) -> tuple[str, ...]:
    """Return the paraphrases of a sentence."""
    found = read(text)[1].paraphrased(index)
    return found.texts if found else ()


INTRODUCED = {
    f"Prime Minister Ann Lee {BRIDGE}": "Prime Minister",
    f"Imran Shadwell, prosecuting, {BRIDGE}": "prosecuting",
    f"Tom Barr, a baker from Haddow, {BRIDGE}": "a baker from Haddow",
    f"Tom Barr, who runs a bakery in Haddow, {BRIDGE}": "who runs a bakery in Haddow",
    "Lena Oakes, 41, told the council on Monday that the old bridge, which was built in 1931, would close.": "41",
    "Lena Oakes said on Monday that Tom Barr, a baker, would close the shop, which was built in 1931.": "a baker",
}


@pytest.mark.parametrize("sentence", INTRODUCED)
def test_an_introduction_is_in_every_paraphrase(sentence: str) -> None:
    """Titles before a name and appositions after it are kept."""
    assert introduced(sentence) == (INTRODUCED[sentence],)
    texts = told(sentence)
    assert texts
    assert all(INTRODUCED[sentence] in text for text in texts)


@pytest.mark.parametrize(
    ("first", "second", "introduction", "short"),
    [
        (THEFT, FLIGHT, "prosecuting", "According to Imran Shadwell,"),
        (f"Tom Barr, a baker, {BRIDGE}", f"Tom Barr, a baker, {AGAIN}", "a baker", "Tom Barr said"),
    ],
)
def test_second_mentions_are_free(first: str, second: str, introduction: str, short: str) -> None:
    """An introduction that the article has already given may be dropped."""
    text = f"{first} {second}"
    assert introduced(text, 1) == (introduction,)
    assert introduced(text, 2) == ()
    assert told(text, 1)
    assert all(introduction in one for one in told(text, 1))
    free = [one for one in told(text, 2) if introduction not in one]
    assert any(one.startswith(short) for one in free)
