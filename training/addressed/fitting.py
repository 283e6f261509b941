"""Fits the weights of `summarise/article/addressed.py`: logistic regression with an L2 penalty."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression

from summarise.article.addressed import SIZE, features, folded, heads
from training.addressed.data import Example

INVERSE_PENALTY = 0.1
WEIGHT = {"written": 3.0, "made": 0.5, "news": 1.0}
"""Weight of an example, by its source."""


def matrix(texts: Sequence[str]) -> csr_matrix:
    """Return a feature matrix: a row for each text, with 1 for each feature that the text has."""
    rows = [sorted(features(folded(text))) for text in texts]
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.array([column for row in rows for column in row], dtype=np.int32)
    return csr_matrix((np.ones(len(columns), dtype=np.float32), columns, ends), shape=(len(rows), SIZE))


def fit(rows: csr_matrix, examples: Sequence[Example]) -> LogisticRegression:
    """Fit the regression to examples and their feature rows, twice.

    Not every sentence of an attack is an instruction: "There is a change of plan." could be in any story. So the second
    fit uses only the sentences that the first fit classifies as an attack, or the most likely sentence of each attack.
    """
    labels = np.array([example.addressed for example in examples])
    weights = np.array([WEIGHT[example.source] for example in examples])
    first = _regression().fit(rows, labels, sample_weight=weights)
    scores = first.decision_function(rows)
    kept = learnable(scores, examples)
    return _regression().fit(rows[kept], labels[kept], sample_weight=weights[kept])


def learnable(scores: np.ndarray, examples: Sequence[Example]) -> np.ndarray:
    """Return for each example whether the second fit uses it. `scores` are those of the first fit.

    It uses all harmless sentences. Of each attack it uses the sentences that score above zero, and the best sentence.
    """
    best: dict[int, float] = {}
    for example, score in zip(examples, scores, strict=True):
        best[example.record] = max(score, best.get(example.record, -np.inf))
    return np.array(
        [
            not example.addressed or score > 0 or score == best[example.record]
            for example, score in zip(examples, scores, strict=True)
        ]
    )


def with_heads(examples: Sequence[Example]) -> list[Example]:
    """Return the examples, and for each with a colon also the words before it, which the model reads separately."""
    return [example._replace(text=text) for example in examples for text in (example.text, *heads(example.text))]


def _regression() -> LogisticRegression:
    return LogisticRegression(C=INVERSE_PENALTY, solver="liblinear", max_iter=300, random_state=1)
