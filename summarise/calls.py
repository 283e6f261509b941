"""The record of one exchange with a model.

Does not judge an answer; who read it says what became of it.
"""

from summarise.data import Call, GuardEvent, Reply


def call_of(stage: str, reply: Reply, *, problem: str | None = None, events: tuple[GuardEvent, ...] = ()) -> Call:
    """Return the call that brought a reply; where several answers came, `said` has them all, one a line."""
    answers = [reply.text, *(other.text for other in reply.alternatives)]
    return Call(
        stage=stage,
        model=reply.model,
        prompt_tokens=reply.prompt_tokens,
        completion_tokens=reply.completion_tokens,
        cached_tokens=reply.cached_tokens,
        finish=reply.finish,
        seconds=round(reply.seconds, 3),
        said=clean("\n".join(answers)),
        problem=problem,
        events=events,
    )


def clean(text: str) -> str:
    """Return what a model wrote without what no text holds: NUL characters and halves of surrogate pairs."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
