"""The recorder of a run's exchanges and prompts, and the player that replays them."""

import asyncio
import hashlib
import json
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from summarise import errors
from summarise.backends.breaker import ProxyBackend
from summarise.data import (
    Article,
    Backend,
    Capabilities,
    Ended,
    Exchange,
    Failure,
    Reply,
    Request,
    Run,
    SavedOptions,
    Summary,
    UsedArticle,
    UsedBackend,
    UsedPrompt,
)
from summarise.data.article import text_hash
from summarise.data.exchange import Count
from summarise.errors import CallError, ServerError, name_of
from summarise.prompting.prompt import Load, Prompt, load, parsed
from summarise.settings.model import ENTAILMENT_NAMES, Settings
from summarise.version import __version__

# Fields that identify a request. Listed by name, so that a new field does not change the keys of old requests.
ASKED = {"stage", "system", "user", "examples", "json_schema", "candidates", "sampling"}
# The error name of a call that was cancelled because another one failed.
CANCELLED = "CancelledError"
# Replaces the path of an entailment model in run files.
ANOTHER = "another"
# Settings that are secret, that are local paths, that a file from anybody must not set, or that a replay does not need.
LEFT_OUT = set(
    "model api_key api_keys key_commands headers extra_body api_version ca_bundle client_cert client_key proxy "
    "commands cache_dir prompt_dir cache accept entailment_threads".split()
)


class Recorder:
    """Records a run: its backends pass through `backend`, its prompts through `loading`."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self._backends: list[RecordedBackend] = []
        self._prompts: dict[str, Prompt] = {}

    def backend(self, backend: Backend) -> "RecordedBackend":
        """Wrap a backend to record it: the writer's first, then a separate judge's."""
        recorded = RecordedBackend(backend, self.exchanges)
        self._backends.append(recorded)
        return recorded

    @property
    def secrets(self) -> dict[str, str]:
        """The values that the backends authenticate with, by description."""
        return {
            f"a key of {backend.id} ({place})": value
            for backend in self._backends
            for place, value in enumerate(backend.capabilities.secrets(), 1)
        }

    def loading(self, load: Load) -> Load:
        """Wrap a prompt loader to record its prompts."""

        def recording(stage: str, version: str | None = None) -> Prompt:
            prompt = load(stage, version)
            self._prompts[prompt.id] = prompt
            return prompt

        return recording

    def run(
        self, article: Article, wanted: SavedOptions, *, text: bool, summary: Summary | None, ended: Ended | None
    ) -> Run:
        """Return the run; without `text`, article and requests are left out."""
        writer, *judges = [recorded.used for recorded in self._backends]
        exchanges = self.exchanges
        if not text:
            exchanges = [exchange.model_copy(update={"request": None}) for exchange in exchanges]
        return Run(
            version=__version__,
            saved=datetime.now(UTC).replace(microsecond=0),
            article=UsedArticle(
                sha256=text_hash(article.text), characters=len(article.text), article=article if text else None
            ),
            wanted=wanted,
            writer=writer,
            judge=judges[0] if judges else None,
            prompts=tuple(
                UsedPrompt(id=prompt.id, sha256=prompt.sha256, own=prompt.own, source=prompt.source)
                for prompt in self._prompts.values()
            ),
            exchanges=tuple(exchanges),
            result=None if summary is None else summary.model_dump(mode="json"),
            ended=ended,
        )


class RecordedBackend(ProxyBackend):
    """A backend that records its exchanges and token counts."""

    def __init__(self, backend: Backend, exchanges: list[Exchange]) -> None:
        super().__init__(backend)
        self._exchanges = exchanges
        self._counts: dict[str, int | None] = {}
        can = self.capabilities
        count, kept = can.count and self._counting(can.count), can.kept and self._keeping(can.kept)
        self.capabilities = replace(can, count=count, kept=kept)

    @property
    def used(self) -> UsedBackend:
        """The backend as the run file describes it."""
        can = self.capabilities
        return UsedBackend(
            id=self.id,
            context_tokens=can.context_tokens,
            chunk_tokens=can.chunk_tokens,
            at_once=can.at_once,
            counts_here=bool(can.counts_here) if can.count else None,
            counts=dict(sorted(self._counts.items())),
        )

    async def complete(self, request: Request) -> Reply:
        """Return the reply, and record it or the failure."""
        try:
            reply = await self._backend.complete(request)
        except CallError as error:
            self._record(request, failure=failure_of(error))
            raise
        except asyncio.CancelledError:
            self._record(request, failure=Failure(error=CANCELLED, what="given up before it was answered"))
            raise
        self._record(request, reply=reply)
        return reply

    def _keeping(self, kept: Callable[[Request], Reply | None]) -> Callable[[Request], Reply | None]:
        def recording(request: Request) -> Reply | None:
            if (reply := kept(request)) is not None:
                self._record(request, reply=reply)
            return reply

        return recording

    def _record(self, request: Request, *, reply: Reply | None = None, failure: Failure | None = None) -> None:
        # The messages contain the passages.
        kept = request.model_copy(update={"passages": ()})
        key = request_key(request)
        self._drop_words_before(key, request.reasoning_room)
        self._exchanges.append(Exchange(backend=self.id, key=key, request=kept, reply=reply, failure=failure))

    def _drop_words_before(self, key: str, room: int) -> None:
        """Clear the text of a reply that is requested again with more room: it was reasoning."""
        for place, exchange in enumerate(self._exchanges):
            lost = exchange.reply
            if (
                lost is not None
                and (exchange.backend, exchange.key) == (self.id, key)
                and exchange.request is not None
                and exchange.request.reasoning_room < room
                and not lost.from_cache
            ):
                bare = lost.model_copy(update={"text": "", "alternatives": ()})
                self._exchanges[place] = exchange.model_copy(update={"reply": bare})

    def _counting(self, count: Count) -> Count:
        async def recording(text: str) -> int:
            key = text_hash(text)
            self._counts[key] = None
            counted = self._counts[key] = await count(text)
            return counted

        return recording


def failure_of(error: CallError) -> Failure:
    """Return the record of a failed call."""
    fields: dict[str, Any] = {name: getattr(error, name) for name in Failure.model_fields.keys() - {"error", "reply"}}
    # A plug-in's own error class is recorded as its nearest public base.
    return Failure(error=name_of(error), reply=error.reply if isinstance(error.reply, Reply) else None, **fields)


def request_key(request: Request) -> str:
    """Return the SHA-256 of a request: stage, messages, constraints, sampling."""
    asked = request.model_dump(include=ASKED)
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def settings_kept(settings: Settings) -> dict[str, Any]:
    """Return the settings for a run file, by name."""
    kept = settings.model_dump(mode="json", exclude=LEFT_OUT)
    # The path of a URL may be a secret: some servers have one path per key.
    addresses = {name: origin(url) for name, url in kept["base_urls"].items()}
    return kept | {
        "base_url": origin(kept["base_url"]) if kept["base_url"] else None,
        "base_urls": addresses,
        "entailment": settings.entailment if settings.entailment in ENTAILMENT_NAMES else ANOTHER,
    }


def origin(url: str) -> str:
    """Return the scheme, host and port of a URL, without user name and password."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


# Seconds to wait for the failure that cancelled a call in the recorded run.
PATIENCE = 5.0


class UnrecordedError(Exception):
    """The replay asked for something that the run did not; no stage treats it as a model's fault."""


class RunPlayer:
    """The backends and prompts of a saved run."""

    def __init__(self, run: Run) -> None:
        answers: dict[tuple[str, str], deque[Exchange]] = defaultdict(deque)
        for exchange in run.exchanges:
            answers[exchange.backend, exchange.key].append(exchange)
        self.writer = ReplayBackend(run.writer, answers)
        self.judge = None if run.judge is None else ReplayBackend(run.judge, answers)
        self._prompts = {used.id: parsed(used.id, used.source.encode()) for used in run.prompts}

    def load(self, stage: str, version: str | None = None) -> Prompt:
        """Return the prompt of a stage that the run used, else the newest built-in one."""
        for prompt in self._prompts.values():
            if prompt.id == f"{stage}/{version}" or (version is None and prompt.stage == stage):
                return prompt
        return load(stage, version)


class ReplayBackend:
    """A backend that returns recorded replies, repeated requests in the recorded order."""

    def __init__(self, used: UsedBackend, answers: dict[tuple[str, str], deque[Exchange]]) -> None:
        self._used = used
        self._answers = answers
        self.capabilities = Capabilities(
            context_tokens=used.context_tokens,
            chunk_tokens=used.chunk_tokens,
            at_once=used.at_once,
            counts_here=used.counts_here,
            count=None if used.counts_here is None else self._count,
            kept=self.kept,
        )

    @property
    def id(self) -> str:
        """The id of the recorded backend."""
        return self._used.id

    def kept(self, request: Request) -> Reply | None:
        """Return the recorded reply if it came from the cache, else None."""
        exchanges = self._answers.get((self.id, request_key(request)))
        if not exchanges or exchanges[0].reply is None or not exchanges[0].reply.from_cache:
            return None
        return exchanges.popleft().reply

    async def complete(self, request: Request) -> Reply:
        """Return the recorded reply, or raise the recorded error; UnrecordedError without a record."""
        kept = self._answers.get((self.id, request_key(request)))
        if not kept:
            raise UnrecordedError(f"a request of the stage {request.stage} that the run did not make")
        exchange = kept.popleft()
        if exchange.failure is not None and exchange.failure.error == CANCELLED:
            # Another call is about to fail, as in the recorded run, and cancels this one.
            await asyncio.sleep(PATIENCE)
            raise UnrecordedError(f"a request of the stage {request.stage} that was given up then")
        if exchange.failure is not None:
            raise error_of(exchange.failure)
        assert exchange.reply is not None, "the file was checked"
        return exchange.reply

    async def _count(self, text: str) -> int:
        key = text_hash(text)
        if key not in self._used.counts:
            raise UnrecordedError("tokens of a text that the run did not count")
        counted = self._used.counts[key]
        if counted is None:
            raise ServerError("the tokens could not be counted")
        return counted


def error_of(failure: Failure) -> CallError:
    """Return the exception for a recorded failure."""
    named = getattr(errors, failure.error, None)
    kind = named if isinstance(named, type) and issubclass(named, CallError) else CallError
    return kind(failure.what, reply=failure.reply, **failure.model_dump(exclude={"error", "what", "reply"}))
