"""Whether a server read all that it was sent: its own count of the prompt's tokens against the fewest it can have.

Sends nothing and estimates nothing itself. Some servers cut a prompt to their context without a word (Ollama with its
default num_ctx), and the answer then leaves the end, or the beginning, of the article out.
"""

from summarise.backends.budget.token_estimates import least_prompt_tokens
from summarise.data import Reply, Request
from summarise.errors import TruncationError

FRACTION = 0.9
"""A count below this share of the fewest tokens that a prompt can have is no count of the whole prompt."""
LEAST_SENT = 1024
"""Prompts of fewer tokens fit every server's context; what a server counts of them is not looked at."""


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
