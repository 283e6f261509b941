"""A sentence that was checked: its verdict, what the checks found, whose words it is, and what happened to it."""

from typing import Literal

from pydantic import Field

from summarise.data.article import Evidence, Record

Verdict = Literal["supported", "unverified", "contradicted"]
Origin = Literal["model", "repaired", "article", "given"]
Severity = Literal["error", "note"]
FindingKind = Literal[
    "figure",
    "money",
    "date",
    "name",
    "speaker",
    "quotation",
    "negation",
    "certainty",
    "who-did-what",
    "invented",
    "entailment",
    "judged",
]
Rewording = Literal["copied", "shortened", "reworded", "fused"]
"""How a sentence differs from the article's: hardly at all, by deletions only, in words or order, or by being made
of two."""
Action = Literal["written", "corrected", "asked again", "compressed", "replaced", "named"]


class Finding(Record):
    """What a check has to say of one sentence: what it said, what the article says, and where.

    An `error` with `evidence` is an accusation: the article says otherwise there. An `error` without
    evidence says that the article does not contain what was said. `entailment` is what the entailment model doubts.
    What a model that was asked to judge says is `judged`: the evidence is the article's, the accusation only the
    model's.
    """

    kind: FindingKind
    severity: Severity
    said: str
    article_says: str | None = None
    evidence: tuple[Evidence, ...] = ()


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
    """One sentence with its verdict; `support` is a probability, `evidence` the places that bear on it, best first.

    `rewording` tells how far its words are the article's, None where nobody asked (`origin` is `given`); `history` is
    what happened before, first things first, empty where the model's first wording is shown. `accepted` is why a person
    accepted it although it is not supported, None where nobody did.
    """

    text: str
    verdict: Verdict
    support: float = Field(ge=0.0, le=1.0)
    origin: Origin
    rewording: Rewording | None = None
    history: tuple[Step, ...] = ()
    findings: tuple[Finding, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    accepted: str | None = None

    @property
    def passed(self) -> bool:
        """Whether it is supported, or was accepted by a person."""
        return self.verdict == "supported" or self.accepted is not None
