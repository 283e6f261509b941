"""A judge: asks a language model whether the article bears a sentence out, as one more check, and doubts its answer.

Does not believe it. An accusation counts only with a quotation that stands word for word in what the model was shown;
any other answer is discarded, and the call's `problem` says why. What a judge can do at most is in `judge_calls.py`.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from summarise.backends.budget.call_records import call_of, disown, failed
from summarise.backends.budget.spend_limiter import LimitReachedError
from summarise.backends.budget.token_estimates import estimate_tokens, texts_of
from summarise.checks.source_index import Claim, SourceIndex
from summarise.checks.verbatim import AROUND, find_verbatim, typography_folded
from summarise.data import Article, Backend, Call, CheckedSentence, Finding, Reply, Request, Sampling, Span
from summarise.errors import AuthenticationError, CallError, ConfigurationError
from summarise.prompting.prompt import Prompt, fence, harmless

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
