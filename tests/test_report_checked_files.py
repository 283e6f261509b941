"""Positions of a summary's sentences in its file."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from invented import BRIDGE, FALSE, VEHICLES

from summarise import check
from summarise.report.annotations import CheckedFile, sentence_spans

SENTENCES = st.lists(st.sampled_from(["They met.", "They met again.", "É 12 😀.", "He left; she did not."]), max_size=6)
BREAKS = st.lists(st.sampled_from([" ", "\n", "\r\n", "  ", "\n\n- ", "\t"]), min_size=40, max_size=40)


@given(SENTENCES, BREAKS)
def test_a_sentence_is_found_however_lines_are_broken(sentences: list[str], breaks: list[str]) -> None:
    """Spans are in order."""
    text = "".join(
        gap + (" \n" if place % 2 else " ").join(sentence.split())
        for place, (gap, sentence) in enumerate(zip(breaks, sentences, strict=False))
    )
    spans = sentence_spans(text, sentences)
    assert all(span is not None for span in spans)
    assert [" ".join(text[span.start : span.end].split()) for span in spans if span] == sentences
    assert all(one.end <= other.start for one, other in pairwise(spans) if one and other)


def test_a_sentence_that_is_not_there_has_no_place() -> None:
    """Later sentences are still found."""
    first, missing, last = sentence_spans("One met. Two left.", ["One met.", "Nobody.", "Two left."])
    assert first is not None
    assert missing is None
    assert last is not None
    assert last.start == 9


def test_lines_and_columns_are_those_of_an_editor() -> None:
    """They count code points from 1; the end column is exclusive."""
    before, after = FALSE.split(" after ")
    text = f"😀 {VEHICLES}\r\n\r\n  {before}\nafter {after}\n"
    report = check(f"{VEHICLES} {FALSE}", BRIDGE)
    (_, first), (_, second) = CheckedFile(report, "a.txt", "s.txt", text).regions()
    assert first == (1, 3, 1, 3 + len(VEHICLES))
    assert second is not None
    assert second[:3] == (3, 3, 4)
    assert second.end_column == len(f"after {after}") + 1
