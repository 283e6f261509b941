"""Backends by preset: a provider's row of data, a key and an address become an open door with the right wire behind it.

Knows no provider by name, and sends nothing where a key that has to be there is missing.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from pydantic import SecretStr

from summarise.backends.address import secrets_in, valid_key
from summarise.backends.counting import Count, by_tokenizing
from summarise.backends.http import Door
from summarise.backends.reasoning import Effort, effort_for
from summarise.backends.redaction import redacted_logs
from summarise.backends.wrapped import WrappedBackend
from summarise.data import Backend
from summarise.errors import ConfigurationError
from summarise.providers import HERE, Provider, Wire, kind_of
from summarise.settings import DEFAULT_CONTEXT_TOKENS, Settings

CHUNK_TOKENS = 16_000
"""The most of an article that a model with a large window is given at once: about 12,000 words. Not measured."""
ENDINGS: Mapping[Wire, tuple[str, ...]] = {
    "openai": ("/chat/completions",),
    "anthropic": ("/v1/messages", "/v1"),
    "ollama": ("/api/chat", "/api", "/v1"),
}
"""How an address may end that somebody copied with the path, or its beginning, that a wire adds itself."""


class KnownBackend(WrappedBackend):
    """A backend of which the window is known, so that chunks can be cut to it: half of it, 16,000 at most."""

    def __init__(self, backend: Backend, *, context_tokens: int) -> None:
        super().__init__(backend)
        self.context_tokens = context_tokens
        self.chunk_tokens = min(context_tokens // 2, CHUNK_TOKENS)


@asynccontextmanager
async def open_preset(provider: Provider, model: str, settings: Settings) -> AsyncIterator[Backend]:
    """Open a model of a provider, at the user's address or the provider's own, and close it at the end.

    ConfigurationError where the provider wants a key and there is none; a server of the user's own may need none.
    """
    if to_do := key_to_do(provider, settings):
        raise ConfigurationError(f"{provider.name}:{model} needs a key: {to_do}, or name your own server's base URL")
    address = _root(settings.base_url_of(provider) or provider.base_url, provider)
    headers = _headers(provider, settings)
    door = Door(address, settings=settings, headers=headers, provider=provider.name, key_variable=provider.key_variable)
    with redacted_logs(secrets_in(headers)):
        async with door, _counter(address, provider, settings, headers) as count:
            backend = _wire(provider, model, door, settings, count)
            card = settings.card_of(backend.id)
            known = card.context_tokens if card else None
            yield backend if known is None else KnownBackend(backend, context_tokens=known)


def key_to_do(provider: Provider, settings: Settings) -> str | None:
    """Return what has to be done before a provider can be asked, None where nothing is missing."""
    if not provider.key_required or settings.base_url_of(provider) is not None or settings.key_of(provider) is not None:
        return None
    return f"set {provider.key_variable}"


def require_one_provider(settings: Settings, *names: str | None) -> None:
    """Raise ConfigurationError where an address or key that is one provider's would go to two of these models'."""
    asked = {kind_of(name): (name or "").strip() for name in names}
    served = [name for kind, name in asked.items() if kind not in ("", *HERE)]
    given = [field for field in ("base_url", "api_key") if getattr(settings, field) is not None]
    if given and len(served) > 1:
        both = " and ".join(served)
        raise ConfigurationError(
            f"{given[0]} is one provider's, and {both} are two: set base_urls and keys by provider"
        )


def _root(address: str, provider: Provider) -> str:
    """Return the address that a wire's paths go below."""
    address = address.strip().rstrip("/")
    return next((address.removesuffix(end) for end in ENDINGS[provider.wire] if address.endswith(end)), address)


def _headers(provider: Provider, settings: Settings) -> dict[str, str | SecretStr]:
    """Return what every request carries besides: the protocol's headers, the provider's own, and the key."""
    from summarise.backends.anthropic import HEADERS

    headers: dict[str, str | SecretStr] = dict(HEADERS if provider.wire == "anthropic" else {})
    headers |= provider.quirks.headers
    key = valid_key(settings.key_of(provider), variable=provider.key_variable)
    if key is not None:
        bearer = provider.key_header == "Authorization"
        headers[provider.key_header] = SecretStr(f"Bearer {key.get_secret_value()}") if bearer else key
    return headers


@asynccontextmanager
async def _counter(
    address: str, provider: Provider, settings: Settings, headers: Mapping[str, str | SecretStr]
) -> AsyncIterator[Count | None]:
    """Open the way to what counts tokens beside the wire, where the provider has such; None where not."""
    if not provider.quirks.tokenize:
        yield None
        return
    variable = provider.key_variable
    root = address.removesuffix("/v1")
    async with Door(root, settings=settings, headers=headers, provider=provider.name, key_variable=variable) as door:
        yield by_tokenizing(door)


def _wire(provider: Provider, model: str, door: Door, settings: Settings, count: Count | None) -> Backend:
    quirks, stream, keep = provider.quirks, settings.stream, settings.keep_reasoning
    effort = effort_of(provider, model, settings)
    if provider.wire == "anthropic":
        from summarise.backends.anthropic import AnthropicBackend

        return AnthropicBackend(
            model,
            door=door,
            provider=provider.name,
            stream=stream,
            without=quirks.left_out,
            effort=effort,
            keep_reasoning=keep,
        )
    if provider.wire == "ollama":
        from summarise.backends.ollama import OllamaBackend

        card = settings.card_of(f"{provider.name}:{model}")
        bounds = (settings.context_tokens, card.context_tokens if card else None)
        context = min((size for size in bounds if size is not None), default=DEFAULT_CONTEXT_TOKENS)
        return OllamaBackend(
            model,
            door=door,
            provider=provider.name,
            stream=stream,
            context_tokens=context,
            effort=effort,
            keep_reasoning=keep,
        )
    from summarise.backends.openai import OpenAIBackend

    return OpenAIBackend(
        model,
        door=door,
        provider=provider.name,
        stream=stream,
        forms=quirks.forms,
        limit=quirks.limit_field,
        without=quirks.left_out,
        patterns=quirks.patterns,
        count=count,
        effort=effort,
        keep_reasoning=keep,
    )


def effort_of(provider: Provider, model: str, settings: Settings) -> Effort:
    """Return what a provider is told of how much a model of it is to think."""
    traits = settings.traits_of(f"{provider.name}:{model}")
    return effort_for(settings.reasoning, traits.reasoning or provider.quirks.reasoning, traits.thinks)
