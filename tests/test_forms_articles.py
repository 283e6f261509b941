"""What holds for every member of every form of the seeds' articles."""

import re
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from summarise.checks.provenance import origin_of
from summarise.data import Date, Evidence, Facts, Figure, Money, Name
from summarise.facts import extract
from summarise.facts.parsed_sentence import ParsedSentence, parsed_sentences
from summarise.facts.salience import balanced
from summarise.pipeline.reading import read_article
from summarise.writing.paraphrase import LONGEST_PATTERN, ArticleParaphrases, Paraphrases, paraphrases_of

SEEDS = sorted(path.parent.name for path in Path("seeds").glob("*/article.txt"))
MEMBERS = 60
NEAR = 4
"""Sentences further apart are seldom joined; looking at all pairs would take long."""


class Read(NamedTuple):
    """An article's facts, its sentences as the extractors read them, and the forms of these, alone and in pairs."""

    facts: Facts
    sentences: Sequence[ParsedSentence]
    forms: ArticleParaphrases
    told: list[Paraphrases]


@pytest.fixture(scope="module", params=SEEDS)
def article(request: pytest.FixtureRequest) -> Read:
    read = read_article(Path("seeds") / request.param / "article.txt")
    facts = extract(read)
    sentences = parsed_sentences(read)
    forms = paraphrases_of(facts, sentences)
    return Read(facts, sentences, forms, all_forms(facts, forms))


def all_forms(facts: Facts, forms: ArticleParaphrases) -> list[Paraphrases]:
    count = len(facts.article.sentences)
    found = [forms.shortened(i) for i in range(count)]
    found += [forms.fused(i, j) for i in range(count) for j in range(i + 1, min(count, i + NEAR))]
    return [form for form in found if form is not None]


@pytest.mark.slow
def test_every_member_is_contained_and_another_telling(article: Read) -> None:
    """Members match the pattern and are contained, samples are members, and none is a near copy of a sentence."""
    facts, _, _, told = article
    assert told
    for form in told:
        pattern = form.pattern()
        assert len(pattern) <= LONGEST_PATTERN
        members = form.members(MEMBERS)
        places = [facts.article.sentences[index] for index in form.sources]
        evidence = [
            Evidence(start=place.start, end=place.end, text=" ".join(facts.article.quote(place).split()))
            for place in places
        ]
        for text in members:
            assert re.search(pattern, text)
            assert form.contains(text)
            assert form.edits(text)
            assert origin_of(text, evidence) == "model"
        assert form.contains(form.sample(Random(7)))


@pytest.mark.slow
def test_no_member_says_what_its_sentences_lack(article: Read) -> None:
    """Every word with a digit and every name is the article's: of the sources, or whom a pronoun of theirs means."""
    facts, _, _, told = article
    for form in told:
        source = " ".join(facts.article.quote(facts.article.sentences[i]) for i in form.sources)
        known = {f.value for f in facts.facts if isinstance(f, Name) and f.category == "person"}
        for text in form.members(MEMBERS):
            assert set(re.findall(r"\d[\d.,]*\d|\d", text)) <= set(re.findall(r"\d[\d.,]*\d|\d", source))
            named = next((name for name in known if name in text and name not in source), None)
            if named is not None:
                assert re.search(r"\b(he|she|his|her)\b", source, re.I) or named.split()[-1] in source
            assert balanced(text)
            assert text.count("(") == text.count(")")


@pytest.mark.slow
def test_values_of_members_are_values_of_their_sources(article: Read) -> None:
    """Figures, money and dates mean the same as in the article."""
    facts, _, _, told = article
    for form in told:
        kinds = (Figure, Money, Date)
        theirs = {f.value for f in facts.facts if isinstance(f, kinds) and f.sentence in form.sources}
        for text in form.members(2)[-1:]:
            own = extract(read_article(f"Heading\n\n{text}"))
            assert {f.value for f in own.facts if isinstance(f, kinds)} <= theirs


@pytest.mark.slow
def test_compressions_only_leave_out(article: Read) -> None:
    """A compression's words stand in the sentence in the same order, and are fewer."""
    facts, _, forms, _ = article
    for index, place in enumerate(facts.article.sentences):
        source = [word.casefold() for word in re.findall(r"\w+", facts.article.quote(place))]
        for text in forms.compressions(index):
            words = iter(source)
            assert all(word.casefold() in words for word in re.findall(r"\w+", text))
            assert len(text.split()) < len(facts.article.quote(place).split())


@pytest.mark.slow
def test_the_same_article_has_the_same_forms(article: Read) -> None:
    """Nothing depends on chance or on what was asked before."""
    facts, sentences, forms, _ = article
    again = paraphrases_of(facts, sentences)
    for index in range(0, len(facts.article.sentences), 6):
        one, other = forms.shortened(index), again.shortened(index)
        assert (one and one.members(MEMBERS)) == (other and other.members(MEMBERS))
