"""Key facts: what an editor would want a summary of an article to tell. Not how well a summary tells it."""

from pydantic import Field

from summarise.data.article import Evidence, Span


class Statement(Span):
    """What a main clause of the article states.

    `text` has the words of its `pieces` on one line, with "…" between two; `sentence` is an index in
    `Article.sentences`.
    """

    text: str
    sentence: int = Field(ge=0)
    pieces: tuple[Evidence, ...] = Field(min_length=1)


class KeyFact(Statement):
    """A statement of the article that matters, in its words.

    `weight` is how much it matters beside the other key facts of that article, 1 for the first of them.
    """

    weight: float = Field(ge=0.0, le=1.0)
