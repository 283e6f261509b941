"""Entailment models loaded from a folder, the evidence that they read, and second readings."""

import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_models import write_tiny_model

import summarise.checks.entailment.model as model_module
from summarise import SummariseError, read_article
from summarise.checks.entailment import EntailmentModel, Pair, Score, WordScore, pairs_of, score_claims
from summarise.checks.entailment.model import log_odds
from summarise.checks.entailment.reader import FULL_TOKENS, WIDER, ClaimReader, EvidenceIndex

WORDS = ("yes", "no", "so")
PAIRS = st.lists(
    st.builds(
        Pair,
        st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join),
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join),
    ),
    max_size=6,
)


def share(*logits: float) -> float:
    """Return the softmax of the first logit."""
    return math.exp(logits[0]) / sum(map(math.exp, logits))


def test_three_labels_give_the_share_of_entailment_wherever_it_stands(tmp_path: Path) -> None:
    adds = {"yes": (0.0, 0.5, 2.0), "no": (1.0, 0.0, 0.0)}
    folder = write_tiny_model(tmp_path, adds=adds, labels=("CONTRADICTION", "neutral", "Entailment"))
    (score,) = EntailmentModel.load(folder).score([Pair("yes no", "yes")])
    assert score.entailed == pytest.approx(share(4.0, 1.0, 1.0))
    assert score.words == ()


@pytest.mark.parametrize(
    ("adds", "labels", "entailed"),
    [((1.0, 0.0), ("entailment", "not_entailment"), share(2.0, 0.0)), ((1.5,), ("LABEL_0",), share(3.0, 0.0))],
)
def test_one_label_is_a_score_and_two_are_read_by_their_names(
    tmp_path: Path, adds: tuple[float, ...], labels: tuple[str, ...], entailed: float
) -> None:
    folder = write_tiny_model(tmp_path, adds={"yes": adds}, labels=labels)
    (score,) = EntailmentModel.load(folder).score([Pair("yes", "yes")])
    assert score.entailed == pytest.approx(entailed)


def test_a_word_head_scores_the_claims_own_words_by_their_places(tmp_path: Path) -> None:
    folder = write_tiny_model(tmp_path, adds={"yes": (3.0,), "no": (-3.0,)}, labels=("score",), word_head=True)
    (score,) = EntailmentModel.load(folder).score([Pair("no no", "yes no", before="no yes")])
    assert [(word.start, word.end, word.unsupported > 0.5) for word in score.words] == [(0, 3, False), (4, 6, True)]


def test_a_third_head_tells_what_is_addressed_to_a_machine_in_the_order_asked(tmp_path: Path) -> None:
    folder = write_tiny_model(tmp_path, adds={"yes": (3.0,), "no": (-1.0,)}, labels=("score",), addressed_head=True)
    model = EntailmentModel.load(folder)
    assert model.tells_addressed
    assert model.addressed(["yes no yes", "no", "yes"]) == pytest.approx([5.0, -1.0, 3.0])
    assert model.addressed([]) == []
    without = write_tiny_model(tmp_path / "without", adds={"yes": (1.0,)}, labels=("score",))
    assert not EntailmentModel.load(without).tells_addressed


@pytest.mark.slow
@given(PAIRS)
@settings(max_examples=30)
def test_the_score_of_a_pair_does_not_depend_on_what_is_scored_with_it(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[Pair]
) -> None:
    folder = tmp_path_factory.getbasetemp() / "tiny"
    if not folder.exists():
        adds = {"yes": (1.0, 0.0), "no": (0.0, 1.0), "so": (0.5, -0.5)}
        write_tiny_model(folder, adds=adds, labels=("entailment", "other"))
    model = EntailmentModel.load(folder)
    alone = [model.score([pair])[0] for pair in pairs]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model_module, "BATCH_TOKENS", 24)
        assert model.score(pairs) == alone


@pytest.mark.parametrize(
    ("pair", "read"),
    [
        (Pair("no " * 20 + "yes " * 500, "yes"), 41),
        (Pair("no", "yes", before="no " * 500), 1),
        (Pair("no", "yes " * 500), 61),
    ],
)
def test_what_is_too_long_is_cut_the_claim_itself_last(tmp_path: Path, pair: Pair, read: int) -> None:
    """The model reads 64 tokens, four of them special; each "yes" adds 0.1 to the logit."""
    folder = write_tiny_model(tmp_path, adds={"yes": (0.1,), "no": (0.0,)}, labels=("score",))
    (score,) = EntailmentModel.load(folder).score([pair])
    assert math.log(score.entailed / (1 - score.entailed)) == pytest.approx(0.1 * read, abs=1e-3)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"inputs": ("input_ids", "attention_mask", "position_ids")}, "has an unknown input, position_ids"),
        ({"labels": ("entailment", "other"), "config": {"id2label": {0: "score"}}}, "gives 2 scores for 1 labels"),
    ],
)
def test_a_model_that_does_not_fit_is_refused_when_it_is_loaded(
    tmp_path: Path, changed: dict[str, Any], message: str
) -> None:
    wanted: dict[str, Any] = {"adds": {"yes": (1.0,)}, "labels": ("score",), **changed}
    wanted["adds"] = {"yes": (1.0,) * len(wanted["labels"])}
    with pytest.raises(SummariseError, match=message):
        EntailmentModel.load(write_tiny_model(tmp_path, **wanted))


def test_a_claim_that_begins_with_a_pronoun_is_read_with_the_one_before_it() -> None:
    pairs = pairs_of(["Ada denied it.", "Bo left."], ["Ada was asked.", "She denied it.", "Bo left."])
    assert [pair.before for pair in pairs] == ["", "Ada was asked.", ""]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: (f / "tokenizer.json").unlink(), "tokenizer.json is missing"),
        (lambda f: (f / "config.json").write_text("{", encoding="utf-8"), "config.json cannot be read"),
        (lambda f: (f / "config.json").write_text("[]", encoding="utf-8"), "config.json cannot be read"),
        (lambda f: (f / "model.onnx").write_bytes(b"version https://example"), "cannot be loaded"),
        (lambda f: (f / "tokenizer.json").write_text("{}", encoding="utf-8"), "cannot be loaded"),
        (lambda f: _labels(f, ["a", "b"]), "none of the labels a, b"),
        (lambda f: _labels(f, ["supports", "entailment"]), "2 of the labels supports, entailment"),
        (lambda f: _labels(f, list("abcd")), "names 4 labels"),
    ],
)
def test_a_folder_that_is_no_model_is_told_in_one_line(tmp_path: Path, spoil: object, message: str) -> None:
    folder = write_tiny_model(tmp_path, adds={"yes": (1.0, 0.0)}, labels=("entailment", "other"))
    spoil(folder)  # type: ignore[operator]
    with pytest.raises(SummariseError, match=message) as error:
        EntailmentModel.load(folder)
    assert "\n" not in str(error.value)


def _labels(folder: Path, names: list[str]) -> None:
    (folder / "config.json").write_text(json.dumps({"id2label": dict(enumerate(names))}), encoding="utf-8")


# second readings

SENTENCES = [f"The council heard speaker number {number} on the harbour and the railway line." for number in range(60)]
CLAIM = "The council heard speaker number 7."
PROBABILITIES = st.floats(0.001, 0.999)


class Scripted(EntailmentModel):
    """Scores pairs with a function and records them."""

    def __init__(self, answer: Callable[[Pair], Score], *, max_tokens: int = FULL_TOKENS) -> None:
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
    assert [score.entailed for score in score_claims(model, SENTENCES, [CLAIM])] == [0.9]
    assert len(model.asked) == 1


def test_of_an_unsure_claim_the_mean_of_both_readings_counts_in_log_odds() -> None:
    model = Scripted(by_width(0.3, 0.8))
    (score,) = score_claims(model, SENTENCES, [CLAIM])
    first, second = model.asked
    assert words_in(first.evidence) < words_in(second.evidence) <= WIDER
    assert all(sentence in second.evidence for sentence in SENTENCES if sentence in first.evidence)
    assert log_odds(score.entailed) == pytest.approx((log_odds(0.3) + log_odds(0.8)) / 2)


def test_a_dateline_is_evidence_with_the_sentence_behind_it() -> None:
    model = Scripted(lambda _: Score(0.9))
    article = read_article("Pier closes\n\nOSTERBY (Agency) — The old pier was closed to all ships on Monday.")
    ClaimReader(article, model).read([("The pier of Osterby is closed.", "")])
    assert "OSTERBY (Agency) — The old pier was closed to all ships on Monday." in model.asked[0].evidence


def test_a_model_that_takes_less_at_once_gets_less_the_second_time() -> None:
    """The evidence is shortened beforehand, so that the model does not cut off relevant text."""
    model = Scripted(lambda _: Score(0.1), max_tokens=FULL_TOKENS // 2)
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


# evidence

PLAY = (
    "Anna Weber opened the new theatre in Linz on Monday.",
    "The building cost 40 million euros.",
    "It has two stages and a garden.",
    "Critics had called the plan a waste.",
    "The mayor, Peter Gruber, cut the ribbon.",
    "He thanked the builders for seven years of work.",
)
NEWS = st.sampled_from("anna theatre linz monday he it the 40 million critics plan garden mayor seven".split())
TEXT = st.lists(NEWS, min_size=1, max_size=12).map(" ".join)


def test_the_sentence_that_has_the_claims_words_is_found() -> None:
    """A number in words finds the figure, and a sentence that begins with a pronoun brings the one before it."""
    assert EvidenceIndex(PLAY).find("Critics thought it wasteful.", budget=8) == (3,)
    assert EvidenceIndex(["It took 7 years.", "The rest was easy.", "Nobody came."]).find("seven", budget=4) == (0,)
    assert EvidenceIndex(PLAY).find("Builders were thanked after years of work.", budget=20)[-2:] == (4, 5)


def test_a_claim_fused_from_far_apart_places_gets_all_of_them_in_the_articles_order() -> None:
    filler = tuple(f"Nothing happened on street number {number}." for number in range(200, 260))
    sentences = (PLAY[0], *filler, PLAY[4], *filler, PLAY[1])
    found = EvidenceIndex(sentences).find(
        "Peter Gruber opened the theatre in Linz, which cost 40 million euros.", budget=30
    )
    assert {0, 61, 122} <= set(found)
    assert list(found) == sorted(found)


@given(st.lists(TEXT, max_size=12), TEXT, TEXT, st.integers(1, 40))
def test_evidence_is_in_order_without_repeats_and_keeps_to_its_budget(
    sentences: list[str], claim: str, before: str, budget: int
) -> None:
    found = EvidenceIndex(sentences).find(claim, before=before, budget=budget)
    assert list(found) == sorted(set(found))
    assert bool(found) == bool(sentences)
    words = sum(len(sentences[index].split()) for index in found)
    assert words <= budget or len(found) == 1
