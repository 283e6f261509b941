"""Extracts: sentences of the article, picked without a language model."""

from summarise.data import Reply, Request
from summarise.errors import AnswerError
from summarise.facts.salience import rank


def pick_sentences(request: Request) -> list[str]:
    """Return the most informative passages of a request, as many as it asks for, in the article's order.

    Raises AnswerError if the request has no passages.
    """
    texts = [" ".join(passage.text.split()) for passage in request.passages]
    if not texts:
        raise AnswerError("extract was given no sentences to pick from: it works on articles only")
    return [texts[index] for index in sorted(rank(texts, count=request.sentences))]


class ExtractBackend:
    """The backend of `--model extract`. A run picks sentences itself; others get a line for each."""

    @property
    def id(self) -> str:
        """The id, for the run record."""
        return "extract"

    async def complete(self, request: Request) -> Reply:
        """Return the picked sentences."""
        return Reply(text="\n".join(pick_sentences(request)), model="extract")
