"""Which models a server has, and how much each reads where the server tells: one GET, which asks no model.

Of Ollama's (https://docs.ollama.com/api/tags) only names are read: it gives a model the context that it is asked for.
"""

from collections.abc import Mapping

from summarise.backends.http.client import JSONClient
from summarise.backends.http.error_responses import one_line
from summarise.backends.http.reported_values import count_of
from summarise.data.capabilities import ListModels

CONTEXT_FIELDS = ("max_model_len", "context_window", "context_length", "max_context_length", "max_input_tokens")
"""Those of vLLM, Groq (https://console.groq.com/docs/api-reference), OpenRouter
(https://openrouter.ai/docs/api-reference/overview), Mistral (https://docs.mistral.ai/api) and Anthropic
(https://platform.claude.com/docs/en/api/models)."""
LONGEST_NAME = 100


def by_listing(client: JSONClient, path: str) -> ListModels:
    """Return what lists the models of the server behind `client`, which tells them at `path`."""

    async def list_models() -> Mapping[str, int | None]:
        body = (await client.get(path)).body
        rows = body.get("data") or body.get("models")
        listed = {}
        for row in rows if isinstance(rows, list) else []:
            name = (row.get("id") or row.get("name")) if isinstance(row, dict) else None
            if isinstance(name, str):
                known = [size for field in CONTEXT_FIELDS if (size := count_of(row.get(field)))]
                # Google's names begin so in the list alone.
                listed[one_line(name.removeprefix("models/"), limit=LONGEST_NAME)] = known[0] if known else None
        return listed

    return list_models
