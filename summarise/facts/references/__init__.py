"""Whom words of an article refer to: pronouns, roles and kinds of organisations.

    persons (nouns) ─► roles (who holds which) ─► lookup (the likeliest), antecedents (only where nobody else is left)

Shared by the extractors of facts, which link words to whom they most likely mean with a certainty, and by what puts
names into a summary, which asks only where the text leaves one reading. Does not read a summary.
"""

from summarise.facts.references.antecedents import FEMININE, MASCULINE, Antecedents
from summarise.facts.references.lookup import CERTAIN, LIKELY, Quoted, References, Voice
from summarise.facts.references.persons import ORGANISATIONS, is_aged, is_person
from summarise.facts.references.roles import genders

__all__ = [
    "CERTAIN",
    "FEMININE",
    "LIKELY",
    "MASCULINE",
    "ORGANISATIONS",
    "Antecedents",
    "Quoted",
    "References",
    "Voice",
    "genders",
    "is_aged",
    "is_person",
]
