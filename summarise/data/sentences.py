"""Checked sentences with verdicts and findings, and the parameters of the verdict."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from summarise.data.article import Evidence, Quote
from summarise.data.base import Record

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Code = Annotated[str, StringConstraints(min_length=1)]


class AcceptedFinding(Record):
    """A sentence of a summary that a person accepted despite its findings.

    `article`, `claim`: SHA-256 of the article, and of the sentence with white space collapsed, in UTF-8. `codes`:
    accepted errors; any other error voids the acceptance. `text`: the sentence, for information only.
    """

    article: Sha256
    claim: Sha256
    text: str = ""
    codes: tuple[Code, ...]
    reason: Reason


class Accepted(Record):
    """Accepted findings; the first one that covers a sentence applies."""

    entries: tuple[AcceptedFinding, ...] = Field(default=())


Writer = Literal["weak", "middle", "strong"]
"""The kind of writer: `weak` is a model below 2 billion parameters, `middle` a larger local one, `strong` a hosted
model or a person.
"""


class Regression(Record):
    """A fitted logistic regression."""

    intercept: float
    weights: Mapping[str, float]


class Thresholds(Record):
    """The minimum probability of a `supported` sentence by sensitivity."""

    low: float = Field(ge=0.0, le=1.0)
    default: float = Field(ge=0.0, le=1.0)
    high: float = Field(ge=0.0, le=1.0)

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if not self.low <= self.default <= self.high:
            raise ValueError(f"thresholds must not fall: {self.low}, {self.default}, {self.high}")
        return self


class Strengths(Record):
    """The minimum probability of strong and fair support; lower ones are weak."""

    strong: float = Field(ge=0.0, le=1.0)
    fair: float = Field(ge=0.0, le=1.0)


class WriterShares(Record):
    """The share of correct sentences among those not copied from the article, by kind of writer."""

    weak: float = Field(gt=0.0, lt=1.0)
    middle: float = Field(gt=0.0, lt=1.0)
    strong: float = Field(gt=0.0, lt=1.0)


class VerdictParameters(Record):
    """The parameters of the verdict. `version`: their name in the run record.

    `read`, `unread`: compute support with and without the entailment model. `accused_below`: only a sentence with a
    lower entailment probability is `contradicted`.
    """

    version: str = Field(min_length=1)
    read: Regression
    unread: Regression
    thresholds: Thresholds
    strengths: Strengths
    writers: WriterShares
    accused_below: float = Field(ge=0.0, le=1.0)


Verdict = Literal["supported", "unverified", "contradicted"]
Strength = Literal["strong", "fair", "weak"]
"""The confidence of a `supported` verdict."""
Origin = Literal["model", "repaired", "article", "given"]
Severity = Literal["error", "note"]
FindingCode = Literal[
    "figure", "money", "date", "name", "quotation", "speaker", "negation", "entailment", "language", "judged", "other"
]
Sensitivity = Literal["low", "default", "high"]
"""With `high`, more wrong sentences are caught and more correct ones doubted."""
Rewording = Literal["copied", "shortened", "reworded", "fused"]
"""How a sentence differs from the article: hardly, by deletions, in words or order, or by combining two sentences."""
Action = Literal["written", "corrected", "asked again", "replaced"]


class Finding(Record):
    """The result of a check.

    `severity`: only an `error` counts against the sentence. `claim`: part of the sentence. `article`: conflicting text,
    if any. `reason`: of a note; "elsewhere" if the value occurs in another context (`elsewhere`; `article` has the
    value expected here), "computed" if it follows by `computation` ("6.2 − 2.5 = 3.7").
    """

    code: FindingCode
    severity: Severity
    claim: Quote
    article: Evidence | None = None
    reason: Literal["elsewhere", "computed"] | None = None
    elsewhere: Evidence | None = None
    computation: str | None = None


class Step(Record):
    """A former state of a sentence, after `action`.

    `written`: first text of the model. `corrected`: with a value of the article. `asked again`: next answer of the
    model. `replaced`: an article sentence.
    """

    action: Action
    text: str
    verdict: Verdict
    findings: tuple[Finding, ...] = ()


class CheckedSentence(Record):
    """A sentence with its verdict; `evidence`: relevant places, best first.

    `support`: probability that it is correct, for equally frequent correct and wrong sentences. `probability`: the
    same, given its writer. `strength`: of a supported verdict. `rewording`: difference from the article, None for a
    given text. `history`: former states, oldest first; empty if the first text of the model is shown. `accepted`: why a
    person accepted it.
    """

    text: str
    verdict: Verdict
    support: float = Field(ge=0.0, le=1.0)
    probability: float = Field(ge=0.0, le=1.0)
    strength: Strength | None = None
    origin: Origin
    rewording: Rewording | None = None
    history: tuple[Step, ...] = ()
    findings: tuple[Finding, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    accepted: str | None = None

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings of severity `error`."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def opposing(self) -> tuple[Evidence, ...]:
        """The conflicting places of the article."""
        return tuple(error.article for error in self.errors if error.article)

    @property
    def unread(self) -> bool:
        """Whether the only objection is a language that the checks cannot read."""
        return self.verdict == "unverified" and {finding.code for finding in self.errors} == {"language"}

    @property
    def passed(self) -> bool:
        """Whether the sentence is supported or accepted."""
        return self.verdict == "supported" or self.accepted is not None
