"""Whom an article names, and whom its pronouns mean where the facts are certain of it; read once for each article.

Resolves nothing: `facts.pronouns` does. How a bearer is called: `referring_expressions`.
"""

from summarise.data import Facts, Name
from summarise.facts.pronouns import certain_pronouns
from summarise.facts.references import FEMININE, genders


class ArticleEntities:
    """The bearers of one article's names."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.names = [fact for fact in facts.facts if isinstance(fact, Name)]
        self.people = {name.value for name in self.names if name.category == "person"}
        self.genders = genders(facts.article.story, self.names)
        bodies = (index for index, one in enumerate(facts.article.sentences) if one.role == "body")
        self.lead = next(bodies, 0)
        """The index of the first sentence of the story."""
        self._meant = certain_pronouns(facts)

    def fits(self, value: str, pronoun: str) -> bool:
        """Tell whether a person may be called "he" or "she"."""
        gender = "f" if pronoun.casefold() in FEMININE else "m"
        return self.genders.get(value, gender) == gender

    def person(self, position: int) -> str | None:
        """Return whom a pronoun at a place of the article means; None where that is not certain."""
        return self._meant.get(position)
