"""The turns of a conversation that a request is told in, as every wire sends them.

Knows no protocol beyond role and content.
"""

from summarise.data import Request


def turns_of(request: Request) -> list[dict[str, str]]:
    """Return the system message, the examples as question and answer by turns, and the question itself.

    What every later call shares comes first, so that a server which keeps what it has read need not read it again. A
    system message that is empty is left out.
    """
    turns = [("system", request.system)] if request.system else []
    for example in request.examples:
        turns += [("user", example.user), ("assistant", example.assistant)]
    return [{"role": role, "content": content} for role, content in (*turns, ("user", request.user))]
