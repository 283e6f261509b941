"""Labelled meetings, and the precision and recall of the rules for minutes on them."""
