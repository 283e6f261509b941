"""Runs the local engine: llama.cpp as a server in this process, called on the loopback interface as OpenAI's API is."""

import asyncio
import hashlib
import os
import re
import secrets
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO, Self

from pydantic import SecretStr

from summarise.backends.http.client import JSONClient
from summarise.backends.tokens import by_tokenizing
from summarise.backends.wires.base import WireOptions
from summarise.backends.wires.openai import OpenAIBackend
from summarise.data import Capabilities, Reply, Request, RetryScheduled, WireRequest
from summarise.data.exchange import Count
from summarise.errors import ConfigurationError
from summarise.settings.model import DEFAULT_CONTEXT_TOKENS, Settings

# Bytes of a scalar by its GGUF type.
_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_UINT32, _STRING, _ARRAY, _UINT64 = 4, 8, 9, 10
_LONGEST_KEY = 2**16


def trained_context(path: Path) -> int | None:
    """Return the context length, in tokens, stated by a GGUF file."""
    try:
        with path.open("rb") as file:
            magic, _, _, values = _read(file, "4sIQQ")
            for _ in range(values if magic == b"GGUF" else 0):
                (length,) = _read(file, "Q")
                key = file.read(length) if length < _LONGEST_KEY else b""
                (kind,) = _read(file, "I")
                if key.endswith(b".context_length") and kind in (_UINT32, _UINT64):
                    return int(_read(file, "I" if kind == _UINT32 else "Q")[0])
                _skip(file, kind)
    except (OSError, OverflowError, ValueError, KeyError, struct.error):
        pass
    return None


def _skip(file: BinaryIO, kind: int) -> None:
    if kind == _STRING:
        file.seek(_read(file, "Q")[0], 1)
    elif kind == _ARRAY:
        of, count = _read(file, "IQ")
        if of == _STRING:
            for _ in range(count):
                _skip(file, of)
        else:
            file.seek(_SIZES[of] * count, 1)
    else:
        file.seek(_SIZES[kind], 1)


def _read(file: BinaryIO, form: str) -> tuple[Any, ...]:
    return struct.unpack(f"<{form}", file.read(struct.calcsize(f"<{form}")))


# The prompt cache saves a quarter of a run's time. Without the repeat penalty SmolLM2-135M loops: on a 3,000-word
# article 17 of 42 answers were cut off, with the penalty 1 of 28. With the adapter there is no penalty, because its
# answers repeat words of their sources.
ENGINE_OPTIONS = {"cache_prompt": True, "repeat_penalty": 1.1}
ADAPTED_OPTIONS = {"cache_prompt": True, "repeat_penalty": 1.0, "lora": [{"id": 0, "scale": 1.0}]}
UNADAPTED_OPTIONS = ENGINE_OPTIONS | {"lora": [{"id": 0, "scale": 0.0}]}
# The stage whose requests the adapter was trained for.
ADAPTED_STAGE = "rewrite"


class LocalBackend:
    """A model of the local engine, called through `client`.

    Runs are reproducible on one machine at temperature 0 and a fixed seed; with the prompt cache a reply may depend on
    earlier requests. `beside` identifies engine and weights in cache keys. `start` is called before the first use; it
    starts the engine and returns the client and token counter that replace `client` and `count`. An `adapted` engine
    has a LoRA adapter, which is used only for rewriting.
    """

    def __init__(
        self,
        name: str,
        *,
        client: JSONClient,
        count: Count,
        context_tokens: int,
        chunk_tokens: int,
        adapted: bool = False,
        beside: Mapping[str, Any] | None = None,
        start: Callable[[], Awaitable[tuple[JSONClient, Count]]] | None = None,
    ) -> None:
        self._name = name
        self._adapted = adapted
        self._start = start
        self._starting = asyncio.Lock()
        self._connect(client, count)
        self._beside = {**(beside or {}), "context_tokens": context_tokens}
        self.capabilities = Capabilities(
            context_tokens=context_tokens,
            chunk_tokens=chunk_tokens,
            # Concurrent calls are no faster.
            at_once=1,
            repeats=True,
            counts_here=True,
            count=self._count,
            on_the_wire=self.on_the_wire,
        )

    @property
    def id(self) -> str:
        """The id in run records, such as "local:smollm2-135m-instruct"."""
        return self._wire.id

    def on_the_wire(self, request: Request) -> WireRequest:
        """Return the request as sent; its address is constant, because the port changes."""
        sent = self._way(request).on_the_wire(request)
        return sent.model_copy(update={"address": "the local engine", "beside": self._beside})

    async def complete(self, request: Request) -> Reply:
        """Return the reply."""
        await self.start()
        return await self._way(request).complete(request)

    async def start(self) -> None:
        """Start the engine unless it is running."""
        async with self._starting:
            if self._start is not None:
                self._connect(*await self._start())
                self._start = None

    def _connect(self, client: JSONClient, count: Count) -> None:
        usual = UNADAPTED_OPTIONS if self._adapted else ENGINE_OPTIONS
        self._wire = OpenAIBackend(self._name, client=client, options=WireOptions(extra=usual))
        self._rewriter = OpenAIBackend(self._name, client=client, options=WireOptions(extra=ADAPTED_OPTIONS))
        self._counted = count

    def _way(self, request: Request) -> OpenAIBackend:
        return self._rewriter if self._adapted and request.stage == ADAPTED_STAGE else self._wire

    async def _count(self, text: str) -> int:
        await self.start()
        return await self._counted(text)


# Answers to one request that the engine can generate at once.
CANDIDATES = 8


class Engine:
    """A llama.cpp server with one model, on a free loopback port, with a random API key. It logs nothing.

    It handles one request at a time: two at once are no faster on two cores, and an answer would depend on the other
    request. Several answers to one request are written together, and are reproducible.
    """

    def __init__(self, weights: Path, *, name: str, context_tokens: int, adapter: Path | None = None) -> None:
        self._weights = weights
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
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = engine_threads()
        params.cpuparams.poll = params.cpuparams_batch.poll = 0
        # The default caches up to 8 GiB of prompts; a run's shared prefixes are in its slots.
        params.cache_ram_mib = 0
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


def engine_threads() -> int:
    """Return the number of threads for the engine: one less than the number of cores, and at least one.

    Waiting threads spin: with one thread per core, two concurrent runs take 45 s instead of 11 s on two cores.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores - 1)


def engine_installed() -> bool:
    """Return whether the engine's package is installed, without importing it."""
    return find_spec("xllamacpp") is not None


def require_engine() -> None:
    """Raise ConfigurationError if the local engine is not installed."""
    if not engine_installed():
        raise ConfigurationError("the local engine is not installed: run `pip install 'summarise-checked[local]'`")


def model_name(weights: Path) -> str:
    """Return the model's name: the file name without quantisation and suffix."""
    return re.sub(r"(\.I?Q\d\w*)?\.gguf$", "", weights.name, flags=re.IGNORECASE).lower()


def _engine_and_weights(weights: Path, adapter: Path | None) -> dict[str, Any]:
    """Identify engine, weights (by size and mtime, because hashing is slow) and adapter."""
    about = weights.stat()
    found = {"engine": version("xllamacpp"), "bytes": about.st_size, "changed": about.st_mtime_ns}
    if adapter is not None:
        found["adapter"] = hashlib.sha256(adapter.read_bytes()).hexdigest()[:16]
    return found


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

    The context is at most as long as in the model's training; `chunk_tokens` defaults to half of the context. Raises
    ConfigurationError if the engine or the file is missing, or the file is not a model.
    """
    require_engine()
    _require_file(weights)
    trained = trained_context(weights)
    if trained is None:
        raise _not_a_model(weights)
    name = model_name(weights)
    context_tokens = min(settings.context_tokens or DEFAULT_CONTEXT_TOKENS, trained)
    engine = Engine(weights, name=name, context_tokens=context_tokens, adapter=adapter)
    open_client = partial(
        JSONClient,
        # Nothing is sent until the answer is complete, so a shorter read time-out makes no sense.
        settings=settings.model_copy(update={"read_timeout": settings.total_timeout}),
        api_key=engine.key,
        provider="local",
        concurrency=1,
        called="the local engine",
        on_retry=on_retry,
    )
    async with AsyncExitStack() as stack:

        async def start() -> tuple[JSONClient, Count]:
            url = stack.enter_context(engine).url
            root = await stack.enter_async_context(open_client(url))
            return await stack.enter_async_context(open_client(f"{url}/v1")), by_tokenizing(root)

        unstarted = open_client("http://127.0.0.1/v1")
        yield LocalBackend(
            name,
            client=unstarted,
            count=by_tokenizing(unstarted),
            context_tokens=context_tokens,
            chunk_tokens=chunk_tokens or context_tokens // 2,
            adapted=adapter is not None,
            beside=_engine_and_weights(weights, adapter),
            start=start,
        )
