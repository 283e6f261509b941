"""Summaries without a model: sentences of the article, unchanged, each readable in its place."""

import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from recorded import SEEDS

from summarise import Article, Settings, Summary, read_article, summarise

PATHS = sorted(SEEDS.glob("*/article.txt"))
LENGTHS = st.one_of(st.integers(1, 12), st.integers(20, 200).map("{}w".format), st.sampled_from(["short", "long"]))
# The start of a sentence that the one before it explains.
PRONOUN = re.compile(r"(?:He|She)\b")


@cache
def article_of(path: Path) -> Article:
    return read_article(path)


def lines_of(article: Article) -> list[str]:
    """Return the sentences of an article with single spaces."""
    return [" ".join(article.quote(sentence).split()) for sentence in article.sentences]


def extract_of(article: Article, **options: object) -> Summary:
    return summarise(article, model="extract", settings=Settings(entailment="off"), **options)  # type: ignore[arg-type]


@given(path=st.sampled_from(PATHS), length=LENGTHS, style=st.sampled_from(["prose", "brief", "bullets"]))
def test_every_sentence_is_one_of_the_article(path: Path, length: str | int, style: str) -> None:
    """In the article's order, without repetition, and supported."""
    article = article_of(path)
    summary, lines = extract_of(article, length=length, style=style), lines_of(article)
    places = [lines.index(sentence.text) for sentence in summary.sentences]
    assert places == sorted(set(places))
    assert all(sentence.origin == "article" and not sentence.history for sentence in summary.sentences)
    assert summary.verdict == "supported"


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.parent.name)
def test_a_pronoun_at_the_start_follows_the_sentence_before_it(path: Path) -> None:
    article = article_of(path)
    lines = lines_of(article)
    for length in range(1, 13):
        places = [lines.index(sentence.text) for sentence in extract_of(article, length=length).sentences]
        for place in places:
            assert place - 1 in places or not PRONOUN.match(lines[place])


PORT = """A storm closed the harbour of Vesterholm on Monday. Ships are being sent to Sandry.

Jane Doe leads the port authority of Vesterholm. She expects repairs worth three million euros this spring.
"""


def test_a_sentence_with_a_pronoun_is_shown_with_the_one_before_it() -> None:
    """Or not at all."""
    for length in range(1, 5):
        texts = [sentence.text for sentence in extract_of(read_article(PORT), length=length).sentences]
        behind = [before for before, text in zip(["", *texts], texts, strict=False) if text.startswith("She")]
        assert behind in ([], ["Jane Doe leads the port authority of Vesterholm."])
        assert behind or length < 4
