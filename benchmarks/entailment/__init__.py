"""Measures how well the entailment model, word overlap and rules recognise supported claims (docs/entailment.md)."""
