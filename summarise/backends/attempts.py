"""One attempt at a call that came to nothing: what to tell of it, whether another may help, and when.

Tries nothing itself. Imports httpx and tenacity only when it is used.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from summarise.backends.bodies import BodyError, BrokenOffError
from summarise.errors import CallError, MalformedAnswerError, TimedOutError, UnreachableError
from summarise.settings import Settings

if TYPE_CHECKING:
    from tenacity import RetryCallState

_RUNNING = "check the base URL and that the server is running"


class FailedError(Exception):
    """An attempt that came to nothing; `error` is what to tell, `again` whether another attempt may help.

    `after` are the seconds to wait before it that the server asked for.
    """

    def __init__(self, error: CallError, *, again: bool = False, after: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.again = again
        self.after = after


@contextmanager
def failures(called: str, shown: Callable[[str], str], settings: Settings) -> Iterator[None]:
    """Turn what goes wrong on the way to the server, or in an answer's body, into FailedError.

    `called` names the server, `shown` makes words of others fit for a message. Worth another attempt is all but a body
    that came whole and cannot be used.
    """
    import httpx

    error: CallError
    again = True
    try:
        yield
    except httpx.ConnectTimeout:
        error = TimedOutError(f"no connection to {called} within {settings.connect_timeout:g} s", advice=_RUNNING)
    except httpx.TimeoutException:
        what = f"{called} did not answer within {settings.read_timeout:g} s"
        error = TimedOutError(what, advice="try again later, or allow more time")
    except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError) as broken:
        reason = shown(str(broken)) or type(broken).__name__
        error = UnreachableError(f"the connection to {called} broke off ({reason})", advice="try again later")
    except httpx.TransportError as unreached:
        reason = shown(str(unreached)) or type(unreached).__name__
        error = UnreachableError(f"cannot reach {called} ({reason})", advice=_RUNNING)
    except BrokenOffError as broken_off:
        error = UnreachableError(f"the answer of {called} {broken_off.what}", advice="try again later")
    except BodyError as unusable:
        error = MalformedAnswerError(f"the answer of {called} {unusable.what}", advice=unusable.advice)
        again = False
    else:
        return
    raise FailedError(error, again=again)


def seconds_before_next(state: "RetryCallState") -> float:
    """Return the wait that the server asked for, else twice as long after each attempt, with jitter against stampedes.

    That is half a second to one after the first attempt, and never more than 20.5 s.
    """
    import tenacity

    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, FailedError) and error.after is not None:
        return error.after
    return float((tenacity.wait_exponential(multiplier=0.5, max=20.0) + tenacity.wait_random(0.0, 0.5))(state))
