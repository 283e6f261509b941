"""How well the entailment model tells supported claims from others, beside overlap and rules: docs/entailment.md."""
