"""Previews of the requests of a run."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import cast, get_args

from summarise.backends import default_backend, open_backend
from summarise.backends.budget import NO_MODEL, SpendLimiter
from summarise.backends.endpoints import with_placeholders
from summarise.backends.extract import ExtractBackend
from summarise.checks import SourceIndex
from summarise.checks.judge import open_judge
from summarise.checks.provenance import Candidate
from summarise.checks.verification import Verifier, facts_for
from summarise.data import (
    Article,
    Backend,
    Budget,
    Capabilities,
    Prompting,
    Reply,
    Request,
    Style,
    WireRequest,
    capabilities_of,
)
from summarise.data.exchange import PromptPreview
from summarise.errors import ArticleError, AuthenticationError, CallError, ConfigurationError, UsageError
from summarise.observing.observer import Observer
from summarise.observing.secrets import hidden, to_hide, without
from summarise.pipeline.options import RunOptions
from summarise.pipeline.plan import PlannedRun, opened, plan_run, prompting_of, read_facts
from summarise.prompting.prompt import Prompt, loader
from summarise.settings.environment import secrets_of
from summarise.settings.model import DEFAULT_CONTEXT_TOKENS, Settings, model_names
from summarise.settings.stages import by_slot, stage_of
from summarise.writing.draft_plan import merging_for
from summarise.writing.repair import repaired
from summarise.writing.task import Generation, Provenance, as_checked

MERGE = "merge"


class AnyModel:
    """A placeholder if no model is named."""

    @property
    def id(self) -> str:
        """The id for output."""
        return "any model"

    async def complete(self, request: Request) -> Reply:
        """Raise CallError."""
        raise CallError(f"there is nobody to ask for a {request.stage}")


@asynccontextmanager
async def open_or_any(
    model: str | None, backend: Backend | None, settings: Settings
) -> AsyncIterator[tuple[Backend, tuple[str, ...]]]:
    """Open the backend, or `AnyModel` with a remark instead of `extract`, which reads no prompt."""
    remarks: tuple[str, ...] = ()
    opening: AbstractAsyncContextManager[Backend]
    named = model or next(iter(model_names(settings.model)), None)
    if backend is not None:
        opening = nullcontext(backend)
    elif (name := (named or default_backend(settings)[0]).strip()) == NO_MODEL:
        size = settings.context_tokens or DEFAULT_CONTEXT_TOKENS
        who = f"{NO_MODEL} reads no prompt" if named else "No model is named"
        remarks = (f"{who}: shown for any model that reads {size:,} tokens; name yours with --model.",)
        opening = nullcontext(AnyModel())
    else:
        opening = open_backend(name, with_placeholders(settings, [name])[0])
    async with opening as ready:
        yield ready, remarks


class RequestCollector:
    """A fake backend that records the requests of one stage.

    Earlier stages are answered with sentences of the article.
    """

    def __init__(self, backend: Backend, stage: str) -> None:
        self._backend = backend
        self._stage = stage
        self.requests: list[Request] = []
        like = capabilities_of(backend)
        self.capabilities = Capabilities(
            context_tokens=like.context_tokens,
            chunk_tokens=like.chunk_tokens,
            # Keeps requests in order.
            at_once=1,
            counts_here=like.counts_here,
            count=like.count,
        )

    @property
    def id(self) -> str:
        """The id of the real backend."""
        return self._backend.id

    async def complete(self, request: Request) -> Reply:
        """Record a request of the stage and raise CallError; answer others."""
        if request.stage != self._stage:
            return await ExtractBackend().complete(request)
        self.requests.append(request)
        if request.stage == MERGE:
            # An authentication error prevents further rounds, which would need answers.
            raise AuthenticationError("nobody is asked")
        raise CallError("nobody is asked")


@dataclass(frozen=True)
class StageRequests:
    """The requests of a stage, with remarks."""

    requests: Sequence[Request]
    remarks: tuple[str, ...] = ()


async def preview(
    article: Article,
    prompt: Prompt,
    *,
    settings: Settings,
    model: str | None = None,
    backend: Backend | None = None,
    length: str | int | None = None,
    style: Style | None = None,
    number: int = 1,
    sentences: Sequence[str] = (),
) -> PromptPreview:
    """Return the `number`-th request, from 1, that a run makes with this prompt.

    Requests are counted by chunk (draft), source (rewrite) or batch of notes in the first round (merge). `sentences`
    are the notes to merge, or the sentence to repair or judge. `style` defaults to that of the prompt. Raises the
    errors of a plan.
    """
    stage = stage_of(prompt.stage)
    if sentences and not stage.of_sentences:
        raise UsageError(f"{prompt.id} is not filled with single sentences: leave --sentence out")
    if not all(text.strip() for text in sentences):
        raise UsageError("a sentence is empty: give --sentence one")
    chosen = settings.model_copy(update={"prompts": with_prompt(settings, prompt)})
    shown_for = style or style_of(prompt)
    async with open_or_any(model, backend, chosen) as (ready, told):
        listener, can = RequestCollector(ready, stage.name), capabilities_of(ready)
        if style is None and shown_for != "prose":
            told = (*told, f"Shown for --style {shown_for}: a run has to be given it, too.")
        if stage.name == "judge":
            asked = await _judging(article, _one(sentences, prompt), listener, chosen, shown_for)
        else:
            options = RunOptions(backend=listener, length=length, style=shown_for, settings=chosen)
            load, observer = loader(chosen.prompt_dir), Observer()
            async with opened(None, options, observer=observer, load=load) as models:
                reading = read_facts(article, chosen)
                planned = await plan_run(
                    reading, models, options, load=load, observer=observer, may_count=lambda one: bool(one.counts_here)
                )
                asked = await _asked(planned, listener, prompt, sentences)
                told = (*told, *_otherwise(ready, prompt, settings))
                if len(planned.plan.uses) > 1 and can.count and not can.counts_here:
                    told = (*told, "Chunks are cut by estimates here: a run has the server count, and may cut others.")
        if not 1 <= number <= len(asked.requests):
            raise _none_of(number, prompt, len(asked.requests))
        request = asked.requests[number - 1]
        sent = _shown(can.on_the_wire(request), settings) if can.on_the_wire else None
        return PromptPreview(ready.id, request, number, len(asked.requests), sent, (*told, *asked.remarks))


def _shown(sent: WireRequest, settings: Settings) -> WireRequest:
    # `extra_body` may contain a secret.
    body = hidden(to_hide(secrets_of(settings)), sent.body)
    address = without(to_hide(secrets_of(settings)), sent.address)
    return sent.model_copy(update={"body": body, "address": address})


def with_prompt(settings: Settings, prompt: Prompt) -> dict[str, str]:
    """Return the configured prompts with this one."""
    return {**settings.prompts, **by_slot([prompt.id])}


def style_of(prompt: Prompt) -> Style:
    """Return the style of a prompt variant, else prose."""
    variant = prompt.stage.rpartition("/")[2]
    return cast("Style", variant) if variant in get_args(Style) else "prose"


def _otherwise(backend: Backend, prompt: Prompt, settings: Settings) -> tuple[str, ...]:
    """Return a remark if a run with this model would not use the prompt."""
    stage, usual = stage_of(prompt.stage).name, prompting_of(backend, settings).prompting
    if isinstance(backend, AnyModel) or stage not in get_args(Prompting) or stage == usual:
        return ()
    return (f"A run would not use it: {backend.id} is prompted to {usual} unless you say --prompt {prompt.id}.",)


async def _asked(
    planned: PlannedRun, listener: RequestCollector, prompt: Prompt, sentences: Sequence[str]
) -> StageRequests:
    stage = prompt.stage.partition("/")[0]
    if stage == "repair":
        return await _repairing(planned, listener, _one(sentences, prompt))
    if stage == "merge":
        return await _merging(planned, listener, prompt, sentences)
    with suppress(CallError):
        await planned.plan.write(_limiter())
    return StageRequests([request for request in listener.requests if request.prompt == prompt.use])


async def _merging(
    planned: PlannedRun, listener: RequestCollector, prompt: Prompt, sentences: Sequence[str]
) -> StageRequests:
    task = planned.task
    remarks: tuple[str, ...] = ()
    if sentences:
        written, notes = Generation(), list[Candidate]()
        for text in sentences:
            found = task.verifier.verify(task.as_checked(text), origin="model", first=len(written.said))
            written.add(found, Provenance())
            notes += found
    else:
        remarks = (
            "The notes are sentences of the article; a run has the model draft them: give some with --sentence.",
        )
        written = await planned.plan.write(_limiter())
        notes = written.said
    merging = merging_for(task, prompt, notes=len(notes))
    if merging is None:
        raise ConfigurationError("the context has no room for two notes beside prompt and answer: no merging is asked")
    if sentences:
        await merging.merge(notes, limiter=_limiter(), written=written)
    if not listener.requests:
        raise ArticleError("a run would merge nothing here, of one chunk or few notes: give more notes with --sentence")
    return StageRequests(listener.requests, remarks)


async def _repairing(planned: PlannedRun, listener: RequestCollector, sentence: str) -> StageRequests:
    if planned.task.settings.repair_rounds == 0:
        raise ConfigurationError("a run would not ask for a sentence again: repair_rounds is 0, set it to 1 or 2")
    found = _checked(planned.task.as_checked(sentence), planned.task.verifier)
    await repaired(found, "repair", planned.run_repair.tools(_limiter()), [])
    if not listener.requests:
        raise UsageError("a run would not ask for this sentence again: give --sentence one that is wrong")
    # Later turns depend on the answer to the first.
    return StageRequests(listener.requests[:1])


async def _judging(
    article: Article, sentence: str, listener: RequestCollector, settings: Settings, style: Style
) -> StageRequests:
    verifier = Verifier(SourceIndex(facts_for(article, settings)))
    found = _checked(as_checked(sentence, style), verifier)
    claim = verifier.index.claim(found.sentence.text, found.facts)
    async with open_judge(listener, settings) as judge_by:
        opinion = await judge_by(claim, verifier.index, found.sentence)
        if listener.requests:
            return StageRequests(listener.requests)
        if opinion.calls:
            raise ConfigurationError(f"{opinion.calls[0].problem}: give another --sentence, or name another model")
        if not found.sentence.evidence:
            raise ArticleError("nothing in the article bears on this sentence, so no judge is asked: give another one")
    raise UsageError(
        "a run would not ask about this sentence: the article has it word for word, give --sentence another"
    )


def _one(sentences: Sequence[str], prompt: Prompt) -> str:
    if len(sentences) != 1:
        told = "one sentence at a time: give --sentence once" if sentences else "give one with --sentence"
        raise UsageError(f"{prompt.id} is filled with a sentence: {told}")
    return sentences[0]


def _checked(text: str, verifier: Verifier) -> Candidate:
    found = verifier.verify(text, origin="model")
    if len(found) != 1:
        raise UsageError(f"--sentence has {len(found)} sentences: give one")
    return found[0]


def _none_of(number: int, prompt: Prompt, there: int) -> ArticleError | UsageError:
    if not there:
        return ArticleError(f"nothing in this article would be asked by {prompt.id}: try another, or a longer summary")
    return UsageError(f"there is no request {number} by {prompt.id}: the article takes {there}, counted from 1")


def _limiter() -> SpendLimiter:
    return SpendLimiter(Budget(calls=10**9, prompt_tokens=0, completion_tokens=0))
