"""Check sentences against an article by exact comparisons and an entailment model, and decide their verdicts."""

from summarise.checks.source_index import Check, Claim, SourceIndex

__all__ = ["Check", "Claim", "SourceIndex"]
