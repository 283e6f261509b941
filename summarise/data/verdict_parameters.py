"""The numbers that support and verdict are reckoned with; `checks.verdict` reckons."""

from collections.abc import Mapping
from typing import Self

from pydantic import Field, model_validator

from summarise.data.base import Record


class Thresholds(Record):
    """The support from which on a sentence is `supported`, by sensitivity; `low` doubts the fewest."""

    low: float = Field(ge=0.0, le=1.0)
    default: float = Field(ge=0.0, le=1.0)
    high: float = Field(ge=0.0, le=1.0)

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if not self.low <= self.default <= self.high:
            raise ValueError(f"thresholds must not fall: {self.low}, {self.default}, {self.high}")
        return self


class FittedSupport(Record):
    """A fitted regression: the intercept, the weight of each input, and the thresholds on what comes out."""

    intercept: float
    weights: Mapping[str, float]
    thresholds: Thresholds


class VerdictParameters(Record):
    """The numbers of the verdict: with the entailment model, without it, and below which score it lets accuse.

    `version` names them in the run record.
    """

    version: str = Field(min_length=1)
    read: FittedSupport
    unread: FittedSupport
    accused_below: float = Field(ge=0.0, le=1.0)
