"""The answer head of the entailment model: which sentences of an article answer a question (training/README.md)."""
