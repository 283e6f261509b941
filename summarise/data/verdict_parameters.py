"""The numbers that support and verdict are computed with (`checks.verdict`)."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from summarise.data.base import Record

Writer = Literal["weak", "middle", "strong"]
"""How well a writer keeps to an article: `weak` is a model of less than 2 billion parameters, `middle` a larger local
one, `strong` a hosted model or a person."""


class Regression(Record):
    """A fitted logistic regression: the intercept, and the weight of each input by name."""

    intercept: float
    weights: Mapping[str, float]


class Thresholds(Record):
    """The least probability of a `supported` sentence, by sensitivity; `low` doubts the fewest sentences."""

    low: float = Field(ge=0.0, le=1.0)
    default: float = Field(ge=0.0, le=1.0)
    high: float = Field(ge=0.0, le=1.0)

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if not self.low <= self.default <= self.high:
            raise ValueError(f"thresholds must not fall: {self.low}, {self.default}, {self.high}")
        return self


class Strengths(Record):
    """The least probability of a supported sentence that is called strong, or fair; any other is weak."""

    strong: float = Field(ge=0.0, le=1.0)
    fair: float = Field(ge=0.0, le=1.0)


class WriterShares(Record):
    """The share of right sentences among those that a writer did not copy, by kind of writer."""

    weak: float = Field(gt=0.0, lt=1.0)
    middle: float = Field(gt=0.0, lt=1.0)
    strong: float = Field(gt=0.0, lt=1.0)


class VerdictParameters(Record):
    """The numbers of the verdict; `version` names them in the run record.

    `read` makes support with the entailment model, `unread` without it. A sentence is accused only if the model's
    probability of entailment is below `accused_below`.
    """

    version: str = Field(min_length=1)
    read: Regression
    unread: Regression
    thresholds: Thresholds
    strengths: Strengths
    writers: WriterShares
    accused_below: float = Field(ge=0.0, le=1.0)
