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
    wanted = np.array([one.addressed for one in examples])
    counts = np.array([WEIGHT[one.source] for one in examples])
    first = _regression().fit(rows, wanted, sample_weight=counts)
    scores = first.decision_function(rows)
    kept = learnable(scores, examples)
    return _regression().fit(rows[kept], wanted[kept], sample_weight=counts[kept])


def learnable(scores: np.ndarray, examples: Sequence[Example]) -> np.ndarray:
    """Return for each example whether the second fit uses it. `scores` are those of the first fit.

    It uses all harmless sentences, and the sentences of an attack that score above zero, or the best one.
    """
    best: dict[int, float] = {}
    for one, score in zip(examples, scores, strict=True):
        best[one.record] = max(score, best.get(one.record, -np.inf))
    return np.array(
        [
            not one.addressed or score > 0 or score == best[one.record]
            for one, score in zip(examples, scores, strict=True)
        ]
    )


def with_heads(examples: Sequence[Example]) -> list[Example]:
    """Return the examples, and for each with a colon also the words before it, which the model reads separately."""
    return [one._replace(text=text) for one in examples for text in (one.text, *heads(one.text))]


def _regression() -> LogisticRegression:
    return LogisticRegression(C=INVERSE_PENALTY, solver="liblinear", max_iter=300, random_state=1)
