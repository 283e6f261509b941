"""Measure how well attacks of unknown families are found: `python -m training.addressed.held_out TRAINING`.

Ten-fold cross-validation, in which a family of attacks, or a kind of harmless text, is in one fold. The score of a text
is the highest score of its sentences.
"""

import random
import sys
from pathlib import Path

import numpy as np

from training.addressed.data import Example, examples
from training.addressed.fitting import fit, matrix, with_heads
from training.addressed.train import SEED

PARTS = 10
LANGUAGES = "another language"
"""A family that is split over all folds, because attacks in one language do not help to find those in another."""


def scored(all_examples: list[Example]) -> np.ndarray:
    """Return the score of each example by the model that was fitted to the other folds."""
    groups = sorted({example.group for example in all_examples})
    random.Random(SEED).shuffle(groups)
    part = {group: number % PARTS for number, group in enumerate(groups) if group != LANGUAGES}
    parts = np.array([part.get(example.group, example.record % PARTS) for example in all_examples])
    rows, scores = matrix([example.text for example in all_examples]), np.zeros(len(all_examples))
    for number in range(PARTS):
        others = np.flatnonzero(parts != number)
        model = fit(rows[others], [all_examples[at] for at in others])
        scores[parts == number] = model.decision_function(rows[parts == number])
    return scores


def main(training: Path) -> None:
    """Print, for some thresholds, the shares of attacks, harmless texts and news that are classified as attacks."""
    all_examples = with_heads(examples(training, seed=SEED))
    best: dict[tuple[str, bool], dict[int, float]] = {}
    for example, score in zip(all_examples, scored(all_examples), strict=True):
        records = best.setdefault((example.source, example.addressed), {})
        records[example.record] = max(score, records.get(example.record, -np.inf))
    attacks, harmless, news = (
        np.array(list(best[key].values())) for key in (("written", True), ("written", False), ("news", False))
    )
    print("threshold  attacks  harmless  news articles")
    for threshold in (-1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0):
        shares = [f"{(kind > threshold).mean():.3f}" for kind in (attacks, harmless, news)]
        print(f"{threshold:9.1f}  {shares[0]:>7}  {shares[1]:>8}  {shares[2]:>13}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
