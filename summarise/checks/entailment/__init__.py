"""The entailment model: a small encoder that reads what rules cannot see (docs/entailment.md)."""

from summarise.checks.entailment.layout import BUILT_IN
from summarise.checks.entailment.model import EntailmentModel, Pair
from summarise.checks.entailment.reader import pairs_of, score_claims
from summarise.checks.entailment.score import Score, WordScore

__all__ = ["BUILT_IN", "EntailmentModel", "Pair", "Score", "WordScore", "pairs_of", "score_claims"]
