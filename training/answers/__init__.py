"""Trains the answer head of the entailment model: which sentences answer a question (training/README.md)."""
