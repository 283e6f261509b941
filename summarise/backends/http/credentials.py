"""Base URLs, headers and keys, including keys printed by a command."""

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

# Shorter secrets are not redacted: they would match everywhere.
SHORTEST = 4
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"[!-~]+( [!-~]+)*")


def is_loopback(host: str) -> bool:
    """Return whether `host` is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def valid_base_url(text: str) -> str:
    """Return the base URL without a trailing slash. Raises ConfigurationError."""
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
        # The URL is not shown: its path may hold a token.
        raise ConfigurationError(
            "the base URL is not valid: it looks like https://api.openai.com/v1 or http://127.0.0.1:8080/v1"
        )
    return url


def valid_key(key: SecretStr | None, *, variable: str | None = None) -> SecretStr | None:
    """Return the stripped key, or None if empty. Raises ConfigurationError if it cannot be a key."""
    text = key.get_secret_value().strip() if key else ""
    if not text:
        return None
    if not re.fullmatch(r"[!-~]+", text):
        raise ConfigurationError(
            f"{variable or 'the key'} contains characters that are not allowed in a key: set it again"
        )
    return SecretStr(text)


def valid_headers(headers: Mapping[str, SecretStr | str]) -> dict[str, str]:
    """Return the headers to send. Raises ConfigurationError, without the value, if one is not valid."""
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
    """Return the secret values of headers, longest first, also without a scheme such as "Bearer"."""
    texts = [value.get_secret_value().strip() for value in headers.values() if isinstance(value, SecretStr)]
    parts = {part for text in texts for part in (text, text.split()[-1] if len(text.split()) == 2 else text)}
    return tuple(sorted((part for part in parts if len(part) >= SHORTEST), key=len, reverse=True))


# A command may ask for a fingerprint or a password.
SECONDS = 60.0
MOST_BYTES = 64 * 1024


class CommandKey:
    """The key of `provider` printed by a command; concurrent callers share one run.

    Raises ConfigurationError, which shows only the program's name, if it prints no key.
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
        """Return the headers with the key; the command runs only the first time."""
        async with self._asking:
            if self._headers is None:
                await self._ask()
            assert self._headers is not None
            return self._headers

    async def renewed(self, refused: Mapping[str, SecretStr]) -> bool:
        """Run the command again, unless it has run since, and return whether the key has changed."""
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
        # Earlier keys stay secret.
        self.secrets = tuple(dict.fromkeys((*secrets_in(self._headers), *self.secrets)))

    async def _printed(self) -> bytes:
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
