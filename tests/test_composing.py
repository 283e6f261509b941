"""Composing a text from candidates: pronouns named, dangling sentences replaced, the length kept."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import BRIDGE, VALLEY

from summarise import read_article
from summarise.checks import SourceIndex
from summarise.checks.key_facts import key_facts
from summarise.checks.provenance import Candidate
from summarise.checks.verification import Verifier
from summarise.data import KeyFact, Origin, Rewording
from summarise.facts import extract
from summarise.settings.model import Length, parse_length
from summarise.writing.coherence.composing import compose
from summarise.writing.repair import extractive_fallback, is_showable
from summarise.writing.selection import choose, repeats

LEAD, DAMAGE, COLDEST, BRANDT, NOTHING_LEFT, ANSWER, FIRES, MUNK, SUPERMARKETS = 1, 2, 3, 4, 5, 6, 9, 14, 13
"""Indexes of VALLEY's sentences."""
ENGINEER = 4
"""Index of BRIDGE's sentence that begins with "She"."""


@cache
def verifier_of(text: str) -> Verifier:
    return Verifier(SourceIndex(extract(read_article(text))))


@cache
def own(index: int, *, text: str = VALLEY) -> Candidate:
    """Return a sentence of the article as copied by a model."""
    verifier = verifier_of(text)
    words = " ".join(verifier.facts.article.quote(verifier.facts.article.sentences[index]).split())
    (candidate,) = verifier.verify(words, origin="model", first=index, cited=(index,))
    return candidate


@cache
def pool() -> tuple[Candidate, ...]:
    """Return all sentences of VALLEY that the extractive fallback offers."""
    verifier = verifier_of(VALLEY)
    return tuple(extractive_fallback(verifier.facts.article, 99, lambda text: verifier.verify(text, origin="article")))


def composed(*indexes: int, sentences: int = 9, keys: Sequence[KeyFact] = (), text: str = VALLEY) -> list[Candidate]:
    return compose([own(i, text=text) for i in indexes], verifier_of(text), Length(sentences=sentences), key_facts=keys)


def texts(candidates: Sequence[Candidate]) -> list[str]:
    return [candidate.sentence.text for candidate in candidates]


def words_of(candidates: Sequence[Candidate]) -> int:
    return sum(len(text.split()) for text in texts(candidates))


def places(candidates: Sequence[Candidate]) -> list[int]:
    return [candidate.cited[0] for candidate in candidates]


# names for pronouns


@pytest.mark.parametrize(
    ("text", "index", "named"),
    [
        (
            BRIDGE,
            ENGINEER,
            "Petra Voss told reporters that the oldest cables date from 1931.",
        ),
        (VALLEY, NOTHING_LEFT, "“Some families have nothing left to sell,” Ilse Brandt said."),
    ],
)
def test_a_loose_pronoun_gets_its_name_and_the_history_says_so(text: str, index: int, named: str) -> None:
    """The new sentence is checked; the history has both texts."""
    before = own(index, text=text)
    (candidate,) = composed(index, text=text)
    assert candidate.sentence.text == named
    assert [step.action for step in candidate.sentence.history] == ["written", "named"]
    assert [step.text for step in candidate.sentence.history] == [before.sentence.text, named]
    assert candidate.sentence.verdict == "supported"
    assert is_showable(candidate)
    assert any(fact.kind == "name" and fact.text in named for fact in candidate.facts), "read anew, with the name"


@pytest.mark.parametrize(("origin", "rewording"), [("model", "fused"), ("repaired", "reworded")])
def test_a_name_put_in_makes_nobody_the_author(origin: Origin, rewording: Rewording) -> None:
    """Origin, rewording, draft and citation are unchanged."""
    before = own(ENGINEER, text=BRIDGE)
    sentence = before.sentence.model_copy(update={"origin": origin, "rewording": rewording})
    before = replace(before, sentence=sentence, replaced=True, draft=7)
    (named,) = compose([before], verifier_of(BRIDGE), Length(sentences=1))
    assert named.sentence.text.startswith("Petra Voss")
    assert (named.sentence.origin, named.sentence.rewording) == (origin, rewording)
    assert (named.replaced, named.draft, named.cited) == (True, 7, before.cited)


def test_what_can_be_read_where_it_stands_is_left_alone() -> None:
    """A sentence whose references resolve is the same candidate."""
    assert composed(LEAD, BRANDT) == [own(LEAD), own(BRANDT)]
    assert composed(LEAD, DAMAGE, COLDEST) == [own(LEAD), own(DAMAGE), own(COLDEST)]


# sentences that dangle


@pytest.mark.parametrize(("dangling", "other"), [(MUNK, SUPERMARKETS), (18, 12)])
def test_a_sentence_that_dangles_gives_way_to_another(dangling: int, other: int) -> None:
    """Even to one that ranks lower; without another it is shown."""
    one, two = own(dangling), own(other)
    article = verifier_of(VALLEY).facts.article
    length = Length(sentences=1)
    assert choose([one, two], article, length) == [one], "else it would give way anyhow"
    assert compose([one, two], verifier_of(VALLEY), length) == [two]
    assert compose([two, one], verifier_of(VALLEY), length) == [two]
    assert compose([one], verifier_of(VALLEY), length) == [one]


SOLD = """Ann Lee sold the mill at Sandry to Jo Poe. Nico Roe (Solm) 1:35.824 3. See the original story at Sandry. \
A buyer was found in May.
"""


def test_what_is_no_sentence_of_the_story_is_left_out() -> None:
    """Page notices and table rows appear only if nothing else is left."""
    assert places(composed(0, 1, 2, text=SOLD)) == [0]
    assert places(composed(2, text=SOLD)) == [2]


@pytest.mark.parametrize(
    ("sentence", "caption"),
    [
        ("Marian Lee lifts the trophy after the final on Saturday.", True),
        ("Marian Lee (right) celebrates with Jo Poe in Sandry.", True),
        ("Marian Lee celebrates winning the final.", True),
        ("Marian Lee (left) speaks with Jo Poe in Sandry.", True),
        ("Marian Lee speaks with Jo Poe in Sandry.", False),
        ("Marian Lee lifted the trophy after the final on Saturday.", False),
        ("Marian Lee insists that the final was fair.", False),
        ("Marian Lee, 61, denies four counts of fraud and one of false accounting.", False),
        ("Marian Lee retires in July after ten years at Sandry.", False),
        ("Marian Lee is accused of misleading investors during the sale.", False),
        ("Marian Lee wants to play in the final.", False),
        ("Marian Lee lives in Sandry.", False),
        ("Marian Lee often lifts weights at Sandry.", False),
        ("On Friday Marian Lee walks a mile at Sandry.", False),
    ],
)
def test_a_caption_says_in_the_present_what_somebody_does(sentence: str, caption: bool) -> None:
    """Stories use the present tense for speech, states, habits and plans, captions for actions."""
    article = f"The cup went to Sandry. {sentence} Shops on both banks were shut."
    assert places(composed(1, text=article)) == [1], "where there is nothing else it is shown"
    assert places(composed(1, 2, text=article)) == ([2] if caption else [1, 2])


@pytest.mark.parametrize(
    ("sentence", "cut"),
    [
        ("Marian Lee, who won the cup, said.", True),
        ("The final was fair, Marian Lee said.", False),
        ("Marian Lee said nothing.", False),
        ("A stand for visitors was added.", False),
        ("How a fire at Sandry started has not been explained.", False),
    ],
)
def test_a_sentence_that_ends_where_somebodys_words_should_follow_gives_way(sentence: str, cut: bool) -> None:
    article = f"The cup went to Sandry. {sentence} Shops on both banks were shut."
    assert places(composed(1, 2, text=article)) == ([2] if cut else [1, 2])


def test_a_sentence_that_leans_is_left_out_where_no_other_can_take_its_place() -> None:
    assert places(composed(LEAD, COLDEST)) == [LEAD]
    assert places(composed(LEAD, DAMAGE, COLDEST)) == [LEAD, DAMAGE, COLDEST]


MILL = """Brelmouth Tidal Power (BTP) runs the mill on the estuary. Brelmouth Tidal Power will close its works. Shops \
on both banks fear for their trade.

On Monday evening BTP will close its works at Sandry for good. Divers will look at the piers next week.
"""


def test_what_says_the_same_in_another_place_and_other_words_is_said_once() -> None:
    """Half of the words are equal, and the others have the same referents."""
    one, other = own(1, text=MILL), own(3, text=MILL)
    assert not repeats(one, other), "else the choice alone would see it"
    assert len(composed(1, 3, text=MILL)) == 1
    assert len(composed(1, 4, text=MILL)) == 2


INDEXES = st.lists(st.sampled_from([LEAD, DAMAGE, BRANDT, NOTHING_LEFT, ANSWER, FIRES, MUNK]), min_size=1, max_size=5)


@settings(max_examples=4)
@given(indexes=INDEXES, sentences=st.integers(1, 4))
def test_a_text_is_in_order_of_what_was_offered_and_bounded(indexes: list[int], sentences: int) -> None:
    found = composed(*indexes, sentences=sentences)
    assert 1 <= len(found) <= sentences
    assert set(places(found)) <= set(indexes)
    assert all(one < other for one, other in pairwise(places(found)))
    assert found == composed(*indexes, sentences=sentences)
    for candidate in found:
        history = candidate.sentence.history
        if candidate.sentence.text != own(candidate.cited[0]).sentence.text:
            assert history[-1].action == "named"
            assert history[-1].text == candidate.sentence.text
            assert is_showable(candidate)
        else:
            assert not history


# key facts


def key(index: int, weight: float = 1.0) -> KeyFact:
    article = verifier_of(VALLEY).facts.article
    whole = article.evidence(article.sentences[index])
    return KeyFact(start=whole.start, end=whole.end, text=whole.text, sentence=index, pieces=(whole,), weight=weight)


def test_key_facts_raise_the_sentence_that_states_them() -> None:
    assert places(composed(SUPERMARKETS, FIRES, sentences=1)) == [FIRES]
    assert places(composed(SUPERMARKETS, FIRES, sentences=1, keys=[key(SUPERMARKETS)])) == [SUPERMARKETS]
    assert places(composed(ANSWER, FIRES, sentences=1, keys=[key(ANSWER, 0.1)])) == [FIRES]
    assert places(composed(ANSWER, FIRES, sentences=1, keys=[key(ANSWER, 0.1), key(ANSWER, 0.1)])) == [ANSWER]
    assert places(composed(SUPERMARKETS, FIRES, sentences=1, keys=[key(LEAD)])) == [FIRES]


# lengths


@pytest.mark.slow
@settings(max_examples=4)
@given(words=st.integers(20, 150))
def test_a_length_in_words_is_kept_within_a_tenth_or_one_sentence(words: int) -> None:
    """At most a tenth longer; shorter only by a sentence that does not fit."""
    length = parse_length(f"{words}w")
    assert isinstance(length, Length)
    found = compose(pool(), verifier_of(VALLEY), length, key_facts=key_facts(verifier_of(VALLEY).facts))
    longest = max(len(text.split()) for text in texts(pool()))
    assert words_of(found) <= words * 1.1
    assert words_of(found) >= min(words * 0.9, words - longest)
    assert len(found) == len({candidate.place for candidate in found})


def test_a_length_that_no_sentence_fits_gets_one_sentence() -> None:
    """The shortest one: a summary is never empty."""
    verifier = verifier_of(VALLEY)
    found = compose([own(LEAD), own(BRANDT), own(ANSWER)], verifier, Length(sentences=1, words=5))
    assert places(found) == [ANSWER]
