"""Invariants of the facts of any article, also of tokenised text, and the parser."""

import itertools
import subprocess
import sys

import pytest
from extracting import facts_in, values
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from strategies import article_texts, texts

from summarise import Facts, SummariseError, extract_facts, read_article
from summarise.checks.kinds import extract
from summarise.facts.parser import load, read, taken_apart, tidied

PIECES = (
    "Belgium", "De Croo", "“", "”", '"', "'", "‘", "’", "said", "he", "€50 billion", "30%", "14 March 2026",
    "20-30", "June 6th to 9th", "one in five", "half", "a", "Mr", "the", "(DMW)", "Dreyvik Marine Works", ".", ",",
    "\n\n", "more than", "two years", "3-1", "next week", "U.S.", "pro-Russian", "4.40 p.m.", "№ 5", "1,200", "½",
    "may", "May", "of", "and", "\u00a0", "-", "–", "million", "000",
)  # fmt: skip
TOKENISED = (
    "26, 000", "1, 234, 567", "37 - year - old", "did n't", "town 's", "$ 5", "£ 41.6 m", "3 – 1", "12 - foot",
    "3. 5 %", "said ,", "no .", "Â£5", "``", "the", "a", "7", ",", ".", "-", "n't", " ", "\n", "’s", "€",
)  # fmt: skip
jumbles = st.lists(st.sampled_from(PIECES), min_size=1, max_size=40).map(" ".join)
tokenised = st.lists(st.sampled_from(TOKENISED), max_size=20).map(" ".join)


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
@given(st.one_of(article_texts, jumbles, tokenised, texts), st.booleans())
@example("0'TWO YEARS", False)  # the noun after a figure may belong to a date
def test_facts_lie_where_they_say_whatever_the_text(text: str, rules: bool) -> None:
    """Spans match the text, stay within their sentences, are sorted and do not overlap; each time the same."""
    try:
        article = read_article(text)
    except SummariseError:  # no text, or a text in the form of a path
        return
    facts = extract(article, rules=rules)
    check(facts)
    assert facts.parser == ("rules" if rules else "spacy")
    assert extract(article, rules=rules) == facts


@pytest.mark.parametrize(
    ("given", "joined"),
    [
        ("26, 000 people", "26,000 people"),
        ("He counted 1, 234, 567 people", "He counted 1,234,567 people"),
        ("a 37 - year - old man", "a 37-year-old man"),
        ("a five - year - old", "a five-year-old"),
        ("they 've gone", "they've gone"),
        ("$ 5 million", "$5 million"),
        ("€ 3 bn", "€3bn"),
        ("they won 3 - 1 .", "they won 3-1."),
        ("he said , no .", "he said, no."),
        ("Why ?", "Why?"),
        ("Â£5", "£5"),
    ],
)
def test_tokenised_text_is_joined(given: str, joined: str) -> None:
    """Each character keeps its place in the original."""
    text, kept = tidied(given)
    assert text == joined
    assert [given[index] for index in kept] == list(joined)


@given(st.one_of(tokenised, texts))
def test_only_spaces_and_mojibake_are_removed(text: str) -> None:
    copy, kept = tidied(text)
    assert copy == "".join(text[index] for index in kept)
    assert list(kept) == sorted(set(kept))
    assert {text[index] for index in set(range(len(text))) - set(kept)} <= set(" Â")


MARKS = [
    "he said , no", "He left .", "``No'', he said", "did n't", "town 's", "a 37 - year term", "26, 000", "3 - 1",
    "( closed )", "$ 5", "Â£5", "counted 26, 300 people", "3. 5 %", "3. 5 million",
]  # fmt: skip
# A comma between two numbers may be punctuation.
ORDINARY = [
    "On June 12, 300 people gathered.", "It rained on june 12, 300 people gathered.", "In 2020, 300 people came.",
    "Gate 7, 300 metres away, was shut.", "The year was 1990. 5 people came.", "He came first. 3 others followed.",
    "They slept in rooms 101, 102 and 103.", "They counted 12, 300 and 400 boats.",
]  # fmt: skip


@pytest.mark.parametrize("text", [*MARKS, *ORDINARY])
def test_one_mark_of_a_tokeniser_is_enough(text: str) -> None:
    assert taken_apart(text) is taken_apart(f"The bridge was closed. {text} The end.") is (text in MARKS)


@pytest.mark.parametrize(
    ("text", "kind", "value", "words"),
    [
        ("The firm sold 26, 000 boats , he said .", "figure", "26000", "26, 000"),
        ("The pier cost $ 5 million , he said .", "money", "USD 5000000", "$ 5 million"),
        ("It rose by 3. 5 per cent , he said .", "figure", "3.5 per cent", "3. 5 per cent"),
    ],
)
@pytest.mark.parametrize("rules", [False, True])
def test_facts_of_tokenised_text_quote_it_as_given(
    text: str, kind: str, value: str, words: str, *, rules: bool
) -> None:
    (fact,) = facts_in(text, kind, rules=rules)
    assert fact.value == value
    assert fact.text == text[fact.start : fact.end]
    assert fact.text.startswith(words)


def test_a_number_apart_in_ordinary_text_stays_apart() -> None:
    text = "On June 12, 300 people gathered."
    assert (values(text, "date"), values(text, "figure")) == (["day:--06-12"], ["300"])


# the parser


def test_a_changed_model_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model with other weights is reported, and the rules are used."""
    monkeypatch.setattr("summarise.facts.parser._WEIGHTS", {"ner/model": "0" * 43})
    load.cache_clear()
    try:
        loaded = load()
        assert loaded.model is None
        assert "ner/model" in str(loaded.problem)
        assert extract_facts("Jane Doe paid €5.").parser == "rules"
    finally:
        load.cache_clear()


def test_a_sentence_is_parsed_once_and_by_rules_if_it_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    model = load().model
    assert model is not None
    parsed: list[str] = []
    pipe = type(model).pipe

    def keeping(self: object, texts: list[str], **options: object) -> object:
        parsed.extend(texts)
        return pipe(self, texts, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(type(model), "pipe", keeping)
    first, second, long = "Nine herons left the weir of Oldcombe.", "A tenth one stayed.", "very " * 1_500
    tokens, _, many, again = read([first, second, long, first])
    assert tokens == again == read([first])[0]
    assert parsed == [first, second]
    assert [first[token.start : token.end] for token in tokens] == [token.text for token in tokens]
    assert len(many) == 1_500
    assert not any(token.tag for token in many)


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
