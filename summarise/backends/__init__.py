"""Opens a backend by its name, and lists all backends. A backend turns a Request into a Reply.

The default backends, "local" and "extract", send nothing to other machines.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, Literal

from summarise.backends.http.responses import one_line
from summarise.backends.replies import SecretRemovingBackend
from summarise.data import Backend, Record, Reply, Request, RetryScheduled, capabilities_of
from summarise.errors import ConfigurationError
from summarise.secrets import redactable
from summarise.settings.environment import secrets_of
from summarise.settings.model import Settings, expanded
from summarise.settings.providers import (
    COMMAND,
    NO_MODEL,
    NO_SERVER,
    Provider,
    kind_of,
    model_cards,
    provider,
    providers,
)

# The type of `open_backend`, and of functions that replace it, for example in a batch.
Opening = Callable[..., AbstractAsyncContextManager[Backend]]


@asynccontextmanager
async def open_backend(
    name: str | None, settings: Settings, *, on_retry: Callable[[RetryScheduled], None] = lambda _: None
) -> AsyncIterator[Backend]:
    """Open a backend by name (None: the default), with the response cache if it is enabled.

    Raises ConfigurationError if the name is unknown, or a key, the engine or its weights are missing.
    """
    name = default_backend(settings)[0] if name is None else name.strip()
    async with _open_by_name(name, settings, on_retry) as backend:
        backend = SecretRemovingBackend(backend, lambda: redactable(secrets_of(settings)))
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
        # Without `async with` nothing is opened, but an unknown name raises.
        _open_by_name(name.strip(), settings)


def default_backend(settings: Settings) -> tuple[str, str]:
    """Return the name of the default backend ("local" or "extract"), and a message with the reason."""
    to_do = local_to_do(settings)
    if to_do is None:
        return "local", "Using local, a small model on this machine; `summarise models` lists all models."
    return NO_MODEL, f"Using extract, which picks sentences of the article; for a model on this machine, {to_do}."


def _open_by_name(
    name: str, settings: Settings, on_retry: Callable[[RetryScheduled], None] = lambda _: None
) -> AbstractAsyncContextManager[Backend]:
    kind, model = kind_of(name), name.partition(":")[2].strip()
    if name == NO_MODEL:
        return nullcontext(ExtractBackend())
    if name == "local":
        from summarise.backends.model_files import SMOLLM2, adapter_path, verified_path

        options: dict[str, Any] = {"adapter": adapter_path(), "chunk_tokens": SMOLLM2.chunk_tokens}
        return _open_weights(partial(verified_path, settings), settings, on_retry, **options)
    if not model or kind == NO_MODEL:
        raise _unknown_name(name)
    if kind == "local":
        try:
            path = expanded(Path(model))
        except ValueError as error:
            raise ConfigurationError(f"the weights file {model}: {error}") from None
        return _open_weights(lambda: path, settings, on_retry)
    if kind == "hf":
        from summarise.backends.model_files import hub_file, verified_hub_path

        return _open_weights(partial(verified_hub_path, hub_file(name), settings), settings, on_retry)
    if kind == COMMAND:
        from summarise.backends.command import open_command

        return open_command(model, settings)
    if (preset := provider(kind)) is not None:
        from summarise.backends.endpoints import open_preset

        return open_preset(preset, model, settings, on_retry=on_retry)
    from summarise.backends.plugins import open_plugin, plugins

    if (point := plugins().get(kind)) is None:
        raise _unknown_name(name)
    return open_plugin(point, model, settings)


@asynccontextmanager
async def _open_weights(
    find_path: Callable[[], Path], settings: Settings, on_retry: Callable[[RetryScheduled], None], **options: Any
) -> AsyncIterator[Backend]:
    from summarise.backends.local import open_local, require_engine

    require_engine()
    # Finding the path includes hashing the file, which takes seconds for large models.
    path = await asyncio.to_thread(find_path)
    async with open_local(path, settings, on_retry=on_retry, **options) as backend:
        yield backend


def _unknown_name(name: str) -> ConfigurationError:
    from difflib import get_close_matches

    from summarise.backends.model_files import FORM
    from summarise.backends.plugins import plugins

    kinds = [*providers(), *plugins()]
    kind, _, model = name.partition(":")
    similar = get_close_matches(kind.casefold(), [*NO_SERVER, *kinds], n=1)
    # A name without its provider, such as "gpt-4o".
    served = [card for card in model_cards() if card.partition(":")[2] == name]
    suggestion = next(iter([*served, *similar]), "")
    if suggestion in (COMMAND, *kinds):
        suggestion = one_line(f"{suggestion}:{model or 'NAME'}", limit=60)
    names = ", ".join([NO_MODEL, "local", "local:PATH.gguf", FORM, *(f"{kind}:NAME" for kind in [*kinds, COMMAND])])
    question = f"did you mean {suggestion}? " if suggestion else ""
    return ConfigurationError(f"there is no backend {one_line(name, limit=60)!r}: {question}there are {names}")


class ExtractBackend:
    """The backend "extract", without a model: a run with it selects sentences of the article, and calls nothing."""

    id = NO_MODEL

    async def complete(self, request: Request) -> Reply:
        """Raise ConfigurationError."""
        del request
        raise ConfigurationError(f"{NO_MODEL} answers no requests, because it has no model: name a model")


Place = Literal["this machine", "your own program", "your own server", "hosted", "plug-in"]


class BackendStatus(Record):
    """A backend, and whether it can be used.

    `to_do`: the missing steps of installation or configuration, or None. `ready`: False if a step is missing; None for
    the user's own server, which may not be running. `model`: the id in run records, if it differs from the name.
    """

    name: str
    model: str | None = None
    place: Place
    about: str
    ready: bool | None
    to_do: str | None = None


def available_backends(settings: Settings) -> tuple[BackendStatus, ...]:
    """Return the status of every backend: built-in, configured, or from a plug-in."""
    from summarise.backends.model_files import FORM, SMOLLM2, hub_to_do

    here: Place = "this machine"
    default, to_do = f"local:{SMOLLM2.name.lower()}", local_to_do(settings)
    return (
        _status(NO_MODEL, here, "picks sentences of the article, no model"),
        _status("local", here, f"{SMOLLM2.name} on this machine", to_do, model=default),
        _status("local:PATH.gguf", here, "any GGUF model on this machine", _engine_to_do()),
        _status(FORM, here, "a GGUF model of the Hugging Face Hub on this machine", _engine_to_do() or hub_to_do()),
        *_commands(settings),
        *(_preset(row, settings) for row in sorted(providers().values(), key=lambda row: row.hosted)),
        *_plugins(),
    )


def published_models(settings: Settings) -> tuple[BackendStatus, ...]:
    """Return the status of the recommended models of the Hugging Face Hub.

    The name of a downloaded model contains its revision.
    """
    from summarise.backends.local import model_name
    from summarise.backends.model_files import GET, PUBLISHED, downloads, hub_file

    statuses = []
    for name, about in PUBLISHED.items():
        downloaded = downloads(settings, hub_file(name))
        file = downloaded[-1] if downloaded else hub_file(name)
        to_do = _engine_to_do() if downloaded else f"run `{GET} {file.name}`"
        model = f"local:{model_name(Path(file.file))}"
        statuses.append(_status(file.name, "this machine", about, to_do, model=model))
    return tuple(statuses)


def _status(
    name: str, place: Place, about: str, to_do: str | None = None, *, model: str | None = None
) -> BackendStatus:
    return BackendStatus(name=name, model=model, place=place, about=about, ready=to_do is None, to_do=to_do)


def _commands(settings: Settings) -> Iterator[BackendStatus]:
    if not settings.commands:
        return
    from summarise.backends.command import program_to_do

    for name, command in settings.commands.items():
        about = f"the program {Path(command.arguments[0]).name}"
        yield _status(f"{COMMAND}:{name}", "your own program", about, program_to_do(name, command))


def _preset(row: Provider, settings: Settings) -> BackendStatus:
    from summarise.backends.endpoints import to_do_of

    address = settings.base_url_of(row) or (None if row.hosted else row.base_url)
    about = f"{row.about} ({address})" if address else row.about
    status = _status(f"{row.name}:NAME", "hosted" if row.hosted else "your own server", about, to_do_of(row, settings))
    return status if row.hosted or not status.ready else status.model_copy(update={"ready": None})


def _plugins() -> Iterator[BackendStatus]:
    from summarise.backends.plugins import opener_of, package_of, plugins

    for name, point in plugins().items():
        to_do = None
        try:
            opener_of(point)
        except ConfigurationError as error:
            to_do = str(error)
        yield _status(f"{name}:NAME", "plug-in", f"provided by {package_of(point)}", to_do)


def _engine_to_do() -> str | None:
    from summarise.backends.local import INSTALL, engine_installed

    return None if engine_installed() else f"run `{INSTALL}`"


def local_to_do(settings: Settings) -> str | None:
    """Return instructions to install the local engine and its weights, or None if both are installed."""
    from summarise.backends.model_files import GET, verify

    engine, state = _engine_to_do(), verify(settings)
    if state == "ready":
        return engine
    download = f"run `{GET}`" + (" (the weights in the cache are damaged)" if state == "damaged" else "")
    return f"{engine}, then {download}" if engine else download
