"""The record of a run: prompts, sampling, calls, drafted sentences, and the ceiling that it reached."""

from typing import Literal

from pydantic import Field

from summarise.data.article import ForeignText, Span
from summarise.data.base import Record
from summarise.data.facts import Parser
from summarise.data.plans import Budget, ChunkUse, LimitHit, RunPlan, Strategy, Style, Tried
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
    """One thing that was wrong with an answer.

    `said` is the piece of the answer concerned, at most 200 characters of it, empty where it is no piece of it.
    `recovered` tells whether something of the answer could be used in spite of it.
    """

    kind: GuardKind
    said: str = ""
    recovered: bool = False


Notice = Literal[
    "article shorter than wanted", "fewer sentences than wanted", "headline too long", "headline in the past tense"
]
"""What whoever reads a summary should know of it besides its verdicts."""
Outcome = Literal["kept", "repaired", "replaced", "dropped", "not chosen", "merged"]


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
    had read before, `reasoning_tokens` those of the completion's that the model spent on thinking (`reasoning`, kept
    only where that was asked for); `cost` is US dollars, None where the price or a count is not known. `from_cache`
    tells that the answer was given to an earlier call and kept: its tokens are those of then, and nothing was spent
    now. `wasted` is how many answers came to nothing before this one, because thoughts took their room; its counts,
    cost and seconds include theirs. `events` are what was wrong with the form of the answer, `problem` says why nothing
    of it was used.
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
    probability: float
    strength: Strength | None = None
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
    `checker` names what judged: the verdict's parameters and the entailment model, "none" without one. `writer` is the
    kind of writer that the verdicts assume, `writer_share` its share of right sentences, and `threshold` the least
    probability of a supported sentence.
    `own_checks` are the names of the user's own checks. `tried` are the models that were tried before, in
    order, where several were named; what they took is told there, and is part of no sum. `plan` is what was planned
    before the first call, `budget` the most that the run could have asked, `limit_hit` the ceiling that it came to, if
    it did. `notices` tell what its reader should know: that the article is shown as it is, or what a headline is not.
    `language` is the article's, an ISO 639-1 code, `foreign` what of it is in languages that the checks cannot read,
    `addressed` what of it speaks to a machine that reads it and was set apart. Tokens and `cost`, in US dollars, are
    the sums of the calls', those left out that were answered from the cache; `cost` is None where that of a call with
    an answer is not known, and calls without one add nothing. `seconds` is the wall time of the run, those of `tried`
    included.
    """

    version: str
    backend: str | None = None
    model: str | None = None
    tried: tuple[Tried, ...] = ()
    strategy: Strategy | None = None
    strategy_reason: str | None = None
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
