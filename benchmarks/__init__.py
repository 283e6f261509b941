"""Measures how fast the program is, and how often its verdicts are right."""
