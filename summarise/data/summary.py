"""What comes out: sentences with verdicts, findings and evidence, and the record of the run."""

import re
from typing import Literal

from pydantic import Field

from summarise.data.article import Evidence, Record
from summarise.data.budget import Budget, Reached
from summarise.data.facts import Parser
from summarise.data.guards import GuardEvent
from summarise.data.keyfacts import KeyFact
from summarise.data.plans import ChunkUse, RunPlan, Strategy, Style

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
Outcome = Literal["kept", "repaired", "replaced", "dropped", "not chosen", "merged"]
Rewording = Literal["copied", "shortened", "reworded", "fused"]
"""How a sentence differs from the article's: hardly at all, by deletions only, in words or order, or by being made
of two."""
Action = Literal["written", "corrected", "asked again", "compressed", "replaced", "named"]


ABBREVIATED = re.compile(r"\b(?:[A-Za-z]\.){2,}$")
"""The end of a text whose last full stop belongs to its last word ("5 p.m.")."""


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
    what happened before, first things first, empty where the model's first wording is shown.
    """

    text: str
    verdict: Verdict
    support: float = Field(ge=0.0, le=1.0)
    origin: Origin
    rewording: Rewording | None = None
    history: tuple[Step, ...] = ()
    findings: tuple[Finding, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class PromptUse(Record):
    """Which prompt was used: `id` as STAGE/vN, `sha256` of its file."""

    id: str
    sha256: str


class Call(Record):
    """One exchange with the model. `said` is its raw answer; times are seconds.

    `chunk` is what a draft was asked of, `rewritten` the article's sentences that were to be rewritten, by index,
    `merged` the places in `RunRecord.draft` of the sentences that were to be merged.
    `sentence` is what a judge, or a repair, was asked of: its place in `RunRecord.draft`, or in `Report.sentences`
    where nothing was drafted. `prompt_tokens` are all of the prompt's, `cached_tokens` those of them that the server
    had read before; `cost` is US dollars, None where the price or a count is not known. `from_cache` tells that the
    answer was given to an earlier call and kept: its tokens are those of then, and nothing was spent now. `events` are
    what was wrong with the form of the answer, `problem` says why nothing of it was used.
    """

    stage: str
    chunk: int | None = None
    rewritten: tuple[int, ...] = ()
    merged: tuple[int, ...] = ()
    sentence: int | None = None
    attempt: int = 1
    model: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    cost: float | None = None
    finish: str = "stop"
    seconds: float = 0.0
    from_cache: bool = False
    said: str = ""
    events: tuple[GuardEvent, ...] = ()
    problem: str | None = None


class DraftSentence(Record):
    """What the model said before any repair, what the checks made of it, and what became of it.

    `chunk` is None where it was asked to rewrite or to merge sentences and read no chunk; `cited` are the article's
    sentences that the model said it rests on, or was to rewrite, by index. What came of merging has its `round`, from
    1, and the places in `RunRecord.draft` of the sentences that the model said it `merged`; it rests on what they do.
    """

    text: str
    chunk: int | None
    round: int = Field(default=0, ge=0)
    merged: tuple[int, ...] = ()
    cited: tuple[int, ...] = ()
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

    `backend` and `model` wrote, by `strategy` and in a `style`; `judge` is the backend that was asked to judge.
    `plan` is what was planned before the first call, `budget` the most that the run could have asked, `reached` the
    ceiling that it came to, if it did. Tokens and `cost`, in US dollars, are the sums of the calls', those left out
    that were answered from the cache; `cost` is None where that of a call with an answer is not known, and calls
    without one add nothing. `seconds` is the wall time of
    the run.
    """

    version: str
    backend: str | None = None
    model: str | None = None
    strategy: Strategy | None = None
    strategy_why: str | None = None
    style: Style | None = None
    judge: str | None = None
    parser: Parser
    prompts: tuple[PromptUse, ...] = ()
    sampling: Sampling | None = None
    plan: RunPlan | None = None
    budget: Budget | None = None
    reached: Reached | None = None
    chunks: tuple[ChunkUse, ...] = ()
    calls: tuple[Call, ...] = ()
    draft: tuple[DraftSentence, ...] = ()
    facts: int = 0
    facts_checked: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = None
    seconds: float = 0.0


class Report(Record):
    """Sentences that were checked against an article, and which of its `key_facts`, how many there are, they leave out.

    Most important first.
    """

    sentences: tuple[CheckedSentence, ...]
    omitted: tuple[KeyFact, ...] = ()
    key_facts: int = Field(default=0, ge=0)
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
    def coverage(self) -> float | None:
        """The share of the article's key facts that the sentences state, each counted as one; None if it has none.

        Says nothing of faithfulness, and is no part of `verdict` or `support`.
        """
        return 1 - len(self.omitted) / self.key_facts if self.key_facts else None

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
        """The summary as its style wants it: running prose, points on lines of their own, or a headline."""
        if self.run.style == "bullets":
            return "\n".join(f"- {sentence.text}" for sentence in self.sentences)
        if self.run.style == "headline" and not ABBREVIATED.search(self.prose):
            return self.prose.removesuffix(".")
        return self.prose

    @property
    def prose(self) -> str:
        """The sentences one after another, whatever the style."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def complete(self) -> bool:
        """Whether every chunk of the article was read by the model and answered in full."""
        return not any(chunk.problem for chunk in self.run.chunks)

    def __str__(self) -> str:
        return self.text
