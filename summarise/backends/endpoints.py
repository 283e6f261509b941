"""Opens models of providers. Address, key and wire (protocol) come from the provider's record and the settings."""

import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial, reduce
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from pydantic import SecretStr

from summarise.backends.http.client import CommandKey, JSONClient, valid_key
from summarise.backends.http.transport import redacted_logs
from summarise.backends.tokens import by_tokenizing
from summarise.backends.wires.base import DIALECTS, Ladder, WireBackend, WireOptions
from summarise.data import Backend, RetryScheduled
from summarise.errors import ConfigurationError
from summarise.settings.model import DEFAULT_CONTEXT_TOKENS, Settings
from summarise.settings.providers import NO_SERVER, Provider, Wire, kind_of, provider

# Path suffixes to remove from a base URL, because the wire appends them.
ENDINGS: Mapping[Wire, tuple[str, ...]] = {
    "openai": ("/chat/completions", "/responses"),
    "responses": ("/responses", "/chat/completions"),
    "anthropic": ("/v1/messages", "/v1"),
    "converse": ("/model",),
    "ollama": ("/api/chat", "/api", "/v1"),
}
# A JSON Web Token (RFC 7519).
_ACCESS_TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")


class Endpoint(NamedTuple):
    """A server's base URL, its API (`wire`), and the query string appended to every URL."""

    base_url: str
    wire: Wire
    query: str = ""


def endpoint_of(provider: Provider, model: str, settings: Settings) -> Endpoint:
    """Return the endpoint for a model, at the user's base URL or else the provider's own."""
    address = (settings.base_url_of(provider) or provider.base_url).strip().rstrip("/")
    card = settings.card_of(f"{provider.name}:{model}")
    wire = (card.wire if card else None) or provider.wire_at(address)
    address = next((address.removesuffix(end) for end in ENDINGS[wire] if address.endswith(end)), address)
    dated_path = provider.quirks.dated_path
    if dated_path is not None and settings.api_version is not None:
        first = dated_path.partition("/")[0]
        host = f"{address}/".partition(f"/{first}/")[0].rstrip("/")
        path = dated_path.format(model=quote(model, safe="")) if wire == "openai" else first
        return Endpoint(f"{host}/{path}", wire, f"api-version={settings.api_version}")
    usual_path = urlsplit(provider.base_url).path
    if provider.blanks and not urlsplit(address).path and not any(word in usual_path for word in provider.blanks):
        # Users copy the address from the provider's console, which shows it without its path.
        address += usual_path
    return Endpoint(address, wire)


def key_headers(provider: Provider, key: SecretStr) -> dict[str, SecretStr]:
    """Return the HTTP header that contains a key, in the provider's format."""
    text = key.get_secret_value()
    if provider.key_header == "Authorization" or (provider.bearer_tokens and _ACCESS_TOKEN.fullmatch(text)):
        return {"Authorization": SecretStr(f"Bearer {text}")}
    return {provider.key_header: key}


def headers_of(provider: Provider, wire: Wire, settings: Settings) -> dict[str, str | SecretStr]:
    """Return the headers of every request. A key that a command prints is not among them.

    The user's own headers take precedence.
    """
    from summarise.backends.wires.anthropic import HEADERS

    headers: dict[str, str | SecretStr] = {**(HEADERS if wire == "anthropic" else {}), **provider.quirks.headers}
    if key := valid_key(settings.key_of(provider), variable=provider.key_variable):
        headers |= key_headers(provider, key)
    own = settings.headers.get(provider.name, {})
    own_names = {name.lower() for name in own}
    return {name: value for name, value in headers.items() if name.lower() not in own_names} | dict(own)


def missing_settings(provider: Provider, settings: Settings) -> tuple[str | None, str | None]:
    """Return the names of the missing settings for the key and the address, such as ("OPENAI_API_KEY", None).

    None means not missing. An address is missing if words in the preset's address, such as RESOURCE, must be replaced.
    The user's own server needs no key.
    """
    base_url = settings.base_url_of(provider)
    own_server = base_url is not None and not provider.is_at(base_url)
    has_access = not provider.key_required or own_server or has_key(provider, settings)
    complete = not provider.blanks or (base_url is not None and not any(word in base_url for word in provider.blanks))
    return None if has_access else provider.key_variable, None if complete else f"base_urls.{provider.name}"


def has_key(provider: Provider, settings: Settings) -> bool:
    """Return whether the settings contain a key for the provider, a command that prints it, or a header with it."""
    has_setting = settings.key_of(provider) is not None or provider.name in settings.key_commands
    return has_setting or _has_own_key_header(provider, settings)


def _has_own_key_header(provider: Provider, settings: Settings) -> bool:
    headers = {name.lower() for name in settings.headers.get(provider.name, {})}
    return not headers.isdisjoint({provider.key_header.lower(), "authorization"})


def to_do_of(provider: Provider, settings: Settings) -> str | None:
    """Return an instruction that names the missing settings ("set OPENAI_API_KEY"), or None."""
    missing = list(filter(None, missing_settings(provider, settings)))
    return f"set {' and '.join(missing)}" if missing else None


def _access_problem(provider: Provider, model: str, settings: Settings) -> str | None:
    key, address = missing_settings(provider, settings)
    if key is None and address is None:
        return None
    blanks = " and ".join(provider.blanks)
    example = f", {provider.base_url} with your own {blanks}" if address else ""
    alternative = "" if provider.blanks else ", or name your own server's base URL"
    missing = "a key" if key else "an address"
    return f"{provider.name}:{model} needs {missing}: {to_do_of(provider, settings)}{example}{alternative}"


PLACEHOLDER = "no-key-is-set"


def with_placeholders(settings: Settings, names: Iterable[str | None]) -> tuple[Settings, dict[str, str]]:
    """Return settings for planning, and an error message for each model in `names` that lacks a key or address.

    The settings contain placeholders for missing keys and parts of addresses: never send requests with them.
    """
    problems: dict[str, str] = {}
    for name in filter(None, names):
        row, model = provider(kind_of(name)), name.partition(":")[2].strip()
        if row is None or not model or (problem := _access_problem(row, model, settings)) is None:
            continue
        problems[name] = problem
        key, address = missing_settings(row, settings)
        keys, addresses = dict(settings.api_keys), dict(settings.base_urls)
        if key:
            keys[key] = SecretStr(PLACEHOLDER)
        if address:
            addresses[row.name] = reduce(lambda url, word: url.replace(word, word.lower()), row.blanks, row.base_url)
        settings = settings.model_copy(update={"api_keys": keys, "base_urls": addresses})
    return settings, problems


@asynccontextmanager
async def open_preset(
    provider: Provider, model: str, settings: Settings, *, on_retry: Callable[[RetryScheduled], None] = lambda _: None
) -> AsyncIterator[Backend]:
    """Open a model of a provider. Raises ConfigurationError for missing settings."""
    if (problem := _access_problem(provider, model, settings)) is not None:
        raise ConfigurationError(problem)
    endpoint = endpoint_of(provider, model, settings)
    key = _command_key(provider, settings)
    client = partial(
        JSONClient,
        settings=settings,
        headers=headers_of(provider, endpoint.wire, settings),
        key=key,
        provider=provider.name,
        key_variable=f"[key_commands] {provider.name}" if key else provider.key_variable,
        on_retry=on_retry,
    )
    main = client(endpoint.base_url, query=endpoint.query)
    with redacted_logs(lambda: main.secrets):
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(main)
            backend = _wire(provider, endpoint, model, main, settings)
            if provider.quirks.tokenize:
                root = await stack.enter_async_context(client(endpoint.base_url.removesuffix("/v1")))
                backend.capabilities = replace(backend.capabilities, count=by_tokenizing(root), counts_here=False)
            card = settings.card_of(backend.id)
            if card is not None and card.context_tokens is not None:
                backend.capabilities = backend.capabilities.sized(card.context_tokens)
            yield backend


def require_one_provider(settings: Settings, *names: str | None) -> None:
    """Raise ConfigurationError if `base_url` or `api_key` is set, but the models `names` have several providers."""
    by_kind = {kind_of(name): (name or "").strip() for name in names}
    models = [name for kind, name in by_kind.items() if kind not in ("", *NO_SERVER)]
    fields = [field for field in ("base_url", "api_key") if getattr(settings, field) is not None]
    if fields and len(models) > 1:
        belong = f"{' and '.join(models)} belong to {'two' if len(models) == 2 else len(models)} providers"
        raise ConfigurationError(
            f"{fields[0]} is for one provider, but {belong}: set base_urls and api_keys by provider"
        )


def _command_key(provider: Provider, settings: Settings) -> CommandKey | None:
    command = settings.key_commands.get(provider.name)
    if command is None or settings.key_of(provider) is not None or _has_own_key_header(provider, settings):
        return None
    return CommandKey(command, provider=provider.name, headers_of=partial(key_headers, provider))


def _wire(provider: Provider, endpoint: Endpoint, model: str, client: JSONClient, settings: Settings) -> WireBackend:
    card = settings.card_of(f"{provider.name}:{model}")
    sizes = (settings.context_tokens, card.context_tokens if card else None)
    options = WireOptions(
        extra=settings.extra_body_of(provider, model),
        quirks=provider.quirks,
        keep_reasoning=settings.keep_reasoning,
        context_tokens=min((size for size in sizes if size is not None), default=DEFAULT_CONTEXT_TOKENS),
    )
    from summarise.backends.wires.anthropic import AnthropicBackend
    from summarise.backends.wires.converse import ConverseBackend
    from summarise.backends.wires.ollama import OllamaBackend
    from summarise.backends.wires.openai import OpenAIBackend, ResponsesBackend

    wires: Mapping[Wire, Callable[..., WireBackend]] = {
        "openai": OpenAIBackend,
        "responses": ResponsesBackend,
        "anthropic": AnthropicBackend,
        "converse": ConverseBackend,
        "ollama": OllamaBackend,
    }

    def backend(wire: Wire, **more: WireBackend) -> WireBackend:
        ladder = ladder_of(provider, wire, model, settings)
        return wires[wire](model, client=client, options=replace(options, ladder=ladder), **more)

    # With an API version the path names the deployment, which the Responses wire does not allow.
    if endpoint.wire == "openai" and not endpoint.query:
        return backend("openai", responses=backend("responses"))
    return backend(endpoint.wire)


def ladder_of(provider: Provider, wire: Wire, model: str, settings: Settings) -> Ladder:
    """Return alternative request fields that set a model's reasoning effort to the level in the settings, best first.

    The result is empty if the server's dialect (format of these fields) is unknown, or the model does not reason at
    this level.
    """
    traits, level = settings.traits_of(f"{provider.name}:{model}"), settings.reasoning
    dialect, thinks = traits.reasoning or provider.quirks.reasoning, traits.thinks
    if wire == "responses":
        dialect = "object"
    elif wire == "converse":
        from summarise.backends.wires.converse import dialect_of

        # Anthropic's models reason in Converse only on request, unless the settings say otherwise.
        dialect, thinks = dialect_of(model), thinks or ("optional" if "anthropic." in model else None)
    if dialect is None or thinks == "no" or (thinks == "optional" and level in ("auto", "off")):
        return ()
    return DIALECTS[dialect][level]
