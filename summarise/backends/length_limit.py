"""Answers that are longer or more than was asked for: cut before anything reads them.

A server may take no notice of how many tokens an answer may have, or how many answers are wanted, and a model that
loops does not end by itself.
"""

from summarise.data import Alternative, Reply, Request

CHARACTERS_PER_TOKEN = 16
"""More than a token has in any text, but for runs of blanks: English has four to five."""


def within_length(request: Request, reply: Reply) -> Reply:
    """Return a reply with no longer texts, and no more of them, than its request allows; one that is cut says so."""
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
