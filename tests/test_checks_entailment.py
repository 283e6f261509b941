"""Entailment models loaded from a folder."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_models import write_tiny_model

import summarise.checks.entailment.model as model_module
from summarise.checks.entailment import EntailmentModel, Pair, pairs_of
from summarise.errors import ConfigurationError

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


def test_two_labels_are_read_by_their_names(tmp_path: Path) -> None:
    folder = write_tiny_model(tmp_path, adds={"yes": (1.0, 0.0)}, labels=("entailment", "not_entailment"))
    (score,) = EntailmentModel.load(folder).score([Pair("yes", "yes")])
    assert score.entailed == pytest.approx(share(2.0, 0.0))


def test_one_label_is_a_score_whatever_its_name(tmp_path: Path) -> None:
    folder = write_tiny_model(tmp_path, adds={"yes": (1.5,)}, labels=("LABEL_0",))
    (score,) = EntailmentModel.load(folder).score([Pair("yes", "no")])
    assert score.entailed == pytest.approx(1 / (1 + math.exp(-1.5)))


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


def test_a_model_without_that_head_does_not_tell(tmp_path: Path) -> None:
    assert not EntailmentModel.load(write_tiny_model(tmp_path, adds={"yes": (1.0,)}, labels=("score",))).tells_addressed


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
        ({"inputs": ("input_ids", "attention_mask", "position_ids")}, "takes position_ids"),
        ({"labels": ("entailment", "other"), "config": {"id2label": {0: "score"}}}, "gives 2 scores for 1 labels"),
    ],
)
def test_a_model_that_does_not_fit_is_refused_when_it_is_loaded(
    tmp_path: Path, changed: dict[str, Any], message: str
) -> None:
    wanted: dict[str, Any] = {"adds": {"yes": (1.0,)}, "labels": ("score",), **changed}
    wanted["adds"] = {"yes": (1.0,) * len(wanted["labels"])}
    with pytest.raises(ConfigurationError, match=message):
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
    with pytest.raises(ConfigurationError, match=message) as error:
        EntailmentModel.load(folder)
    assert "\n" not in str(error.value)


def _labels(folder: Path, names: list[str]) -> None:
    (folder / "config.json").write_text(json.dumps({"id2label": dict(enumerate(names))}), encoding="utf-8")
