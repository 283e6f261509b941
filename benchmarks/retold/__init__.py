"""Measures verdicts on sentences that state an article's values in other words, with and without a wrong value."""
