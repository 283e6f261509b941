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
    """One sentence of a summary that a person accepted although the checks do not support it.

    `article` is the SHA-256 of the article's text, `claim` that of the sentence with every run of white space folded
    into a blank, both of UTF-8. `codes` are the codes of the errors that are accepted: it covers the sentence only as
    long as no error of another code is found. `text` is the sentence, for people; it decides nothing.
    """

    article: Sha256
    claim: Sha256
    text: str = ""
    codes: tuple[Code, ...]
    reason: Reason


class Accepted(Record):
    """All that was accepted, as it was written down; of several that cover a sentence the first counts."""

    entries: tuple[AcceptedFinding, ...] = Field(default=())


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


Verdict = Literal["supported", "unverified", "contradicted"]
Strength = Literal["strong", "fair", "weak"]
"""How sure a `supported` verdict is."""
Origin = Literal["model", "repaired", "article", "given"]
Severity = Literal["error", "note"]
FindingCode = Literal[
    "figure", "money", "date", "name", "quotation", "speaker", "negation", "entailment", "language", "judged", "other"
]
"""What a finding is about: a value of that sort, a speaker, a "not", what the entailment model doubts, a language that
the checks cannot read, what a judge says, or something else that one of the user's own checks looks for."""
Sensitivity = Literal["low", "default", "high"]
"""How readily a sentence is doubted: `high` catches more of the wrong ones and doubts more of the right ones."""
Rewording = Literal["copied", "shortened", "reworded", "fused"]
"""How a sentence differs from the article's: hardly at all, by deletions only, in words or order, or by being made
of two."""
Action = Literal["written", "corrected", "asked again", "compressed", "replaced", "named"]


class Finding(Record):
    """The result of a check, as data; `report.wording` makes words of it.

    `claim` are words of the sentence, with their place in its text. `article` are the words of the article that differ
    from them, None if the article has nothing in their place. An `error` counts against the sentence, a `note` not.
    `reason` says why a value is only noted: "elsewhere" if the article has it about something else (`elsewhere` is that
    sentence, `article` the value in this place), "computed" if it follows from values of the article by `computation`
    ("6.2 − 2.5 = 3.7").
    """

    code: FindingCode
    severity: Severity
    claim: Quote
    article: Evidence | None = None
    reason: Literal["elsewhere", "computed"] | None = None
    elsewhere: Evidence | None = None
    computation: str | None = None


class Step(Record):
    """One thing that happened to a sentence before it was shown: what it said then, and what the checks made of it.

    `written` is the model's first wording, `corrected` one with a value of the article put in its place, `asked again`
    the model's next answer, `compressed` and `replaced` the article's sentence shortened by rule or whole, `named` one
    with a name put in for a pronoun or an acronym spelt out. `text` is what came of it.
    """

    action: Action
    text: str
    verdict: Verdict
    findings: tuple[Finding, ...] = ()


class CheckedSentence(Record):
    """One sentence with its verdict; `evidence` are the places that bear on it, best first.

    `support` is the probability that the sentence is right if right and wrong ones are equally frequent, `probability`
    that given its writer, and `strength` how sure a supported sentence is (None for any other).
    `rewording` tells how far its words are the article's, None where nobody asked (`origin` is `given`); `history` is
    what happened before, first things first, empty where the model's first wording is shown. `accepted` is why a person
    accepted it although it is not supported, None where nobody did.
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
        """The findings that count against it."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def opposing(self) -> tuple[Evidence, ...]:
        """The places of the article that say otherwise."""
        return tuple(error.article for error in self.errors if error.article)

    @property
    def unread(self) -> bool:
        """Whether nothing is against it but that the checks cannot read its language, or that of what it rests on."""
        return self.verdict == "unverified" and {finding.code for finding in self.errors} == {"language"}

    @property
    def passed(self) -> bool:
        """Whether it is supported, or was accepted by a person."""
        return self.verdict == "supported" or self.accepted is not None
