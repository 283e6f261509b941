"""A test double that returns scripted replies and records the requests."""

from collections.abc import Callable, Iterable

from summarise.data import Reply, Request

Scripted = str | Reply | Exception


class ScriptedBackend:
    """A backend that returns `replies` in order, or the result of a function of the request.

    Strings become replies, exceptions are raised. Raises AssertionError after the last reply, because no stage handles
    that as a model's fault.
    """

    def __init__(self, replies: Iterable[Scripted] | Callable[[Request], Scripted], *, model: str = "scripted") -> None:
        self._respond = replies if callable(replies) else _in_order(replies)
        self._model = model
        self.requests: list[Request] = []

    @property
    def id(self) -> str:
        """The provider and model, for the run record."""
        return f"scripted:{self._model}"

    async def complete(self, request: Request) -> Reply:
        """Return the reply to a request."""
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
