"""Key facts: what an editor would want a summary of an article to tell. Not how well a summary tells it."""

from typing import Literal

from pydantic import Field

from summarise.data.article import Record
from summarise.data.facts import Fact

Aspect = Literal["who", "what", "when", "where", "how much", "outcome"]


class KeyFact(Record):
    """A fact of the article that matters, as an answer to one of an editor's questions.

    `fact` has its place in the article, and is shown in its words there: a relation by the clause that it quotes, any
    other fact by its own `text`. `weight` is how much it matters beside the other key facts of that article,
    1 for the first of them. "outcome" is what was decided and what is to happen; what is denied is "what".
    """

    aspect: Aspect
    fact: Fact
    weight: float = Field(ge=0.0, le=1.0)
