"""Words and units of sentences, their alignment, and the article's words in the place of others."""

from itertools import combinations

import pytest
from by_hand import aligned, claim_of, ground_of, name
from hypothesis import given
from hypothesis import strategies as st

from summarise.checks.opposing_facts import counterpart
from summarise.checks.source_index import align
from summarise.checks.words import find_verbatim, fold, stem, typography_folded, words_of
from summarise.data import Span

WORDS = "bridge pier council Osterby closed opened the of not never red 12 1,200 Harrow’s café".split()
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(" ".join)


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
    ours, theirs = [unit.key for unit in claim.units], [unit.key for unit in source.units]
    longest = max(n for n in range(len(ours) + 1) if {*combinations(ours, n)} & {*combinations(theirs, n)})
    assert len(found.pairs) == longest


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


# The places of quoted words

TEXT = "The council’s chief\n  engineer, Petra Voss, said: “We could not wait.” Straße 5 cost £4.5 million."


def found(quotation: str, text: str = TEXT, within: Span | None = None) -> str | None:
    place = find_verbatim(text, quotation, within=within or Span(start=0, end=len(text)))
    return None if place is None else text[place.start : place.end]


@pytest.mark.parametrize(
    ("quotation", "words"),
    [
        ("chief engineer, Petra Voss", "chief\n  engineer, Petra Voss"),
        ("the council's CHIEF", "The council’s chief"),
        ('said: "We could not wait."', "said: “We could not wait."),
        ("“We could not wait”", "We could not wait"),
        ("strasse 5 cost", "Straße 5 cost"),
        ("5 million", "5 million"),
        (TEXT, TEXT),
    ],
)
def test_spacing_marks_and_case_do_not_count(quotation: str, words: str) -> None:
    """The span excludes the quotation's outer marks."""
    assert found(quotation) == words


@pytest.mark.parametrize(
    "quotation",
    [
        "chief engineers, Petra Voss",
        "chief engineer Petra Voss",
        "chief … Petra Voss",
        "We could wait.",
        "ould not wait",
        "We could not wai",
        "£4.5 mill",
        "tras",
        "",
        "“”",
        " ",
    ],
)
def test_nothing_else_is_forgiven(quotation: str) -> None:
    """Omissions and parts of words are not found."""
    assert found(quotation) is None


def test_only_the_stretch_that_was_shown_is_searched() -> None:
    """Text partly outside is not found."""
    start = TEXT.index("Petra")
    within = Span(start=start, end=start + len("Petra Voss, said"))
    assert found("Petra Voss", within=within) == "Petra Voss"
    assert found("chief engineer", within=within) is None
    assert found("Voss, said: “We", within=within) is None


@given(st.lists(st.sampled_from(["Carts,", "a", "“art”", "no", "Straße"]), min_size=1), st.data())
def test_any_run_of_whole_words_is_found(words: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    quotation = "  \n".join(words[first : last + 1]).replace("“", '"')
    place = found(quotation, " ".join(words))
    assert place is not None
    assert typography_folded(place).strip(" \"'") == typography_folded(quotation).strip(" \"'")


# Source index


def test_the_words_of_a_name_are_one_unit() -> None:
    """A name is one unit; adjacent names are separate units."""
    source_index = ground_of("Jane Doe John Roe met.", facts=[(0, name("Jane Doe")), (0, name("John Roe"))])
    assert [unit.key for unit in source_index.sources[0].units] == ["name:jane doe", "name:john roe", "meet"]


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
        ("It rained.", 0),  # the first of two places
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
    source_index = ground_of("It rained.", "The firm paid €5 to Doe.", "It fell to -5%.", "It rained.")
    found = source_index.verbatim(claim_of(source_index, claim))
    assert (found.index if found else None) == expected


def test_candidates_are_the_sentences_that_share_most_best_first() -> None:
    """Rare words count more, ties go to the earlier sentence, and `most` is the limit."""
    source_index = ground_of(
        "The pier closed.", "The bridge closed.", "The pier opened.", "The pier closed.", "Snow fell."
    )
    claim = claim_of(source_index, "The bridge and the pier closed.")
    assert [source.index for source in source_index.candidates(claim)] == [1, 0, 3, 2]
    assert [source.index for source in source_index.candidates(claim, most=2)] == [1, 0]
    assert source_index.candidates(claim_of(source_index, "Zebras ate.")) == []


# Words in the place of others

ARTICLE = (
    "The council closed the old harbour bridge on Monday evening.",
    "Residents painted the wooden boats in blue and yellow.",
    "Firefighters rescued a farmer from a flooded barn near Osterby.",
)


def in_place(text: str, said: str, *sentences: str) -> str | None:
    source_index = ground_of(*(sentences or ARTICLE))
    claim = claim_of(source_index, text)
    start = text.index(said)
    place = counterpart(Span(start=start, end=start + len(said)), claim, aligned(source_index, claim))
    return None if place is None else source_index.facts.article.quote(place)


@pytest.mark.parametrize(
    ("text", "said", "there"),
    [
        pytest.param("The council opened the old harbour bridge.", "opened", "closed", id="one word for one"),
        pytest.param("The boats, painted in pink and yellow, sank.", "pink", None, id="in another order"),
        pytest.param("People painted boats in pink and yellow.", "pink", "blue", id="words left out elsewhere"),
        pytest.param(
            "Firefighters rescued a farmer from a burning barn.", "a burning", "flooded", id="small words do not count"
        ),
        pytest.param("Residents painted the wooden boats in pink.", "pink", "blue", id="at the end: as many words"),
        pytest.param("Teachers painted the wooden boats.", "Teachers", "Residents", id="at the beginning"),
        pytest.param("The council slowly closed the old harbour bridge.", "slowly", None, id="nothing in its place"),
        pytest.param("The council closed the old harbour bridge.", "closed", None, id="the same stands there"),
        pytest.param(
            "The mayor secretly opened the old harbour bridge.", "opened", None, id="its neighbour is unknown, too"
        ),
        pytest.param("A choir opened a shop.", "opened", None, id="too little of the claim"),
        pytest.param("The council closed it.", "it", None, id="no word that carries content"),
    ],
)
def test_the_words_in_the_place_of_others(text: str, said: str, there: str | None) -> None:
    assert in_place(text, said) == there


def test_a_gap_of_many_words_is_no_place() -> None:
    """It would be unclear which ones are meant."""
    many = "The council sold the red, green, brown, black and grey boats."
    assert in_place("The council sold the white boats.", "white", many) is None
    few = "The council sold the red, green, brown and grey boats."
    assert in_place("The council sold the white boats.", "white", few) == "red, green, brown and grey"
