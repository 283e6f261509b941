"""The record of a run: prompts, sampling, calls, drafted sentences and limits."""

from typing import Literal

from pydantic import Field

from summarise.data.article import ForeignText, Span
from summarise.data.base import Record
from summarise.data.facts import Parser
from summarise.data.plans import Budget, ChunkUse, LimitHit, Prompting, RunPlan, Style, Tried
from summarise.data.sentences import Finding, Strength, Verdict, Writer

GuardKind = Literal[
    "repetition",
    "echo",
    "special tokens",
    "refusal",
    "language",
    "too long",
    "cut off",
    "malformed",
    "lead copy",
    "empty",
    "leak",
    "filter",
]


class GuardEvent(Record):
    """A defect in an answer of a model.

    `said`: the affected part, at most 200 characters. `recovered`: part of the answer was still used.
    """

    kind: GuardKind
    said: str = ""
    recovered: bool = False


Notice = Literal[
    "article shorter than wanted", "fewer sentences than wanted", "headline too long", "headline in the past tense"
]
"""Remarks on a summary other than its verdicts."""
Outcome = Literal["kept", "repaired", "replaced", "dropped", "not chosen", "merged"]


class PromptUse(Record):
    """A prompt that was used: `id` as STAGE/vN, SHA-256 of its file."""

    id: str
    sha256: str


class Call(Record):
    """One exchange with a model; times are in seconds.

    `said`: the raw answer. `chunk`: of a draft. `rewritten`: indexes of article sentences. `merged`: indexes in
    `RunRecord.draft`. `sentence`: of a judge or repair call, an index in `RunRecord.draft`, or in `Report.sentences`
    without a draft. `cached_tokens`: prompt tokens cached by the server. `reasoning_tokens`: part of
    `completion_tokens`. `reasoning`: kept on request only. `cost`: US dollars, if known. `from_cache`: from the local
    cache, with the original counts; nothing was spent. `wasted`: previous answers that ran out of tokens while
    reasoning, included in counts, cost and seconds. `events`: defects of the answer. `problem`: why it was not used.
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
    reasoning_tokens: int = 0
    reasoning: str = ""
    cost: float | None = None
    finish: str = "stop"
    seconds: float = 0.0
    from_cache: bool = False
    wasted: int = 0
    said: str = ""
    events: tuple[GuardEvent, ...] = ()
    problem: str | None = None


class DraftSentence(Record):
    """A sentence as the model wrote it, before repair.

    `chunk`: None for rewritten and merged sentences. `cited`: indexes of article sentences cited or rewritten. `round`:
    of merging, from 1. `merged`: indexes of its sources in `RunRecord.draft`.
    """

    text: str
    chunk: int | None
    round: int = Field(default=0, ge=0)
    merged: tuple[int, ...] = ()
    cited: tuple[int, ...] = ()
    verdict: Verdict
    support: float
    probability: float
    strength: Strength | None = None
    findings: tuple[Finding, ...] = ()
    outcome: Outcome = "kept"


class Sampling(Record):
    """Sampling parameters of a model."""

    temperature: float = 0.0
    seed: int = 1
    max_tokens: int = 512


class RunRecord(Record):
    """How a summary was made, without secrets.

    `backend`, `model`: of the writer. `judge`: its backend. `checker`: names verdict parameters and entailment model.
    `writer`: kind of writer assumed by the verdicts. `writer_share`: its share of correct sentences. `threshold`:
    minimum probability of a supported sentence. `own_checks`: names of user-defined checks. `tried`: models that failed
    before, not in the sums. `plan`: made before the first call. `budget`: the maximum. `limit_hit`: the limit reached.
    `notices`: remarks for the reader. `language`: ISO 639-1. `foreign`: text that the checks cannot read. `addressed`:
    text that instructs a machine. Tokens, `cost` (US dollars): sums over calls, without cached and failed ones; `cost`
    is None if one is unknown. `seconds`: wall time, with `tried`.
    """

    version: str
    backend: str | None = None
    model: str | None = None
    tried: tuple[Tried, ...] = ()
    prompting: Prompting | None = None
    prompting_reason: str | None = None
    style: Style | None = None
    judge: str | None = None
    parser: Parser
    checker: str = ""
    writer: Writer = "strong"
    writer_share: float = Field(default=0.95, gt=0.0, lt=1.0)
    threshold: float = Field(default=0.0, ge=0.0, le=1.0)
    own_checks: tuple[str, ...] = ()
    prompts: tuple[PromptUse, ...] = ()
    sampling: Sampling | None = None
    plan: RunPlan | None = None
    budget: Budget | None = None
    limit_hit: LimitHit | None = None
    notices: tuple[Notice, ...] = ()
    language: str = "en"
    foreign: tuple[ForeignText, ...] = ()
    addressed: tuple[Span, ...] = ()
    chunks: tuple[ChunkUse, ...] = ()
    calls: tuple[Call, ...] = ()
    draft: tuple[DraftSentence, ...] = ()
    facts: int = 0
    facts_checked: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    reasoning_tokens: int = 0
    cost: float | None = None
    seconds: float = 0.0
