"""Invariants of the facts of any article."""

import itertools
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from strategies import article_texts, texts

from summarise import Article, Facts, read_article
from summarise.data import Sentence
from summarise.errors import ArticleError, UsageError
from summarise.facts import extract
from summarise.facts.parser import load, read

PIECES = (
    "Belgium", "De Croo", "“", "”", '"', "'", "‘", "’", "said", "he", "€50 billion", "30%", "14 March 2026",
    "20-30", "June 6th to 9th", "one in five", "half", "a", "Mr", "the", "(DMW)", "Dreyvik Marine Works", ".", ",",
    "\n\n", "more than", "two years", "3-1", "next week", "U.S.", "pro-Russian", "4.40 p.m.", "№ 5", "1,200", "½",
    "may", "May", "of", "and", "\u00a0", "-", "–", "million", "000",
)  # fmt: skip
jumbles = st.lists(st.sampled_from(PIECES), min_size=1, max_size=40).map(" ".join)


def check(facts: Facts) -> None:
    article = facts.article
    for fact in facts.facts:
        assert fact.text == article.text[fact.start : fact.end]
        assert fact.value
        sentence = article.sentences[fact.sentence]
        assert sentence.start <= fact.start < sentence.end
        assert fact.kind == "quotation" or fact.end <= sentence.end
    keys = [(fact.start, fact.end, fact.kind) for fact in facts.facts]
    assert keys == sorted(keys)
    for kind in {fact.kind for fact in facts.facts}:
        spans = [(fact.start, fact.end) for fact in facts.facts if fact.kind == kind]
        assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans)), kind
    numeric = [fact for fact in facts.facts if fact.kind in ("figure", "money", "date")]
    assert all(not one.overlaps(other) for one, other in itertools.combinations(numeric, 2))


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@example("j,A01?0 A0000", False)
@example("/0", False)
@given(st.one_of(article_texts, jumbles, texts), st.booleans())
@example("0'TWO YEARS", False)  # the noun after a figure may belong to a date
def test_facts_lie_where_they_say_whatever_the_text(text: str, rules: bool) -> None:
    """Spans match the text, stay within their sentences, are sorted and do not overlap."""
    try:
        article = read_article(text)
    except (ArticleError, UsageError):  # no text, or a text in the form of a path
        return
    check(extract(article, rules=rules))


@settings(deadline=None, max_examples=20)
@given(st.text(max_size=100))
def test_any_one_sentence_can_be_read(text: str) -> None:
    """`extract` accepts a sentence that did not come from the segmenter."""
    if text:
        check(extract(Article(text=text, sentences=(Sentence(start=0, end=len(text), paragraph=0),))))


@pytest.mark.slow
@settings(deadline=None, max_examples=15)
@given(article_texts)
def test_the_same_article_has_the_same_facts(text: str) -> None:
    article = read_article(text)
    first = extract(article)
    extract(read_article("Jane Doe paid €5 to Acme Inc. on Friday."))
    assert extract(article) == first


def test_the_parser_is_named() -> None:
    """`Facts.parser` says whether spaCy or the rules read the sentences."""
    article = read_article("Jane Doe paid €5.")
    assert extract(article).parser == "spacy"
    assert extract(article, rules=True).parser == "rules"


def test_a_changed_model_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model with other weights is reported, and the rules are used."""
    monkeypatch.setattr("summarise.facts.parser._WEIGHTS", {"ner/model": "0" * 43})
    load.cache_clear()
    try:
        loaded = load()
        assert loaded.model is None
        assert loaded.problem is not None
        assert "ner/model" in loaded.problem
        assert extract(read_article("Jane Doe paid €5.")).parser == "rules"
    finally:
        load.cache_clear()


def test_tokens_of_the_model_are_the_text_at_their_place() -> None:
    """Only sentences that are too long for the model are read by rule."""
    short, long = "Jane Doe said “no”.", "very " * 1_500
    tokens, many = read([short, long])
    assert [short[token.start : token.end] for token in tokens] == [token.text for token in tokens]
    assert any(token.entity for token in tokens)
    assert len(many) == 1_500
    assert not any(token.tag for token in many)


def test_a_sentence_that_was_parsed_is_not_parsed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    model = load().model
    assert model is not None
    parsed: list[str] = []
    pipe = type(model).pipe

    def keeping(self: object, texts: list[str], **options: object) -> object:
        parsed.extend(texts)
        return pipe(self, texts, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(type(model), "pipe", keeping)
    first, second = "Nine herons left the weir of Oldcombe.", "A tenth one stayed."
    assert read([first, second, first])[0] == read([first])[0]
    assert parsed == [first, second]


def test_the_command_line_of_spacy_is_left_out_and_can_be_imported_afterwards() -> None:
    code = (
        "import sys\n"
        "from summarise.facts.parser import load\n"
        "assert load().problem is None\n"
        "assert 'typer' not in sys.modules\n"
        "import spacy.cli\n"
        "assert spacy.cli.app and spacy.info()['spacy_version']\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120, stdout=subprocess.DEVNULL)
