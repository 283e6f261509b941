"""Checks of sentences against an article: exact comparisons, the entailment model, and the verdict."""

from summarise.checks.source_index import Check, Claim, SourceIndex

__all__ = ["Check", "Claim", "SourceIndex"]
