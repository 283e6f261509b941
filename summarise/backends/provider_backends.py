"""Backends of providers: a row of data, a key and an address become an open client with the right wire protocol.

Knows no provider by name, and sends nothing where a key that has to be there is missing.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

from summarise.backends.endpoints import (
    Endpoint,
    endpoint_of,
    has_own_key_header,
    headers_of,
    key_headers,
    require_access,
)
from summarise.backends.http.client import JSONClient
from summarise.backends.http.key_commands import CommandKey
from summarise.backends.http.redaction import redacted_logs
from summarise.backends.token_counts import by_tokenizing
from summarise.backends.wires.base import WireBackend
from summarise.backends.wires.options import WireOptions
from summarise.backends.wires.reasoning import Effort, effort_for
from summarise.data import Backend, Capabilities, RetryScheduled
from summarise.data.capabilities import Count
from summarise.errors import ConfigurationError
from summarise.settings.model import DEFAULT_CONTEXT_TOKENS, Settings
from summarise.settings.providers import NO_SERVER, ModelCard, Provider, Wire, kind_of


@asynccontextmanager
async def open_preset(
    provider: Provider, model: str, settings: Settings, *, on_retry: Callable[[RetryScheduled], None] = lambda _: None
) -> AsyncIterator[Backend]:
    """Open a model of a provider, at the user's address or the provider's own, and close it at the end.

    ConfigurationError where a key is missing, or the user's part of an address; a server of the user's own may need no
    key.
    """
    require_access(provider, model, settings)
    endpoint = endpoint_of(provider, model, settings)
    client = _clients_for(provider, settings, endpoint, on_retry)
    main, root = client(endpoint.base_url, query=endpoint.query), client(endpoint.base_url.removesuffix("/v1"))
    with redacted_logs(lambda: main.secrets):
        async with main, _counter(root, provider) as count:
            backend = _wire(provider, endpoint, model, main, settings)
            backend.capabilities = _with_known(backend.capabilities, settings.card_of(backend.id), count)
            yield backend


def _with_known(can: Capabilities, card: ModelCard | None, count: Count | None) -> Capabilities:
    """Return what a backend can do, with how its server counts, and with the sizes of a model that has a card."""
    if count is not None:
        can = replace(can, count=count, counts_here=False)
    if card is None or card.context_tokens is None:
        return can
    return can.sized(card.context_tokens)


def require_one_provider(settings: Settings, *names: str | None) -> None:
    """Raise ConfigurationError where an address or key that is one provider's would go to two of these models'."""
    asked = {kind_of(name): (name or "").strip() for name in names}
    served = [name for kind, name in asked.items() if kind not in ("", *NO_SERVER)]
    given = [field for field in ("base_url", "api_key") if getattr(settings, field) is not None]
    if given and len(served) > 1:
        them = f"{' and '.join(served)} are {'two' if len(served) == 2 else len(served)}"
        raise ConfigurationError(f"{given[0]} is one provider's, and {them}: set base_urls and api_keys by provider")


def _clients_for(
    provider: Provider, settings: Settings, endpoint: Endpoint, on_retry: Callable[[RetryScheduled], None]
) -> partial[JSONClient]:
    """Return what makes doors to a provider, which share its headers and its key."""
    headers = headers_of(provider, endpoint.wire, settings)
    known = settings.key_of(provider) is not None or has_own_key_header(provider, settings)
    command = None if known else settings.key_commands.get(provider.name)
    key, variable = None, provider.key_variable
    if command is not None:
        key = CommandKey(command, provider=provider.name, headers_of=partial(key_headers, provider))
        variable = f"[key_commands] {provider.name}"
    return partial(
        JSONClient,
        settings=settings,
        headers=headers,
        key=key,
        provider=provider.name,
        key_variable=variable,
        on_retry=on_retry,
    )


@asynccontextmanager
async def _counter(root: JSONClient, provider: Provider) -> AsyncIterator[Count | None]:
    """Open the way to what counts tokens beside the wire, where the provider has such; None where not."""
    if not provider.quirks.tokenize:
        yield None
        return
    async with root:
        yield by_tokenizing(root)


def _wire(provider: Provider, endpoint: Endpoint, model: str, client: JSONClient, settings: Settings) -> WireBackend:
    card = settings.card_of(f"{provider.name}:{model}")
    sizes = (settings.context_tokens, card.context_tokens if card else None)
    options = WireOptions(
        extra=settings.extra_body_of(provider, model),
        quirks=provider.quirks,
        effort=effort_of(provider, endpoint.wire, model, settings),
        keep_reasoning=settings.keep_reasoning,
        context_tokens=min((size for size in sizes if size is not None), default=DEFAULT_CONTEXT_TOKENS),
    )
    if endpoint.wire == "anthropic":
        from summarise.backends.wires.anthropic import AnthropicBackend

        return AnthropicBackend(model, client=client, options=options)
    if endpoint.wire == "converse":
        from summarise.backends.wires.converse import ConverseBackend

        return ConverseBackend(model, client=client, options=options)
    if endpoint.wire == "ollama":
        from summarise.backends.wires.ollama import OllamaBackend

        return OllamaBackend(model, client=client, options=options)
    from summarise.backends.wires.responses import ResponsesBackend

    there = replace(options, effort=effort_of(provider, "responses", model, settings))
    responses = ResponsesBackend(model, client=client, options=there)
    if endpoint.wire == "responses":
        return responses
    from summarise.backends.wires.openai import OpenAIBackend

    # The dated form has the model in the address, where the other wire has no place.
    return OpenAIBackend(model, client=client, options=options, responses=None if endpoint.query else responses)


def effort_of(provider: Provider, wire: Wire, model: str, settings: Settings) -> Effort:
    """Return what a provider is told, in a wire, of how much a model of it is to think."""
    traits = settings.traits_of(f"{provider.name}:{model}")
    if wire == "converse":
        from summarise.backends.wires.converse import dialect_of

        # By Converse nobody thinks without being asked to but those that always do.
        dialect, thinks = dialect_of(model), traits.thinks or ("optional" if "anthropic." in model else None)
        return effort_for(settings.reasoning, dialect, thinks)
    dialect = "object" if wire == "responses" else traits.reasoning or provider.quirks.reasoning
    return effort_for(settings.reasoning, dialect, traits.thinks)
