"""Show the requests that a run would send, without sending them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import cast, get_args

from summarise.backends import default_backend, open_backend
from summarise.backends.budget import SpendLimiter
from summarise.backends.endpoints import with_placeholders
from summarise.checks import SourceIndex
from summarise.checks.judge import open_judge
from summarise.checks.verification import Candidate, Verifier, facts_for
from summarise.data import Article, Backend, Budget, Capabilities, Prompting, Reply, Request, Style, capabilities_of
from summarise.data.exchange import PromptPreview
from summarise.errors import ArticleError, AuthenticationError, CallError, ConfigurationError, UsageError
from summarise.observer import Observer
from summarise.pipeline.options import RunOptions
from summarise.pipeline.run import PlannedRun, opened, plan_run, prompting_of, read_facts
from summarise.prompting import Prompt, loader
from summarise.secrets import redact, redact_data, redactable
from summarise.settings.environment import secrets_of
from summarise.settings.model import DEFAULT_CONTEXT_TOKENS, Settings, by_slot, model_names, stage_of
from summarise.settings.providers import NO_MODEL
from summarise.writing.repair import Repair
from summarise.writing.task import with_full_stop

ANY_MODEL = "any model"


class _RequestCollector:
    """A fake backend that records each request of one stage, and raises a CallError for it.

    It answers other requests with sentences of the article.
    """

    def __init__(self, backend: Backend | None, stage: str) -> None:
        self.id = ANY_MODEL if backend is None else backend.id
        self.requests: list[Request] = []
        self._stage = stage
        can = Capabilities() if backend is None else capabilities_of(backend)
        # One call at a time keeps the requests in order.
        self.capabilities = replace(can, at_once=1, kept=None, forget=None)

    async def complete(self, request: Request) -> Reply:
        if request.stage != self._stage:
            lines = [" ".join(passage.text.split()) for passage in request.passages[: request.sentences]]
            return Reply(text="\n".join(lines), model=self.id)
        self.requests.append(request)
        if request.stage == "merge":
            # An authentication error prevents further rounds, which would need answers.
            raise AuthenticationError("no request is sent")
        raise CallError("no request is sent")


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
    sentence: str | None = None,
) -> PromptPreview:
    """Return the request with this `number` (from 1) among those that a run makes with the prompt.

    A run makes one request for each chunk (draft), sentence (rewrite) or batch of notes in the first round (merge).
    `sentence` is the sentence to repair or judge. `style` defaults to that of the prompt. Raises ArticleError if the
    run makes no such request, UsageError for a wrong `number`, and the errors of `plan_run`.
    """
    stage = stage_of(prompt.stage)
    if sentence is not None and not stage.of_sentences:
        raise UsageError(f"{prompt.id} takes no sentence: leave out --sentence")
    if sentence is None and stage.of_sentences:
        raise UsageError(f"{prompt.id} takes one sentence: give it with --sentence")
    sentence = sentence or ""
    chosen = settings.model_copy(update={"prompts": {**settings.prompts, **by_slot([prompt.id])}})
    shown_style = style or _style_of(prompt)
    async with _opened_model(model, backend, chosen) as (ready, remarks):
        collector = _RequestCollector(ready, stage.name)
        if style is None and shown_style != "prose":
            remarks.append(f"Shown for --style {shown_style}: a run needs this option, too.")
        if stage.name == "judge":
            await _judge(article, sentence, collector, chosen, shown_style)
        else:
            options = RunOptions(backend=collector, length=length, style=shown_style, settings=chosen)
            load, observer = loader(chosen.prompt_dir), Observer()
            async with opened(None, options, observer=observer, load=load) as models:
                planned = await plan_run(
                    read_facts(article, chosen),
                    models,
                    options,
                    load=load,
                    observer=observer,
                    may_count=lambda can: bool(can.counts_here),
                )
                remarks += _remarks_of_model(ready, planned, prompt, settings)
                if stage.name == "repair":
                    await _repair(planned, collector, sentence)
                else:
                    if stage.name == "merge":
                        remarks.append("The notes are sentences of the article; in a run, the model drafts them.")
                    with suppress(CallError):
                        await planned.plan.write(_unlimited())
                    collector.requests = [request for request in collector.requests if request.prompt == prompt.use]
        count = len(collector.requests)
        if not count:
            raise ArticleError(
                f"a run on this article would not use {prompt.id}: try another article, or a longer summary"
            )
        if not 1 <= number <= count:
            raise UsageError(f"there is no request {number} with {prompt.id}: a run makes {count}, numbered from 1")
        request, sent = collector.requests[number - 1], None
        if ready is not None and (on_the_wire := capabilities_of(ready).on_the_wire):
            sent = on_the_wire(request)
            # `extra_body` may contain a secret.
            secrets = redactable(secrets_of(settings))
            redacted = {"body": redact_data(secrets, sent.body), "address": redact(secrets, sent.address)}
            sent = sent.model_copy(update=redacted)
        return PromptPreview(collector.id, request, number, count, sent, tuple(remarks))


@asynccontextmanager
async def _opened_model(
    model: str | None, backend: Backend | None, settings: Settings
) -> AsyncIterator[tuple[Backend | None, list[str]]]:
    """Open the model. Yields its backend (None for `extract`) and remarks for the user."""
    named = model or next(iter(model_names(settings.model)), None)
    if backend is not None:
        yield backend, []
    elif (name := (named or default_backend(settings)[0]).strip()) == NO_MODEL:
        size = settings.context_tokens or DEFAULT_CONTEXT_TOKENS
        who = f"{NO_MODEL} reads no prompt" if named else "No model is named"
        yield None, [f"{who}: shown for any model that reads {size:,} tokens; name yours with --model."]
    else:
        async with open_backend(name, with_placeholders(settings, [name])[0]) as ready:
            yield ready, []


def _style_of(prompt: Prompt) -> Style:
    variant = prompt.stage.rpartition("/")[2]
    return cast("Style", variant) if variant in get_args(Style) else "prose"


def _remarks_of_model(backend: Backend | None, planned: PlannedRun, prompt: Prompt, settings: Settings) -> list[str]:
    remarks: list[str] = []
    if backend is None:
        return remarks
    stage, usual = stage_of(prompt.stage).name, prompting_of(backend, settings).prompting
    if stage in get_args(Prompting) and stage != usual:
        remarks.append(
            f"A run would not use this prompt: {backend.id} is prompted to {usual} unless you add --prompt {prompt.id}."
        )
    can = capabilities_of(backend)
    if len(planned.plan.uses) > 1 and can.count and not can.counts_here:
        remarks.append(
            "Chunks are cut by estimated tokens here; in a run the server counts tokens, so the chunks may differ."
        )
    return remarks


async def _repair(planned: PlannedRun, collector: _RequestCollector, sentence: str) -> None:
    if planned.task.settings.repair_rounds == 0:
        raise ConfigurationError("a run would not repair a sentence, because repair_rounds is 0: set it to 1 or 2")
    candidate = _checked(planned.task.as_checked(sentence), planned.task.verifier)
    await Repair(planned.assembly.repair, _unlimited()).repair(candidate)
    if not collector.requests:
        raise UsageError(
            "a run would not ask a model to repair this sentence, because it is supported, or its wrong values are "
            "replaced by the article's: give another one with --sentence"
        )
    # Later requests depend on the answer to the first one.
    del collector.requests[1:]


async def _judge(
    article: Article, sentence: str, collector: _RequestCollector, settings: Settings, style: Style
) -> None:
    verifier = Verifier(SourceIndex(facts_for(article, settings)))
    candidate = _checked(with_full_stop(sentence) if style == "headline" else sentence, verifier)
    claim = verifier.index.claim(candidate.sentence.text, candidate.facts)
    async with open_judge(collector, settings) as judge:
        opinion = await judge(claim, verifier.index, candidate.sentence)
    if collector.requests:
        return
    if opinion.calls:
        raise ConfigurationError(f"{opinion.calls[0].problem}: give another --sentence, or name another model")
    if not candidate.sentence.evidence:
        raise ArticleError(
            "the article has no evidence for this sentence, so no judge is asked: give another --sentence"
        )
    raise UsageError(
        "a run would not ask the judge, because the article has this sentence word for word: give another --sentence"
    )


def _checked(text: str, verifier: Verifier) -> Candidate:
    if not text.strip():
        raise UsageError("--sentence is empty: give it a sentence")
    candidates = verifier.verify(text, origin="model")
    if len(candidates) != 1:
        raise UsageError(f"--sentence contains {len(candidates)} sentences: give one sentence")
    return candidates[0]


def _unlimited() -> SpendLimiter:
    return SpendLimiter(Budget(calls=10**9, prompt_tokens=0, completion_tokens=0))
