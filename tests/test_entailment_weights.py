"""The built-in entailment model: its files, and its scores compared with the trained model."""

import json
from pathlib import Path

import pytest

from summarise.checks.entailment import BUILT_IN, EntailmentModel, Pair

REFERENCE = Path(__file__).with_name("reference_scores.jsonl")
MEGABYTE = 10**6
ARTICLE = (
    "The ferry Aldora sank off the coast on Friday night. All 48 people on board were rescued by fishermen, the coast "
    "guard said. The captain, Piet Raven, denied that he had been warned of the storm."
)


@pytest.fixture(scope="module")
def model() -> EntailmentModel:
    return EntailmentModel.load()


def reference() -> list[tuple[Pair, float]]:
    """Return pairs with the scores of the unrounded model."""
    rows = [json.loads(line) for line in REFERENCE.read_text(encoding="utf-8").splitlines()]
    return [(Pair(row["evidence"], row["claim"]), row["entailed"]) for row in rows]


@pytest.mark.models
@pytest.mark.slow
def test_rounded_weights_score_as_the_model_that_was_trained(model: EntailmentModel) -> None:
    """The mean difference is at most 0.02, with or without 8-bit instructions of the processor."""
    known = reference()
    assert len(known) == 200
    scores = model.score([pair for pair, _ in known])
    apart = [abs(score.entailed - want) for score, (_, want) in zip(scores, known, strict=True)]
    assert sum(apart) / len(apart) <= 0.02


@pytest.mark.models
@pytest.mark.slow
@pytest.mark.parametrize("threads", [1, 2])
def test_a_score_hardly_depends_on_the_batch_or_on_threads(model: EntailmentModel, threads: int) -> None:
    pairs = [pair for pair, _ in reference()[:40]]
    together = model.score(pairs)
    other = EntailmentModel.load(threads=threads)
    for size in (1, 7):
        found = [score for start in range(0, 40, size) for score in other.score(pairs[start : start + size])]
        assert max(abs(a.entailed - b.entailed) for a, b in zip(together, found, strict=True)) <= 0.001


def test_a_copied_sentence_is_entailed_and_an_unrelated_one_is_not(model: EntailmentModel) -> None:
    copied, unrelated = model.score(
        [Pair(ARTICLE, "The ferry Aldora sank off the coast on Friday night."), Pair(ARTICLE, "Oil prices doubled.")]
    )
    assert copied.entailed > 0.8 > 0.2 > unrelated.entailed
    assert [ARTICLE[word.start : word.end] for word in copied.words][:3] == ["The", "ferry", "Aldora"]


def test_every_file_is_small_enough_for_code_hosts() -> None:
    sizes = {path.name: path.stat().st_size for path in BUILT_IN.iterdir()}
    assert sizes.keys() == {"config.json", "model.onnx", "tokenizer.json"}
    assert max(sizes.values()) < 100 * MEGABYTE
