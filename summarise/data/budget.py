"""What a run may ask of its models, and the ceiling that it came to. Does not count anything."""

from typing import Annotated, Literal

from pydantic import Field

from summarise.data.article import Record

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


class Reached(Record):
    """The ceiling that ended the asking: its kind, where it lies (calls, tokens, US dollars), and what was not asked.

    `undone` counts the calls that were not made, by stage.
    """

    ceiling: Ceiling
    limit: int | float
    undone: dict[str, int] = Field(default_factory=dict)
