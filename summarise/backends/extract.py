"""The extractive backend: selects sentences of the article without a model."""

import json
import time

from summarise.data import Reply, Request
from summarise.errors import AnswerError
from summarise.facts.salience import rank


class ExtractBackend:
    """Selects sentences of the passages, without sources, and replies `{"sentences": [...]}` in article order.

    Raises AnswerError if the request has no passages.
    """

    @property
    def id(self) -> str:
        """The id, for the run record."""
        return "extract"

    async def complete(self, request: Request) -> Reply:
        """Return the reply to a request."""
        started = time.perf_counter()
        texts = [" ".join(passage.text.split()) for passage in request.passages]
        if not texts:
            raise AnswerError("extract was given no sentences to pick from: it works on articles only")
        picked = sorted(rank(texts, count=request.sentences))
        item = (request.json_schema or {}).get("properties", {}).get("sentences", {}).get("items", {})
        cited = item.get("type") == "object"
        said = [{"text": texts[index], "sources": []} if cited else texts[index] for index in picked]
        text = json.dumps({"sentences": said}, ensure_ascii=False)
        return Reply(text=text, model="extract", seconds=time.perf_counter() - started)
