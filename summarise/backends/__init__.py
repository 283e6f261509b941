"""Backends: whatever turns a Request into a Reply. One of them is opened by name here.

Sends nothing anywhere that the user did not name: without a name it is the local engine, or no model at all.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from summarise.data import Backend, Record
from summarise.errors import ConfigurationError
from summarise.settings import Settings

NAMES = "extract, local, local:PATH.gguf, openai:NAME"
INSTALL = "pip install 'summarise-checked[local]'"


class BackendStatus(Record):
    """A backend that there is: its name, what it is, whether it can be used as things stand, and what to do if not.

    `model` is the id that its runs carry, where the name alone does not tell the model.
    """

    name: str
    model: str | None = None
    about: str
    ready: bool
    to_do: str | None = None


@asynccontextmanager
async def open_backend(name: str | None, settings: Settings) -> AsyncIterator[Backend]:
    """Open the backend of that name (None: the default one) and close it at the end.

    ConfigurationError where there is no such backend, or a key, the engine or its weights are missing.
    """
    chosen = default_backend(settings)[0] if name is None else name.strip()
    kind, colon, rest = chosen.partition(":")
    opener = _OPENERS.get((kind, bool(colon)))
    if opener is None or (colon and not rest):
        raise ConfigurationError(f"there is no backend {chosen!r}: there are {NAMES}")
    async with opener(rest, settings) as backend:
        yield backend


@asynccontextmanager
async def _open_extract(_: str, __: Settings) -> AsyncIterator[Backend]:
    from summarise.backends.extract import ExtractBackend

    yield ExtractBackend()


@asynccontextmanager
async def _open_default_weights(_: str, settings: Settings) -> AsyncIterator[Backend]:
    from summarise.backends.local import open_local, require_engine
    from summarise.backends.weights import SMOLLM2, verified_path

    require_engine()
    async with open_local(verified_path(settings), settings, chunk_tokens=SMOLLM2.chunk_tokens) as backend:
        yield backend


@asynccontextmanager
async def _open_other_weights(path: str, settings: Settings) -> AsyncIterator[Backend]:
    from summarise.backends.local import open_local

    async with open_local(_file(path), settings) as backend:
        yield backend


@asynccontextmanager
async def _open_openai(model: str, settings: Settings) -> AsyncIterator[Backend]:
    from summarise.backends.address import valid_key
    from summarise.backends.http import Door
    from summarise.backends.openai import DEFAULT_BASE_URL, OpenAIBackend

    # A server that the user named may need no key; most of those on one's own machine need none.
    if settings.base_url is None and valid_key(settings.api_key, variable="OPENAI_API_KEY") is None:
        raise ConfigurationError(f"openai:{model} needs a key: set OPENAI_API_KEY, or name your own server's base URL")
    async with Door(
        settings.base_url or DEFAULT_BASE_URL,
        settings=settings,
        api_key=settings.api_key,
        provider="openai",
        key_variable="OPENAI_API_KEY",
    ) as door:
        yield OpenAIBackend(model, door=door)


def _file(path: str) -> Path:
    return Path(path).expanduser()


_OPENERS: dict[tuple[str, bool], Callable[[str, Settings], AbstractAsyncContextManager[Backend]]] = {
    ("extract", False): _open_extract,
    ("local", False): _open_default_weights,
    ("local", True): _open_other_weights,
    ("openai", True): _open_openai,
}


def default_backend(settings: Settings) -> tuple[str, str]:
    """Return the name of the backend to use where none is named, and one sentence that says which and why."""
    to_do = local_to_do(settings)
    if to_do is None:
        return "local", "Using local, a small model on this machine; `summarise models` lists what else there is."
    return "extract", f"Using extract, which picks sentences of the article; for a model on this machine, {to_do}."


def available_backends(settings: Settings) -> tuple[BackendStatus, ...]:
    """Return the backends that there are, each with what it is and what is missing to use it."""
    from summarise.backends.weights import SMOLLM2

    to_do = local_to_do(settings)
    engine = _engine_to_do()
    key = settings.base_url is None and not (settings.api_key and settings.api_key.get_secret_value().strip())
    return (
        BackendStatus(name="extract", about="picks sentences of the article, no model", ready=True),
        BackendStatus(
            name="local",
            model=f"local:{SMOLLM2.name.lower()}",
            about="SmolLM2-135M-Instruct on this machine",
            ready=to_do is None,
            to_do=to_do,
        ),
        BackendStatus(
            name="local:PATH.gguf", about="any GGUF model on this machine", ready=engine is None, to_do=engine
        ),
        BackendStatus(
            name="openai:NAME",
            about="a model behind any server that speaks OpenAI Chat Completions",
            ready=not key,
            to_do="set OPENAI_API_KEY, or name your own server's base URL" if key else None,
        ),
    )


def _engine_to_do() -> str | None:
    from summarise.backends.local import engine_installed

    return None if engine_installed() else f"run `{INSTALL}`"


def local_to_do(settings: Settings) -> str | None:
    """Return what has to be done before the local engine can run with its default weights, None if nothing."""
    from summarise.backends.weights import GET, verify

    engine = _engine_to_do()
    match verify(settings):
        case "ready":
            return engine
        case "missing":
            get = f"run `{GET}`"
        case "damaged":
            get = f"run `{GET}` (the weights in the cache are damaged)"
    return f"{engine}, then {get}" if engine else get
