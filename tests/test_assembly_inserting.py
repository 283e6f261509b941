"""Insertion of article sentences into a model's text, only if they read well and repeat nothing."""

from dataclasses import replace

import pytest
from assembling import REWORDED, checked, own, said
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import VALLEY
from strategy_runs import ground_of

from summarise.checks.provenance import Candidate
from summarise.checks.verification import Verifier
from summarise.data import Evidence
from summarise.writing.assembly.inserting import Insertion

INSERTION = Insertion(Verifier(ground_of(VALLEY)))
PRICES, ORLOW, MUNK, UNION = (REWORDED[at] for at in (12, 6, 10, 1))


def placed(one: Candidate, before: tuple[str, ...] = (), after: tuple[str, ...] = ()) -> str | None:
    found = INSERTION.placed(one, before=said(*before), after=said(*after), instead_of=checked(ORLOW))
    return None if found is None else found.sentence.text


@pytest.mark.parametrize("words", ["It was the coldest May night", "he told a local radio station"])
def test_what_would_lean_on_something_that_is_not_shown_is_not_put_in(words: str) -> None:
    """A sentence with an unresolved pronoun ("it", "he") is not inserted."""
    assert placed(own(words), (PRICES,)) is None


def test_a_models_sentence_before_it_does_not_tell_all_that_the_articles_does() -> None:
    """A sentence with "it" may follow a sentence of the article, but not a model's paraphrase."""
    coldest = own("It was the coldest May night")
    article, model = own("The damage comes to"), checked("The growers' union puts the damage at €7.2 million.")
    assert INSERTION.placed(coldest, before=[article], after=[]) is not None
    assert INSERTION.placed(coldest, before=[replace(model, draft=0)], after=[]) is None


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Growers in the Sellen valley lost", (REWORDED[0],)),
        ("Supermarkets expect", (PRICES,)),
        ("Cherries were hit hardest", ("Cherries were hit hardest.",)),
        ("Insurance covers only", ("Only one orchard in five is insured.", "Insurance covers few orchards.")),
    ],
)
def test_what_is_told_already_is_not_told_again(words: str, told: tuple[str, ...]) -> None:
    """A sentence is not inserted if those before or after it already say the same."""
    assert placed(own(words), told) is None
    assert placed(own(words), (), told) is None


def test_what_several_tell_in_parts_is_not_told_again() -> None:
    """A sentence is not inserted if two others together say the same."""
    texts = "Supermarkets expect nothing good of the summer.", "Prices in autumn depend on imports, which rise."
    one, other = (replace(c, sentence=c.sentence.model_copy(update={"evidence": ()})) for c in map(checked, texts))
    prices = own("Supermarkets expect")
    for before in ([one], [other]):
        assert INSERTION.placed(prices, before=before, after=[], instead_of=checked(ORLOW)) is not None
    assert INSERTION.placed(prices, before=[one, other], after=[], instead_of=checked(ORLOW)) is None
    assert INSERTION.placed(prices, before=[other], after=[]) is None, "unasked, more has to be new"


def test_a_place_of_the_article_is_told_once() -> None:
    """A sentence is not inserted if it is the evidence of another, however that is worded."""
    prices = own("Supermarkets expect")
    model = checked("Dearer fruit is likely.")
    told = replace(model, sentence=model.sentence.model_copy(update={"evidence": prices.sentence.evidence}))
    elsewhere = replace(model, sentence=model.sentence.model_copy(update={"evidence": ()}))
    assert INSERTION.placed(prices, before=[told], after=[]) is None
    assert INSERTION.placed(prices, before=[elsewhere], after=[]) is not None


def test_no_other_person_comes_before_a_pronoun() -> None:
    """A sentence about another person is not inserted before a pronoun."""
    brandt = own("asked the regional government")
    assert placed(brandt, (UNION, MUNK), (PRICES,)) == brandt.sentence.text
    assert placed(brandt, (UNION, MUNK), ("She will pay more for apples.",)) is None


WORDS = (
    "nothing left to sell",
    "Supermarkets expect",
    "Karel Munk, who",
    "The union wants",
    "Pears bloom",
    "Insurance",
)


@settings(max_examples=5, deadline=None)
@given(st.sampled_from(WORDS), st.lists(st.sampled_from(REWORDED), max_size=4, unique=True))
def test_putting_in_changes_nothing_else_and_puts_in_one_at_most(words: str, draft: list[str]) -> None:
    text = said(*draft)
    found = INSERTION.inserted(own(words), text)
    assert [one for one in found if one.draft is not None] == text
    assert len(found) - len(text) in (0, 1)
    places: list[Evidence | None] = [one.place for one in found if one.draft is None]
    assert places in ([], [own(words).place])
