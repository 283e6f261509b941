"""Choice of candidates: the best that fit, without repetition, in the article's order."""

from dataclasses import replace

import pytest
from by_hand import article_of
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import HARBOUR

from summarise import Article
from summarise.checks.provenance import Candidate
from summarise.data import CheckedSentence, Evidence, Origin
from summarise.facts.salience import worth
from summarise.settings.model import Length
from summarise.writing.selection import FILLED, choose, fits, repeats, score, values_of

ARTICLE = article_of(*HARBOUR)


def candidate(
    text: str, *, at: int | None = 0, origin: Origin = "model", draft: int | None = 0, article: Article = ARTICLE
) -> Candidate:
    evidence: tuple[Evidence, ...] = () if at is None else (article.evidence(article.sentences[at]),)
    return Candidate(
        CheckedSentence(text=text, verdict="supported", support=1.0, probability=1.0, origin=origin, evidence=evidence),
        draft=draft,
    )


def own(index: int) -> Candidate:
    """Return a sentence of the article that was not drafted."""
    return candidate(HARBOUR[index], at=index, origin="article", draft=None)


CANDIDATES = st.lists(
    st.builds(
        lambda text, at, origin, draft: candidate(text, at=at, origin=origin, draft=draft),
        st.sampled_from(
            [*HARBOUR, "The harbour will close.", "Divers cut a crane into pieces.", "So it goes on and on."]
        ),
        st.sampled_from([None, 0, 1, 2, 3, 4]),
        st.sampled_from(["model", "article"]),
        st.sampled_from([None, 0, 1]),
    ),
    max_size=10,
)
LENGTHS = st.builds(
    lambda sentences, words: Length(sentences=sentences, words=words), st.integers(1, 6), st.none() | st.integers(1, 60)
)


def start(chosen: Candidate) -> int:
    return chosen.place.start if chosen.place else len(ARTICLE.text)


def within(chosen: list[Candidate], length: Length) -> bool:
    if length.words is None:
        return len(chosen) <= length.sentences
    return sum(len(one.sentence.text.split()) for one in chosen) <= length.words * 1.1


@settings(max_examples=20)
@given(candidates=CANDIDATES, length=LENGTHS)
def test_a_choice_fits_is_in_order_and_has_no_repetition(candidates: list[Candidate], length: Length) -> None:
    """It leaves no room unused, and is empty only if there are no candidates."""
    chosen = choose(candidates, ARTICLE, length)
    assert bool(chosen) == bool(candidates)
    assert all(one in candidates for one in chosen)
    assert [start(one) for one in chosen] == sorted(start(one) for one in chosen)
    assert not any(repeats(one, other) for i, one in enumerate(chosen) for other in chosen[:i])
    assert within(chosen, length) or len(chosen) == 1
    left = [one for one in candidates if not any(repeats(one, other) for other in chosen)]
    assert not any(fits([one], chosen, length) for one in left), "room is not left unused"


@settings(max_examples=20)
@given(candidates=CANDIDATES, length=LENGTHS, loose=st.sets(st.sampled_from(HARBOUR)))
def test_a_sentence_that_cannot_be_read_alone_is_chosen_with_the_one_before_it(
    candidates: list[Candidate], length: Length, loose: set[str]
) -> None:
    """If both fit and neither repeats another."""

    def neighbour(one: Candidate) -> Candidate | None:
        index = next(i for i, sentence in enumerate(ARTICLE.sentences) if sentence.start == start(one))
        return own(index - 1) if index and HARBOUR[index - 1] not in loose else None

    def is_loose(one: Candidate) -> bool:
        return one.place is not None and one.sentence.text in loose

    chosen = choose(candidates, ARTICLE, length, loose=is_loose, neighbour=neighbour)
    assert bool(chosen) == bool(candidates)
    assert [start(one) for one in chosen] == sorted(start(one) for one in chosen)
    assert not any(repeats(one, other) for i, one in enumerate(chosen) for other in chosen[:i])
    assert within(chosen, length) or len(chosen) == 1
    if len(chosen) > 1:
        for one in chosen:
            before = neighbour(one) if is_loose(one) else None
            assert before is None or before.place in [other.place for other in chosen]


def test_a_sentence_that_cannot_be_read_alone_is_chosen_last() -> None:
    """If there is no sentence before it to choose."""
    first, second = candidate(HARBOUR[0], at=0), candidate(HARBOUR[4], at=4)
    assert choose([first, second], ARTICLE, Length(sentences=1)) == [first]
    assert choose([first, second], ARTICLE, Length(sentences=1), loose=lambda one: one is first) == [second]
    assert choose([first, second], ARTICLE, Length(sentences=2), loose=lambda one: one is first) == [first, second]


def test_candidates_come_in_the_articles_order() -> None:
    """Candidates without a place come last."""
    said = [candidate("So it goes on and on.", at=None), *(candidate(HARBOUR[at], at=at) for at in (3, 0, 2))]
    chosen = choose(said, ARTICLE, Length(sentences=4))
    assert [one.sentence.text for one in chosen] == [HARBOUR[0], HARBOUR[2], HARBOUR[3], "So it goes on and on."]


def test_the_words_of_the_model_rank_before_those_of_the_article() -> None:
    """At one place: a reworded sentence, a shortened one, a copy, a replacement, an addition."""
    values, text = values_of(ARTICLE), HARBOUR[1]
    shortened = candidate(text, at=1)
    sentence = shortened.sentence.model_copy(update={"rewording": "reworded"})
    reworded = replace(shortened, sentence=sentence)
    repaired = candidate(text, at=1, origin="repaired")
    copied = candidate(text, at=1, origin="article")
    replacement = replace(copied, replaced=True)
    ranked = [reworded, shortened, copied, replacement, own(1)]
    scores = [score(one, values) for one in ranked]
    assert scores == sorted(set(scores), reverse=True)
    assert score(repaired, values) == score(shortened, values)
    assert choose(ranked[::-1], ARTICLE, Length(sentences=3)) == [reworded]
    assert score(own(1), values) == pytest.approx(FILLED * worth(HARBOUR)[1])


@pytest.mark.parametrize(("words", "expected"), [(20, True), (19, True), (18, False)])
def test_a_length_in_words_may_be_exceeded_by_a_tenth(words: int, expected: bool) -> None:
    ten = " ".join(["word"] * 10)
    assert fits([candidate(ten)], [candidate(ten)], Length(sentences=1, words=words)) is expected


def test_a_longer_sentence_gives_way_to_a_shorter_one_that_fits() -> None:
    short = "Boats may use the entrance."
    long = candidate(HARBOUR[1], at=1)
    chosen = choose(
        [candidate(HARBOUR[0], at=0), long, candidate(short, at=3, origin="article")],
        ARTICLE,
        Length(sentences=1, words=15),
    )
    assert [one.sentence.text for one in chosen] == [HARBOUR[0], short]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("alpha bravo charlie delta gamma", "alpha bravo charlie zulu yankee", True),  # three of five
        ("alpha bravo charlie delta gamma", "alpha bravo xray zulu yankee", False),  # two
        ("Alpha, “Bravo” Charlie!", "alpha bravo charlie delta gamma zulu", True),
        ("the of and a", "the of and a", False),  # only short words
        ("12 9 of it", "12 9 by us", True),
    ],
)
def test_sentences_that_share_most_of_their_words_repeat_each_other(one: str, other: str, expected: bool) -> None:
    """Repetition is three fifths of the longer words and numbers of the shorter sentence."""
    assert repeats(candidate(one, at=0), candidate(other, at=1)) is expected
    assert repeats(candidate(other, at=None), candidate(one, at=None)) is expected
