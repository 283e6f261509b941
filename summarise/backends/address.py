"""Base URLs and keys: what a server is reached with, checked before anything is sent.

Opens no connection and reads no environment.
"""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from pydantic import SecretStr

from summarise.backends.refusals import one_line
from summarise.errors import ConfigurationError


def is_loopback(host: str) -> bool:
    """Tell whether `host` is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def valid_base_url(text: str) -> str:
    """Return the base URL without a trailing slash; raise ConfigurationError where it is none."""
    url = text.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise ConfigurationError(
            f"the base URL {one_line(text)!r} is none: it looks like https://api.openai.com/v1 or http://127.0.0.1:8080/v1"
        )
    if "@" in parts.netloc:
        raise ConfigurationError("the base URL must not hold a name or password: a key belongs in OPENAI_API_KEY")
    return url


def valid_key(key: SecretStr | None) -> SecretStr | None:
    """Return the key without blanks around it, None where nothing is left; raise where it cannot be a key."""
    text = key.get_secret_value().strip() if key else ""
    if not text:
        return None
    if not re.fullmatch(r"[!-~]+", text):
        raise ConfigurationError("OPENAI_API_KEY holds characters that no key has: set it anew")
    return SecretStr(text)
