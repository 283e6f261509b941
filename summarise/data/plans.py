"""Plans of runs: stages, calls, tokens, costs, limits."""

from typing import Annotated, Literal

from pydantic import Field

from summarise.data.article import Record

Ceiling = Literal["calls", "tokens", "cost"]
# Negative or NaN values would disable a limit on cost.
Dollars = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Budget(Record):
    """A number of calls, and upper estimates of their tokens."""

    calls: int = Field(ge=0)
    prompt_tokens: int = Field(ge=0)
    completion_tokens: int = Field(ge=0)

    def added(self, *others: "Budget") -> "Budget":
        """Return the sum of this budget and `others`."""
        budgets = (self, *others)
        return Budget(
            calls=sum(budget.calls for budget in budgets),
            prompt_tokens=sum(budget.prompt_tokens for budget in budgets),
            completion_tokens=sum(budget.completion_tokens for budget in budgets),
        )

    def share(self, calls: int) -> "Budget":
        """Return a budget of at most `calls` calls, with tokens reduced in proportion."""
        if calls >= self.calls:
            return self
        return Budget(
            calls=calls,
            prompt_tokens=-(-self.prompt_tokens * calls // self.calls),
            completion_tokens=-(-self.completion_tokens * calls // self.calls),
        )

    def capped(self, calls: int | None) -> "Budget":
        """Return a budget of at most `calls` calls (None: no limit). Unlike `share`, it does not reduce the tokens."""
        return self if calls is None or calls >= self.calls else self.model_copy(update={"calls": calls})


NOTHING = Budget(calls=0, prompt_tokens=0, completion_tokens=0)


class LimitHit(Record):
    """The limit that stopped a run: its kind (`ceiling`) and its value in calls, tokens or US dollars.

    `skipped_calls`: number of calls that the limit stopped, by stage. Calls of later stages are not counted.
    """

    ceiling: Ceiling
    limit: int | float
    skipped_calls: dict[str, int] = Field(default_factory=dict)


Prompting = Literal["draft", "rewrite", "extract"]
"""How a summary is written: drafted by the model, rewritten sentence by sentence, or without a model ("extract")."""
Style = Literal["prose", "bullets", "headline", "brief", "minutes"]
ItemKind = Literal["decision", "action", "question"]
"""The sections of minutes."""
LENGTH_WORDS = ("short", "medium", "long")
# "short", "4" (sentences) or "80w" (words)
LENGTH_PATTERN = rf"\s*(?:{'|'.join(LENGTH_WORDS)}|0*[1-9]\d{{0,5}}\s*(?:w(?:ords?)?)?)\s*"
Reasoning = Literal["auto", "off", "low", "medium", "high"]
OnUnsupported = Literal["repair", "replace", "drop", "keep"]
"""What to do with unsupported sentences."""


class ChunkUse(Record):
    """A chunk of the article. `broken`: it starts or ends inside a sentence. `problem`: why its summary is missing."""

    start: int
    end: int
    tokens: int
    broken: bool = False
    problem: str | None = None


class StagePlan(Record):
    """The `expected` and maximum (`most`) budget of one stage of a run."""

    stage: str
    expected: Budget
    most: Budget


class Tried(Record):
    """A model that failed to give a summary, after which the next model was tried.

    `error`: class name of the error. `message`: its message on one line. `cost`: US dollars, if known.
    """

    model: str
    error: str
    message: str
    calls: int = 0
    tokens: int = 0
    cost: float | None = None


class RunPlan(Record):
    """The plan of a run, made before the first call. Costs are in US dollars, None if a price is unknown.

    `tried`: earlier models in the user's list that cannot be opened; not in run records. `missing`: a message for each
    model without a key. `words`: length of the article. `sentences`: length of the summary. `chunks`: the parts of the
    article that the model reads, empty unless it drafts. `exact`: whether the backend counted the tokens
    of the chunks. `expected`, `most`: sums over the stages. `concurrency`: number of concurrent calls.
    `reasoning_room`: tokens per call for reasoning, part of the completion tokens. `max_calls`, `max_tokens_total`,
    `max_cost`: the user's limits. The budgets keep within `max_calls`, and `most_cost` within `max_cost`.
    """

    backend: str
    tried: tuple[Tried, ...] = ()
    missing: tuple[str, ...] = ()
    prompting: Prompting
    prompting_reason: str
    style: Style
    focus: str | None = None
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
        """Whether expected tokens and cost are within the limits."""
        tokens = self.expected.prompt_tokens + self.expected.completion_tokens
        within_tokens = self.max_tokens_total is None or tokens <= self.max_tokens_total
        return within_tokens and (self.max_cost is None or (self.expected_cost or 0.0) <= self.max_cost)
