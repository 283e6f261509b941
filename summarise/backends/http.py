"""The one HTTP door: sends JSON to a model's server, tries again where that helps, and translates what goes wrong.

Knows nothing of prompts or of any one protocol's answers. No httpx type leaves it, no key stands in a message,
and no redirect is followed, so that a key goes to no host but the one that was named.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

from pydantic import SecretStr

from summarise.backends.address import is_loopback, valid_base_url, valid_key
from summarise.backends.refusals import Problem, clock, one_line, retry_after, translate
from summarise.data import Record
from summarise.errors import AnswerError, OverloadedError, ServerError
from summarise.settings import Settings

if TYPE_CHECKING:
    import httpx
    from tenacity import RetryCallState


class Answer(Record):
    """A JSON object that a server sent, with the request id of its headers and the seconds from sending to reading."""

    body: dict[str, Any]
    request_id: str | None
    seconds: float


class _TransientError(Exception):
    """Worth another attempt; `final` is what is raised when there is none left, `after` what the server asked for."""

    def __init__(self, final: ServerError, *, after: float | None = None) -> None:
        super().__init__(str(final))
        self.final = final
        self.after = after


class Door:
    """A way to one server: `post` and `get` return its JSON or raise an error of `summarise.errors`.

    Use it as an async context manager. At most `concurrency` requests are under way at once (default
    `settings.concurrency`); waiting for a place counts neither towards time-outs nor towards `Answer.seconds`.
    Tried again are time-outs, broken connections, 408, 409, 425, 429 and 5xx, `settings.attempts` times in all and
    never past `settings.total_timeout`; a Retry-After is honoured up to a minute. `called` names the server in
    messages (default: host and port), `sleep` is what waits between attempts.
    """

    def __init__(
        self,
        base_url: str,
        *,
        settings: Settings,
        api_key: SecretStr | None = None,
        concurrency: int | None = None,
        called: str | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._base_url = valid_base_url(base_url)
        self.host = urlsplit(self._base_url).hostname
        self.called = called or urlsplit(self._base_url).netloc
        self._settings = settings
        self._api_key = valid_key(api_key)
        self._places = asyncio.Semaphore(concurrency or settings.concurrency)
        self._sleep = sleep
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> "Door":
        import httpx

        headers = {"Authorization": f"Bearer {self._api_key.get_secret_value()}"} if self._api_key else {}
        self._client = httpx.AsyncClient(
            headers=headers,
            timeout=httpx.Timeout(self._settings.read_timeout, connect=self._settings.connect_timeout, pool=None),
            follow_redirects=False,
            # Loading certificates takes longer than a short request; plain HTTP has no use for them.
            verify=self._base_url.lower().startswith("https:"),
            # A proxy that the environment names is no way to a server on this machine.
            trust_env=not is_loopback(self.host or ""),
        )
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def post(self, path: str, body: dict[str, Any]) -> Answer:
        """Send `body` to `path` below the base URL and return the answer."""
        return await self._call("POST", path, body)

    async def get(self, path: str) -> Answer:
        """Return what stands at `path` below the base URL."""
        return await self._call("GET", path, None)

    async def _call(self, method: str, path: str, body: dict[str, Any] | None) -> Answer:
        import tenacity

        attempts = tenacity.AsyncRetrying(
            sleep=self._sleep,
            stop=tenacity.stop_after_attempt(self._settings.attempts)
            | tenacity.stop_before_delay(self._settings.total_timeout),
            wait=_wait,
            retry=tenacity.retry_if_exception_type(_TransientError),
            reraise=True,
        )
        async with self._places:
            try:
                async with asyncio.timeout(self._settings.total_timeout):
                    return await attempts(self._send, method, path, body)
            except _TransientError as error:
                final = error.final
            except TimeoutError:
                final = OverloadedError(
                    f"{self.called} gave no whole answer within {self._settings.total_timeout:g} s: "
                    "try again later or allow more time"
                )
        raise final

    async def _send(self, method: str, path: str, body: dict[str, Any] | None) -> Answer:
        import httpx

        assert self._client is not None, "the door is opened with `async with`"
        started = time.perf_counter()
        try:
            response = await self._client.request(method, f"{self._base_url}/{path}", json=body)
        except httpx.ConnectTimeout:
            raise _TransientError(self._unreachable("no connection within the time allowed")) from None
        except httpx.TimeoutException:
            raise _TransientError(
                OverloadedError(
                    f"{self.called} did not answer within {self._settings.read_timeout:g} s: "
                    "try again later, or allow more time"
                )
            ) from None
        except httpx.TransportError as error:
            raise _TransientError(self._unreachable(one_line(str(error)) or type(error).__name__)) from None
        except httpx.HTTPError as error:
            raise AnswerError(f"the answer of {self.called} cannot be read: {type(error).__name__}") from None
        if not response.is_success:
            self._refuse(response)
        try:
            value = response.json()
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            raise AnswerError(f"{self.called} answered with something that is no JSON object: check the base URL")
        request_id = response.headers.get("x-request-id")
        return Answer(body=value, request_id=request_id, seconds=time.perf_counter() - started)

    def _unreachable(self, reason: str) -> ServerError:
        return ServerError(f"cannot reach {self.called} ({reason}): check the base URL and that the server is running")

    def _refuse(self, response: "httpx.Response") -> NoReturn:
        """Raise the error that fits a response which is no success."""
        text = response.text
        if self._api_key:
            text = text.replace(self._api_key.get_secret_value(), "…")
        headers = response.headers
        error = translate(
            response.status_code, Problem.of(text), host=self.called, location=headers.get("location", "")
        )
        if isinstance(error, OverloadedError):
            after = retry_after(headers.get("retry-after"), now=clock(headers.get("date")))
            raise _TransientError(error, after=after)
        raise error


def _wait(state: "RetryCallState") -> float:
    """Wait as long as the server asked for, else twice as long after each attempt, with jitter against stampedes."""
    import tenacity

    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, _TransientError) and error.after is not None:
        return error.after
    return float((tenacity.wait_exponential(multiplier=0.5, max=20.0) + tenacity.wait_random(0.0, 0.5))(state))
