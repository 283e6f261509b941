"""Runs the local engine: a llama.cpp server in this process, with OpenAI's API on the loopback interface."""

import asyncio
import hashlib
import os
import re
import secrets
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

from pydantic import SecretStr

from summarise.backends.gguf import trained_context
from summarise.backends.http.client import JSONClient
from summarise.backends.tokens import by_tokenizing
from summarise.backends.wires.base import WireOptions
from summarise.backends.wires.openai import OpenAIBackend
from summarise.data import Capabilities, Reply, Request, RetryScheduled, WireRequest
from summarise.data.exchange import Count
from summarise.errors import ConfigurationError
from summarise.settings.model import DEFAULT_CONTEXT_TOKENS, Settings

# The prompt cache saves a quarter of a run's time. Without the repeat penalty SmolLM2-135M loops. With the adapter
# there is no penalty, because its answers repeat words of their sources.
ENGINE_OPTIONS = {"cache_prompt": True, "repeat_penalty": 1.1}
ADAPTED_OPTIONS = {"cache_prompt": True, "repeat_penalty": 1.0, "lora": [{"id": 0, "scale": 1.0}]}
UNADAPTED_OPTIONS = ENGINE_OPTIONS | {"lora": [{"id": 0, "scale": 0.0}]}
# The stage whose requests the adapter was trained for.
ADAPTED_STAGE = "rewrite"
INSTALL = "pip install 'summarise-checked[local]'"

Connection = tuple[JSONClient, Count]


class EngineClient:
    """A model in one engine, and the connection to it. Await `ready` before the first request.

    `ready` starts the engine by calling `start` in a thread, and gets the connection from `connect`. Until then,
    `connection` is used to build requests; it cannot send them. The LoRA adapter of an `adapted` engine is used only
    for rewriting.
    """

    def __init__(
        self,
        name: str,
        connection: Connection,
        *,
        adapted: bool = False,
        start: Callable[[], None] = lambda: None,
        connect: Callable[[], Awaitable[Connection]] | None = None,
    ) -> None:
        self._name = name
        self._adapted = adapted
        self._start = start
        self._connect = connect
        self._started: asyncio.Future[None] | None = None
        self._connecting = asyncio.Lock()
        self._use(connection)

    async def ready(self) -> None:
        """Start the engine and connect to it, if that has not been done. Raises ConfigurationError."""
        async with self._connecting:
            if self._connect is not None:
                if self._started is None:
                    self._started = asyncio.get_running_loop().run_in_executor(None, self._start)
                # If the request is cancelled, the thread continues, and the next request waits for it.
                await asyncio.shield(self._started)
                self._use(await self._connect())
                self._connect = None

    async def settled(self) -> None:
        """If the engine is starting, wait until it has started or failed."""
        if self._started is not None:
            await asyncio.gather(self._started, return_exceptions=True)

    def wire(self, request: Request) -> OpenAIBackend:
        """Return the backend for a request: with the adapter for rewriting, without it for other stages."""
        return self._rewriter if self._adapted and request.stage == ADAPTED_STAGE else self._usual

    def _use(self, connection: Connection) -> None:
        self.client, self.count = connection
        usual = UNADAPTED_OPTIONS if self._adapted else ENGINE_OPTIONS
        self._usual = OpenAIBackend(self._name, client=self.client, options=WireOptions(extra=usual))
        self._rewriter = OpenAIBackend(self._name, client=self.client, options=WireOptions(extra=ADAPTED_OPTIONS))


class LocalBackend:
    """A model in one or more local `engines`, which take turns.

    A run is reproducible on one machine, at temperature 0 or with a fixed seed, if no answer is cached and no other run
    uses the backend: with the engine's prompt cache, a reply may depend on earlier requests. `beside` identifies engine
    and weights in cache keys.
    """

    def __init__(
        self,
        name: str,
        *,
        engines: Sequence[EngineClient],
        context_tokens: int,
        chunk_tokens: int,
        beside: Mapping[str, Any] | None = None,
    ) -> None:
        self._name = name
        self.engines = engines
        self._requests = 0
        self._beside = {**(beside or {}), "context_tokens": context_tokens}
        self.capabilities = Capabilities(
            context_tokens=context_tokens,
            chunk_tokens=chunk_tokens,
            # A single engine gains nothing from concurrent calls. Several engines each have a second call waiting.
            at_once=1 if len(engines) == 1 else 2 * len(engines),
            repeats=True,
            counts_here=True,
            count=self._count,
            on_the_wire=self.on_the_wire,
        )

    @property
    def id(self) -> str:
        """The id in run records, such as "local:smollm2-135m-instruct"."""
        return f"local:{self._name}"

    def on_the_wire(self, request: Request) -> WireRequest:
        """Return the HTTP request. Its address is "the local engine", because the port changes with every start."""
        sent = self.engines[0].wire(request).on_the_wire(request)
        return sent.model_copy(update={"address": "the local engine", "beside": self._beside})

    async def complete(self, request: Request) -> Reply:
        """Return the reply of the next engine in turn, or of the first engine if the next cannot start."""
        first, engine = self.engines[0], self.engines[self._requests % len(self.engines)]
        self._requests += 1
        try:
            await engine.ready()
        except ConfigurationError:
            if engine is first:
                raise
            engine = first
            await engine.ready()
        return await engine.wire(request).complete(request)

    async def _count(self, text: str) -> int:
        await self.engines[0].ready()
        return await self.engines[0].count(text)


# Maximum number of answers to one request that an engine generates at the same time.
CANDIDATES = 8
# Maximum number of engines of an adapted model. Each needs 400 MB of memory.
ENGINES = 2


class Engine:
    """A llama.cpp server with one model, on a free loopback port, with a random API key: a context manager.

    Send one request at a time, because concurrent requests change each other's answers. Several answers to
    one request are generated together, and are reproducible.
    """

    def __init__(
        self, weights: Path, *, name: str, context_tokens: int, adapter: Path | None = None, threads: int = 1
    ) -> None:
        self._weights = weights
        self._threads = threads
        self._adapter = adapter
        self._name = name
        self._context_tokens = context_tokens
        self._server: Any = None
        self.key = SecretStr(secrets.token_urlsafe(32))

    def __enter__(self) -> Self:
        import xllamacpp

        params = xllamacpp.CommonParams()
        params.model.path = str(self._weights)
        if self._adapter is not None:
            adapter = xllamacpp.CommonAdapterLoraInfo()
            adapter.path, adapter.scale = str(self._adapter), 1.0
            params.lora_adapters = [adapter]
        # Without an alias every response would contain the file's path.
        params.model_alias = {self._name}
        params.n_ctx = self._context_tokens
        # One slot per answer in a unified KV cache, so that each may use the whole context.
        params.n_parallel = CANDIDATES
        params.kv_unified = True
        params.hostnames = ["127.0.0.1"]
        params.port = 0
        params.api_keys = [self.key.get_secret_value()]
        params.ui = False
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = self._threads
        params.cpuparams.poll = params.cpuparams_batch.poll = 0
        # The default caches up to 8 GiB of prompts; a run's shared prefixes are in its slots.
        params.cache_ram_mib = 0
        params.warmup = False
        # At 0 llama.cpp writes nothing to stdout or stderr, not even errors.
        params.verbosity = 0
        try:
            self._server = xllamacpp.Server(params)
        except RuntimeError:
            raise _not_a_model(self._weights) from None
        return self

    def __exit__(self, *exc_info: object) -> None:
        # The binding has no stop method: the server stops when its object is deleted.
        self._server = None

    @property
    def url(self) -> str:
        """The engine's URL, such as http://127.0.0.1:40001."""
        return str(self._server.listening_address)


def engines_and_threads(*, adapted: bool) -> tuple[int, int]:
    """Return the number of engines for a model, and the number of threads of each engine.

    A model with an adapter gets many short requests, which two engines share. One core is left free, because waiting
    threads keep their cores busy, but each engine has at least one thread.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    engines = min(cores, ENGINES) if adapted else 1
    return engines, max(1, (cores - 1) // engines)


def engine_installed() -> bool:
    """Return whether the engine's package is installed, without importing it."""
    return find_spec("xllamacpp") is not None


def require_engine() -> None:
    """Raise ConfigurationError if the local engine is not installed."""
    if not engine_installed():
        raise ConfigurationError(f"the local engine is not installed: run `{INSTALL}`")


def model_name(weights: Path) -> str:
    """Return the model's name: the file's name in lower case, without quantisation and suffix."""
    return re.sub(r"(\.I?Q\d\w*)?\.gguf$", "", weights.name, flags=re.IGNORECASE).lower()


def _engine_and_weights(weights: Path, adapter: Path | None) -> dict[str, Any]:
    """Return fields for cache keys: the engine's version, the weights' size and time of change, the adapter's hash.

    The weights are not hashed, because that is slow.
    """
    status = weights.stat()
    fields = {"engine": version("xllamacpp"), "bytes": status.st_size, "changed": status.st_mtime_ns}
    if adapter is not None:
        fields["adapter"] = hashlib.sha256(adapter.read_bytes()).hexdigest()[:16]
    return fields


def _require_file(weights: Path) -> None:
    if not weights.is_file():
        raise ConfigurationError(f"the weights file {weights} does not exist: give the path of a GGUF file")


def _not_a_model(weights: Path) -> ConfigurationError:
    return ConfigurationError(
        f"the local engine cannot load {weights.name}: it must be a GGUF file of a language model"
    )


@asynccontextmanager
async def open_local(
    weights: Path,
    settings: Settings,
    *,
    adapter: Path | None = None,
    chunk_tokens: int | None = None,
    on_retry: Callable[[RetryScheduled], None] = lambda _: None,
) -> AsyncIterator[LocalBackend]:
    """Open the GGUF file at `weights`, with a LoRA `adapter` if given; the engine starts on first use.

    The context is at most as long as in the model's training. `chunk_tokens` defaults to half of the context. Raises
    ConfigurationError if the engine or the file is missing, or the file is not a model.
    """
    require_engine()
    _require_file(weights)
    trained = trained_context(weights)
    if trained is None:
        raise _not_a_model(weights)
    name = model_name(weights)
    context_tokens = min(settings.context_tokens or DEFAULT_CONTEXT_TOKENS, trained)
    open_client = partial(
        JSONClient,
        # The engine sends nothing before the answer is complete, so the read time-out is the total time-out.
        settings=settings.model_copy(update={"read_timeout": settings.total_timeout}),
        provider="local",
        concurrency=1,
        called="the local engine",
        on_retry=on_retry,
    )
    adapted = adapter is not None
    count, threads = engines_and_threads(adapted=adapted)
    unstarted = open_client("http://127.0.0.1/v1")
    starting = threading.Lock()
    async with AsyncExitStack() as stack:

        def client() -> EngineClient:
            engine = Engine(weights, name=name, context_tokens=context_tokens, adapter=adapter, threads=threads)

            def start() -> None:
                # Starting all engines at once is no faster, and the first engine could not answer meanwhile.
                with starting:
                    stack.enter_context(engine)

            async def connect() -> Connection:
                root = await stack.enter_async_context(open_client(engine.url, api_key=engine.key))
                client = await stack.enter_async_context(open_client(f"{engine.url}/v1", api_key=engine.key))
                return client, by_tokenizing(root)

            connection = unstarted, by_tokenizing(unstarted)
            return EngineClient(name, connection, adapted=adapted, start=start, connect=connect)

        engines = [client() for _ in range(count)]
        try:
            yield LocalBackend(
                name,
                engines=engines,
                context_tokens=context_tokens,
                chunk_tokens=chunk_tokens or context_tokens // 2,
                beside=_engine_and_weights(weights, adapter),
            )
        finally:
            for engine in engines:
                await engine.settled()
