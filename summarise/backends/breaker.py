"""Defines the base class of backends that wrap another backend, and a circuit breaker for failing servers."""

from summarise.backends.http.transport import resent_only_if
from summarise.data import Backend, Capabilities, Reply, Request, capabilities_of
from summarise.errors import (
    CallError,
    MalformedAnswerError,
    OverloadedError,
    QuotaError,
    RateLimitError,
    TimedOutError,
    UnreachableError,
)


class ProxyBackend:
    """A backend that passes requests on to `backend`, with the same id and, by default, the same capabilities."""

    def __init__(self, backend: Backend, capabilities: Capabilities | None = None) -> None:
        self._backend = backend
        self.capabilities = capabilities or capabilities_of(backend)

    @property
    def id(self) -> str:
        """The id of the wrapped backend."""
        return self._backend.id

    async def complete(self, request: Request) -> Reply:
        """Return the reply of the wrapped backend."""
        return await self._backend.complete(request)


TIME_OUTS = 2
FAILURES = 5
# Errors that are likely to occur again in the next call; subclasses first.
SERVER_ERRORS = (QuotaError, TimedOutError, RateLimitError, OverloadedError, UnreachableError, MalformedAnswerError)


class CircuitBreaker(ProxyBackend):
    """A backend that stops calling a failing server: once its circuit is open, each call fails without being sent.

    The circuit opens after `TIME_OUTS` time-outs or `FAILURES` failed calls since the server's last answer, and at once
    on QuotaError. Use a new CircuitBreaker for each run.
    """

    def __init__(self, backend: Backend) -> None:
        super().__init__(backend)
        self._failures: list[CallError] = []
        self._opened_by: CallError | None = None

    async def complete(self, request: Request) -> Reply:
        """Return the wrapped backend's reply. If the circuit is open, raise CallError without a call."""
        if self._opened_by is not None:
            raise self._open_circuit_error(self._opened_by)
        try:
            with resent_only_if(lambda _: self._opened_by is None):
                reply = await self._backend.complete(request)
        except CallError as error:
            self._record(error)
            raise
        self._failures.clear()
        return reply

    def _record(self, error: CallError) -> None:
        if not isinstance(error, SERVER_ERRORS):
            # The server works, even if it refused this request.
            self._failures.clear()
            return
        self._failures.append(error)
        time_outs = sum(isinstance(failure, TimedOutError) for failure in self._failures)
        if isinstance(error, QuotaError) or time_outs >= TIME_OUTS or len(self._failures) >= FAILURES:
            self._opened_by = self._opened_by or error

    def _open_circuit_error(self, error: CallError) -> CallError:
        kind = next(kind for kind in SERVER_ERRORS if isinstance(error, kind))
        return kind(
            f"{self.id} is not called again in this run, because {error.what}",
            advice=error.advice,
            provider=error.provider,
            status=error.status,
            attempts=0,
        )
