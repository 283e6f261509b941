"""Finding quotations in the article, regardless of spacing, typography and case."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import texts

from summarise.checks.quotation_index import find_verbatim, typography_folded
from summarise.data import Span

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


def test_the_first_place_that_is_whole_words_counts() -> None:
    text = "Carts, a cart: no art."
    assert find_verbatim(text, "art", within=Span(start=0, end=len(text))) == Span(start=18, end=21)


@settings(max_examples=40)
@given(texts, st.data())
def test_whatever_is_found_reads_like_the_quotation(text: str, data: st.DataObject) -> None:
    """Any run of whole words is found."""
    words = [match.span() for match in re.finditer(r"\S+", text)]
    if not words:
        return
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    quotation = re.sub(r"\s+", " \n ", text[words[first][0] : words[last][1]]).replace("“", '"')
    place = find_verbatim(text, quotation, within=Span(start=0, end=len(text)))
    if not typography_folded(quotation).strip(" \"'"):
        assert place is None
    else:
        assert place is not None
        assert typography_folded(text[place.start : place.end]).strip(" \"'") == typography_folded(quotation).strip(
            " \"'"
        )


@settings(max_examples=40)
@given(texts, texts)
def test_nothing_is_found_that_does_not_stand_there(text: str, quotation: str) -> None:
    """The folded text contains the folded quotation."""
    place = find_verbatim(text, quotation, within=Span(start=0, end=max(1, len(text))))
    if place is not None:
        assert typography_folded(quotation).strip(" \"'") in typography_folded(text)
        assert 0 <= place.start < place.end <= len(text)
