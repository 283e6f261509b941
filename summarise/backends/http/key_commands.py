"""A key that a command prints: asked for when it is first needed, and again when a server says that it has expired.

Runs no shell, keeps the key in memory only, and shows nothing of what the command prints: that may be a secret, too.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from pydantic import SecretStr

from summarise.backends.http.address import secrets_in, valid_key
from summarise.backends.http.error_responses import one_line
from summarise.backends.process import TooLargeError, run_program
from summarise.errors import ConfigurationError
from summarise.settings.environment import variables

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
