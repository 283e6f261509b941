"""Ask a language model, the judge, about checked sentences; it can only lower their verdicts."""

import json
import re
from collections.abc import AsyncIterator, Callable, Iterable, Sequence, Set
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, get_args

from pydantic import BaseModel, ConfigDict

from summarise.backends import Opening, open_backend
from summarise.backends.budget import LimitReachedError, call_of, failed_call, forget_reply
from summarise.backends.concurrency import together
from summarise.backends.replies import ThoughtRemovingBackend
from summarise.backends.tokens import estimate_tokens, prompt_tokens, texts_of
from summarise.checks.source_index import Claim, SourceIndex
from summarise.checks.verdict import with_judgement
from summarise.checks.verification import Candidate
from summarise.checks.words import AROUND, find_verbatim, typography_folded
from summarise.data import (
    Article,
    Backend,
    Budget,
    Call,
    CheckedSentence,
    Finding,
    Reply,
    Request,
    RetryScheduled,
    Sampling,
    Span,
    StagePlan,
    capabilities_of,
)
from summarise.errors import AuthenticationError, CallError, ConfigurationError
from summarise.prompting import Load, Prompt, fence, harmless, loader
from summarise.settings.model import DEFAULT_CONTEXT_TOKENS, Settings
from summarise.settings.providers import NO_MODEL

STAGE = "judge"
ANSWER_TOKENS = 200
# Maximum tokens of the article in a request; a backend may have a lower limit.
EXCERPT_TOKENS = 400
# Minimum words of a quotation; shorter ones match almost any text.
LEAST_WORDS = 3
# Separates spans that are not adjacent in the article.
GAP = "\n[…]\n"
FENCED = re.compile(r"^```\w*\n(.*?)\n?```\s*$", re.S)
# The problem of an unusable answer, by its finish reason.
UNUSABLE = {"length": "cut off", "filter": "withheld by the server's filter"}
NO_ROOM = "the sentence and its evidence do not fit the model's context"

JudgeVerdict = Literal["supported", "contradicted", "not stated"]


class Judgement(BaseModel):
    """A judge's parsed answer; `quotation` has the article's words that the verdict relies on."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    quotation: str
    reason: str
    verdict: JudgeVerdict


# The verdict comes last, so that the model quotes before it judges.
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "quotation": {"type": "string"},
        "reason": {"type": "string"},
        "verdict": {"type": "string", "enum": list(get_args(JudgeVerdict))},
    },
    "required": ["quotation", "reason", "verdict"],
    "additionalProperties": False,
}


class Opinion(NamedTuple):
    """A judge's findings about a sentence, and the model calls made for them."""

    findings: tuple[Finding, ...] = ()
    calls: tuple[Call, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ModelJudge:
    """Asks a backend about sentences, one in each request.

    `context_tokens` limits prompt and answer together, `excerpt_tokens` the article's text in the prompt.
    """

    backend: Backend
    prompt: Prompt
    sampling: Sampling
    context_tokens: int
    excerpt_tokens: int

    async def __call__(self, claim: Claim, source_index: SourceIndex, checked: CheckedSentence) -> Opinion:
        """Ask about a sentence.

        The opinion is empty if the budget is spent, or if the sentence has no evidence or is verbatim in the article.
        Unusable answers and failed calls are reported in `Call.problem`; AuthenticationError is raised.
        """
        if source_index.verbatim(claim) is not None or not checked.evidence:
            return Opinion()
        shown = self.shown(claim, source_index, checked)
        if not shown:
            return Opinion(calls=(Call(stage=STAGE, finish="other", problem=NO_ROOM),))
        try:
            request = self.request(claim, source_index.facts.article, shown)
            reply = await self.backend.complete(request)
        except LimitReachedError:
            return Opinion()
        except AuthenticationError:
            raise
        except CallError as error:
            return Opinion(calls=(failed_call(STAGE, error),))
        findings, problem = read_answer(reply, claim, source_index.facts.article, shown)
        if problem is not None:
            forget_reply(self.backend, request)
        return Opinion(findings, (call_of(STAGE, reply, problem=problem),))

    def asking(self, backend: Backend) -> "ModelJudge":
        """Return the same judge with another backend."""
        return replace(self, backend=backend)

    def shown(self, claim: Claim, source_index: SourceIndex, checked: CheckedSentence) -> tuple[Span, ...]:
        """Select sentences of the article for the prompt: the evidence, then its neighbours, as far as they fit.

        Returns spans in article order, neighbours joined, or nothing if the best evidence does not fit.
        """
        own = [source_index.source_of(place).index for place in checked.evidence]
        beside = [index + step for index in own for step in (-1, 1)]
        chosen: set[int] = set()
        for index in dict.fromkeys(own + beside):
            spans = _joined(source_index, chosen | {index}) if 0 <= index < len(source_index.sources) else ()
            if spans and self._fits(claim, source_index.facts.article, spans):
                chosen.add(index)
        return _joined(source_index, chosen) if own[0] in chosen else ()

    def request(self, claim: Claim, article: Article, shown: Sequence[Span]) -> Request:
        """Build the request about a claim, with the article's spans `shown` between fence lines."""
        material = fence(GAP.join(article.prompt_text(span) for span in shown))
        # The sentence is untrusted: it must not open or close the fence.
        text = harmless(" ".join(claim.text.split()))
        system, user = self.prompt.render({"article": material, "claim": text})
        return Request(
            stage=STAGE,
            prompt=self.prompt.use,
            system=system,
            user=user,
            examples=self.prompt.examples,
            # Length of the prefix that all requests share if the complete article fits.
            shared=len(material) if user.startswith(material) else 0,
            json_schema=SCHEMA,
            sampling=self.sampling,
            passages=tuple(article.evidence(span) for span in shown),
        )

    def _fits(self, claim: Claim, article: Article, spans: Sequence[Span]) -> bool:
        request = self.request(claim, article, spans)
        return (
            estimate_tokens(GAP.join(article.prompt_text(span) for span in spans)) <= self.excerpt_tokens
            and estimate_tokens("".join(texts_of(request))) + self.sampling.max_tokens <= self.context_tokens
        )


def _joined(source_index: SourceIndex, indexes: Set[int]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for index in sorted(indexes):
        sentence = source_index.sources[index].sentence
        start = spans.pop().start if index - 1 in indexes else sentence.start
        spans.append(Span(start=start, end=sentence.end))
    return tuple(spans)


def read_answer(
    reply: Reply, claim: Claim, article: Article, shown: Iterable[Span]
) -> tuple[tuple[Finding, ...], str | None]:
    """Parse a judge's answer, also in a code fence. Returns the findings, and the problem if it is unusable.

    The verdict "not stated" gives only a note.
    """
    if reply.finish in UNUSABLE:
        return (), UNUSABLE[reply.finish]
    text = reply.text.strip()
    if not text:
        return (), "empty"
    fenced = FENCED.match(text)
    try:
        judgement = Judgement.model_validate(json.loads(fenced[1] if fenced else text))
    except (ValueError, RecursionError):
        return (), "not in the form that was asked for"
    wanted = typography_folded(judgement.quotation).strip(AROUND)
    if len(wanted.split()) < LEAST_WORDS:
        return (), f"it quotes fewer than {LEAST_WORDS} words"
    place = next((found for span in shown if (found := find_verbatim(article.story, wanted, within=span))), None)
    if place is None:
        return (), "its quotation is not in the article"
    if judgement.verdict == "supported":
        return (), None
    if wanted.strip(".") == typography_folded(claim.text).strip(AROUND).strip("."):
        return (), "it quotes the sentence itself, not evidence against it"
    severity: Literal["error", "note"] = "error" if judgement.verdict == "contradicted" else "note"
    return (Finding(code="judged", severity=severity, claim=claim.whole, article=article.evidence(place)),), None


# Assumed maximum tokens of a sentence.
CLAIM = 150
# Safety factor on estimated tokens of an excerpt.
MARGIN = 1.15


@asynccontextmanager
async def open_judge(
    judge: str | Backend,
    settings: Settings,
    *,
    load: Load | None = None,
    around: Callable[[Backend], Backend] = lambda backend: backend,
    on_retry: Callable[[RetryScheduled], None] = lambda _: None,
    opening: Opening = open_backend,
) -> AsyncIterator[ModelJudge]:
    """Open a judge: a backend by its name, or one that is already open.

    `around` wraps the backend, and `on_retry` is called before a request is repeated. Raises ConfigurationError if the
    backend or the prompt does not exist, or the backend is not a language model.
    """
    prompt = (load or loader(settings.prompt_dir))(STAGE, settings.prompts.get(STAGE))
    named = opening(judge, settings, on_retry=on_retry) if isinstance(judge, str) else nullcontext(judge)
    async with named as opened:
        if not isinstance(judge, str):
            opened = ThoughtRemovingBackend(opened, keep_reasoning=settings.keep_reasoning)
        ready = around(opened)
        if ready.id == NO_MODEL:
            raise ConfigurationError(f"{NO_MODEL} cannot judge: name a language model, such as local or openai:NAME")
        yield judge_with(ready, prompt, settings)


def judge_with(backend: Backend, prompt: Prompt, settings: Settings) -> ModelJudge:
    """Return a judge that asks `backend`, with sampling and limits from the settings."""
    reads = capabilities_of(backend).chunk_tokens or EXCERPT_TOKENS
    return ModelJudge(
        backend=backend,
        prompt=prompt,
        sampling=Sampling(temperature=settings.temperature, seed=settings.seed, max_tokens=ANSWER_TOKENS),
        context_tokens=context_of(backend, settings),
        excerpt_tokens=min(reads, EXCERPT_TOKENS),
    )


def stage_of(judge_by: ModelJudge, sentences: int) -> StagePlan:
    """Return the plan for judging at most `sentences` sentences; half of them are expected."""
    return StagePlan(
        stage=STAGE, expected=budget_of(judge_by, sentences - sentences // 2), most=budget_of(judge_by, sentences)
    )


def budget_of(judge_by: ModelJudge, sentences: int) -> Budget:
    """Return the maximum budget for judging `sentences` sentences."""
    prompt = judge_by.prompt
    bare = Request(stage=STAGE, system=prompt.system, user=prompt.user, examples=prompt.examples, json_schema=SCHEMA)
    read = prompt_tokens(bare) + round(MARGIN * judge_by.excerpt_tokens) + CLAIM
    written = judge_by.sampling.max_tokens
    return Budget(calls=sentences, prompt_tokens=sentences * read, completion_tokens=sentences * written)


async def ask_judge(
    candidates: Sequence[Candidate],
    source_index: SourceIndex,
    judge_by: ModelJudge,
    *,
    concurrency: int,
    wanted: Callable[[Candidate], bool] = lambda _: True,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> tuple[list[Candidate], tuple[Call, ...]]:
    """Judge the candidates that `wanted` accepts. Returns all candidates, with the findings added, and the calls.

    `progress` is called with the number of judged sentences and their total.
    """
    places = [place for place, candidate in enumerate(candidates) if wanted(candidate)]
    asking = (
        judge_by(source_index.claim(candidate.sentence.text, candidate.facts), source_index, candidate.sentence)
        for candidate in map(candidates.__getitem__, places)
    )
    results, calls = list(candidates), []
    if places:
        progress(0, len(places))
    try:
        opinions = await together(asking, at_once=concurrency, on_done=lambda done: progress(done, len(places)))
    except (CallError, ConfigurationError) as error:
        # Trying another summary model would not help.
        error.of_judge = True
        raise
    for place, opinion in zip(places, opinions, strict=True):
        results[place] = replace(results[place], sentence=with_judgement(results[place].sentence, opinion.findings))
        calls += [call.model_copy(update={"sentence": place}) for call in opinion.calls]
    return results, tuple(calls)


def context_of(backend: Backend, settings: Settings) -> int:
    """Return the context size in tokens: the smaller of the backend's and that in the settings."""
    known = capabilities_of(backend).context_tokens
    return min((size for size in (known, settings.context_tokens) if size is not None), default=DEFAULT_CONTEXT_TOKENS)


def max_concurrency(backend: Backend, settings: Settings) -> int:
    """Return the number of concurrent calls that settings and backend allow."""
    own = capabilities_of(backend).at_once
    return max(1, min(own, settings.concurrency)) if isinstance(own, int) else settings.concurrency
