"""Direct quotations and their speakers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise import read_article
from summarise.data import Quotation
from summarise.facts import extract
from summarise.facts.quotations import folded, with_speakers

CAST = "Ruth Abernant, the minister, met Lars Oudekirk on the pier. "


def quotations(text: str) -> list[Quotation]:
    return [fact for fact in with_speakers(extract(read_article(text))) if isinstance(fact, Quotation)]


@pytest.mark.parametrize(
    ("opening", "closing"), [("“", "”"), ('"', '"'), ("«", "»"), ("„", "“"), ("‘", "’"), ("'", "'"), ("``", "''")]
)
def test_marks_of_every_style_hold_a_quotation(opening: str, closing: str) -> None:
    """Quotation marks of every style are recognised, and are not part of the span."""
    (quotation,) = quotations(f"She said: {opening}The pier isn’t safe at all.{closing} Nobody spoke.")
    assert quotation.text == "The pier isn’t safe at all."
    assert quotation.value == "the pier isn't safe at all"


def test_a_stray_opening_mark_inside_does_not_split_a_quotation() -> None:
    (quotation,) = quotations("“The goals are clear. “The aim is to close the pier,” Ruth Abernant told reporters.")
    assert quotation.text == "The goals are clear. “The aim is to close the pier,"
    assert quotation.value == "the goals are clear. the aim is to close the pier"
    assert quotation.speaker == "Ruth Abernant"


def test_a_quotation_may_run_over_paragraphs() -> None:
    """A quotation over several paragraphs is a fact for each, with the same speaker."""
    first, second, third = quotations(
        "“It was loud,” Jonas Pree said on the pier. “I looked up and it fell.\n\n"
        "“I do not know why.”\n\nNobody answered him."
    )
    assert (first.text, second.text, third.text) == ("It was loud,", "I looked up and it fell.", "I do not know why.")
    assert {first.speaker, second.speaker, third.speaker} == {"Jonas Pree"}


def test_a_split_quotation_is_two_facts_with_one_speaker() -> None:
    one, other = quotations(CAST + "“I regret,” Mr Oudekirk said, “that the pier fell.”")
    assert (one.text, other.text) == ("I regret,", "that the pier fell.")
    assert one.speaker == other.speaker == "Lars Oudekirk"


@pytest.mark.parametrize(
    ("phrase", "speaker"),
    [
        ("“The pier is safe,” said Ruth Abernant.", "Ruth Abernant"),
        ("“The pier is safe,” Ms Abernant told reporters.", "Ruth Abernant"),
        ("“The pier is safe,” the minister said.", "Ruth Abernant"),
        ("The minister said that “the pier is safe as it stands”.", "Ruth Abernant"),
        ("Mr Oudekirk told Ms Abernant: “The pier is safe.”", "Lars Oudekirk"),
        ("Mr Oudekirk called the claim “an insult with a letterhead”.", "Lars Oudekirk"),
        ("According to Mr Oudekirk, the pier is “safe as a house”.", "Lars Oudekirk"),
        ("Ms Abernant did not stay. “The pier is safe,” she said.", "Ruth Abernant"),
        ("Mr Oudekirk said that he was sorry. “We owe them an answer.”", "Lars Oudekirk"),
        ("“The pier is safe,” a fisherman said.", None),
        ("It had a sign reading “mind the gap here”.", None),
        ("The pier was called “the long one” by children.", None),
    ],
)
def test_the_speaker_is_found_or_nobody_is_named(phrase: str, speaker: str | None) -> None:
    """Speakers are resolved from names, roles and pronouns."""
    assert [quotation.speaker for quotation in quotations(CAST + phrase)] == [speaker]


def test_a_paragraph_that_is_all_quotation_goes_on_with_the_last_speaker() -> None:
    (quotation,) = quotations(
        "Ruth Abernant said on Friday that the pier would close.\n\n"
        "“We cannot allow it to stand. We have to act.”\n\nIt rained."
    )
    assert quotation.speaker == "Ruth Abernant"


def test_a_quoted_word_or_two_is_less_sure() -> None:
    """One or two quoted words may be scare quotes and have a lower confidence."""
    (scare,) = quotations("They called it “safe” at the time.")
    (long,) = quotations("They called it “safe as any other house” at the time.")
    assert scare.confidence < long.confidence


@pytest.mark.parametrize(
    "text",
    [
        "The workers’ union met in the ’90s and didn’t like it.",
        "It is 5' 10\" tall.",
        "He walked away” and came back.",
        "The workers' union didn't like the '90s.",
        "An empty “” pair.",
    ],
)
def test_apostrophes_inches_and_lonely_marks_hold_nothing(text: str) -> None:
    assert quotations(text) == []


@given(st.text("ab .,'’‘“”\"«»-–\n", max_size=60))
def test_folding_is_idempotent_and_ignores_the_style_of_marks(text: str) -> None:
    once = folded(text)
    assert folded(once) == once
    assert folded(text.replace("“", '"').replace("”", '"')) == once


def test_a_role_that_two_persons_hold_stands_for_neither() -> None:
    """If the article has two engineers, "the engineer said" has no speaker."""
    text = "Ruth Abernant, the engineer, met Lars Oudekirk, an engineer, there. “The pier is safe,” the engineer said."
    assert [quotation.speaker for quotation in quotations(text)] == [None]
