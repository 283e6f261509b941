"""Selection of candidates: the best that fit, without repetition, in the article's order."""

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
from summarise.writing.selection import COPIED, choose, fits, repeats, score, values_of

ARTICLE = article_of(*HARBOUR)


def candidate(
    text: str, *, at: int | None = 0, origin: Origin = "model", draft: int | None = 0, article: Article = ARTICLE
) -> Candidate:
    evidence: tuple[Evidence, ...] = () if at is None else (article.evidence(article.sentences[at]),)
    return Candidate(
        CheckedSentence(text=text, verdict="supported", support=1.0, probability=1.0, origin=origin, evidence=evidence),
        draft=draft,
    )


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


def place(chosen: Candidate) -> int:
    return chosen.place.start if chosen.place else len(ARTICLE.text)


@settings(max_examples=20)
@given(candidates=CANDIDATES, length=LENGTHS)
def test_what_is_chosen_fits_is_in_order_and_repeats_nothing(candidates: list[Candidate], length: Length) -> None:
    """A selection leaves no room unused, and is empty only if there are no candidates."""
    chosen = choose(candidates, ARTICLE, length)
    assert bool(chosen) == bool(candidates)
    assert all(one in candidates for one in chosen)
    assert [place(one) for one in chosen] == sorted(place(one) for one in chosen)
    assert not any(repeats(one, other) for i, one in enumerate(chosen) for other in chosen[:i])
    if length.words is None:
        assert len(chosen) <= length.sentences
    elif len(chosen) > 1:
        assert sum(len(one.sentence.text.split()) for one in chosen) <= length.words * 1.1
    left = [one for one in candidates if not any(repeats(one, other) for other in chosen)]
    assert not any(fits(one, chosen, length) for one in left), "room is not left unused"


def test_candidates_come_in_the_articles_order() -> None:
    """Candidates without a place come last."""
    said = [candidate("So it goes on and on.", at=None), *(candidate(HARBOUR[at], at=at) for at in (3, 0, 2))]
    chosen = choose(said, ARTICLE, Length(sentences=4))
    assert [one.sentence.text for one in chosen] == [HARBOUR[0], HARBOUR[2], HARBOUR[3], "So it goes on and on."]


def test_the_models_own_words_go_before_the_articles() -> None:
    """At one place the model's sentence scores highest, then its replacement, then an added sentence."""
    values = values_of(ARTICLE)
    text = HARBOUR[1]
    own = candidate(text, at=1)
    replaced = candidate(text, at=1, origin="article", draft=0)
    filled = candidate(text, at=1, origin="article", draft=None)
    repaired = candidate(text, at=1, origin="repaired")
    assert score(own, values) == score(repaired, values) > score(replaced, values) > score(filled, values) > 0
    assert choose([filled, replaced, own], ARTICLE, Length(sentences=3)) == [own]
    assert score(replaced, values) == pytest.approx(COPIED * worth(HARBOUR)[1])


@pytest.mark.parametrize(("words", "expected"), [(20, True), (19, True), (18, False)])
def test_a_length_in_words_may_be_exceeded_by_a_tenth(words: int, expected: bool) -> None:
    ten = " ".join(["word"] * 10)
    assert fits(candidate(ten), [candidate(ten)], Length(sentences=1, words=words)) is expected


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
