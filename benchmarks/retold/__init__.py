"""Measures verdicts on sentences that state values of an article in other words, right or with one wrong value."""
