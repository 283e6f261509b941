"""Alignment of claims with article sentences, word folding, and the source index."""

import pytest
from by_hand import claim_of, ground_of, name
from hypothesis import given
from hypothesis import strategies as st

from summarise.checks.source_index import align
from summarise.checks.words import fold, stem, words_of

WORDS = "bridge pier council Osterby closed opened the of not never red 12 1,200 Harrow’s café".split()
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)


def longest_common(ours: list[str], theirs: list[str]) -> int:
    """Return the length of the longest common subsequence (reference implementation)."""
    if not ours or not theirs:
        return 0
    if ours[0] == theirs[0]:
        return 1 + longest_common(ours[1:], theirs[1:])
    return max(longest_common(ours[1:], theirs), longest_common(ours, theirs[1:]))


@given(article=TEXTS, text=TEXTS)
def test_an_alignment_is_the_longest_in_order_in_both_texts(article: str, text: str) -> None:
    """Each unit of the claim is matched to an equal one, or missing."""
    source_index = ground_of(article)
    claim, source = claim_of(source_index, text), source_index.sources[0]
    found = align(claim, source)
    assert 0.0 <= found.coverage <= 1.0
    assert sorted([ours.start for ours, _ in found.pairs] + [unit.start for unit in found.missing]) == [
        unit.start for unit in claim.units
    ]
    assert all(ours.key == theirs.key for ours, theirs in found.pairs)
    for (left, left_theirs), (right, right_theirs) in zip(found.pairs, found.pairs[1:], strict=False):
        assert left.start < right.start
        assert left_theirs.start < right_theirs.start
    if len(claim.units) <= 8 and len(source.units) <= 8:
        assert len(found.pairs) == longest_common([u.key for u in claim.units], [u.key for u in source.units])


# Words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Doe’s pier", ["doe", "pier"]),
        ("the workers' pier", ["the", "workers", "pier"]),
        ("don’t", ["don't"]),
        ("Café Münster", ["cafe", "munster"]),
        ("1,200.5 or 7", ["1,200.5", "or", "7"]),
        ("He left.", ["he", "left"]),
        ("it closed at 5.", ["it", "closed", "at", "5"]),
        ("4pm", ["4", "pm"]),
        ("a_b", ["a", "b"]),
        ("…—!", []),
    ],
)
def test_a_text_is_split_into_folded_words(text: str, expected: list[str]) -> None:
    """Punctuation, case, diacritics and possessives are dropped; contractions and marks in numbers are kept."""
    words = words_of(text)
    assert [word.folded for word in words] == expected
    assert all(fold(text[word.start : word.end]) == word.folded for word in words)


@pytest.mark.parametrize(
    "group",
    [
        ["closed", "closes", "closing", "Close"],
        ["1,200", "1200"],
        ["bridge’s", "bridges", "Bridge"],
        ["résumés", "resume"],
    ],
)
def test_forms_of_a_word_share_a_stem(group: list[str]) -> None:
    assert len({stem(word) for word in group}) == 1


# Source index


def keys(ground_index: int, *sentences: str, names: list[tuple[int, str]]) -> list[str]:
    source_index = ground_of(*sentences, facts=[(index, name(text)) for index, text in names])
    return [unit.key for unit in source_index.sources[ground_index].units]


def test_the_words_of_a_name_are_one_unit() -> None:
    """A name is one unit; adjacent names are separate units."""
    assert keys(0, "Jane Doe John Roe met.", names=[(0, "Jane Doe"), (0, "John Roe")]) == [
        "name:jane doe",
        "name:john roe",
        "meet",
    ]


@pytest.mark.parametrize(
    ("text", "value", "bearer"),
    [
        ("Jane Doe", "Jane Doe", "Jane Doe"),
        ("JANE DOE", "JANE DOE", "Jane Doe"),
        ("the mayor", "the mayor", "Jane Doe"),
        ("Ms Doe", "Doe", "Jane Doe"),
        ("Roe", "Roe", "Roe"),  # ambiguous
        ("Ann Poe", "Ann Poe", "Ann Poe"),
    ],
)
def test_a_claims_name_is_taken_for_the_articles_bearer(text: str, value: str, bearer: str) -> None:
    """Names resolve by value, by mention, or to the only longer name; others are unchanged."""
    source_index = ground_of(
        "Jane Doe, John Roe and Jack Roe met.",
        "The mayor left.",
        facts=[
            (0, name("Jane Doe")),
            (0, name("John Roe")),
            (0, name("Jack Roe")),
            (1, name("The mayor", value="Jane Doe")),
        ],
    )
    said = name(text, value=value)
    assert source_index.cast.bearer(said) == bearer
    assert source_index.claim(text, (said,)).units[0].key == f"name:{bearer.casefold()}"


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("The firm paid €5 to Doe.", 1),
        ("the firm paid  €5, to Doe", 1),
        ("The firm paid $5 to Doe.", None),
        ("The firm paid 5 to Doe.", None),
        ("The firm paid €5 to Roe.", None),
        ("It fell to −5 %.", 2),
        ("It fell to -5%.", 2),
        ("It fell to 5%.", None),
        ("It fell to -5.", None),
        ("It fell to -5‰.", None),
        ("…", None),
    ],
)
def test_word_for_word_means_the_signs_of_amounts_too(claim: str, expected: int | None) -> None:
    """A verbatim match ignores case, spaces and punctuation, but not the signs of amounts."""
    source_index = ground_of("It rained.", "The firm paid €5 to Doe.", "It fell to -5%.")
    found = source_index.verbatim(claim_of(source_index, claim))
    assert (found.index if found else None) == expected


def test_of_two_equal_sentences_the_first_is_the_place() -> None:
    source_index = ground_of("It rained.", "It rained.")
    found = source_index.verbatim(claim_of(source_index, "It rained."))
    assert found is not None
    assert found.index == 0


def test_candidates_are_the_sentences_that_share_most_best_first() -> None:
    """Rare words count more, ties go to the earlier sentence, and `most` is the limit."""
    source_index = ground_of(
        "The pier closed.", "The bridge closed.", "The pier opened.", "The pier closed.", "Snow fell."
    )
    claim = claim_of(source_index, "The bridge and the pier closed.")
    assert [source.index for source in source_index.candidates(claim)] == [1, 0, 3, 2]
    assert [source.index for source in source_index.candidates(claim, most=2)] == [1, 0]
    assert source_index.candidates(claim_of(source_index, "Zebras ate.")) == []
