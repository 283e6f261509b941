"""Words and units of sentences, the article's sentence for a claim, and its words in the place of others."""

import pytest
from by_hand import aligned, claim_of, ground_of, name

from summarise.checks.source_index import counterpart
from summarise.checks.words import find_verbatim, fold, stem, words_of
from summarise.data import Span


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Doe’s pier", ["doe", "pier"]),
        ("the workers' pier", ["the", "workers", "pier"]),
        ("don’t", ["don't"]),
        ("Café Münster", ["cafe", "munster"]),
        ("1,200.5 or 7", ["1,200.5", "or", "7"]),
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
    [["closed", "closes", "closing", "Close"], ["1,200", "1200"], ["bridge’s", "bridges"], ["résumés", "resume"]],
)
def test_forms_of_a_word_share_a_stem(group: list[str]) -> None:
    assert len({stem(word) for word in group}) == 1


TEXT = "The council’s chief\n  engineer, Petra Voss, said: “We could not wait.” Straße 5 cost £4.5 million."


@pytest.mark.parametrize(
    ("quotation", "words"),
    [
        # Spacing, marks and case do not count; the place excludes the quotation's outer marks.
        ("chief engineer, Petra Voss", "chief\n  engineer, Petra Voss"),
        ("the council's CHIEF", "The council’s chief"),
        ('said: "We could not wait."', "said: “We could not wait."),
        ("“We could not wait”", "We could not wait"),
        ("strasse 5 cost", "Straße 5 cost"),
        (TEXT, TEXT),
        # Nothing else is forgiven: other words, omissions, parts of words.
        ("chief engineers, Petra Voss", None),
        ("chief … Petra Voss", None),
        ("We could wait.", None),
        ("ould not wait", None),
        ("£4.5 mill", None),
        ("tras", None),
        ("“”", None),
        (" ", None),
    ],
)
def test_quoted_words_are_found_if_the_text_has_them(quotation: str, words: str | None) -> None:
    place = find_verbatim(TEXT, quotation, within=Span(start=0, end=len(TEXT)))
    assert (place and TEXT[place.start : place.end]) == words


@pytest.mark.parametrize(
    ("quotation", "found"), [("Petra Voss", True), ("engineer", False), ("Voss, said: “We", False)]
)
def test_quoted_words_are_sought_only_in_the_given_part(quotation: str, *, found: bool) -> None:
    start = TEXT.index("Petra")
    within = Span(start=start, end=start + len("Petra Voss, said"))
    assert (find_verbatim(TEXT, quotation, within=within) is not None) is found


@pytest.mark.parametrize(
    ("text", "value", "bearer"),
    [
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
            *((0, name(text)) for text in ("Jane Doe", "John Roe", "Jack Roe")),
            (1, name("The mayor", value="Jane Doe")),
        ],
    )
    said = name(text, value=value)
    assert [unit.key for unit in source_index.claim(text, (said,)).units] == [f"name:{bearer.casefold()}"]


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("It rained.", 0),  # the first of two places
        ("the firm paid  €5, to Doe", 1),
        ("The firm paid $5 to Doe.", None),
        ("The firm paid 5 to Doe.", None),
        ("The firm paid €5 to Roe.", None),
        ("It fell to −5 %.", 2),
        ("It fell to 5%.", None),
        ("It fell to -5.", None),
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


ARTICLE = (
    "The council closed the old harbour bridge on Monday evening.",
    "Residents painted the wooden boats in blue and yellow.",
    "Firefighters rescued a farmer from a flooded barn near Osterby.",
    "Traders sold red, green, brown, black and grey lorries.",
    "Farmers lent red, green, brown and grey tractors.",
)


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
        pytest.param("Farmers lent white tractors.", "white", "red, green, brown and grey", id="four words"),
        pytest.param("Traders sold white lorries.", "white", None, id="five words: unclear which"),
    ],
)
def test_the_words_in_the_place_of_others(text: str, said: str, there: str | None) -> None:
    source_index = ground_of(*ARTICLE)
    claim, start = claim_of(source_index, text), text.index(said)
    place = counterpart(Span(start=start, end=start + len(said)), claim, aligned(source_index, claim))
    assert (place and source_index.facts.article.quote(place)) == there
