"""Train the classifier and write its weights: `python -m training.addressed.train TRAINING`."""

import sys
from pathlib import Path

import numpy as np

import summarise.article
from summarise.article.addressed import WEIGHTS
from training.addressed.data import examples
from training.addressed.fitting import fit, matrix, with_heads

SEED = 1


def main(training: Path) -> None:
    """Fit the regression to all examples, round its weights to 8-bit integers, and write them into the package."""
    all_examples = with_heads(examples(training, seed=SEED))
    model = fit(matrix([example.text for example in all_examples]), all_examples)
    scale = float(np.abs(model.coef_).max()) / 127
    weights = np.round(model.coef_[0] / scale).astype(np.int8)
    path = Path(summarise.article.__file__).with_name(WEIGHTS)
    np.savez_compressed(path, weights=weights, scale=np.float32(scale), bias=np.float32(model.intercept_[0]))
    print(f"{len(all_examples)} examples, {np.count_nonzero(weights)} weights, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
