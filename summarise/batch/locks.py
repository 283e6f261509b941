"""Keeps two processes from writing the same results, on systems that have `flock`; elsewhere nothing is kept out."""

from summarise.errors import UsageError


def lock(handle: int, refusal: str) -> None:
    """Keep others out until the handle is closed, or this process ends; UsageError with `refusal` if another has it."""
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UsageError(refusal) from None
