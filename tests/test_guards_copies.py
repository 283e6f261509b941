"""Guards against repetition, echoes of the prompt, excess length, copies of the lead, and leaks of examples."""

import pytest
from guarding import CLOSED, COST, SOURCE, TUNNEL, examined, kinds, texts

from summarise.data import GuardEvent

# repetition


@pytest.mark.parametrize(
    "loop",
    [
        "The bridge is in the city of the city of the city of the city.",
        "The bridge was closed and the bridge was open and the bridge was closed and the bridge was open.",
        "Very very very very many cars wait.",
        "The bridge is closedclosedclosedclosedclosedclosedclosedclosedclosedclosedclosedclosedclosed.",
        "The bridge is loooooooooooong.",
        "The cracks in the cables of the bridge, the cracks in the tunnel of the bridge, the cracks in the cables of "
        "the tunnel, the cracks in the tunnel of the cables, the cracks in the cables of the bridge.",
    ],
)
def test_a_sentence_that_loops_is_taken_out(loop: str) -> None:
    result = examined(f"{CLOSED} {loop}")
    assert texts(result) == [CLOSED]
    assert result.events == (GuardEvent(kind="repetition", said=loop, recovered=True),)
    assert result.problem is None


def test_a_sentence_said_again_is_kept_once() -> None:
    """Case and function words do not matter."""
    result = examined(f"{CLOSED}\n{CLOSED}\n{TUNNEL}\nHARBOUR BRIDGE in Vesterholm closed Friday!\n{CLOSED}")
    assert texts(result) == [CLOSED, TUNNEL]
    assert kinds(result) == ["repetition", "repetition"]


def test_the_third_sentence_of_one_pattern_is_a_loop() -> None:
    """Sentences that differ only in a figure are kept twice."""
    counting = [f"In the year {year} the bridge carried many cars." for year in range(1968, 1974)]
    assert texts(examined("\n".join(counting))) == counting[:2]


@pytest.mark.parametrize(
    "fine",
    [
        "“No, no, no,” the mayor said.",
        "The bridge that had had cracks was closed.",
        "The bridge did close. The bridge did not close.",
        "Vesterholm beat Larnby. Larnby beat Vesterholm.",
        "The bridge closed on Friday. The tunnel closed on Friday.",
    ],
)
def test_what_only_sounds_alike_is_no_repetition(fine: str) -> None:
    """A word said three times, a negation, swapped roles, another subject."""
    result = examined(fine)
    assert not result.events
    assert " ".join(texts(result)) == fine


# echo

INSTRUCTION = "You are a news editor. Write two short sentences that tell the most important facts of this article."


def test_the_prompts_own_words_are_taken_out() -> None:
    """A sentence is removed if most of its word sequences are in the instructions."""
    echo = "Write two short sentences that tell the most important facts."
    result = examined(f"{echo} {CLOSED}", instructions=[INSTRUCTION])
    assert texts(result) == [CLOSED]
    assert [(event.kind, event.said) for event in result.events] == [("echo", echo)]
    assert examined(echo, instructions=[INSTRUCTION]).problem == "a copy of the instructions"


def test_the_articles_words_are_no_echo_though_the_prompt_holds_the_article() -> None:
    assert not examined(TUNNEL, instructions=[f"{INSTRUCTION}\n\n{SOURCE}"]).events


# too long, lead copy


def test_an_answer_longer_than_its_source_is_shortened_by_whole_sentences() -> None:
    result = examined(f"{CLOSED} {COST} {TUNNEL}", source="The harbour bridge closed on Friday, Ann Poe said.")
    assert texts(result) == [CLOSED]
    assert kinds(result) == ["too long"]


def test_a_rewrite_may_have_a_few_words_more_than_its_source() -> None:
    """Four words more are accepted, five are not."""
    source = "The bridge is closed, Ann Poe said."
    assert not examined("Ann Poe said that the bridge is closed.", source=source).events
    longer = "Ann Poe said that the bridge is closed now and for"
    assert not examined(f"{longer}.", source=source).events
    assert kinds(examined(f"{longer} good.", source=source))[:1] == ["too long"]


def test_a_copy_of_the_lead_is_told_and_kept() -> None:
    """The article's first sentences, in order, are reported; one alone is not."""
    first, second = SOURCE.split(". ")[:2]
    result = examined(f"{first}. {second}.")
    assert texts(result) == [f"{first}.", f"{second}."]
    assert kinds(result) == ["lead copy"]
    assert not examined(f"{first}.").events
    assert not examined(f"{second}. {first}.").events
    assert not examined(f"{first}. {TUNNEL}").events


# leak

EXAMPLES = ["The town of Larnby opened a library for 4,812 readers on Monday, Ida Brask said. In London it rained."]


@pytest.mark.parametrize(
    "leak",
    [
        "In Larnby the bridge closed.",
        "Brask’s bridge closed.",
        "The bridge carried 4,812 cars.",
        "It cost 4812 crowns.",
    ],
)
def test_names_and_figures_of_an_example_are_taken_out(leak: str) -> None:
    result = examined(f"{leak} {CLOSED}", examples=EXAMPLES)
    assert texts(result) == [CLOSED]
    assert [(event.kind, event.said) for event in result.events] == [("leak", leak)]
    assert examined(leak, examples=EXAMPLES).problem == "copied from an example"


def test_what_the_source_has_too_is_no_leak() -> None:
    """In any form of the name; days of the week are always accepted."""
    source = f"{SOURCE} Londoners heard of it in Larnby."
    assert not examined("In Larnby and London it closed on Monday.", source=source, examples=EXAMPLES).events
    assert not examined("The library opened.", examples=EXAMPLES).events
    assert not examined("The bridge closed, Ann Poe said.", examples=["The mayor, Ann Poe, said so."]).events
