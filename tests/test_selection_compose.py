"""Composition of a summary from candidates: sentences that can be read in their place, within the length."""

import re
from collections.abc import Sequence
from functools import cache
from itertools import combinations, pairwise

import pytest
from assembling import verifier_of
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import BRIDGE, VALLEY

from summarise.checks.key_facts import key_facts
from summarise.checks.provenance import Candidate
from summarise.data import KeyFact
from summarise.settings.model import Length, parse_length
from summarise.writing.repair import extractive_fallback
from summarise.writing.selection import choose, compose, repeats

# Indexes of sentences of VALLEY.
LEAD, DAMAGE, COLDEST, BRANDT, NOTHING_LEFT, ANSWER, FIRES, MUNK, SUPERMARKETS = 1, 2, 3, 4, 5, 6, 9, 14, 13
STORM = """A storm closed the harbour of Vesterholm on Monday. Divers found a fallen crane in eight metres of water. \
Jane Doe leads the port authority of Vesterholm. She expects repairs worth three million euros this spring. Fishing \
boats may still use the northern entrance.
"""
# Indexes of sentences of STORM.
CLOSED, CRANE, JANE, SHE, BOATS = range(5)


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


def places(candidates: Sequence[Candidate], text: str = VALLEY) -> list[int]:
    """Return the indexes of the article's sentences."""
    return [verifier_of(text).sentence_at(one.place) for one in candidates if one.place is not None]


# sentences that refer to others


def test_a_sentence_that_is_explained_is_left_alone() -> None:
    """The result has the same candidates."""
    assert composed(LEAD, BRANDT) == [own(LEAD), own(BRANDT)]
    assert composed(LEAD, DAMAGE, COLDEST) == [own(LEAD), own(DAMAGE), own(COLDEST)]


def test_a_pronoun_brings_the_sentence_before_it() -> None:
    """The article's sentence, even if it was no candidate; the pronoun is not replaced by a name."""
    found = composed(SHE, text=STORM)
    assert places(found, STORM) == [JANE, SHE]
    assert [one.sentence.origin for one in found] == ["article", "article"]
    assert found[1] == own(SHE, text=STORM)
    assert found[0].sentence.verdict == "supported"
    assert places(composed(CLOSED, SHE, sentences=3, text=STORM), STORM) == [CLOSED, JANE, SHE]
    assert composed(JANE, SHE, text=STORM) == [own(JANE, text=STORM), own(SHE, text=STORM)]


def test_a_pronoun_without_room_for_the_sentence_before_it_gives_way() -> None:
    """Unless there is nothing else."""
    assert places(composed(BOATS, SHE, sentences=1, text=STORM), STORM) == [BOATS]
    assert places(composed(SHE, sentences=1, text=STORM), STORM) == [SHE]


@pytest.mark.parametrize("sentences", [1, 2, 3, 4])
@pytest.mark.parametrize("text", [STORM, BRIDGE, VALLEY])
def test_a_pronoun_is_shown_only_behind_the_sentence_before_it(text: str, sentences: int) -> None:
    """Of three candidates, one of which can be read alone."""
    article = verifier_of(text).facts.article
    quotes = [article.quote(sentence) for sentence in article.sentences]
    (she,) = [i for i, quote in enumerate(quotes) if re.match("She ", quote) or quote.endswith("she said.")]
    first, *others = [i for i, sentence in enumerate(article.sentences) if sentence.role == "body" and i != she]
    for other in others:
        found = places(composed(first, other, she, sentences=sentences, text=text), text)
        assert she not in found or she - 1 in found


CAPTION = """A storm closed the harbour of Vesterholm on Monday. Jane Doe lifts the trophy of the rowers on Saturday. \
She expects repairs worth three million euros this spring. Fishing boats may still use the northern entrance.
"""


def test_a_caption_is_not_brought_by_a_pronoun() -> None:
    assert places(composed(0, 2, 3, text=CAPTION), CAPTION) == [0, 3]


def test_a_sentence_before_a_pronoun_is_not_brought_if_it_repeats_another() -> None:
    text = STORM.replace("Divers found", "Jane Doe leads the port authority of Vesterholm, she said. Divers found")
    found = composed(0, 1, 2, 4, text=text)
    assert not any(repeats(one, other) for one, other in combinations(found, 2))


@pytest.mark.parametrize(("unexplained", "other"), [(MUNK, SUPERMARKETS), (18, 12)])
def test_an_unexplained_sentence_gives_way_to_another(unexplained: int, other: int) -> None:
    """Even to one that ranks lower; without another it is shown."""
    one, two = own(unexplained), own(other)
    article = verifier_of(VALLEY).facts.article
    length = Length(sentences=1)
    assert choose([one, two], article, length) == [one], "else it would give way anyhow"
    assert compose([one, two], verifier_of(VALLEY), length) == [two]
    assert compose([two, one], verifier_of(VALLEY), length) == [two]
    assert compose([one], verifier_of(VALLEY), length) == [one]


SOLD = """Ann Lee sold the mill at Sandry to Jo Poe. Nico Roe (Solm) 1:35.824 3. See the original story at Sandry. \
A buyer was found in May.
"""


def test_notices_and_rows_of_tables_are_left_out() -> None:
    """Unless there is nothing else."""
    assert places(composed(0, 1, 2, text=SOLD), SOLD) == [0]
    assert places(composed(2, text=SOLD), SOLD) == [2]


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
def test_a_caption_is_left_out(sentence: str, caption: bool) -> None:
    """Captions have actions in the present tense; stories use it for speech, states, habits and plans."""
    article = f"The cup went to Sandry. {sentence} Shops on both banks were shut."
    assert places(composed(1, text=article), article) == [1], "shown, because there is nothing else"
    assert places(composed(1, 2, text=article), article) == ([2] if caption else [1, 2])


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
def test_a_sentence_without_the_words_of_its_speaker_is_left_out(sentence: str, cut: bool) -> None:
    article = f"The cup went to Sandry. {sentence} Shops on both banks were shut."
    assert places(composed(1, 2, text=article), article) == ([2] if cut else [1, 2])


def test_an_unexplained_sentence_is_left_out_if_there_are_others() -> None:
    assert places(composed(LEAD, COLDEST)) == [LEAD]
    assert places(composed(LEAD, DAMAGE, COLDEST)) == [LEAD, DAMAGE, COLDEST]


MILL = """Brelmouth Tidal Power (BTP) runs the mill on the estuary. Brelmouth Tidal Power will close its works. Shops \
on both banks fear for their trade.

On Monday evening BTP will close its works at Sandry for good. Divers will look at the piers next week.
"""


def test_sentences_of_equal_content_are_not_shown_twice() -> None:
    """Half of their words are equal, and the others refer to the same things."""
    one, other = own(1, text=MILL), own(3, text=MILL)
    assert not repeats(one, other), "recognised by content, not by words"
    assert len(composed(1, 3, text=MILL)) == 1
    assert len(composed(1, 4, text=MILL)) == 2


INDEXES = st.lists(st.sampled_from([LEAD, DAMAGE, BRANDT, NOTHING_LEFT, ANSWER, FIRES, MUNK]), min_size=1, max_size=5)


@settings(max_examples=4)
@given(indexes=INDEXES, sentences=st.integers(1, 4))
def test_a_summary_is_in_order_within_the_length_and_unchanged(indexes: list[int], sentences: int) -> None:
    """It has candidates and sentences before them, and is reproducible."""
    found = composed(*indexes, sentences=sentences)
    assert 1 <= len(found) <= sentences
    assert set(places(found)) <= {place for index in indexes for place in (index, index - 1)}
    assert all(one < other for one, other in pairwise(places(found)))
    assert found == composed(*indexes, sentences=sentences)
    for candidate, place in zip(found, places(found), strict=True):
        assert candidate.sentence.text == own(place).sentence.text
        assert not candidate.sentence.history


# key facts


def key(index: int, weight: float = 1.0) -> KeyFact:
    article = verifier_of(VALLEY).facts.article
    place = article.evidence(article.sentences[index])
    return KeyFact(start=place.start, end=place.end, text=place.text, sentence=index, pieces=(place,), weight=weight)


def test_key_facts_raise_the_rank_of_their_sentence() -> None:
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
