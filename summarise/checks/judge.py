"""A judge: a language model that is asked whether the article supports a sentence. It can only lower a verdict."""

import json
import re
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from summarise.backends import Opening, open_backend
from summarise.backends.budget import LimitReachedError, call_of, disown, failed
from summarise.backends.concurrency import together
from summarise.backends.replies import ThoughtRemovingBackend
from summarise.backends.tokens import estimate_tokens, prompt_tokens, texts_of
from summarise.checks.provenance import Candidate
from summarise.checks.quotation_index import AROUND, find_verbatim, typography_folded
from summarise.checks.source_index import Claim, SourceIndex
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
from summarise.prompting.prompt import Load, Prompt, fence, harmless, loader
from summarise.settings.model import DEFAULT_CONTEXT_TOKENS, Settings

STAGE = "judge"
ANSWER_TOKENS = 200
EXCERPT_TOKENS = 400
"""How much of the article a judge is shown at most; less where the model reads well only less."""
LEAST_WORDS = 3
"""A quotation of fewer words stands in nearly any text and shows nothing."""
GAP = "\n[…]\n"
"""What stands between two stretches of the article that do not follow each other."""
FENCED = re.compile(r"^```\w*\n(.*?)\n?```\s*$", re.S)
NO_ROOM = "the sentence and its evidence do not fit the model's context"

JudgeVerdict = Literal["supported", "contradicted", "not stated"]


class Judgement(BaseModel):
    """A model's answer: the article's words as it quotes them, why it judges as it does, and its verdict."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    quotation: str
    reason: str
    verdict: JudgeVerdict


def schema(output: str) -> dict[str, Any]:
    """Return the JSON Schema that a prompt names as its output; the only one is "judgement".

    The verdict comes last, so that a model which writes one word after the other has quoted before it judges.
    """
    if output != "judgement":
        raise ConfigurationError(f"no output schema {output!r} for a judge: there is judgement")
    return {
        "type": "object",
        "properties": {
            "quotation": {"type": "string"},
            "reason": {"type": "string"},
            "verdict": {"type": "string", "enum": ["supported", "contradicted", "not stated"]},
        },
        "required": ["quotation", "reason", "verdict"],
        "additionalProperties": False,
    }


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a judge has to say of one sentence, and the calls that were made for it."""

    findings: tuple[Finding, ...] = ()
    calls: tuple[Call, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ModelJudge:
    """Asks one backend for an opinion of a sentence, once for each.

    `context_tokens` is what the model can read and write together, `excerpt_tokens` how much of an article it is shown
    at most.
    """

    backend: Backend
    prompt: Prompt
    sampling: Sampling
    context_tokens: int
    excerpt_tokens: int

    async def __call__(self, claim: Claim, source_index: SourceIndex, checked: CheckedSentence) -> Opinion:
        """Ask about one sentence; nobody is asked about one that the article has word for word, or nowhere at all.

        Nor where a ceiling leaves no room for it. An answer that cannot be used, or a server that fails, is no finding:
        `Call.problem` tells it. Errors that concern every call (a key that is refused) are raised.
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
            return Opinion(calls=(failed(STAGE, error),))
        findings, problem = read_answer(reply, claim, source_index.facts.article, shown)
        if problem is not None:
            disown(self.backend, request)
        return Opinion(findings, (call_of(STAGE, reply, problem=problem),))

    def asking(self, backend: Backend) -> "ModelJudge":
        """Return the same judge, asking by another way, such as one that is paid for."""
        return replace(self, backend=backend)

    def shown(self, claim: Claim, source_index: SourceIndex, checked: CheckedSentence) -> tuple[Span, ...]:
        """Return what of the article is shown for a sentence that has evidence; nothing where that does not fit."""
        return excerpt(source_index, checked, fits=lambda spans: self._fits(claim, source_index.facts.article, spans))

    def request(self, claim: Claim, article: Article, shown: Iterable[Span]) -> Request:
        """Build the request: stretches of the article, fenced, and the sentence on one line."""
        shown = tuple(shown)
        material = fence(GAP.join(article.told(span) for span in shown))
        # The sentence may be a model's, or anybody's: it must not open or close the fence either.
        text = harmless(" ".join(claim.text.split()))
        system, user = self.prompt.render({"article": material, "claim": text})
        return Request(
            stage=STAGE,
            prompt=self.prompt.use,
            system=system,
            user=user,
            examples=self.prompt.examples,
            # The prompt begins with the article, which is the same for every sentence if all of it can be shown.
            shared=len(material) if user.startswith(material) else 0,
            json_schema=schema(self.prompt.front.output),
            sampling=self.sampling,
            passages=tuple(article.evidence(span) for span in shown),
        )

    def _fits(self, claim: Claim, article: Article, spans: Iterable[Span]) -> bool:
        spans = tuple(spans)
        request = self.request(claim, article, spans)
        return (
            estimate_tokens(GAP.join(article.told(span) for span in spans)) <= self.excerpt_tokens
            and estimate_tokens("".join(texts_of(request))) + self.sampling.max_tokens <= self.context_tokens
        )


def excerpt(
    source_index: SourceIndex, checked: CheckedSentence, *, fits: Callable[[tuple[Span, ...]], bool]
) -> tuple[Span, ...]:
    """Return what of the article a judge is shown: the sentence's evidence, best first, then the neighbours of each.

    Stretches in the article's order, those that follow each other joined; as many sentences as `fits` lets through.
    """
    own = [source_index.source_of(place).index for place in checked.evidence]
    beside = [index + step for index in own for step in (-1, 1)]
    chosen: set[int] = set()
    for index in dict.fromkeys(own + beside):
        if 0 <= index < len(source_index.sources) and fits(_joined(source_index, chosen | {index})):
            chosen.add(index)
    # Neighbours without the sentence that they stand beside would be no evidence.
    return _joined(source_index, chosen) if own[0] in chosen else ()


def _joined(source_index: SourceIndex, indexes: Iterable[int]) -> tuple[Span, ...]:
    spans: list[Span] = []
    last = None
    for index in sorted(indexes):
        sentence = source_index.sources[index].sentence
        if last is not None and index == last + 1:
            spans[-1] = Span(start=spans[-1].start, end=sentence.end)
        else:
            spans.append(Span(start=sentence.start, end=sentence.end))
        last = index
    return tuple(spans)


def read_answer(
    reply: Reply, claim: Claim, article: Article, shown: Iterable[Span]
) -> tuple[tuple[Finding, ...], str | None]:
    """Return what an answer finds, and why it is discarded (None where it is not).

    "contradicted" is an error, "not stated" a note, because the model saw only a part of the article; both with the
    quoted place as evidence. "supported" finds nothing: nothing can be cleared.
    """
    judgement, problem = parsed(reply)
    if judgement is None:
        return (), problem
    wanted = typography_folded(judgement.quotation).strip(AROUND)
    if len(wanted.split()) < LEAST_WORDS:
        return (), f"it quotes fewer than {LEAST_WORDS} words"
    place = next((found for span in shown if (found := find_verbatim(article.story, wanted, within=span))), None)
    if place is None:
        return (), "its quotation is not in the article"
    if judgement.verdict == "supported":
        return (), None
    if wanted.strip(".") == typography_folded(claim.text).strip(AROUND).strip("."):
        return (), "it holds against the sentence what the sentence says"
    severity: Literal["error", "note"] = "error" if judgement.verdict == "contradicted" else "note"
    return (Finding(code="judged", severity=severity, claim=claim.whole, article=article.evidence(place)),), None


def parsed(reply: Reply) -> tuple[Judgement | None, str | None]:
    """Return the answer in its form, or None and what is wrong with it; one in a code fence is read, too."""
    if reply.finish == "length":
        return None, "cut off"
    if reply.finish == "filter":
        return None, "withheld by the server's filter"
    text = reply.text.strip()
    if not text:
        return None, "empty"
    fenced = FENCED.match(text)
    try:
        return Judgement.model_validate(json.loads(fenced[1] if fenced else text)), None
    except (ValueError, RecursionError, ValidationError):
        return None, "not in the form that was asked for"


NO_JUDGE = "extract"
"""The backend that picks sentences whatever it is asked."""
CLAIM = 150
"""Tokens of a sentence that is judged, at most."""
MARGIN = 1.15
"""By so much more than its estimate an excerpt may have."""


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
    """Open the model of that name, or take a backend that is open, as a judge; close what was opened at the end.

    `load` loads its prompt (default: the user's or a built-in one), `around` is put around the backend,
    `on_retry` is told of requests that are sent again; `opening` opens what has a name.
    ConfigurationError where there is no such backend or prompt, and for a backend that is no language model.
    """
    prompt = (load or loader(settings.prompt_dir))(STAGE, settings.prompts.get(STAGE))
    named = opening(judge, settings, on_retry=on_retry) if isinstance(judge, str) else nullcontext(judge)
    async with named as opened:
        own = (
            opened if isinstance(judge, str) else ThoughtRemovingBackend(opened, keep_reasoning=settings.keep_reasoning)
        )
        ready = around(own)
        if ready.id == NO_JUDGE:
            raise ConfigurationError(f"{NO_JUDGE} cannot judge: name a language model, such as local or openai:NAME")
        yield judge_with(ready, prompt, settings)


def judge_with(backend: Backend, prompt: Prompt, settings: Settings) -> ModelJudge:
    """Return the judge that asks a backend, within its context and sampled as the settings say."""
    reads = capabilities_of(backend).chunk_tokens or EXCERPT_TOKENS
    return ModelJudge(
        backend=backend,
        prompt=prompt,
        sampling=Sampling(temperature=settings.temperature, seed=settings.seed, max_tokens=ANSWER_TOKENS),
        context_tokens=context_of(backend, settings),
        excerpt_tokens=min(reads, EXCERPT_TOKENS),
    )


def stage_of(judge_by: ModelJudge, sentences: int) -> StagePlan:
    """Return what judging takes where a model says so many sentences at most: half of them is what is expected."""
    return StagePlan(
        stage=STAGE, expected=budget_of(judge_by, sentences - sentences // 2), most=budget_of(judge_by, sentences)
    )


def budget_of(judge_by: ModelJudge, sentences: int) -> Budget:
    """Return the most that a judge can ask about so many sentences."""
    prompt = judge_by.prompt
    bare = Request(
        stage=STAGE,
        system=prompt.system,
        user=prompt.user,
        examples=prompt.examples,
        json_schema=schema(prompt.front.output),
    )
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
    """Have the `wanted` candidates judged; return all, in order, no verdict better than before, and the calls.

    `concurrency` calls are under way at once; `progress` is called with how many are done, and of how many.
    """
    places = [place for place, candidate in enumerate(candidates) if wanted(candidate)]
    asking = (
        judge_by(source_index.claim(one.sentence.text, one.facts), source_index, one.sentence)
        for one in map(candidates.__getitem__, places)
    )
    results, calls = list(candidates), []
    if places:
        progress(0, len(places))
    try:
        opinions = await together(asking, at_once=concurrency, on_done=lambda done: progress(done, len(places)))
    except (CallError, ConfigurationError) as error:
        # Another model to write would not help.
        error.of_judge = True
        raise
    for place, opinion in zip(places, opinions, strict=True):
        judged = downgraded(results[place].sentence, opinion.findings, source_index.facts.article)
        results[place] = replace(results[place], sentence=judged)
        calls += [call.model_copy(update={"sentence": place}) for call in opinion.calls]
    return results, tuple(calls)


def downgraded(checked: CheckedSentence, findings: Sequence[Finding], article: Article) -> CheckedSentence:
    """Return a checked sentence with further findings, its verdict never better than before.

    An error makes what was `supported` `unverified`. It never makes it `contradicted`: the words are the article's, but
    that they oppose the sentence is only what somebody says of them. Support and evidence stay those of the checks.
    Left out are findings whose words are not in the article, and errors that show none.
    """
    taken = tuple(finding for finding in findings if _shows_the_articles_words(finding, article))
    lowered = checked.verdict == "supported" and any(finding.severity == "error" for finding in taken)
    verdict = "unverified" if lowered else checked.verdict
    strength = None if lowered else checked.strength
    return checked.model_copy(update={"findings": checked.findings + taken, "verdict": verdict, "strength": strength})


def _shows_the_articles_words(finding: Finding, article: Article) -> bool:
    if finding.article is None:
        return finding.severity == "note"
    return article.quote(finding.article) == finding.article.text


def context_of(backend: Backend, settings: Settings) -> int:
    """Return how many tokens a backend may read and write together."""
    known = capabilities_of(backend).context_tokens
    return min((size for size in (known, settings.context_tokens) if size is not None), default=DEFAULT_CONTEXT_TOKENS)


def max_concurrency(backend: Backend, settings: Settings) -> int:
    """Return how many calls a backend takes at once: as many as the settings say, or fewer where it says so itself."""
    own = capabilities_of(backend).at_once
    return max(1, min(own, settings.concurrency)) if isinstance(own, int) else settings.concurrency
