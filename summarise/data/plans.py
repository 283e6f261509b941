"""What a run is going to ask, before it asks: stages, calls, tokens and cost. Does not reckon anything."""

from typing import Literal

from pydantic import Field

from summarise.data.base import Record
from summarise.data.budget import Budget, Dollars

Strategy = Literal["direct", "select-then-rewrite"]
Style = Literal["prose", "bullets", "headline", "brief"]
LENGTH_WORDS = ("short", "medium", "long")
"""Lengths that go by the style and the article."""
LENGTH_PATTERN = rf"\s*(?:{'|'.join(LENGTH_WORDS)}|0*[1-9]\d{{0,5}}\s*(?:w(?:ords?)?)?)\s*"
"""How a length is written: short, 4 (sentences) or 80w (words)."""
Reasoning = Literal["auto", "off", "low", "medium", "high"]
"""How much a model that can think is to think before it answers."""
OnUnsupported = Literal["repair", "replace", "drop", "keep"]
"""What is to become of a sentence that the article does not support."""


class ChunkUse(Record):
    """A chunk as it was used: its place in the article, its size in tokens, and whether it parts a sentence."""

    start: int
    end: int
    tokens: int
    broken: bool = False
    problem: str | None = None


class StagePlan(Record):
    """What one stage will ask: what is `expected` where all goes well, and the `most` that it can come to."""

    stage: str
    expected: Budget
    most: Budget


class Tried(Record):
    """A model that was tried and gave no summary: its name as it was given, and the error that its run ended with.

    `error` is the name of the error's class, `message` what it says in one line. `calls`, `tokens` and `cost`, in US
    dollars, are what its run took, as ceilings count it; `cost` is None where no price is known.
    """

    model: str
    error: str
    message: str
    calls: int = 0
    tokens: int = 0
    cost: float | None = None


class RunPlan(Record):
    """What a run will do with an article, known before the first call.

    `tried` are the models that were named before this one and cannot be opened; the plan in a run
    record leaves them out. `missing` has a line for each model that lacks a key, which the plan does not need but the
    run does. `chunks` are the stretches of the article that the model reads, none if sentences are picked for it;
    `exact` says that their tokens were counted by the backend, and not estimated. `sentences` is how many the summary
    will have. `expected` and `most` are the sums of the stages. Costs are US dollars, None if a price is not known.
    `concurrency` is how many calls are made at once, `reasoning_room` how many tokens a call may take for thinking,
    which are contained in what is written. `max_calls`, `max_tokens_total` and `max_cost` are the ceilings that are
    set: stages have no more calls than those allow, `most_cost` is no more than they do, and `fits` says whether what
    is expected is within all of them.
    """

    backend: str
    tried: tuple[Tried, ...] = ()
    missing: tuple[str, ...] = ()
    strategy: Strategy
    strategy_reason: str
    style: Style
    judge: str | None = None
    words: int = Field(ge=0)
    sentences: int = Field(ge=1)
    chunks: tuple[ChunkUse, ...] = ()
    exact: bool = False
    stages: tuple[StagePlan, ...] = ()
    concurrency: int = Field(ge=1)
    expected: Budget
    most: Budget
    expected_cost: float | None = None
    most_cost: float | None = None
    reasoning_room: int = 0
    max_calls: int | None = None
    max_tokens_total: int | None = None
    max_cost: Dollars | None = None

    @property
    def fits(self) -> bool:
        """Whether what is expected stays within the ceilings that are set."""
        tokens = self.expected.prompt_tokens + self.expected.completion_tokens
        within_tokens = self.max_tokens_total is None or tokens <= self.max_tokens_total
        return within_tokens and (self.max_cost is None or (self.expected_cost or 0.0) <= self.max_cost)
