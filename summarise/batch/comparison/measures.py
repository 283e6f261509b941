"""What is measured of one summary, as numbers. Compares nothing."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from summarise.data import DraftSentence, Summary
from summarise.data.comparison import Measure, MeasureName

T = TypeVar("T")

MEASURES: tuple[Measure, ...] = (
    Measure(name="supported", label="drafted sentences supported", unit="share", better="higher"),
    Measure(name="contradicted", label="drafted sentences contradicted", unit="share", better="lower"),
    Measure(name="repaired", label="drafted sentences repaired", unit="share", better="lower"),
    Measure(name="replaced", label="drafted sentences replaced", unit="share", better="lower"),
    Measure(name="coverage", label="key facts stated", unit="share", better="higher"),
    Measure(name="own_words", label="words in the model's own sentences", unit="share", better="higher"),
    Measure(name="words", label="words", unit="words"),
    Measure(name="compression", label="length relative to the article", unit="share"),
    Measure(name="tokens", label="tokens", unit="tokens", better="lower"),
    Measure(name="cost", label="cost", unit="dollars", better="lower"),
    Measure(name="seconds", label="seconds of the model", unit="seconds", better="lower"),
)
"""In the order in which they are shown."""


def measure_summary(summary: Summary) -> dict[MeasureName, float]:
    """Return the measures of a summary by name; what is not known of it, or does not apply, is left out.

    The first four are shares of what the model drafted, before any repair. Tokens are those read and written, also of
    answers from the cache; a run with such an answer has no cost and no seconds, because they are not those of a run
    without a cache. Seconds are the sum over the calls, whatever else the machine did.
    """
    run = summary.run
    shown = [(one.origin, len(one.text.split())) for one in summary.sentences]
    words = sum(count for _, count in shown)
    whole = run.plan.words if run.plan is not None else 0
    found: dict[MeasureName, float | None] = {
        "supported": _share(run.draft, lambda one: one.verdict == "supported"),
        "contradicted": _share(run.draft, lambda one: one.verdict == "contradicted"),
        "repaired": _share(run.draft, _became("repaired")),
        "replaced": _share(run.draft, _became("replaced")),
        "coverage": summary.coverage,
        "own_words": sum(count for origin, count in shown if origin in ("model", "repaired")) / words
        if words
        else None,
        "words": words,
        "compression": words / whole if whole else None,
        "tokens": sum(call.prompt_tokens + call.completion_tokens for call in run.calls),
    }
    if run.completion_tokens and not any(call.from_cache for call in run.calls):
        found |= {"cost": run.cost, "seconds": sum(call.seconds for call in run.calls)}
    return {name: float(value) for name, value in found.items() if value is not None}


def _share(parts: Sequence[T], fits: Callable[[T], bool]) -> float | None:
    return sum(map(fits, parts)) / len(parts) if parts else None


def _became(outcome: str) -> Callable[[DraftSentence], bool]:
    return lambda one: one.outcome == outcome
