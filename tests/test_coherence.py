"""The references of a sentence that the sentences before it in a summary do not explain."""

from collections.abc import Sequence

import pytest
from assembling import verifier_of
from hypothesis import given, settings
from hypothesis import strategies as st

from summarise import Settings, read_article, summarise
from summarise.writing.coherence import PlacedSentence, unexplained

ARTICLE = (
    "Holmfirth Tidal Power (HTP) will close its works at Sandry, Marian Oakfield, the chief executive, said on Monday. "
    "She said that 300 people would lose their jobs. "
    "But the Office for Estuaries and Coasts (OEC) wants a review. "
    "The regulator has written to ministers. "
    "“We were not asked,” said Peter Lindqvist, a union official at Sandry. "
    "He accused the company of haste. "
    "However, Oakfield rejected that. "
    "Her plan was praised by investors. "
    "“He is wrong,” Oakfield told reporters. "
    "The plan would save £4 million a year. "
    "By then the tide mill had stood for a century. "
    "The EU paid for the first turbines. "
    "OEC inspectors visited Sandry in May. "
    "The OEC expects an answer next week. "
    "It is feared that the mill will be lost. "
    "They left on Friday."
)
SENTENCES = 16


def starting(*beginnings: str) -> list[int]:
    """Return the indexes of the sentences of ARTICLE that start like this."""
    article = read_article(ARTICLE)
    quotes = [article.quote(sentence) for sentence in article.sentences]
    return [next(i for i, quote in enumerate(quotes) if quote.startswith(words)) for words in beginnings]


def references(indexes: Sequence[int], text: str, *, of_model: Sequence[int] = ()) -> list[tuple[str, ...]]:
    """Return the unexplained references of sentences of an article, shown in this order; some in words of the model."""
    facts = verifier_of(text).facts
    article = facts.article
    shown = [
        PlacedSentence(article.quote(article.sentences[i]), article.sentences[i], of_model=i in of_model)
        for i in indexes
    ]
    return list(unexplained(shown, facts))


def last_references(*indexes: int, text: str = ARTICLE) -> list[str]:
    return list(references(indexes, text)[-1])


@pytest.mark.parametrize(
    ("before", "sentence", "expected"),
    [
        ([], "She said", ["She"]),
        (["“We were"], "Her plan", ["Her"]),
        (["Holmfirth", "“We were"], "Her plan", []),
        ([], "However", ["However", "that", "Oakfield"]),
        (["Holmfirth"], "However", ["However", "that"]),
        ([], "“He is wrong", ["He", "Oakfield"]),
        ([], "But the", ["But"]),
        (["Holmfirth"], "But the", ["But"]),
        ([], "By then", ["By then"]),
        ([], "It is feared", ["the mill"]),
        (["By then"], "It is feared", []),
        ([], "They left", ["They"]),
    ],
)
def test_a_reference_to_a_sentence_that_is_not_shown_is_unexplained(
    before: list[str], sentence: str, expected: list[str]
) -> None:
    """Pronouns, connectives, times, surnames and nouns with "the"."""
    assert last_references(*starting(*before, sentence)) == expected


@pytest.mark.parametrize(
    "beginnings",
    [
        ["Holmfirth", "She said"],  # the sentence before names her and nobody else
        ["“We were", "He accused"],
        ["She said", "But the"],
        ["But the", "The regulator"],
        ["But the", "The OEC"],
        ["The EU paid"],
        ["OEC inspectors"],
        ["“We were"],
    ],
)
def test_a_reference_to_the_sentence_before_is_explained(beginnings: list[str]) -> None:
    """Full names, acronyms and what a sentence itself introduces need no explanation."""
    assert last_references(*starting(*beginnings)) == []


def test_a_complete_article_explains_itself() -> None:
    assert references(range(SENTENCES), ARTICLE) == [()] * SENTENCES


FILLER = "The roof leaks. It was repaired in May. "


@pytest.mark.parametrize(
    ("text", "indexes", "expected"),
    [
        ("Two people were seen at Sandry. " + FILLER + "These people were arrested.", [0, 3], []),
        ("Three women were seen at Sandry. " + FILLER + "These women were arrested.", [0, 3], []),
        (FILLER + "No witness has contradicted him.", [2], ["him"]),
        (FILLER + "A doctor treated him at Sandry.", [2], ["him"]),
        ("He is only eight, but the boy from Sandry is a champion. " + FILLER, [0], []),
        (FILLER + "An Ashcombe-led coalition raised £3 million. Ann Ashcombe of Sandry founded it.", [2], []),
        (FILLER + "Nobody may enter.’", [2], ["Nobody may enter.’"]),
        # Only a person is referred to as "she".
        (FILLER + "A study that she had ordered was ready in May.", [2], ["she"]),
        # The parser takes "leaked" for a participle; the second sentence has no other verb.
        (FILLER + "About 12 tonnes of diesel leaked from a tank, but booms had contained most of it.", [2], []),
        (
            FILLER + "Minutes of a meeting of Sandry council held on Monday.",
            [2],
            ["Minutes of a meeting of Sandry council held on Monday."],
        ),
    ],
)
def test_plurals_pronouns_compounds_and_the_rest_of_a_quotation(
    text: str, indexes: list[int], expected: list[str]
) -> None:
    assert last_references(*indexes, text=text) == expected


@pytest.mark.parametrize(
    ("between", "expected"),
    [
        ("Tom Okoye left.", []),
        ("Jane Poe left.", ["She"]),
        ("Jo Poe left.", ["She"]),
    ],
    ids=["a man", "a woman", "either"],
)
def test_a_pronoun_means_the_only_person_whom_it_fits(between: str, expected: list[str]) -> None:
    """In the summary so far, if the article means the same person."""
    text = f"Mary Lee bought a mill at Sandry. It rained in May. {between} It snowed. She sold a mill in June."
    assert last_references(0, 2, 4, text=text) == expected
    # The article means somebody whom the summary does not name.
    assert last_references(0, 4, text=text) == expected


def test_a_text_in_the_first_person_needs_no_name_for_its_writer() -> None:
    """Such as a blog; a report with one such sentence does."""
    mine = "I moved to Sandry in May. My first winter was cold. In June I bought a mill. It rained."
    assert last_references(2, text=mine) == []
    assert last_references(2, text=FILLER + "In June I bought a mill. It rained.") == ["In June I bought a mill."]


TRIO = (
    "They are the golden boys of Ellering Rovers, and Sam Lee, Ivo Brandt and Tom Okoye have reached a milestone. "
    "The three stars have scored a hundred goals. The tally includes six penalties. His total is 40, the club said."
)


@pytest.mark.parametrize("count", range(1, 5))
def test_the_beginning_of_a_story_explains_itself(count: int) -> None:
    """Its first sentence may name somebody after the pronoun; the others follow as in the article."""
    assert references(range(count), TRIO) == [()] * count


@pytest.mark.parametrize(
    ("indexes", "expected"), [([1], "The three stars"), ([0, 2], "The tally"), ([0, 1, 3], "the club")]
)
def test_after_a_gap_a_sentence_needs_an_explanation(indexes: list[int], expected: str) -> None:
    assert expected in last_references(*indexes, text=TRIO)


def test_a_sentence_of_the_model_does_not_continue_a_story() -> None:
    """It may lack the name that the article's sentence has."""
    story = "A ferry sank on Monday. He blamed the engine."
    assert references([0, 1], story) == [(), ()]
    assert references([0, 1], story, of_model=[1]) == [(), ("He",)]


def test_a_story_that_begins_with_an_unexplained_pronoun_explains_nothing() -> None:
    assert references([0, 1], "She has won again. He said so.") == [("She",), ("He",)]


def test_a_source_does_not_continue_the_one_before_it() -> None:
    """Of several articles in one text."""
    texts = [read_article("A ferry sank on Monday."), read_article("He blamed the engine.")]
    facts = summarise(texts, model="extract", settings=Settings(entailment="off")).facts
    article = facts.article
    shown = [PlacedSentence(article.quote(sentence), sentence) for sentence in article.sentences]
    assert unexplained(shown, facts) == ((), ("He",))


def test_a_first_sentence_that_names_nobody_does_not_explain_its_pronoun() -> None:
    """Text of a page may lack the story's beginning."""
    assert last_references(0, text=TRIO.replace("Ellering Rovers, and Sam Lee, Ivo Brandt and Tom Okoye", "a team and"))


@settings(max_examples=10)
@given(st.lists(st.integers(1, SENTENCES - 1), max_size=5), st.integers(1, SENTENCES - 1))
def test_a_sentence_that_is_clear_alone_is_clear_after_any_others(before: list[int], index: int) -> None:
    """Other sentences explain references and never add any."""
    if not last_references(index):
        assert last_references(*before, index) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Marian Oakfield will close the tidal power works at Sandry.", ()),
        ("The tidal power works at Sandry will close.", ("She",)),
    ],
    ids=["named", "not named"],
)
def test_a_sentence_in_words_of_the_model_explains_a_pronoun_if_it_names_the_person(
    text: str, expected: tuple[str, ...]
) -> None:
    """It may lack what the article's sentence says."""
    facts = verifier_of(ARTICLE).facts
    first, second = (facts.article.sentences[index] for index in starting("Holmfirth", "She said"))
    shown = [PlacedSentence(text, first, of_model=True), PlacedSentence(facts.article.quote(second), second)]
    assert unexplained(shown, facts)[-1] == expected


@pytest.mark.parametrize(
    ("article", "place", "before", "expected"),
    [
        # things mentioned before, in the summary or in the article
        ("A tide mill burned. It rained. Lee Ann wants to sell the mill.", 2, None, ["the mill"]),
        ("A tide mill burned. Lee Ann wants to sell the mill.", 1, 0, []),
        ("A tide mill burned. It rained. The wheel of the mill that burned is lost.", 2, None, []),
        ("It rained. A mill was sold. The sale surprised Lee Ann.", 2, 1, []),
        ("It rained. The murder suspect left.", 1, None, ["The murder suspect"]),
        ("A ferry sank. The owner of the ferry left.", 1, 0, []),
        ("It rained. The opening on Monday was a success.", 1, None, ["The opening"]),
        ("It rained. The owner of a ferry left.", 1, None, []),
        ("It rained. The youth, a swimmer, left.", 1, None, ["The youth"]),
        ("The mill was sold to the couple.", 0, None, []),
        ("This is the moment a tide mill burned. It rained.", 0, None, []),
        ("It rained. This is the moment a tide mill burned.", 1, None, ["This"]),
        ("A mill burned. It rained. Lee Ann hired a builder two years later.", 2, None, []),
        ("A mill burned. It rained. Lee Ann praised these results.", 2, None, ["these results"]),
        ("A mill burned. It rained. On 3 May Lee Ann had left by then.", 2, None, []),
        ("A mill burned. It rained. Lee Ann had left by then.", 2, None, ["by then"]),
        ("A mill burned. “Nobody wanted it.” “We loved the mill.”", 2, None, ["“We loved the mill.”"]),
    ],
)
def test_things_and_times_need_an_introduction(
    article: str, place: int, before: int | None, expected: list[str]
) -> None:
    """In the summary or in the sentence itself."""
    indexes = [place] if before is None else [before, place]
    assert last_references(*indexes, text=article) == expected


@pytest.mark.parametrize(
    ("article", "place", "expected"),
    [
        ("Ann Lee spoke. It rained. Lee left.", 2, ["Lee"]),
        ("Ann Lee spoke. It rained. Ann Lee left.", 2, []),
        ("Billy Thorn is lost. Mike ‘Bear’ Thorn told police.", 1, []),
        ("Ann Lee spoke. Jo Poe bought the Lee mill.", 1, []),
        ("Ann Lee spoke. It rained. “Lee is right,” Jo Poe said.", 2, []),
    ],
)
def test_a_surname_needs_the_full_name_before_it(article: str, place: int, expected: list[str]) -> None:
    """Not in quotations and compounds."""
    assert last_references(place, text=article) == expected
