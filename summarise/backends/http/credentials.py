"""Base URLs, headers and keys, also keys that a command prints."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urlsplit

from pydantic import SecretStr

from summarise.backends.http.error_responses import one_line
from summarise.backends.process import TooLargeError, run_program
from summarise.errors import ConfigurationError
from summarise.settings.environment import variables

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


SECONDS = 60.0
"""How long a command may take: one that asks for a fingerprint or a password needs some time."""
MOST_BYTES = 64 * 1024
"""No key is longer."""


class CommandKey:
    """The key of `provider` that a command prints; `headers_of` makes of a key the headers that it is sent in.

    Calls may run at once: the command runs once for all of them. ConfigurationError where it prints no key, which shows
    the name of the program and nothing else.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        provider: str,
        headers_of: Callable[[SecretStr], Mapping[str, SecretStr]],
        seconds: float = SECONDS,
    ) -> None:
        self._command = tuple(command)
        self._called = f"the key command of {provider} ({one_line(self._command[0], limit=60)})"
        self._headers_of = headers_of
        self._seconds = seconds
        self._asking = asyncio.Lock()
        self._headers: Mapping[str, SecretStr] | None = None
        self.secrets: tuple[str, ...] = ()

    async def headers(self) -> Mapping[str, SecretStr]:
        """Return the headers that hold the key; the command runs only the first time."""
        async with self._asking:
            if self._headers is None:
                await self._ask()
            assert self._headers is not None
            return self._headers

    async def renewed(self, refused: Mapping[str, SecretStr]) -> bool:
        """Tell whether there is another key than the one in `refused`, which the server did not take.

        The command runs again unless it did since; a command that prints the same key has no other one.
        """
        async with self._asking:
            if self._headers is refused:
                await self._ask()
            return self._headers != refused

    async def _ask(self) -> None:
        key = None
        with suppress(UnicodeDecodeError, TooLargeError):
            printed = (await self._printed()).decode("ascii")
            key = (
                valid_key(SecretStr(printed), variable=f"what {self._called} printed")
                if len(printed.split()) == 1
                else None
            )
        if key is None:
            raise ConfigurationError(f"{self._called} printed no key: it has to print the key and nothing else")
        self._headers = self._headers_of(key)
        # Those of before stay secret.
        self.secrets = tuple(dict.fromkeys((*secrets_in(self._headers), *self.secrets)))

    async def _printed(self) -> bytes:
        """Return what the command prints; it runs where the program was started, with all of its environment."""
        try:
            ended = await run_program(
                self._command,
                text="",
                environment=variables(),
                folder=".",
                seconds=self._seconds,
                most_bytes=MOST_BYTES,
            )
        except TimeoutError:
            raise ConfigurationError(
                f"{self._called} did not end within {self._seconds:g} s: run it yourself to see what it waits for"
            ) from None
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise ConfigurationError(f"{self._called} cannot be run ({reason}): check [key_commands]") from None
        if ended.code != 0:
            raise ConfigurationError(f"{self._called} ended with status {ended.code}: run it yourself to see why")
        return ended.output
