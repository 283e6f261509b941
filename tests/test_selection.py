"""Selection: which sentences of an article or of a model make a summary, without repetition, within the length."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from assembling import verifier_of
from by_hand import article_of
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import HARBOUR, VALLEY
from reading import story

from summarise import Settings, read_article, summarise
from summarise.checks.key_facts import key_facts
from summarise.checks.verification import Candidate
from summarise.data import KeyFact
from summarise.settings.model import Length
from summarise.writing.selection import Redundancy, compose, extractive_fallback, pick, repeats

# Indexes of sentences of VALLEY.
LEAD, DAMAGE, COLDEST, BRANDT, NOTHING_LEFT, ANSWER, FIRES, MUNK, SUPERMARKETS = 1, 2, 3, 4, 5, 6, 9, 14, 13


@cache
def own(index: int, *, text: str = VALLEY) -> Candidate:
    """Return a sentence of the article as copied by a model."""
    verifier = verifier_of(text)
    words = " ".join(verifier.facts.article.quote(verifier.facts.article.sentences[index]).split())
    (candidate,) = verifier.verify(words, origin="model", first=index, cited=(index,))
    return candidate


@cache
def pool() -> tuple[Candidate, ...]:
    """Return the sentences of VALLEY that may be added to a summary."""
    return tuple(extractive_fallback(verifier_of(VALLEY), 99))


def chosen(
    candidates: Sequence[Candidate], *, text: str = VALLEY, keys: Sequence[KeyFact] = (), **length: Any
) -> list[Candidate]:
    """Choose among candidates; `length` is `sentences` or `words`."""
    return compose(candidates, verifier_of(text), Length(**{"sentences": 9, **length}), key_facts=keys)


def composed(*indexes: int, text: str = VALLEY, **options: Any) -> list[int]:
    """Choose among sentences of the article, and return the indexes of those chosen."""
    return places(chosen([own(index, text=text) for index in indexes], text=text, **options), text)


def places(candidates: Sequence[Candidate], text: str = VALLEY) -> list[int]:
    """Return the indexes of the article's sentences."""
    return [verifier_of(text).sentence_at(c.place) for c in candidates if c.place is not None]


def key(index: int, weight: float = 1.0) -> KeyFact:
    """Return a key fact that is a sentence of VALLEY."""
    article = verifier_of(VALLEY).facts.article
    place = article.evidence(article.sentences[index])
    return KeyFact(start=place.start, end=place.end, text=place.text, sentence=index, pieces=(place,), weight=weight)


def keys() -> tuple[KeyFact, ...]:
    """Return the key facts of VALLEY."""
    return key_facts(verifier_of(VALLEY).facts)


@cache
def redundancy_of(text: str) -> Redundancy:
    return Redundancy(verifier_of(text).facts)


STORM = """A storm closed the harbour of Vesterholm on Monday. Divers found a fallen crane in eight metres of water. \
Jane Doe leads the port authority of Vesterholm. She expects repairs worth three million euros this spring. Fishing \
boats may still use the northern entrance.
"""
MILL = """Mary Lee of Sandry bought a tide mill on Monday. It rained. Nobody came to the fair. The band left early. \
Lee says the mill at Sandry will grind barley, wheat and oats for forty bakers from May.
"""
# Indexes of sentences of STORM.
CLOSED, CRANE, JANE, SHE, BOATS = range(5)


def words_of(candidates: Sequence[Candidate]) -> int:
    return sum(len(candidate.sentence.text.split()) for candidate in candidates)


# sentences that refer to others


@pytest.mark.parametrize(
    ("text", "indexes", "options", "expected"),
    [
        # Explained sentences are left alone.
        (VALLEY, (LEAD, BRANDT), {}, [LEAD, BRANDT]),
        (VALLEY, (LEAD, DAMAGE, COLDEST), {}, [LEAD, DAMAGE, COLDEST]),
        (STORM, (JANE, SHE), {}, [JANE, SHE]),
        # A sentence with a pronoun is shown with the article's sentence before it, even if that is no candidate.
        (STORM, (SHE,), {}, [JANE, SHE]),
        (STORM, (CLOSED, SHE), {"sentences": 3}, [CLOSED, JANE, SHE]),
        # If there is no room for both, another sentence is chosen, unless there is no other.
        (STORM, (BOATS, SHE), {"sentences": 1}, [BOATS]),
        (STORM, (SHE,), {"sentences": 1}, [SHE]),
        # One that a chosen sentence explains needs no neighbour, nor a lower rank.
        (MILL, (0, 2, 4), {"sentences": 2}, [0, 4]),
        # Instead of an unexplained sentence another one is chosen, even if it ranks lower.
        (VALLEY, (LEAD, COLDEST), {}, [LEAD]),
        (VALLEY, (MUNK, SUPERMARKETS), {"sentences": 1}, [SUPERMARKETS]),
        (VALLEY, (SUPERMARKETS, MUNK), {"sentences": 1}, [SUPERMARKETS]),
        (VALLEY, (MUNK,), {"sentences": 1}, [MUNK]),
        (VALLEY, (18, 12), {"sentences": 1}, [12]),
    ],
)
def test_a_sentence_is_shown_only_if_the_ones_before_it_explain_it(
    text: str, indexes: tuple[int, ...], options: dict[str, int], expected: list[int]
) -> None:
    assert composed(*indexes, text=text, **options) == expected


# sentences that are no statements of the story

CAPTION = """A storm closed the harbour of Vesterholm on Monday. Jane Doe lifts the trophy of the rowers on Saturday. \
She expects repairs worth three million euros this spring. Fishing boats may still use the northern entrance.
"""
SOLD = """Ann Lee sold the mill at Sandry to Jo Poe. Nico Roe (Solm) 1:35.824 3. See the original story at Sandry. \
A buyer was found in May.
"""


def test_notices_captions_and_rows_of_tables_are_left_out() -> None:
    """They are shown if there is nothing else. A caption is not added to explain a pronoun."""
    assert composed(0, 1, 2, text=SOLD) == [0]
    assert composed(2, text=SOLD) == [2]
    assert composed(0, 2, 3, text=CAPTION) == [0, 3]


@pytest.mark.parametrize(
    ("sentence", "is_statement"),
    [
        # Captions have actions in the present tense; stories use it for speech, states, habits and plans.
        ("Marian Lee lifts the trophy after the final on Saturday.", False),
        ("Marian Lee (right) celebrates with Jo Poe in Sandry.", False),
        ("Marian Lee celebrates winning the final.", False),
        ("Marian Lee (left) speaks with Jo Poe in Sandry.", False),
        ("Marian Lee speaks with Jo Poe in Sandry.", True),
        ("Marian Lee lifted the trophy after the final on Saturday.", True),
        ("Marian Lee insists that the final was fair.", True),
        ("Marian Lee, 61, denies four counts of fraud and one of false accounting.", True),
        ("Marian Lee retires in July after ten years at Sandry.", True),
        ("Marian Lee is accused of misleading investors during the sale.", True),
        ("Marian Lee wants to play in the final.", True),
        ("Marian Lee lives in Sandry.", True),
        ("Marian Lee often lifts weights at Sandry.", True),
        ("On Friday Marian Lee walks a mile at Sandry.", True),
        # the words of the speaker are missing
        ("Marian Lee, who won the cup, said.", False),
        ("The final was fair, Marian Lee said.", True),
        ("Marian Lee said nothing.", True),
        ("A stand for visitors was added.", True),
        ("How a fire at Sandry started has not been explained.", True),
    ],
)
def test_captions_and_fragments_are_left_out(sentence: str, is_statement: bool) -> None:
    article = f"The cup went to Sandry. {sentence} Shops on both banks were shut."
    assert composed(1, 2, text=article) == ([1, 2] if is_statement else [2])


# repetition

MILL = """Brelmouth Tidal Power (BTP) runs the mill on the estuary. Brelmouth Tidal Power will close its works. Shops \
on both banks fear for their trade.

On Monday evening BTP will close its works at Sandry for good. Divers will look at the piers next week.
"""
TIDAL = (
    "Holmfirth Tidal Power (HTP) will close its works at Sandry on Monday, Marian Oakfield said. "
    "The plan would save £4 million a year. "
    "Peter Lindqvist, a union official, praised the mill."
)


def test_sentences_of_equal_content_are_not_shown_twice() -> None:
    """Half of their words are equal, and the others refer to the same things."""
    assert not repeats(own(1, text=MILL), own(3, text=MILL)), "recognised by content, not by words"
    assert len(composed(1, 3, text=MILL)) == 1
    assert len(composed(1, 4, text=MILL)) == 2


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Holmfirth Tidal Power will close its works.", "HTP will close its works at Sandry on Monday.", True),
        ("The plan would save £4 million a year.", "The plan would save £9 million a year.", False),
        ("Oakfield praised the mill.", "Lindqvist praised the mill.", False),
        ("The company denied that it sold the mill.", "The company sold the mill.", False),
    ],
)
def test_a_sentence_with_other_numbers_persons_or_a_denial_is_no_repetition(one: str, other: str, same: bool) -> None:
    assert redundancy_of(TIDAL).same(one, other) is redundancy_of(TIDAL).same(other, one) is same


def test_the_words_of_the_model_rank_before_those_of_the_article() -> None:
    """The rank of candidates with one source: reworded, shortened, copied, replacement, addition."""
    copied = own(FIRES)
    reworded, shortened = (
        replace(copied, sentence=copied.sentence.model_copy(update={"origin": "model", "rewording": rewording}))
        for rewording in ("reworded", "shortened")
    )
    ranked = [reworded, shortened, copied, replace(copied, replaced=True), replace(copied, draft=None)]
    for better, worse in pairwise(ranked):
        assert chosen([worse, better]) == [better]


RESTATED = """Marian Oakfield will close the tidal mill at Sandry in May, because its piers are cracked. Cracks have \
been found in the piers of the tidal mill, which is to shut. Divers found four old boats beneath the quay of Sandry \
last week. The council will vote on the ferry line in June.
"""


@pytest.mark.parametrize(("entailment", "shown"), [("built-in", [0, 2, 3]), ("off", [0, 1, 2])])
def test_a_sentence_that_others_entail_is_exchanged(entailment: Any, shown: list[int]) -> None:
    """Though it has other words."""
    summary = summarise(RESTATED, model="extract", length=3, settings=Settings(entailment=entailment))
    sentences = story(read_article(RESTATED))
    assert [sentence.text for sentence in summary.sentences] == [sentences[index] for index in shown]


# order and length


@settings(max_examples=4)
@given(
    indexes=st.lists(
        st.sampled_from([LEAD, DAMAGE, BRANDT, NOTHING_LEFT, ANSWER, FIRES, MUNK]), min_size=1, max_size=5
    ),
    sentences=st.integers(1, 4),
)
def test_a_summary_is_in_order_within_the_length_and_unchanged(indexes: list[int], sentences: int) -> None:
    """It contains candidates and the sentences before them. A second call returns the same."""
    candidates = [own(index) for index in indexes]
    found = chosen(candidates, sentences=sentences)
    assert 1 <= len(found) <= sentences
    assert set(places(found)) <= {place for index in indexes for place in (index, index - 1)}
    assert places(found) == sorted(set(places(found)))
    assert found == chosen(candidates, sentences=sentences)
    for candidate, place in zip(found, places(found), strict=True):
        assert candidate.sentence.text == own(place).sentence.text
        assert not candidate.sentence.history


@pytest.mark.parametrize("words", [20, 45, 80, 150])
def test_a_length_in_words_is_kept_within_a_tenth_or_one_sentence(words: int) -> None:
    """At most a tenth longer; shorter only by a sentence that does not fit."""
    found = chosen(pool(), words=words, keys=keys())
    longest = max(words_of([candidate]) for candidate in pool())
    assert words_of(found) <= words * 1.1
    assert words_of(found) >= min(words * 0.9, words - longest)
    assert len(found) == len({candidate.place for candidate in found})


def test_a_length_that_no_sentence_fits_gets_the_shortest_one() -> None:
    assert composed(LEAD, BRANDT, ANSWER, words=5) == [ANSWER]


def test_key_facts_raise_the_rank_of_their_sentence() -> None:
    assert composed(SUPERMARKETS, FIRES, sentences=1) == [FIRES]
    assert composed(SUPERMARKETS, FIRES, sentences=1, keys=[key(SUPERMARKETS)]) == [SUPERMARKETS]
    assert composed(ANSWER, FIRES, sentences=1, keys=[key(ANSWER, 0.1)]) == [FIRES]
    assert composed(ANSWER, FIRES, sentences=1, keys=[key(ANSWER, 0.1), key(ANSWER, 0.1)]) == [ANSWER]
    assert composed(SUPERMARKETS, FIRES, sentences=1, keys=[key(LEAD)]) == [FIRES]


# sentences to rewrite

AGAIN = "From Monday the harbour of Vesterholm will close to large ships, he said."
ARTICLE = article_of(*HARBOUR, AGAIN)


def test_a_long_sentence_is_not_picked_and_excludes_no_other() -> None:
    """If two sentences repeat each other and one is too long, the other is picked."""
    assert len({0, 5} & set(pick(ARTICLE, count=99))) == 1
    assert set(pick(ARTICLE, count=99, most_words=11)) == {0, 2, 3, 4}
