"""Whether a request that came to nothing may be sent once more: asked by the client, answered by who bounds a run.

Who bounds it stands further outside (the spend limiter, a circuit breaker), and what is asked passes through backends
that know of neither; so the answer is bound to the task that asks, as a deadline is.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

MayResend = Callable[[int | None], bool]
"""From the status of an answer that came to nothing (None: there was none) to whether its request may be sent again."""
_ALLOWED: ContextVar[MayResend] = ContextVar("may resend", default=lambda _: True)


def may_resend(status: int | None) -> bool:
    """Tell whether all who bound the call that is under way allow to send its request once more."""
    return _ALLOWED.get()(status)


@contextmanager
def resent_only_if(allowed: MayResend) -> Iterator[None]:
    """Bound what is asked within the block; who bounds it further outside is asked where `allowed` allows it."""
    outside = _ALLOWED.get()
    token = _ALLOWED.set(lambda status: allowed(status) and outside(status))
    try:
        yield
    finally:
        _ALLOWED.reset(token)
