"""The environment of the process: the only module that reads it."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from summarise.settings.model import Settings

SECRET = re.compile(
    r"(^|_)(API)?(KEYS?|TOKEN|SECRETS?|PASS|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?)(_|$)", re.IGNORECASE
)
"""What names of variables have in them that hold a secret, of ours or of somebody else's."""
WORD = re.compile(r"[a-z]+")
"""A value that is one plain word is no secret, whatever its variable is called: SORT_KEY=supported."""
_TOKEN = re.compile(r"(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[\w.~-]{16,}")
"""A part of a path that looks like a token: long, with letters and digits."""
HIDDEN = "…"

COMPLETION = "_SUMMARISE_COMPLETE"
"""The variable in which a shell's completion script asks, as click has it."""


def variables(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the variables that set something, by default the process's: what is empty, or blank, hides nothing."""
    found = os.environ if environment is None else environment
    return {name: value for name, value in found.items() if value.strip()}


def wants_colours() -> bool:
    """Tell whether the environment allows colours: NO_COLOR is not set, and the terminal is no dumb one."""
    return "NO_COLOR" not in variables() and os.environ.get("TERM", "unknown") not in ("", "dumb")


def completion_asked() -> str | None:
    """Return what a shell's completion script asks ("bash_complete"); None where no shell asks."""
    return variables().get(COMPLETION)


def proxies_set() -> tuple[str, ...]:
    """Return the names of the variables that name a proxy, or the hosts that need none; not what they hold."""
    return tuple(sorted(name for name in variables() if name.upper().endswith("_PROXY")))


def secrets_of(settings: "Settings") -> dict[str, str]:
    """Return the values that must appear nowhere, by name: what is set as a secret, and what the environment calls one.

    Of a proxy that is the password, of a server's address the path if it may hold a token, of fields that are sent
    besides those whose names say so.
    """
    found = {name: value for name, value in variables().items() if _is_secret(name, value)}
    found |= {name: key.get_secret_value() for name, key in settings.api_keys.items()}
    if settings.api_key is not None:
        found["api_key"] = settings.api_key.get_secret_value()
    for provider, headers in settings.headers.items():
        found |= {f"headers.{provider}.{name}": value.get_secret_value() for name, value in headers.items()}
    for model, body in settings.extra_body.items():
        found |= {f"extra_body.{model}.{name}": text for name, text in _texts(body) if _is_secret(name, text)}
    return found | proxy_passwords(settings) | _address_secrets(settings)


def proxy_passwords(settings: "Settings") -> dict[str, str]:
    """Return the passwords in the addresses of proxies, by the name of the setting or variable."""
    proxies = {name: value for name, value in variables().items() if name.upper().endswith("_PROXY")}
    if settings.proxy is not None:
        proxies["proxy"] = settings.proxy.get_secret_value()
    return {name: password for name, url in proxies.items() if (password := _password_in(url))}


def shown_address(url: str) -> str:
    """Return an address as it may be shown: each part of its path that no provider's address has is "…".

    shown_address("https://host.example/0123abcd/v1")  # "https://host.example/…/v1"
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
    """Return the parts of the paths of all providers' own addresses."""
    from summarise.settings.providers import providers

    paths = [urlsplit(provider.base_url).path for provider in providers().values()]
    return frozenset(part for path in paths for part in path.split("/"))


def _address_secrets(settings: "Settings") -> dict[str, str]:
    """Return the paths of the servers' addresses that may hold a token, and the parts of them that look like one."""
    addresses = {f"base_urls.{name}": url for name, url in settings.base_urls.items()}
    if settings.base_url is not None:
        addresses["base_url"] = settings.base_url
    named = str(settings.model)
    found = {}
    for name, url in addresses.items():
        path = _path_of(url)
        if not shown_address(url.rstrip("/")).endswith(path):
            found[f"the path of {name}"] = path
            # A part may also be the name of the model, which must be shown.
            tokens = [part for part in path.split("/") if _TOKEN.fullmatch(part) and part not in named]
            found |= {f"the path of {name} ({place})": part for place, part in enumerate(tokens, start=1)}
    return found


def _path_of(url: str) -> str:
    """Return the path of an address, empty if it is not an address."""
    try:
        return urlsplit(url).path.rstrip("/")
    except ValueError:
        return ""


def has_proxy(scheme: str, host: str, settings: "Settings") -> bool:
    """Tell whether requests to a host go through a proxy: one that is set, or the environment's, or the system's."""
    from urllib.request import getproxies, proxy_bypass

    if settings.proxy is not None:
        return True
    proxies = getproxies()
    return bool(proxies.get(scheme) or proxies.get("all")) and not proxy_bypass(host)


def _password_in(url: str) -> str:
    """Return the password that an address holds, empty where it holds none or is no address."""
    try:
        return unquote(urlsplit(url).password or "")
    except ValueError:
        return ""


def _texts(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the texts of a JSON object, however deep, with the names of their fields."""
    for name, value in body.items():
        if isinstance(value, Mapping):
            yield from _texts(value)
        elif isinstance(value, str):
            yield name, value


def handed_on(names: Iterable[str] = ()) -> dict[str, str]:
    """Return the environment for a program: all but what is secret by its name, and of that what is in `names`.

    A key that is set for this program would have others ask a provider in its owner's name, and at his cost.
    """
    kept = frozenset(names)
    return {name: value for name, value in os.environ.items() if name in kept or SECRET.search(name) is None}


def _is_secret(name: str, value: str) -> bool:
    return SECRET.search(name) is not None and WORD.fullmatch(value.strip()) is None
