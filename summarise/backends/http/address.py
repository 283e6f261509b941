"""Base URLs, keys and headers: what a server is reached with, checked before anything is sent."""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from pydantic import SecretStr

from summarise.backends.http.error_responses import one_line
from summarise.errors import ConfigurationError

SHORTEST = 4
"""A secret of fewer characters is looked for nowhere."""
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"[!-~]+( [!-~]+)*")


def is_loopback(host: str) -> bool:
    """Tell whether `host` is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def valid_base_url(text: str) -> str:
    """Return the base URL without a trailing slash; raise ConfigurationError where it is none, or holds a password."""
    url = text.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        host, user = parts.hostname, parts.username
        _ = parts.port
    except ValueError:
        host = user = None
    if user is not None:
        raise ConfigurationError("the base URL must not hold a name or password: give the key by its variable")
    if not host or parts.scheme not in ("http", "https"):
        # Its text is not shown: a path may hold a token.
        raise ConfigurationError(
            "the base URL is not valid: it looks like https://api.openai.com/v1 or http://127.0.0.1:8080/v1"
        )
    return url


def valid_key(key: SecretStr | None, *, variable: str | None = None) -> SecretStr | None:
    """Return the key without blanks around it, None where nothing is left; raise where it cannot be a key.

    `variable` is the environment variable that the message names.
    """
    text = key.get_secret_value().strip() if key else ""
    if not text:
        return None
    if not re.fullmatch(r"[!-~]+", text):
        raise ConfigurationError(f"{variable or 'the key'} holds characters that no key has: set it anew")
    return SecretStr(text)


def valid_headers(headers: Mapping[str, SecretStr | str]) -> dict[str, str]:
    """Return the headers as they are sent; an empty secret is not sent.

    ConfigurationError, which does not show the value, where HTTP cannot carry a name or a value.
    """
    sent = {}
    for name, value in headers.items():
        text = (value.get_secret_value() if isinstance(value, SecretStr) else value).strip()
        if not text and isinstance(value, SecretStr):
            continue
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(text):
            raise ConfigurationError(f"the header {one_line(name)!r} cannot be sent: it may hold plain ASCII only")
        sent[name] = text
    return sent


def secrets_in(headers: Mapping[str, SecretStr | str]) -> tuple[str, ...]:
    """Return the secret values of headers, each also without a word like "Bearer" before it, the longest first.

    A value of the user's own that is shorter than four characters, such as 1, would be found in every message, and is
    left out.
    """
    texts = [value.get_secret_value().strip() for value in headers.values() if isinstance(value, SecretStr)]
    parts = {part for text in texts for part in (text, text.split()[-1] if len(text.split()) == 2 else text)}
    return tuple(sorted((part for part in parts if len(part) >= SHORTEST), key=len, reverse=True))
