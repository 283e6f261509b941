"""Checks of a reply against its request: a prompt that the server cut, an answer longer than was asked for.

Some servers cut a prompt to their context without an error (Ollama with its default num_ctx), and the answer then
leaves out the end, or the beginning, of the article. Some ignore the limit on an answer, and a model may loop.
"""

from summarise.backends.budget.token_estimates import least_prompt_tokens
from summarise.data import Alternative, Reply, Request
from summarise.errors import TruncationError

FRACTION = 0.9
"""A count below this share of the fewest tokens that a prompt can have is no count of the whole prompt."""
LEAST_SENT = 1024
"""Prompts of fewer tokens fit every server's context; what a server counts of them is not looked at."""
CHARACTERS_PER_TOKEN = 16
"""More than a token has in any text, but for runs of blanks: English has four to five."""


def require_whole(request: Request, reply: Reply, *, server: str) -> None:
    """Raise TruncationError where a server's count tells that it read clearly less than it was sent.

    A server that tells no count is believed. What it had read before counts as read.
    """
    if was_cut(request, reply):
        told = max(reply.prompt_tokens, reply.cached_tokens)
        raise TruncationError(
            f"{server} read {told:,} tokens of a prompt that has at least {least_prompt_tokens(request):,}",
            advice="give its model a larger context (num_ctx, --ctx-size, --max-model-len) or set a smaller "
            "context_tokens (SUMMARISE_CONTEXT_TOKENS)",
            provider=server.partition(":")[0],
            request_id=reply.request_id,
            reply=reply,
        )


def was_cut(request: Request, reply: Reply) -> bool:
    """Tell whether a server's own count tells that it read clearly less than it was sent."""
    return looks_cut(max(reply.prompt_tokens, reply.cached_tokens), least_prompt_tokens(request))


def looks_cut(told: int, least: int) -> bool:
    """Tell whether a count of `told` tokens (0: not told) is clearly short of a prompt that has `least` at least."""
    return 0 < told < FRACTION * least and least >= LEAST_SENT


def within_length(request: Request, reply: Reply) -> Reply:
    """Return a reply cut to the length and candidates that its request allows; a text that is cut says so."""
    most = CHARACTERS_PER_TOKEN * (request.sampling.max_tokens + request.reasoning_room)
    if len(reply.alternatives) >= request.candidates:
        reply = reply.model_copy(update={"alternatives": reply.alternatives[: request.candidates - 1]})
    if all(len(text) <= most for text in (reply.text, *(other.text for other in reply.alternatives))):
        return reply
    alternatives = tuple(
        other if len(other.text) <= most else Alternative(text=other.text[:most], finish="length")
        for other in reply.alternatives
    )
    if len(reply.text) <= most:
        return reply.model_copy(update={"alternatives": alternatives})
    return reply.model_copy(update={"text": reply.text[:most], "finish": "length", "alternatives": alternatives})
