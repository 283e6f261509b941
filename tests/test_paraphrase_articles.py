"""Invariants of the paraphrases of the seed articles."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from summarise import Facts, read_article
from summarise.checks.provenance import origin_of
from summarise.data import Date, Figure, Money, Name
from summarise.facts import extract
from summarise.facts.parser import ParsedSentence, parsed_sentences
from summarise.facts.salience import balanced
from summarise.writing.paraphrase import LONGEST_PATTERN, ArticleParaphrases, Paraphrases

SEEDS = sorted(path.parent.name for path in Path("seeds").glob("*/article.txt"))


class Read(NamedTuple):
    """An article's facts, parsed sentences and paraphrases."""

    facts: Facts
    sentences: Sequence[ParsedSentence]
    paraphrases: ArticleParaphrases
    told: list[Paraphrases]


@pytest.fixture(scope="module", params=SEEDS)
def article(request: pytest.FixtureRequest) -> Read:
    read = read_article(Path("seeds") / request.param / "article.txt")
    facts = extract(read)
    sentences = parsed_sentences(read)
    paraphrases = ArticleParaphrases(facts, sentences)
    told = [found for index in range(len(paraphrases)) if (found := paraphrases.paraphrased(index)) is not None]
    return Read(facts, sentences, paraphrases, told)


@pytest.mark.slow
def test_every_paraphrase_is_another_telling(article: Read) -> None:
    """Each paraphrase matches its pattern and is not a near copy of its sentence."""
    facts, _, _, told = article
    assert told
    for found in told:
        pattern = found.pattern()
        assert len(pattern) <= LONGEST_PATTERN
        place = facts.article.evidence(facts.article.sentences[found.sentence])
        for text in found.texts:
            assert re.search(pattern, text)
            assert text in found
            assert origin_of(text, [place]) == "model"


@pytest.mark.slow
def test_no_paraphrase_says_what_its_sentence_lacks(article: Read) -> None:
    """A paraphrase adds no number and no person's name."""
    facts, _, _, told = article
    known = {f.value for f in facts.facts if isinstance(f, Name) and f.category == "person"}
    for found in told:
        source = " ".join(facts.article.quote(facts.article.sentences[found.sentence]).split())
        for text in found.texts:
            assert set(re.findall(r"\d[\d.,]*\d|\d", text)) <= set(re.findall(r"\d[\d.,]*\d|\d", source))
            assert all(name in source for name in known if name in text)
            assert balanced(text)
            assert text.count("(") == text.count(")")


@pytest.mark.slow
def test_values_of_paraphrases_are_values_of_their_sentences(article: Read) -> None:
    facts, _, _, told = article
    kinds = (Figure, Money, Date)
    for found in told:
        theirs = {f.value for f in facts.facts if isinstance(f, kinds) and f.sentence == found.sentence}
        own = extract(read_article(f"Heading\n\n{found.texts[-1]}"))
        assert {f.value for f in own.facts if isinstance(f, kinds)} <= theirs


@pytest.mark.slow
def test_compressions_only_leave_out(article: Read) -> None:
    facts, _, paraphrases, _ = article
    for index, place in enumerate(facts.article.sentences):
        source = [word.casefold() for word in re.findall(r"\w+", facts.article.quote(place))]
        for text in paraphrases.compressions(index):
            words = iter(source)
            assert all(word.casefold() in words for word in re.findall(r"\w+", text))
            assert len(text.split()) < len(facts.article.quote(place).split())
