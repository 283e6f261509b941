"""Reads the environment of the process."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from summarise.settings.model import Settings

# Names of variables whose values are secret.
SECRET = re.compile(
    r"(^|_)(API)?(KEYS?|TOKEN|SECRETS?|PASS|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?)(_|$)", re.IGNORECASE
)
# A plain lower-case word is not a secret, even in a variable with such a name: SORT_KEY=supported.
WORD = re.compile(r"[a-z]+")
# A part of a path that looks like a token: long, with letters and digits.
_TOKEN = re.compile(r"(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[\w.~-]{16,}")
HIDDEN = "…"

COMPLETION = "_SUMMARISE_COMPLETE"  # set by completion scripts of click


def variables(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment variables that are not blank, from `environment` or from the process."""
    source = os.environ if environment is None else environment
    return {name: value for name, value in source.items() if value.strip()}


def wants_colours() -> bool:
    """Return whether NO_COLOR and TERM allow colours in the terminal."""
    return "NO_COLOR" not in variables() and os.environ.get("TERM", "unknown") not in ("", "dumb")


def completion_request() -> str | None:
    """Return the instruction of a shell's completion script ("bash_complete"), or None."""
    return variables().get(COMPLETION)


def proxies_set() -> tuple[str, ...]:
    """Return the names of the proxy variables, including NO_PROXY, without their values."""
    return tuple(sorted(name for name in variables() if name.upper().endswith("_PROXY")))


def secrets_of(settings: "Settings") -> dict[str, str]:
    """Return the values that must never be shown, by the name of their setting or variable.

    These are: keys and other secret settings; values of variables with names such as *_KEY; passwords of proxies; and
    parts of the paths of server addresses, because they may be tokens.
    """
    secrets = {name: value for name, value in variables().items() if _is_secret(name, value)}
    secrets |= {name: key.get_secret_value() for name, key in settings.api_keys.items()}
    if settings.api_key is not None:
        secrets["api_key"] = settings.api_key.get_secret_value()
    for provider, headers in settings.headers.items():
        secrets |= {f"headers.{provider}.{name}": value.get_secret_value() for name, value in headers.items()}
    for model, body in settings.extra_body.items():
        secrets |= {f"extra_body.{model}.{name}": text for name, text in _texts(body) if _is_secret(name, text)}
    return secrets | proxy_passwords(settings) | _address_secrets(settings)


def proxy_passwords(settings: "Settings") -> dict[str, str]:
    """Return the passwords in proxy addresses, by setting or variable."""
    proxies = {name: value for name, value in variables().items() if name.upper().endswith("_PROXY")}
    if settings.proxy is not None:
        proxies["proxy"] = settings.proxy.get_secret_value()
    return {name: password for name, url in proxies.items() if (password := _password_in(url))}


def shown_address(url: str) -> str:
    """Return an address for display. Parts of the path that no known provider uses are hidden: they may be keys.

    "https://host.example/0123abcd/v1" becomes "https://host.example/…/v1".
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return HIDDEN
    path = "/".join(part if part in _public_parts() else HIDDEN for part in parts.path.split("/"))
    query = f"?{HIDDEN}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{path}{query}"


@cache
def _public_parts() -> frozenset[str]:
    from summarise.settings.providers import providers

    paths = [urlsplit(provider.base_url).path for provider in providers().values()]
    return frozenset(part for path in paths for part in path.split("/"))


def _address_secrets(settings: "Settings") -> dict[str, str]:
    addresses = {f"base_urls.{name}": url for name, url in settings.base_urls.items()}
    if settings.base_url is not None:
        addresses["base_url"] = settings.base_url
    named = str(settings.model)
    secrets = {}
    for name, url in addresses.items():
        path = _path_of(url)
        if not shown_address(url.rstrip("/")).endswith(path):
            secrets[f"the path of {name}"] = path
            # The name of the model may be shown, although it can look like a token.
            tokens = [part for part in path.split("/") if _TOKEN.fullmatch(part) and part not in named]
            secrets |= {f"the path of {name} ({place})": part for place, part in enumerate(tokens, start=1)}
    return secrets


def _path_of(url: str) -> str:
    try:
        return urlsplit(url).path.rstrip("/")
    except ValueError:
        return ""


def has_proxy(scheme: str, host: str, settings: "Settings") -> bool:
    """Return whether requests to `host` use a proxy from the settings, the environment or the system."""
    from urllib.request import getproxies, proxy_bypass

    if settings.proxy is not None:
        return True
    proxies = getproxies()
    return bool(proxies.get(scheme) or proxies.get("all")) and not proxy_bypass(host)


def _password_in(url: str) -> str:
    try:
        return unquote(urlsplit(url).password or "")
    except ValueError:
        return ""


def _texts(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in body.items():
        if isinstance(value, Mapping):
            yield from _texts(value)
        elif isinstance(value, str):
            yield name, value


def program_environment(names: Iterable[str] = ()) -> dict[str, str]:
    """Return the environment for a program: without variables named like secrets, except those in `names`.

    A program that has the user's keys could spend the user's money.
    """
    kept = frozenset(names)
    return {name: value for name, value in os.environ.items() if name in kept or SECRET.search(name) is None}


def _is_secret(name: str, value: str) -> bool:
    return SECRET.search(name) is not None and WORD.fullmatch(value.strip()) is None
