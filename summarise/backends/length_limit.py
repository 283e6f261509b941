"""Answers that are longer than was asked for: cut before anything reads them.

A server may take no notice of how many tokens an answer may have, and a model that loops does not end by itself.
"""

from summarise.data import Alternative, Reply, Request

CHARACTERS_PER_TOKEN = 16
"""More than a token has in any text, but for runs of blanks: English has four to five."""


def within_length(request: Request, reply: Reply) -> Reply:
    """Return a reply whose texts are no longer than its request allows; one that is cut ends as by its length."""
    most = CHARACTERS_PER_TOKEN * (request.sampling.max_tokens + request.reasoning_room)
    if all(len(text) <= most for text in (reply.text, *(other.text for other in reply.alternatives))):
        return reply
    alternatives = tuple(
        other if len(other.text) <= most else Alternative(text=other.text[:most], finish="length")
        for other in reply.alternatives
    )
    if len(reply.text) <= most:
        return reply.model_copy(update={"alternatives": alternatives})
    return reply.model_copy(update={"text": reply.text[:most], "finish": "length", "alternatives": alternatives})
