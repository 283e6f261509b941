"""Diagnosis of the installation, and the result of probing a model."""

from typing import Literal

from summarise.data.base import Record

State = Literal["works", "not set up", "broken"]


class Part(Record):
    """A component: what was `found`, and what `to_do` if it is missing or fails.

    "not set up": optional and missing. "broken": configured or required, but not working.
    """

    name: str
    state: State
    found: str
    to_do: str | None = None


Form = Literal["schema", "json", "text"]
Seed = Literal["sent", "refused", "not sent"]
Source = Literal["configuration", "table", "server", "backend"]


class ModelProbe(Record):
    """The result of one test call to a model.

    `name`: the requested model. `model`: its name on the server. `server`: address. `key`: None if none was sent.
    `wire`: None for the usual API of the provider. `form`: of the answer. `refused`: fields that the server rejected.
    `seed`: whether one was sent. Token counts: 0 if not reported. `tokens_per_second`: including waiting. `cost`,
    `most_cost` (the maximum): US dollars, if known. `problem`: why the answer is unusable, or None.
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
