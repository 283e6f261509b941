"""Exact counts of tokens, from servers that tell them: llama.cpp's `tokenize`, and Anthropic's `count_tokens`.

Asks no model to write anything. What a text comes to is the model's own count of it, and of nothing around it, but for
Anthropic's, which counts a message with a few tokens of its own.
"""

from summarise.backends.http.client import JSONClient
from summarise.backends.http.reported_values import count_of
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


def by_counting(client: JSONClient, model: str) -> Count:
    """Return what counts for a model by the server behind `client`, which speaks Anthropic Messages."""

    async def count(text: str) -> int:
        body = {"model": model, "messages": [{"role": "user", "content": text}]}
        answer = await client.post("v1/messages/count_tokens", body)
        tokens = count_of(answer.body.get("input_tokens"))
        if tokens is None:
            raise client.unusable(
                answer, "has no input_tokens", advice="check that the server speaks Anthropic Messages"
            )
        return tokens

    return count
