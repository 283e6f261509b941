"""Key facts of the seeds, compared with those that a reader listed."""

from pathlib import Path

import pytest

from summarise import extract_facts
from summarise.checks.key_facts import key_facts
from summarise.data import KeyFact

SEEDS = Path(__file__).parent.parent / "seeds"
SLUGS = sorted(path.parent.name for path in SEEDS.glob("*/keyfacts.tsv"))
ASPECTS = {"who", "what", "when", "where", "how much", "outcome"}
NAMED = 0.6
"""Minimum share of key facts that contain, or are part of, one of the reader's eight facts."""


def listed(slug: str) -> list[tuple[str, str]]:
    """Return the aspects and texts of the reader's facts."""
    lines = (SEEDS / slug / "keyfacts.tsv").read_text(encoding="utf-8").splitlines()
    return [(aspect, words) for aspect, words in (line.split("\t") for line in lines)]


def names_one(key: KeyFact, slug: str, text: str) -> bool:
    """Return whether a key fact contains one of the reader's facts or is part of one."""
    for _, words in listed(slug):
        for place in (at for at in range(len(text)) if text.startswith(words, at)):
            if (key.start <= place and place + len(words) <= key.end) or (
                place <= key.start and key.end <= place + len(words)
            ):
                return True
    return False


@pytest.mark.parametrize("slug", SLUGS)
def test_the_reader_listed_eight_and_in_the_words_of_the_article(slug: str) -> None:
    article = (SEEDS / slug / "article.txt").read_text(encoding="utf-8")
    assert len(listed(slug)) == 8
    assert all(words in article and aspect in ASPECTS for aspect, words in listed(slug))


@pytest.mark.slow
def test_most_key_facts_have_something_that_a_reader_lists() -> None:
    found = []
    for slug in SLUGS:
        facts = extract_facts(SEEDS / slug / "article.txt")
        found += [names_one(key, slug, facts.article.text) for key in key_facts(facts)]
    assert sum(found) >= NAMED * len(found), f"{sum(found)} of {len(found)}"
