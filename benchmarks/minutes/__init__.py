"""Measures precision and recall of the rules for minutes, on labelled meetings."""
