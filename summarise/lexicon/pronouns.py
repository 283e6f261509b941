"""Pronouns that stand for persons, by case and by gender."""

PERSONAL = frozenset({"he", "she", "his", "her", "him"})
"""What may stand for one person who was named."""
SUBJECTS = frozenset({"he", "she"})
GENDERED = (("he", "she"), ("his", "her"), ("himself", "herself"))
"""Forms that differ by gender alone; "him" is left out, since "her" is its counterpart and that of "his"."""
