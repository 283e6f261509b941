"""Whom words of an article refer to: pronouns, roles and kinds of organisations.

    persons (nouns) ─► roles (who holds which) ─► lookup (the likeliest), antecedents (only where nobody else is left)

One engine for the extractors of facts and for what puts names into a summary: the first link words to whom they most
likely mean, with a certainty, and the second follow only the links that are certain. Does not read a summary.
"""

from summarise.facts.references.antecedents import FEMININE, MASCULINE
from summarise.facts.references.lookup import CERTAIN, LIKELY, Quoted, References, Voice
from summarise.facts.references.persons import ORGANISATIONS, is_aged, is_person
from summarise.facts.references.roles import genders

__all__ = [
    "CERTAIN",
    "FEMININE",
    "LIKELY",
    "MASCULINE",
    "ORGANISATIONS",
    "Quoted",
    "References",
    "Voice",
    "genders",
    "is_aged",
    "is_person",
]
