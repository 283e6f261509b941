"""A backend whose answers hold no thoughts, whoever wrote it: a plug-in, a program, an object from Python.

The wires take them out themselves.
"""

from summarise.backends.proxy import ProxyBackend
from summarise.backends.thoughts import fields_of, split
from summarise.data import Backend, Reply, Request


class ThoughtRemovingBackend(ProxyBackend):
    """A backend of whose answers thoughts are taken out; with `keep_reasoning` they come beside them."""

    def __init__(self, backend: Backend, *, keep_reasoning: bool) -> None:
        super().__init__(backend)
        self._keep_reasoning = keep_reasoning

    async def complete(self, request: Request) -> Reply:
        """Answer one request."""
        return cleared(await self._backend.complete(request), keep_reasoning=self._keep_reasoning)


def cleared(reply: Reply, *, keep_reasoning: bool) -> Reply:
    """Return a reply with no thoughts in its texts, which are counted where its backend did not."""
    found = [split(text) for text in (reply.text, *(other.text for other in reply.alternatives))]
    if not any(one.thoughts or one.open for one in found):
        return reply if keep_reasoning or not reply.reasoning else reply.model_copy(update={"reasoning": ""})
    beside = filter(None, (reply.reasoning, *(one.thoughts for one in found)))
    told = fields_of(
        "\n".join(one.answer for one in found),
        "\n\n".join(beside),
        told=reply.reasoning_tokens,
        completion_tokens=reply.completion_tokens,
        keep=keep_reasoning,
        shown=True,
    )
    others = tuple(
        other.model_copy(update={"text": one.answer}) for other, one in zip(reply.alternatives, found[1:], strict=True)
    )
    return reply.model_copy(update={"text": found[0].answer, "alternatives": others, **told})
