"""A double for tests: answers what the test scripted and keeps what it was asked.

Is no imitation of a server: faults of the wire are tried against a real one.
"""

from collections.abc import Callable, Iterable

from summarise.data import Reply, Request

Scripted = str | Reply | Exception


class ScriptedBackend:
    """A backend that gives `replies` in order, or what a function makes of each request.

    `requests` is what it was asked so far. A string stands for a reply with that text, an exception is raised. Being
    asked more often than there are replies is an AssertionError, which no stage takes for a fault of the model.
    """

    def __init__(self, replies: Iterable[Scripted] | Callable[[Request], Scripted], *, model: str = "scripted") -> None:
        self._respond = replies if callable(replies) else _in_order(replies)
        self._model = model
        self.requests: list[Request] = []

    @property
    def id(self) -> str:
        """The backend and model in words, for the run record."""
        return f"scripted:{self._model}"

    async def complete(self, request: Request) -> Reply:
        """Answer one request."""
        self.requests.append(request)
        match self._respond(request):
            case Exception() as error:
                raise error
            case Reply() as reply:
                return reply
            case text:
                return Reply(text=text, model=self._model)


def _in_order(replies: Iterable[Scripted]) -> Callable[[Request], Scripted]:
    script = list(replies)
    remaining = iter(script)

    def respond(request: Request) -> Scripted:
        for reply in remaining:
            return reply
        raise AssertionError(f"asked more often than the {len(script)} scripted replies (stage {request.stage})")

    return respond
