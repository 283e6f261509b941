"""Claims with an uncertain score are read again with more of the article."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarise import read_article
from summarise.checks.entailment import EntailmentModel, Pair, Score, WordScore, score_claims
from summarise.checks.entailment.model import log_odds
from summarise.checks.entailment.reader import TOKENS, WIDER, ClaimReader

SENTENCES = [f"The council heard speaker number {number} on the harbour and the railway line." for number in range(60)]
CLAIM = "The council heard speaker number 7."
PROBABILITIES = st.floats(0.001, 0.999)


class Scripted(EntailmentModel):
    """Scores pairs with a function and records them."""

    def __init__(self, answer: Callable[[Pair], Score], *, max_tokens: int = TOKENS) -> None:
        self._answer = answer
        self.name = "scripted"
        self.max_tokens = max_tokens
        self.asked: list[Pair] = []

    def score(self, pairs: Sequence[Pair]) -> list[Score]:
        """Score pairs with the function."""
        self.asked += pairs
        return [self._answer(pair) for pair in pairs]


def words_in(text: str) -> int:
    return len(text.split())


def by_width(narrow: float, wide: float) -> Callable[[Pair], Score]:
    """Return a function that scores a pair by the length of its evidence."""
    return lambda pair: Score(wide if words_in(pair.evidence) > 150 else narrow)


def test_a_claim_that_the_model_is_sure_of_is_read_once() -> None:
    model = Scripted(by_width(0.9, 0.1))
    (score,) = score_claims(model, SENTENCES, [CLAIM])
    assert score.entailed == 0.9
    assert len(model.asked) == 1


def test_of_an_unsure_claim_the_mean_of_both_readings_counts_in_log_odds() -> None:
    model = Scripted(by_width(0.3, 0.8))
    (score,) = score_claims(model, SENTENCES, [CLAIM])
    first, second = model.asked
    assert words_in(first.evidence) < words_in(second.evidence) <= WIDER
    assert all(sentence in second.evidence for sentence in SENTENCES if sentence in first.evidence)
    assert log_odds(score.entailed) == pytest.approx((log_odds(0.3) + log_odds(0.8)) / 2)


def test_a_reader_of_one_article_reads_twice_as_well() -> None:
    model = Scripted(by_width(0.3, 0.8))
    reader = ClaimReader(read_article(" ".join(SENTENCES)), model)
    assert reader.read([(CLAIM, "")])[0].entailed == pytest.approx(score_claims(model, SENTENCES, [CLAIM])[0].entailed)
    assert len(model.asked) == 4


def test_a_dateline_is_evidence_with_the_sentence_behind_it() -> None:
    model = Scripted(lambda _: Score(0.9))
    article = read_article("Pier closes\n\nOSTERBY (Agency) — The old pier was closed to all ships on Monday.")
    ClaimReader(article, model).read([("The pier of Osterby is closed.", "")])
    assert "OSTERBY (Agency) — The old pier was closed to all ships on Monday." in model.asked[0].evidence


def test_a_model_that_takes_less_at_once_gets_less_the_second_time() -> None:
    """The evidence is shortened beforehand, so that the model does not cut off relevant text."""
    model = Scripted(lambda _: Score(0.1), max_tokens=TOKENS // 2)
    score_claims(model, SENTENCES, [CLAIM])
    assert words_in(model.asked[0].evidence) < words_in(model.asked[1].evidence) <= WIDER // 2


def test_a_weak_word_is_reason_enough_for_a_second_reading() -> None:
    model = Scripted(lambda _: Score(0.8, (WordScore(0, 3, 0.9), WordScore(4, 11, 0.1))))
    score_claims(model, SENTENCES, [CLAIM])
    assert len(model.asked) == 2


def test_what_a_short_article_has_no_more_evidence_for_is_read_once() -> None:
    model = Scripted(lambda _: Score(0.1))
    (score,) = score_claims(model, SENTENCES[:3], [CLAIM])
    assert score.entailed == 0.1
    assert len(model.asked) == 1


def test_a_claim_with_more_evidence_than_that_from_the_start_never_gets_less() -> None:
    model = Scripted(lambda _: Score(0.1))
    score_claims(model, SENTENCES, [" ".join([CLAIM] * 20)])
    assert words_in(model.asked[0].evidence) > WIDER
    assert all(words_in(pair.evidence) >= words_in(model.asked[0].evidence) for pair in model.asked)


def test_the_second_reading_has_the_claim_before_too_where_one_leans_on_it() -> None:
    model = Scripted(lambda _: Score(0.1))
    score_claims(model, SENTENCES, [CLAIM, "He denied it."])
    assert [pair.before for pair in model.asked if pair.claim == "He denied it."] == [CLAIM, CLAIM]


def test_each_claim_keeps_its_own_scores() -> None:
    claims = [f"Speaker number {number} left." for number in range(6)]
    of_own = {claim: 0.15 * number + 0.05 for number, claim in enumerate(claims)}
    model = Scripted(lambda pair: Score(of_own[pair.claim]))
    assert [score.entailed for score in score_claims(model, SENTENCES, claims)] == pytest.approx([*of_own.values()])


@given(PROBABILITIES, PROBABILITIES, st.lists(st.tuples(PROBABILITIES, PROBABILITIES), max_size=4))
def test_a_mean_lies_between_both_word_by_word_and_is_the_same_both_ways(
    one: float, other: float, words: list[tuple[float, float]]
) -> None:
    first, second = (
        Score(whole, tuple(WordScore(4 * place, 4 * place + 3, pair[which]) for place, pair in enumerate(words)))
        for which, whole in enumerate((one, other))
    )
    mean = first.mean_with(second)
    back = second.mean_with(first)
    assert min(one, other) - 1e-9 <= mean.entailed <= max(one, other) + 1e-9
    assert mean.entailed == pytest.approx(back.entailed)
    for found, again, pair in zip(mean.words, back.words, words, strict=True):
        assert min(pair) - 1e-9 <= found.unsupported <= max(pair) + 1e-9
        assert found.unsupported == pytest.approx(again.unsupported)
