"""Plans of runs: stages, calls, tokens and cost; ceilings and what was spent."""

from typing import Annotated, Literal

from pydantic import Field

from summarise.data.base import Record

Ceiling = Literal["calls", "tokens", "cost"]
Dollars = Annotated[float, Field(ge=0, allow_inf_nan=False)]
"""US dollars that something costs: a number, without which no ceiling on cost would hold."""


class Budget(Record):
    """The most that a run may ask of its model: known, and recorded, before the first call.

    `prompt_tokens` and `completion_tokens` are estimates from above of what those calls can read and write.
    """

    calls: int = Field(ge=0)
    prompt_tokens: int = Field(ge=0)
    completion_tokens: int = Field(ge=0)

    def added(self, *others: "Budget") -> "Budget":
        """Return what this budget and others come to."""
        budgets = (self, *others)
        return Budget(
            calls=sum(budget.calls for budget in budgets),
            prompt_tokens=sum(budget.prompt_tokens for budget in budgets),
            completion_tokens=sum(budget.completion_tokens for budget in budgets),
        )

    def share(self, calls: int) -> "Budget":
        """Return what so many of these calls take, each as much as the others; all of it for no fewer than these."""
        if calls >= self.calls:
            return self
        return Budget(
            calls=calls,
            prompt_tokens=-(-self.prompt_tokens * calls // self.calls),
            completion_tokens=-(-self.completion_tokens * calls // self.calls),
        )

    def capped(self, calls: int | None) -> "Budget":
        """Return the budget with no more than so many calls; its tokens stay a bound of what they can take."""
        return self if calls is None or calls >= self.calls else self.model_copy(update={"calls": calls})


NOTHING = Budget(calls=0, prompt_tokens=0, completion_tokens=0)


class LimitHit(Record):
    """The ceiling that ended the asking: its kind, where it lies (calls, tokens, US dollars), and what was not asked.

    `skipped_calls` counts the calls that were about to be made, by stage: at least so many are missing, for who
    may not ask once does not ask on.
    """

    ceiling: Ceiling
    limit: int | float
    skipped_calls: dict[str, int] = Field(default_factory=dict)


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
