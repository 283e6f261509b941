"""The available backends, their missing requirements, and the models of a server."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from summarise.backends.http.client import JSONClient
from summarise.backends.http.error_responses import count_of, one_line
from summarise.data import Record
from summarise.data.exchange import ListModels
from summarise.errors import ConfigurationError
from summarise.settings.model import Settings
from summarise.settings.providers import COMMAND, Provider, providers

# vLLM; Groq: https://console.groq.com/docs/api-reference; OpenRouter:
# https://openrouter.ai/docs/api-reference/overview; Mistral: https://docs.mistral.ai/api; Anthropic:
# https://platform.claude.com/docs/en/api/models
CONTEXT_FIELDS = ("max_model_len", "context_window", "context_length", "max_context_length", "max_input_tokens")
LONGEST_NAME = 100


def by_listing(client: JSONClient, path: str) -> ListModels:
    """Return a function that lists the server's models with their context sizes."""

    async def list_models() -> Mapping[str, int | None]:
        body = (await client.get(path)).body
        rows = body.get("data") or body.get("models")
        listed = {}
        for row in rows if isinstance(rows, list) else []:
            name = (row.get("id") or row.get("name")) if isinstance(row, dict) else None
            if isinstance(name, str):
                known = [size for field in CONTEXT_FIELDS if (size := count_of(row.get(field)))]
                # Google's list prefixes names with "models/".
                listed[one_line(name.removeprefix("models/"), limit=LONGEST_NAME)] = known[0] if known else None
        return listed

    return list_models


INSTALL = "pip install 'summarise-checked[local]'"
Place = Literal["this machine", "your own program", "your own server", "hosted", "plug-in"]


class BackendStatus(Record):
    """A backend, and what to do before it can be used.

    `model` is the id in run records, if not clear from the name. `ready` is None if only the server knows.
    """

    name: str
    model: str | None = None
    place: Place
    about: str
    ready: bool | None
    to_do: str | None = None


def available_backends(settings: Settings) -> tuple[BackendStatus, ...]:
    """Return all backends with what is missing to use them."""
    from summarise.backends.hub import FORM, hub_to_do
    from summarise.backends.model_files import SMOLLM2

    here: Place = "this machine"
    default, to_do = f"local:{SMOLLM2.name.lower()}", local_to_do(settings)
    return (
        _status("extract", here, "picks sentences of the article, no model"),
        _status("local", here, f"{SMOLLM2.name} on this machine", to_do, model=default),
        _status("local:PATH.gguf", here, "any GGUF model on this machine", _engine_to_do()),
        _status(FORM, here, "a GGUF model of the Hugging Face Hub on this machine", _engine_to_do() or hub_to_do()),
        *_commands(settings),
        *(_preset(row, settings) for row in sorted(providers().values(), key=lambda row: row.hosted)),
        *_plugins(),
    )


def published_models(settings: Settings) -> tuple[BackendStatus, ...]:
    """Return the recommended models of the Hub; ready ones by their downloaded revision."""
    from summarise.backends.hub import PUBLISHED, downloads
    from summarise.backends.local import model_name
    from summarise.backends.model_files import GET

    statuses = []
    for row in PUBLISHED:
        found = downloads(settings, row.file)
        file = found[-1] if found else row.file
        about = f"{row.title} by {row.publisher}, {row.megabytes:,} MB, {row.licence}"
        to_do = _engine_to_do() if found else f"run `{GET} {file.name}`"
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
        yield _status(f"{name}:NAME", "plug-in", f"brought by {package_of(point)}", to_do)


def _engine_to_do() -> str | None:
    from summarise.backends.local import engine_installed

    return None if engine_installed() else f"run `{INSTALL}`"


def local_to_do(settings: Settings) -> str | None:
    """Return what to do before the local engine can run its default weights, or None."""
    from summarise.backends.model_files import GET, verify

    engine = _engine_to_do()
    match verify(settings):
        case "ready":
            return engine
        case "missing":
            get = f"run `{GET}`"
        case "damaged":
            get = f"run `{GET}` (the weights in the cache are damaged)"
    return f"{engine}, then {get}" if engine else get
