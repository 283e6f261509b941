"""One whole sentence of running text: what passes for one, and what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.guards.whole import OPEN_ENDED, is_whole_sentence

GOOD = (
    "The ferry of Vesterholm sank in the harbour on Monday.",
    "Mr. Lee said on Friday that the cables were worn.",
    "“We could not wait any longer,” said Petra Voss.",
    "£4.5 million is what the new stores will cost.",
    "Will the council of Brelmouth pay the owners?",
    "The harbour (built in 1931) was closed on Monday.",
)


@pytest.mark.parametrize("text", GOOD)
def test_a_whole_sentence_passes(text: str) -> None:
    """With a title, a quotation, a sum or a bracket in it."""
    assert is_whole_sentence(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "It sank.",
        "the ferry of Vesterholm sank in the harbour.",
        "The ferry of Vesterholm sank in the harbour",
        "The ferry of Vesterholm sank in the harbour,",
        "The ferry of Vesterholm sank. Divers found its old bell.",
        "The ferry (built in 1931 sank in the harbour.",
        "“The ferry sank in the harbour, said Petra Voss.",
        "The ferry sank in the the harbour on Monday.",
        "The old ferry sank and the old ferry sank again.",
        "The ferry of Vesterholm sank in the.",
        "The council of Brelmouth said that it would.",
        "The ferry sank; divers found its bell.",
        "The ferry of Vesterholm **sank** in the harbour.",
        "Rewrite: The ferry of Vesterholm sank in the harbour.",
        "The ferry of Vesterholm sank in the harbour ...",
    ],
)
def test_a_fragment_a_list_or_a_loop_does_not(text: str) -> None:
    """Nor what breaks off, is left open, or is more than one sentence."""
    assert not is_whole_sentence(text)


@given(st.sampled_from(GOOD), st.data())
def test_a_sentence_that_breaks_off_never_passes(text: str, data: st.DataObject) -> None:
    """Wherever it is cut, the beginning alone is no sentence."""
    end = data.draw(st.integers(0, len(text) - 2))
    assert not is_whole_sentence(text[:end]) or text[end - 1] in ".?!"


@given(st.sampled_from(GOOD), st.sampled_from(sorted(OPEN_ENDED)))
def test_no_sentence_ends_with_a_word_that_wants_another(text: str, word: str) -> None:
    """Whatever stands before it."""
    assert not is_whole_sentence(f"{text.rstrip('.?')} {word}.")


@given(st.text(max_size=80))
def test_any_text_can_be_asked_about(text: str) -> None:
    """Nothing raises."""
    is_whole_sentence(text)
