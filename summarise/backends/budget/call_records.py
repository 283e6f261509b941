"""The record of one exchange with a model, and what several come to."""

from collections.abc import Sequence
from typing import Any

from summarise.data import Backend, Call, GuardEvent, Reply, Request, capabilities_of
from summarise.errors import CallError

COUNTS = ("prompt_tokens", "cached_tokens", "completion_tokens", "reasoning_tokens")
"""What is counted of a reply, of a call, and of a run."""


def call_of(stage: str, reply: Reply, *, problem: str | None = None, events: tuple[GuardEvent, ...] = ()) -> Call:
    """Return the call that brought a reply; where several answers came, `said` has them all, one a line."""
    answers = [reply.text, *(other.text for other in reply.alternatives)]
    return Call(
        stage=stage,
        reasoning=clean(reply.reasoning),
        seconds=round(reply.seconds, 3),
        said=clean("\n".join(answers)),
        problem=problem,
        events=events,
        **reply.model_dump(include={"model", "cost", "finish", "from_cache", "wasted", *COUNTS}),
    )


def disown(backend: Backend, request: Request) -> None:
    """Have a backend that keeps answers forget the one to a request, because nothing of it could be used."""
    if forget := capabilities_of(backend).forget:
        forget(request)


def failed(stage: str, error: CallError) -> Call:
    """Return the call that came to nothing; where there was an answer all the same, what it says of itself is kept."""
    if isinstance(error.reply, Reply):
        return call_of(stage, error.reply, problem=str(error))
    return Call(stage=stage, problem=str(error), finish="other")


def sums(calls: Sequence[Call]) -> dict[str, Any]:
    """Return the tokens and the cost of calls, as the fields of a run's record.

    The cost is None where that of a call which was answered is not known: a sum without it would pass for the whole.
    Calls without an answer add nothing, for nobody tells what a server asks for them, nor do answers from the cache.
    """
    made = [call for call in calls if not call.from_cache]
    answered = [call.cost for call in made if call.model is not None]
    known = [cost for cost in answered if cost is not None]
    counts = {name: sum(getattr(call, name) for call in made) for name in COUNTS}
    return {**counts, "cost": round(sum(known), 9) if len(known) == len(answered) else None}


def clean(text: str) -> str:
    """Return what a model wrote without what no text holds: NUL characters and halves of surrogate pairs."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
