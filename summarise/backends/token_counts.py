"""Exact counts of tokens by llama.cpp's `tokenize`: the model's own count of a text, and of nothing around it."""

from summarise.backends.http.client import JSONClient
from summarise.data.capabilities import Count


def by_tokenizing(client: JSONClient) -> Count:
    """Return what counts by the llama.cpp server behind `client`, whose paths are below its root and not /v1."""

    async def count(text: str) -> int:
        answer = await client.post("tokenize", {"content": text})
        tokens = answer.body.get("tokens")
        if not isinstance(tokens, list):
            raise client.unusable(answer, "has no tokens", advice="check that the server is llama.cpp's")
        return len(tokens)

    return count
