"""One attempt at a call that came to nothing: what to tell of it, whether another may help, and when.

Tries nothing itself. Imports tenacity only when it is used.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from summarise.backends.http.bodies import BodyError, BrokenOffError
from summarise.backends.http.resending import may_resend
from summarise.data import RetryScheduled
from summarise.errors import CallError, MalformedAnswerError, UnreachableError, name_of

if TYPE_CHECKING:
    from tenacity import RetryCallState

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


def seconds_before_next(state: "RetryCallState") -> float:
    """Return the wait that the server asked for, else twice as long after each attempt, with jitter against stampedes.

    That is half a second to one after the first attempt, and never more than 20.5 s.
    """
    import tenacity

    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, FailedError) and error.after is not None:
        return error.after
    return float((tenacity.wait_exponential(multiplier=0.5, max=20.0) + tenacity.wait_random(0.0, 0.5))(state))


def no_further(attempts: int, seconds: float) -> Callable[["RetryCallState"], bool]:
    """Return what tells whether no further attempt is made: after so many, past so many seconds, or where it may not.

    Who bounds the run is asked last, because what is granted counts as sent.
    """
    import tenacity

    bounds = tenacity.stop_after_attempt(attempts) | tenacity.stop_before_delay(seconds)

    def ends(state: "RetryCallState") -> bool:
        failed = state.outcome.exception() if state.outcome else None
        return bounds(state) or (isinstance(failed, FailedError) and not may_resend(failed.error.status))

    return ends


def retry_told(provider: str, on_retry: Callable[[RetryScheduled], None]) -> Callable[["RetryCallState"], None]:
    """Return what tells `on_retry`, before the wait for another attempt, why and in how many seconds it follows."""

    def told(state: "RetryCallState") -> None:
        failed = state.outcome.exception() if state.outcome else None
        if isinstance(failed, FailedError) and state.next_action is not None:
            error = failed.error
            on_retry(
                RetryScheduled(
                    provider=provider,
                    attempt=state.attempt_number,
                    error=name_of(error),
                    status=error.status,
                    reason=error.what,
                    seconds=round(state.next_action.sleep, 3),
                )
            )

    return told
