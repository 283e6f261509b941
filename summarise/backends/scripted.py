"""Provides a test double that records the requests."""

from collections.abc import Callable, Iterable

from summarise.data import Reply, Request

Scripted = str | Reply | Exception


class ScriptedBackend:
    """A backend that returns `replies` in order, or the result of a function of the request.

    Strings become replies, exceptions are raised. A call after the last reply raises AssertionError, which no stage
    handles as an error of the model.
    """

    def __init__(self, replies: Iterable[Scripted] | Callable[[Request], Scripted], *, model: str = "scripted") -> None:
        self._respond = replies if callable(replies) else _in_order(replies)
        self._model = model
        self.requests: list[Request] = []

    @property
    def id(self) -> str:
        """The id in run records, such as "scripted:NAME"."""
        return f"scripted:{self._model}"

    async def complete(self, request: Request) -> Reply:
        """Return the reply."""
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
        raise AssertionError(
            f"more calls than the {len(script)} scripted replies (stage {request.stage}): add a reply for each call"
        )

    return respond
