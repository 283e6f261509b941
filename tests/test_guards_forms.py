"""Formats of answers: requested, other and broken JSON, truncated answers and plain lines."""

import json

import pytest
from guarding import CLOSED, COST, SOURCE, TUNNEL, examined, kinds, texts
from hypothesis import given, settings
from hypothesis import strategies as st

from summarise.writing.guards import OutputSentence


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('```json\n{"sentences": ["One is."]}\n```', ["One is."]),
        ('  {"sentences": ["  One\\n is. ", "", "…"]} ', ["One is."]),
        ("One is.\nTwo are.\n", ["One is.", "Two are."]),
        ("One is here. Two are there.", ["One is here.", "Two are there."]),
        ("- One.\n2) Two.\n• Three.\n(4) Four.\n# Five.\n* Six.", ["One.", "Two.", "Three.", "Four.", "Five.", "Six."]),
        ('{"sentences": ["- One is.", "1. **Two** are."]}', ["One is.", "Two are."]),
        ("2019 was cold.", ["2019 was cold."]),
        ("```\nOne is.\nTwo are.\n```", ["One is.", "Two are."]),
    ],
)
def test_answers_are_read_in_the_forms_that_models_give(text: str, said: list[str]) -> None:
    """JSON, fenced JSON and plain lines are read without bullets, numbers and emphasis."""
    result = examined(text)
    assert (texts(result), result.events, result.problem) == (said, (), None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f'["{CLOSED}"]', [CLOSED]),
        (f'{{"sentences": ["{CLOSED}", 5, null]}}', [CLOSED]),
        (f'{{"sentences": "{CLOSED}"}}', [CLOSED]),
        (f'{{"summary": ["{CLOSED}"], "title": "The bridge is closed now"}}', [CLOSED]),
        (f'{{"sentences": [{{"sentence": "{CLOSED}"}}, {{"text": "{TUNNEL}"}}]}}', [CLOSED, TUNNEL]),
        (f'{{"sentences": ["{CLOSED}", "{TUNNEL}",]}}', [CLOSED, TUNNEL]),
        (f"{{'sentences': ['{CLOSED}', '{TUNNEL}']}}", [CLOSED, TUNNEL]),
        (f"{{“sentences”: [“{CLOSED}”]}}", [CLOSED]),
        (f'Here it is: {{"sentences": ["{CLOSED}"]}}', [CLOSED]),
        (f'Here is the JSON:\n```json\n{{"sentences": ["{CLOSED}"]}}\n```', [CLOSED]),
        ('{"sentences": ["She said “no” and "never", then left.", "He came."]}', None),
        ('{"sentences": ["The bridge\nclosed."]}', ["The bridge closed."]),
        (f'{{"sentences": ["{CLOSED}", "Drivers were', [CLOSED]),
        ('{"sentences": ["The bridge cl\\u00f4sed."], "x": 1}', ["The bridge clôsed."]),
    ],
)
def test_whole_strings_of_malformed_json_are_used(text: str, said: list[str] | None) -> None:
    """Complete strings in invalid or unexpected JSON are used, with a `malformed` event."""
    result = examined(text)
    assert texts(result) == (said or ['She said “no” and "never", then left.', "He came."])
    assert set(kinds(result)) == {"malformed"}
    assert result.problem is None


@pytest.mark.parametrize(
    "text", ["[" * 5000, '{"a":' * 5000, '{"a": [' * 5000 + '"One"', "{" + '"' * 999, '{"a": ["One."]}']
)
def test_json_without_a_sentence_is_malformed_however_deep(text: str) -> None:
    result = examined(text)
    assert (result.said, result.problem) == ((), "malformed")


# truncated answers


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{CLOSED} Drivers were", [CLOSED]),
        (f"{CLOSED} Repairs would cost 3.", [CLOSED]),
        (f"{CLOSED} So said Dr.", [CLOSED]),
        (f"{CLOSED} “We waited. We could not.", [CLOSED]),
        (f"{CLOSED} {TUNNEL}", [CLOSED, TUNNEL]),
        (f"- {CLOSED}\n- Drivers", [CLOSED]),
        (f'{{"sentences": ["{CLOSED}", "Drivers were', [CLOSED]),
        (f'{{"sentences": ["{CLOSED}", "{TUNNEL} Repairs wo', [CLOSED, TUNNEL]),
        (f'{{"sentences": ["{CLOSED}"', [CLOSED]),
        (f'```json\n{{"sentences": ["{CLOSED}", "Dri', [CLOSED]),
        ('{"sente', []),
        ("", []),
    ],
)
def test_a_cut_off_answer_gives_its_whole_sentences(text: str, said: list[str]) -> None:
    result = examined(text, "length")
    assert texts(result) == said
    assert kinds(result) == ["cut off"] or kinds(result) == ["cut off", "malformed"]
    assert result.problem == (None if said else "cut off")


WHOLE = (
    "Nobody was hurt, Dr. Ann Poe said.",
    "It cost $3.4 million in the U.S. alone.",
    "“We left. It fell,” he said.",
    CLOSED,
)


@settings(max_examples=25)
@given(
    st.lists(st.sampled_from(WHOLE), min_size=1, unique=True), st.data(), st.sampled_from(["lines", "prose", "json"])
)
def test_a_cut_off_answer_never_yields_a_torn_sentence(sentences: list[str], data: st.DataObject, form: str) -> None:
    text = (
        {"lines": "\n", "prose": " "}.get(form, "").join(sentences)
        if form != "json"
        else json.dumps({"sentences": sentences})
    )
    end = data.draw(st.integers(0, len(text)))
    for sentence in texts(examined(text[:end], "length", source="")):
        for whole in WHOLE:
            sentence = sentence.replace(whole, "")
        assert not sentence.strip()


# cited and single sentences


def test_cited_sentences_come_with_their_sources() -> None:
    answer = {"sentences": [{"text": CLOSED, "sources": [3, 4]}, {"text": TUNNEL, "sources": []}]}
    result = examined(json.dumps(answer), output="cited")
    assert result.said == (OutputSentence(CLOSED, (3, 4)), OutputSentence(TUNNEL))
    assert not result.events


@pytest.mark.parametrize(
    ("item", "sources"),
    [
        ({"text": CLOSED, "sources": ["3", "[4]"]}, (3, 4)),
        ({"sentence": CLOSED, "source": 3}, (3,)),
        ({"text": CLOSED, "citations": [3]}, (3,)),
        ({"text": CLOSED, "sources": [-1, 2.5, 99999999]}, ()),
        ({"text": CLOSED}, ()),
        (CLOSED, ()),
    ],
)
def test_sources_of_another_form_are_salvaged(item: object, sources: tuple[int, ...]) -> None:
    """Sources may be strings or under another name; invalid numbers are dropped."""
    result = examined(json.dumps({"sentences": [item]}), output="cited")
    assert result.said == (OutputSentence(CLOSED, sources),)
    assert kinds(result) == ["malformed"]


def test_a_cut_off_cited_answer_keeps_only_whole_sources() -> None:
    text = f'{{"sentences": [{{"text": "{CLOSED}", "sources": [3, 1'
    result = examined(text, "length", output="cited")
    assert result.said == (OutputSentence(CLOSED, (3,)),)
    assert kinds(result) == ["cut off"]


@pytest.mark.parametrize(
    "text",
    [json.dumps({"sentence": CLOSED}), CLOSED, f"Here is the rewritten sentence:\n{CLOSED}", f"```\n{CLOSED}\n```"],
)
def test_one_sentence_is_read_where_one_is_asked_for(text: str) -> None:
    """The sentence may be JSON, fenced, introduced or alone."""
    result = examined(text, output="sentence")
    assert (texts(result), result.events) == ([CLOSED], ())


def test_of_several_sentences_the_first_is_used_where_one_is_asked_for() -> None:
    """The others give a `malformed` event."""
    result = examined(f"{CLOSED}\n{COST}", output="sentence")
    assert texts(result) == [CLOSED]
    assert [(event.kind, event.said) for event in result.events] == [("malformed", COST)]


def test_a_string_of_two_sentences_stays_together_unless_one_is_taken_out() -> None:
    """A string of several sentences is one claim, unless a sentence is removed from it."""
    assert texts(examined(json.dumps({"sentences": [f"{CLOSED} {TUNNEL}"]}))) == [f"{CLOSED} {TUNNEL}"]
    inside = json.dumps({"sentences": [f"{CLOSED} {COST} I hope this helps! {TUNNEL}"]})
    assert texts(examined(inside)) == [f"{CLOSED} {COST}", TUNNEL]


def test_nul_and_halves_of_surrogates_are_cleaned() -> None:
    """NUL is removed, and unpaired surrogates become “?”."""
    result = examined('{"sentences": ["The \\ud800 one\\u0000 is."]}', source=SOURCE)
    assert texts(result) == ["The ? one is."]
    assert texts(examined("The \ud800 one\0 is.")) == ["The ? one is."]
