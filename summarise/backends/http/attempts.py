"""One attempt at a call that came to nothing: what to tell of it, whether another may help, and when.

Imports tenacity only when it is used.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from summarise.backends.http.bodies import BodyError, BrokenOffError
from summarise.backends.http.resending import may_resend
from summarise.data import RetryScheduled
from summarise.errors import CallError, MalformedAnswerError, UnreachableError, name_of
from summarise.settings.model import Settings

if TYPE_CHECKING:
    from tenacity import AsyncRetrying, RetryCallState

RUNNING = "check the base URL and that the server is running"

THINKING_SPEED = 25
"""Tokens a second that a model thinks at least: by what it may think, divided by this, a call may take longer."""


class FailedError(Exception):
    """An attempt that came to nothing; `error` is what to tell, `again` whether another attempt may help.

    `after` are the seconds to wait before it that the server asked for, `of_key` whether another key may help.
    """

    def __init__(
        self, error: CallError, *, again: bool = False, after: float | None = None, of_key: bool = False
    ) -> None:
        super().__init__(str(error))
        self.of_key = of_key
        self.error = error
        self.again = again
        self.after = after


@contextmanager
def unusable_bodies(called: str) -> Iterator[None]:
    """Turn what is wrong with a body into FailedError; worth another attempt is one that broke off.

    `called` names the server.
    """
    try:
        yield
    except BrokenOffError as broken_off:
        error: CallError = UnreachableError(f"the answer of {called} {broken_off.what}", advice="try again later")
        again = True
    except BodyError as unusable:
        error = MalformedAnswerError(f"the answer of {called} {unusable.what}", advice=unusable.advice)
        again = False
    else:
        return
    raise FailedError(error, again=again)


def while_thinking(longer: float) -> str:
    """Return what a message adds to a time-out that was `longer` by some seconds, for a model to think."""
    return f" ({longer:.4g} s of that for thinking)" if longer else ""


def retrying(
    settings: Settings,
    *,
    seconds: float,
    provider: str,
    sleep: Callable[[float], Awaitable[None]],
    on_retry: Callable[[RetryScheduled], None],
) -> "AsyncRetrying":
    """Return what tries again after a FailedError that says so, `settings.max_attempts` attempts and `seconds` at most.

    It waits as long as the server asked for, else half a second to one after the first attempt and twice as long after
    each other one, at most 20.5 s, with jitter against stampedes; `on_retry` is told of each wait. Who bounds the run
    is asked last whether there is another attempt, because what is granted counts as sent.
    """
    import tenacity

    bounds = tenacity.stop_after_attempt(settings.max_attempts) | tenacity.stop_before_delay(seconds)
    growing = tenacity.wait_exponential(multiplier=0.5, max=20.0) + tenacity.wait_random(0.0, 0.5)

    def failed(state: "RetryCallState") -> FailedError:
        error = state.outcome.exception() if state.outcome else None
        assert isinstance(error, FailedError), "nothing else is tried again"
        return error

    def wait(state: "RetryCallState") -> float:
        asked = failed(state).after
        return float(growing(state)) if asked is None else asked

    def tell(state: "RetryCallState") -> None:
        error = failed(state).error
        on_retry(
            RetryScheduled(
                provider=provider,
                attempt=state.attempt_number,
                error=name_of(error),
                status=error.status,
                reason=error.what,
                seconds=round(state.upcoming_sleep, 3),
            )
        )

    return tenacity.AsyncRetrying(
        sleep=sleep,
        stop=lambda state: bounds(state) or not may_resend(failed(state).error.status),
        wait=wait,
        before_sleep=tell,
        retry=tenacity.retry_if_exception(lambda error: isinstance(error, FailedError) and error.again),
        reraise=True,
    )
