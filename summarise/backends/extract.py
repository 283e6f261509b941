"""The backend that needs no model: it picks sentences of the article, deterministically.

Rewrites nothing and ignores prompts. It works on the request's passages and answers in the form of a draft.
"""

import json
import time

from summarise.data import Reply, Request
from summarise.errors import AnswerError
from summarise.facts.salience import rank


class ExtractBackend:
    """Picks `request.sentences` of `request.passages` and answers `{"sentences": [...]}` in the article's order.

    Where citations are asked for it gives none: a passage carries its place, not its number. AnswerError where the
    request carries no passages.
    """

    @property
    def id(self) -> str:
        """The backend in words, for the run record."""
        return "extract"

    async def complete(self, request: Request) -> Reply:
        """Answer one request."""
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
