"""Word lists: each form leads to its base."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise.facts.lexicon import BASES, FORMS, base_of, verb_in


@pytest.mark.parametrize(
    ("form", "base"),
    [
("say", "say"),
("says", "say"),
("SAID", "say"),
("written", "write"),
("shown", "show"),
("denied", "deny"),
("argued", "argue"),
("admitted", "admit"),
("conveys", None),
("telled", None),
],
)  # fmt: skip
def test_a_form_of_a_verb_of_saying_has_its_base(form: str, base: str | None) -> None:
    """Regular or not, in upper or lower case."""
    assert base_of(form) == base


@given(st.sampled_from(sorted(FORMS)))
def test_a_base_is_its_own(form: str) -> None:
    base = base_of(form)
    assert base is not None
    assert base_of(base) == base
    assert base in FORMS
    assert form == form.casefold().strip()


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("Jane Doe said so.", "said"), ("She denied it.", "denied"), ("He pointed out cracks.", "pointed out"),
        ("according to Jane Doe", "according to"), ("Jane Doe was told so.", None), ("It is called a pier.", None),
        ("She was accused and denied it.", "denied"), ("The claim stood.", None), ("It is well-said.", None),
        ("She walked.", None), ("", None),
    ],
)  # fmt: skip
def test_a_verb_of_saying_is_found_where_its_subject_speaks(text: str, verb: str | None) -> None:
    """Passives and nouns are not found."""
    found = verb_in(text, 0, len(text))
    assert (found and found.group()) == verb


@pytest.mark.parametrize(
    ("form", "base"),
    [("rose", "rise"), ("written", "write"), ("people", "person"), ("overtaken", "overtake")],
)
def test_irregular_forms_have_their_base(form: str, base: str) -> None:
    """Also at a line break of the list."""
    assert BASES[form] == base


def test_irregular_forms_lead_to_a_base_in_one_step() -> None:
    """No base is a form of another word."""
    for form, base in BASES.items():
        assert form.isalpha()
        assert base.isalpha()
        assert (form, base) == (form.casefold(), base.casefold())
        assert form != base
        assert base not in BASES
