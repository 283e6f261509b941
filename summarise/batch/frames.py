"""Messages between a batch and its worker processes: pickled, each with its length before it, over pipes.

Both ends are this program, started by the same user; nothing else writes to these pipes.
"""

import pickle
from dataclasses import dataclass
from typing import Any, Literal

from summarise.batch.items import Item
from summarise.batch.jobs import Job, Outcome
from summarise.workers import LENGTH


@dataclass(frozen=True, slots=True)
class Start:
    """The first message to a worker: what to do with each item."""

    job: Job


@dataclass(frozen=True, slots=True)
class Ready:
    """The first message of a worker: it has its job, and takes items."""


@dataclass(frozen=True, slots=True)
class Given:
    """An item to work on, by a number."""

    number: int
    item: Item


@dataclass(frozen=True, slots=True)
class Done:
    """What came of the item of a number."""

    number: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class ForwardedRequest:
    """What a worker asks of a backend, by a number: to open it, or one of its methods with an argument."""

    number: int
    verb: Literal["open", "complete", "count", "kept", "forget"]
    backend: str | None
    argument: Any = None


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Whoever asked under a number waits no more."""

    number: int


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to what was asked under a number, or the error that came of it."""

    number: int
    answer: Any = None
    error: Exception | None = None


def packed(message: object) -> bytes:
    """Return a message as bytes, with its length before it."""
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(data)) + data


def unpacked(data: bytes) -> Any:
    """Return the message that bytes without their length are."""
    return pickle.loads(data)  # noqa: S301 - of our own making, from our own process
