"""Backends, which turn a Request into a Reply.

To add a provider, add a row to `settings/providers.toml`; for a new protocol, a module in `wires/`, its name in
`settings/providers.py` and a branch in `backends/endpoints.py`. Without a backend name nothing leaves this machine.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from summarise.backends.catalogue import BackendStatus, available_backends, local_to_do
from summarise.backends.replies import SecretRemovingBackend
from summarise.data import Backend, RetryScheduled, capabilities_of
from summarise.errors import ConfigurationError
from summarise.observing.secrets import to_hide
from summarise.settings.environment import secrets_of
from summarise.settings.model import Settings, expanded
from summarise.settings.providers import COMMAND, NO_SERVER, kind_of, model_cards, provider, providers

if TYPE_CHECKING:
    from summarise.backends.hub import HubFile

__all__ = [
    "BackendStatus",
    "Opening",
    "available_backends",
    "default_backend",
    "local_to_do",
    "open_backend",
    "require_known",
]


class Opening(Protocol):
    """The signature of `open_backend`."""

    def __call__(
        self, name: str | None, settings: Settings, *, on_retry: Callable[[RetryScheduled], None] = ...
    ) -> AbstractAsyncContextManager[Backend]:
        """Return a context that opens and closes the backend."""
        ...


@asynccontextmanager
async def open_backend(
    name: str | None, settings: Settings, *, on_retry: Callable[[RetryScheduled], None] = lambda _: None
) -> AsyncIterator[Backend]:
    """Open a backend by name (None: the default), with the response cache if it is enabled.

    Raises ConfigurationError if the name is unknown, or a key, the engine or its weights are missing.
    """
    chosen = default_backend(settings)[0] if name is None else name.strip()
    opened = _opened(chosen, settings, on_retry)
    if opened is None:
        raise ConfigurationError(_unknown(chosen))
    async with opened as opened_backend:
        # The output of `extract` is the article's own text.
        backend = opened_backend
        if chosen != "extract":
            backend = SecretRemovingBackend(opened_backend, lambda: to_hide(secrets_of(settings)))
        if settings.cache and capabilities_of(backend).on_the_wire is not None:
            from summarise.backends.cache import CachedBackend, ResponseCache, answers_path

            with ResponseCache(answers_path(settings)) as answers:
                keep = settings.keep_reasoning
                yield CachedBackend(backend, answers, secrets=secrets_of(settings), keep_reasoning=keep)
        else:
            yield backend


def require_known(names: Iterable[str], settings: Settings) -> None:
    """Raise ConfigurationError for the first unknown backend name."""
    for name in names:
        if _opened(name.strip(), settings, lambda _: None) is None:
            raise ConfigurationError(_unknown(name.strip()))


def default_backend(settings: Settings) -> tuple[str, str]:
    """Return the default backend's name and the reason in one sentence."""
    to_do = local_to_do(settings)
    if to_do is None:
        return "local", "Using local, a small model on this machine; `summarise models` lists what else there is."
    return "extract", f"Using extract, which picks sentences of the article; for a model on this machine, {to_do}."


def _opened(
    chosen: str, settings: Settings, on_retry: Callable[[RetryScheduled], None]
) -> AbstractAsyncContextManager[Backend] | None:
    kind, model = kind_of(chosen), chosen.partition(":")[2].strip()
    if chosen == "extract":
        from summarise.backends.extract import ExtractBackend

        return nullcontext(ExtractBackend())
    if chosen == "local":
        return _open_default_weights(settings, on_retry)
    if not model or kind == "extract":
        return None
    if kind == "local":
        return _open_other_weights(model, settings, on_retry)
    if kind == "hf":
        from summarise.backends.hub import hub_file

        return _open_hub_weights(hub_file(chosen), settings, on_retry)
    if kind == COMMAND:
        from summarise.backends.command import open_command

        return open_command(model, settings)
    if (preset := provider(kind)) is not None:
        from summarise.backends.endpoints import open_preset

        return open_preset(preset, model, settings, on_retry=on_retry)
    from summarise.backends.plugins import open_plugin, plugins

    point = plugins().get(kind)
    return open_plugin(point, model, settings) if point is not None else None


@asynccontextmanager
async def _open_default_weights(
    settings: Settings, on_retry: Callable[[RetryScheduled], None]
) -> AsyncIterator[Backend]:
    from summarise.backends.local import open_local, require_engine
    from summarise.backends.model_files import SMOLLM2, adapter_path, verified_path

    require_engine()
    path, chunk_tokens = verified_path(settings), SMOLLM2.chunk_tokens
    async with open_local(
        path, settings, adapter=adapter_path(), chunk_tokens=chunk_tokens, on_retry=on_retry
    ) as backend:
        yield backend


def _open_other_weights(
    path: str, settings: Settings, on_retry: Callable[[RetryScheduled], None]
) -> AbstractAsyncContextManager[Backend]:
    from summarise.backends.local import open_local

    try:
        return open_local(expanded(Path(path)), settings, on_retry=on_retry)
    except ValueError as error:
        raise ConfigurationError(f"the weights file {path}: {error}") from None


@asynccontextmanager
async def _open_hub_weights(
    file: "HubFile", settings: Settings, on_retry: Callable[[RetryScheduled], None]
) -> AsyncIterator[Backend]:
    from summarise.backends.hub import verified_hub_path
    from summarise.backends.local import open_local, require_engine

    require_engine()
    # Hashing takes seconds for large models.
    path = await asyncio.to_thread(verified_hub_path, file, settings)
    async with open_local(path, settings, on_retry=on_retry) as backend:
        yield backend


def _unknown(chosen: str) -> str:
    from difflib import get_close_matches

    from summarise.backends.http.error_responses import one_line
    from summarise.backends.hub import FORM
    from summarise.backends.plugins import plugins

    kinds = [*providers(), *plugins()]
    kind, _, model = chosen.partition(":")
    close = get_close_matches(kind.casefold(), [*NO_SERVER, *kinds], n=1)
    served = [card for card in model_cards() if card.partition(":")[2] == chosen]
    meant = served[0] if served else close[0] if close else ""
    if meant in (COMMAND, *kinds):
        meant = one_line(f"{meant}:{model or 'NAME'}", limit=60)
    there = ", ".join(["extract", "local", "local:PATH.gguf", FORM, *(f"{kind}:NAME" for kind in [*kinds, COMMAND])])
    asked = f"did you mean {meant}? " if meant else ""
    return f"there is no backend {one_line(chosen, limit=60)!r}: {asked}there are {there}"
