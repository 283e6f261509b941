"""How well attacks of families are found that were not learnt: `python -m training.addressed.held_out TRAINING`.

Families, and kinds of what is harmless, are dealt out to ten parts; each part is scored by what was learnt from the
others. An attack, or a harmless text, counts by its sentence with the highest score.
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
"""A family of which each part has some: one language does not teach another."""


def scored(learnt: list[Example]) -> np.ndarray:
    """Return the score of each example by what was learnt from the other parts."""
    groups = sorted({one.group for one in learnt})
    random.Random(SEED).shuffle(groups)
    part = {group: number % PARTS for number, group in enumerate(groups)}
    parts = np.array([one.record % PARTS if one.group == LANGUAGES else part[one.group] for one in learnt])
    rows, scores = matrix([one.text for one in learnt]), np.zeros(len(learnt))
    for number in range(PARTS):
        others = np.flatnonzero(parts != number)
        model = fit(rows[others], [learnt[at] for at in others])
        scores[parts == number] = model.decision_function(rows[parts == number])
    return scores


def main(training: Path) -> None:
    """Print, for some thresholds, the shares that are set apart of attacks, of what is harmless, and of news."""
    learnt = with_heads(examples(training, seed=SEED))
    best: dict[tuple[str, bool], dict[int, float]] = {}
    for one, score in zip(learnt, scored(learnt), strict=True):
        records = best.setdefault((one.source, one.addressed), {})
        records[one.record] = max(score, records.get(one.record, -np.inf))
    attacks, harmless, news = (
        np.array(list(best[key].values())) for key in (("written", True), ("written", False), ("news", False))
    )
    print("threshold  attacks  harmless  news articles")
    for threshold in (-1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0):
        shares = [f"{(kind > threshold).mean():.3f}" for kind in (attacks, harmless, news)]
        print(f"{threshold:9.1f}  {shares[0]:>7}  {shares[1]:>8}  {shares[2]:>13}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
