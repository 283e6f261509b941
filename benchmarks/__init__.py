"""Measurements of the program that are no tests: how fast it is, and how often its verdicts are right."""
