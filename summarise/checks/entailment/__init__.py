"""The entailment model, a small text encoder (docs/entailment.md)."""

from summarise.checks.entailment.model import BUILT_IN, EntailmentModel, Pair, Score, WordScore
from summarise.checks.entailment.reader import pairs_of, score_claims

__all__ = ["BUILT_IN", "EntailmentModel", "Pair", "Score", "WordScore", "pairs_of", "score_claims"]
