"""Whom an article names, and whom its pronouns mean where the facts are certain of it; read once for each article.

Resolves nothing: the links of the facts do (`facts.references`). How a bearer is called: `names`.
"""

from collections.abc import Iterator

from summarise.data import Attribution, Fact, Facts, Link, Name, Quotation, Relation
from summarise.facts.references import CERTAIN, FEMININE, MASCULINE, genders


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
        bearers = {name.start: name.value for name in self.names}
        self._meant = {
            link.words.start: bearers[link.antecedent.start]
            for fact in facts.facts
            for link in _links(fact)
            if link.certainty >= CERTAIN and link.words.text.casefold() in MASCULINE | FEMININE
        }

    def fits(self, value: str, pronoun: str) -> bool:
        """Tell whether a person may be called "he" or "she"."""
        gender = "f" if pronoun.casefold() in FEMININE else "m"
        return self.genders.get(value, gender) == gender

    def person(self, position: int) -> str | None:
        """Return whom a pronoun at a place of the article means; None where that is not certain."""
        return self._meant.get(position)


def _links(fact: Fact) -> Iterator[Link]:
    if isinstance(fact, Quotation | Attribution | Relation) and fact.speaker_link is not None:
        yield fact.speaker_link
    for argument in fact.arguments if isinstance(fact, Relation) else ():
        if argument.link is not None:
            yield argument.link
