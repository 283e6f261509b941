"""Tokenised text is read as if joined, and its facts point at the original text."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import texts

from summarise import read_article
from summarise.data import Date, Figure
from summarise.facts import extract
from summarise.facts.parser import taken_apart, tidied

SEEDS = sorted((Path(__file__).parent.parent / "seeds").glob("*/article.txt"))
PIECES = (
    "26, 000", "1, 234, 567", "37 - year - old", "did n't", "town 's", "$ 5", "£ 41.6 m", "3 – 1", "12 - foot",
    "3. 5 %", "said ,", "no .", "Â£5", "``", "the", "a", "7", ",", ".", "-", "n't", " ", "\n", "’s", "€",
)  # fmt: skip
jumbles = st.lists(st.sampled_from(PIECES), max_size=20).map(" ".join)

RULES = [
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
]


@pytest.mark.parametrize(("given", "read"), RULES)
def test_what_was_taken_apart_is_put_together(given: str, read: str) -> None:
    """Only spaces and mojibake are removed."""
    text, kept = tidied(given)
    assert text == read
    assert [given[index] for index in kept] == list(read)
    assert all(given[index] in " Â" for index in set(range(len(given))) - set(kept))


@pytest.mark.slow
@given(st.one_of(jumbles, texts))
def test_a_copy_is_a_part_of_the_text_in_its_order(text: str) -> None:
    """Offsets increase, and each holds its character."""
    copy, kept = tidied(text)
    assert len(copy) == len(kept)
    assert all(one < other for one, other in pairwise(kept))
    assert copy == "".join(text[index] for index in kept)


@given(jumbles)
def test_no_word_is_lost(text: str) -> None:
    assert "".join(tidied(text)[0].split()).replace("Â", "") == "".join(text.split()).replace("Â", "")


@pytest.mark.parametrize(
    "text",
    ["he said , no", "He left .", "``No'', he said", "did n't", "town 's", "a 37 - year term", "26, 000", "3 - 1",
     "( closed )", "$ 5", "Â£5", "counted 26, 300 people", "3. 5 %", "3. 5 million"],
)  # fmt: skip
def test_a_tokenisers_marks_are_known(text: str) -> None:
    """One of them anywhere in an article is enough."""
    assert taken_apart(text)
    assert taken_apart(f"The bridge was closed. {text} The end.")


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.parent.name)
def test_the_golden_articles_are_ordinary(path: Path) -> None:
    """Edited text is never taken for tokenised text."""
    assert not taken_apart(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        "On June 12, 300 people gathered.",
        "It rained on june 12, 300 people gathered.",
        "In 2020, 300 people came.",
        "Gate 7, 300 metres away, was shut.",
        "The year was 1990. 5 people came.",
        "He came first. 3 others followed.",
        pytest.param("They slept in rooms 101, 102 and 103."),
        pytest.param("They counted 12, 300 and 400 boats."),
    ],
)
def test_numbers_side_by_side_are_not_taken_apart(text: str) -> None:
    """A comma between two numbers may be punctuation."""
    assert not taken_apart(text)


@pytest.mark.parametrize(
    ("text", "kind", "value", "words"),
    [
        ("The firm sold 26, 000 boats , he said .", "figure", "26000", "26, 000"),
        ("The pier cost $ 5 million , he said .", "money", "USD 5000000", "$ 5 million"),
        ("It rose by 3. 5 per cent , he said .", "figure", "3.5 per cent", "3. 5 per cent"),
    ],
)
@pytest.mark.parametrize("rules", [False, True])
def test_facts_point_at_the_text_as_given(text: str, kind: str, value: str, words: str, *, rules: bool) -> None:
    facts = extract(read_article(text), rules=rules)
    found = [fact for fact in facts.facts if fact.kind == kind]
    assert [fact.value for fact in found] == [value]
    assert found[0].text.startswith(words)
    assert all(fact.text == facts.article.quote(fact) for fact in facts.facts)


def test_a_number_apart_in_ordinary_text_stays_apart() -> None:
    """In untokenised text, "June 12, 300" is a date and a number."""
    found = extract(read_article("On June 12, 300 people gathered.")).facts
    values = {fact.value for fact in found if isinstance(fact, Date | Figure)}
    assert values == {"day:--06-12", "300"}
