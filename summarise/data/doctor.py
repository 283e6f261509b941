"""The state of a machine's parts, and the result of probing a model."""

from typing import Literal

from summarise.data.base import Record

State = Literal["works", "not set up", "broken"]


class Part(Record):
    """A part of the program: what is `found`, and what there is `to_do` where it is missing or does not work.

    "not set up" is what a run can do without; "broken" is what was set up, or is always needed, and does not work.
    """

    name: str
    state: State
    found: str
    to_do: str | None = None


Form = Literal["schema", "json", "text"]
Seed = Literal["sent", "refused", "not sent"]
Source = Literal["configuration", "table", "server", "backend"]


class ModelProbe(Record):
    """What one call told of a model.

    `name` is what was asked for, `model` what the server calls it, `server` the address that was reached. `key` is
    None where no key was sent, `wire` where the model is asked by its provider's usual one. `form` is what the answer
    to a JSON Schema was: held to it, other JSON, or words. `refused` are the fields that the server did not take as
    they were first sent, `seed` tells whether it got one. Counts are the server's own, 0 where it gives none;
    `tokens_per_second` includes all waiting. Costs are in US dollars, None where they are not known; `most_cost` was
    said beforehand. `problem` is why nothing of the answer can be used, None where it can.
    """

    name: str
    model: str
    server: str | None
    key: Literal["accepted"] | None
    wire: Literal["responses"] | None = None
    context_tokens: int | None
    context_source: Source | None
    form: Form | None
    refused: tuple[str, ...]
    seed: Seed | None
    reasoning_tokens: int
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    tokens_per_second: float | None
    cost: float | None
    most_cost: float | None
    problem: str | None
