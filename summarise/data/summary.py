"""What comes out: sentences with verdicts, findings and evidence, and the record of the run."""

from typing import Literal

from pydantic import Field

from summarise.data.article import Evidence, Record
from summarise.data.facts import Fact, Parser

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
    "judged",
]
Outcome = Literal["kept", "replaced", "dropped", "not chosen"]


class Finding(Record):
    """What a check has to say of one sentence: what it said, what the article says, and where.

    An `error` with `evidence` is an accusation: the article says otherwise there. An `error` without
    evidence says that the article does not contain what was said. What a model that was asked to judge says is
    `judged`: the evidence is the article's, the accusation only the model's.
    """

    kind: FindingKind
    severity: Severity
    said: str
    article_says: str | None = None
    evidence: tuple[Evidence, ...] = ()


class CheckedSentence(Record):
    """One sentence with its verdict; `support` is a probability, `evidence` the places that bear on it, best first."""

    text: str
    verdict: Verdict
    support: float = Field(ge=0.0, le=1.0)
    origin: Origin
    findings: tuple[Finding, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class PromptUse(Record):
    """Which prompt was used: `id` as STAGE/vN, `sha256` of its file."""

    id: str
    sha256: str


class Call(Record):
    """One exchange with the model. `said` is its raw answer; times are seconds.

    `chunk` is what a draft was asked of, `sentence` what a judge was asked of: its place in `RunRecord.draft`, or in
    `Report.sentences` where nothing was drafted. `problem` says why nothing of the answer was used.
    """

    stage: str
    chunk: int | None = None
    sentence: int | None = None
    attempt: int = 1
    model: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    finish: str = "stop"
    seconds: float = 0.0
    said: str = ""
    problem: str | None = None


class ChunkUse(Record):
    """A chunk as it was used: its place in the article and its estimated size in tokens."""

    start: int
    end: int
    tokens: int
    problem: str | None = None


class DraftSentence(Record):
    """What the model said before any repair, what the checks made of it, and what became of it."""

    text: str
    chunk: int
    verdict: Verdict
    support: float
    findings: tuple[Finding, ...] = ()
    outcome: Outcome = "kept"


class Sampling(Record):
    """How the model was sampled."""

    temperature: float = 0.0
    seed: int = 1
    max_tokens: int = 512


class RunRecord(Record):
    """How a summary came about: everything that is needed to understand it later, and no secret.

    `backend` and `model` wrote, `judge` is the backend that was asked to judge. `cost` is None where the price is not
    known. `seconds` is the wall time of the whole run.
    """

    version: str
    backend: str | None = None
    model: str | None = None
    judge: str | None = None
    parser: Parser
    prompts: tuple[PromptUse, ...] = ()
    sampling: Sampling | None = None
    chunks: tuple[ChunkUse, ...] = ()
    calls: tuple[Call, ...] = ()
    draft: tuple[DraftSentence, ...] = ()
    facts: int = 0
    facts_checked: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = None
    seconds: float = 0.0


class Report(Record):
    """Sentences that were checked against an article, and the key facts that they leave out."""

    sentences: tuple[CheckedSentence, ...]
    omitted: tuple[Fact, ...] = ()
    run: RunRecord

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of any sentence; a report without sentences is `unverified`."""
        verdicts = {sentence.verdict for sentence in self.sentences} or {"unverified"}
        for verdict in ("contradicted", "unverified"):
            if verdict in verdicts:
                return verdict
        return "supported"

    @property
    def support(self) -> float:
        """The probability that every sentence is supported, taken as that of the weakest one; 0 without sentences.

        An upper bound. Taking the sentences as independent would make any long summary improbable, and orders labelled
        summaries worse (docs/checker.md).
        """
        return min((sentence.support for sentence in self.sentences), default=0.0)


class Summary(Report):
    """A summary of an article; `str(summary)` is its text."""

    @property
    def text(self) -> str:
        """The sentences as running prose."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def complete(self) -> bool:
        """Whether every chunk of the article was read by the model and answered in full."""
        return not any(chunk.problem for chunk in self.run.chunks)

    def __str__(self) -> str:
        return self.text
