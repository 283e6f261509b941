"""Whom pronouns and roles of an article refer to.

    persons (nouns) ─► roles (who holds which) ─► lookup (the likeliest), antecedents (only where nobody else is left)

One engine for the speakers of quotations, who may be the likeliest of several, and for the names that are put into a
summary, where only certain ones count. Does not read a summary.
"""

from summarise.facts.references.antecedents import FEMININE, MASCULINE
from summarise.facts.references.lookup import Quoted, References, Voice
from summarise.facts.references.persons import ORGANISATIONS, is_aged, is_person
from summarise.facts.references.roles import genders

__all__ = [
    "FEMININE",
    "MASCULINE",
    "ORGANISATIONS",
    "Quoted",
    "References",
    "Voice",
    "genders",
    "is_aged",
    "is_person",
]
