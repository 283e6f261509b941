"""Whom an article names, and whom its pronouns mean where that is certain; read once for each article.

Reads the facts, and parses only the sentences that a question is about. How a bearer is called: `names`.
"""

from functools import cached_property

from summarise.data import Facts, Name
from summarise.facts.passage import Passage, passages
from summarise.facts.quotations import quoted
from summarise.facts.references import FEMININE, Antecedents, genders


class Cast:
    """The bearers of one article's names."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.names = [fact for fact in facts.facts if isinstance(fact, Name)]
        self.people = {name.value for name in self.names if name.category == "person"}
        self.genders = genders(facts.article.text, self.names)
        self._passages: dict[int, Passage] = {}

    @cached_property
    def lead(self) -> int:
        """The index of the first sentence of the story."""
        return next((i for i, one in enumerate(self.facts.article.sentences) if one.role == "body"), 0)

    def fits(self, value: str, pronoun: str) -> bool:
        """Tell whether a person may be called "he" or "she"."""
        gender = "f" if pronoun.casefold() in FEMININE else "m"
        return self.genders.get(value, gender) == gender

    def person(self, position: int, pronoun: str) -> str | None:
        """Return whom "he", "she", "his" or "her" at a place of the article means; None where that is not certain."""
        found = self._antecedents.person(position, pronoun)
        return None if found is None else found.value

    @cached_property
    def _antecedents(self) -> Antecedents:
        article = self.facts.article
        spans = [(one.outer_start, one.outer_end) for one in quoted(article)]

        def quotes(position: int) -> bool:
            return any(start <= position < end for start, end in spans)

        return Antecedents(article, self.names, self.genders, quotes, self._passage)

    def _passage(self, index: int) -> Passage:
        if index not in self._passages:
            rules = self.facts.parser == "rules"
            (self._passages[index],) = passages(self.facts.article, rules=rules, only=range(index, index + 1))
        return self._passages[index]
