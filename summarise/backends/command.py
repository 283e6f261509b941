"""Uses a program as a model: the prompt goes to its standard input, and the answer comes from its standard output.

Programs are named only in the user's configuration, never by an article or run file.
"""

import asyncio
import hashlib
import json
import os
import re
import shutil
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import cast

from summarise.backends.http.responses import one_line
from summarise.backends.replies import reasoning_fields, split
from summarise.backends.wires.base import turns_of
from summarise.data import Capabilities, Reply, Request, WireRequest
from summarise.errors import (
    AnswerError,
    CallError,
    ConfigurationError,
    MalformedAnswerError,
    ServerError,
    TimedOutError,
    UnreachableError,
)
from summarise.secrets import SHORTEST, redact, redactable
from summarise.settings.environment import program_environment, secrets_of
from summarise.settings.model import DEFAULT_CONTEXT_TOKENS, Settings, expanded
from summarise.settings.providers import COMMAND, Command

# The number of last bytes of standard error that are kept.
ERROR_BYTES = 8192
# Seconds between SIGTERM and SIGKILL, and the time for pipes to close after the program has exited.
GRACE = 0.5


class TooLargeError(Exception):
    """The program wrote more to standard output than is allowed."""


@dataclass(frozen=True)
class ProgramResult:
    """The result of a program: exit code (negative for a signal), standard output, and the end of standard error."""

    code: int
    output: bytes
    errors: bytes


async def run_program(
    arguments: Sequence[str], *, text: str, environment: Mapping[str, str], folder: str, seconds: float, most_bytes: int
) -> ProgramResult:
    """Run a program in `folder` with `text` on standard input. An exit code other than 0 raises no error.

    After `seconds`, after more than `most_bytes` of output, or on cancellation, the process group is terminated. Raises
    TimeoutError, TooLargeError or OSError.
    """
    loop = asyncio.get_running_loop()
    starting = asyncio.ensure_future(
        loop.subprocess_exec(
            partial(_Program, most_bytes),
            *arguments,
            env=dict(environment),
            cwd=folder,
            start_new_session=True,
        )
    )
    try:
        transport, protocol = await asyncio.shield(starting)
    except asyncio.CancelledError:
        # Cancelling the start would kill only the program, and wait for its children.
        with suppress(OSError):
            transport, protocol = await starting
            await _terminate(transport, protocol)
            transport.close()
        raise
    try:
        async with asyncio.timeout(seconds):
            stdin = cast("asyncio.WriteTransport", transport.get_pipe_transport(0))
            # A program that reads no input closes the pipe, which is not an error.
            stdin.write(text.encode("utf-8", "replace"))
            stdin.write_eof()
            await protocol.finished
            protocol.require_size()
    except BaseException:
        await _terminate(transport, protocol)
        raise
    finally:
        transport.close()
    return ProgramResult(transport.get_returncode() or 0, bytes(protocol.output), bytes(protocol.errors))


async def _terminate(transport: asyncio.SubprocessTransport, protocol: "_Program") -> None:
    try:
        _signal(transport, "SIGTERM")
        with suppress(TimeoutError):
            await asyncio.wait_for(protocol.exited.wait(), GRACE)
    finally:
        _signal(transport, "SIGKILL")
        with suppress(TimeoutError):
            await asyncio.wait_for(protocol.exited.wait(), GRACE)


def _signal(transport: asyncio.SubprocessTransport, name: str) -> None:
    if hasattr(os, "killpg"):
        # The group may outlive its leader, or be empty.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(transport.get_pid(), getattr(signal, name))
    elif transport.get_returncode() is None:
        transport.kill()


class _Program(asyncio.SubprocessProtocol):
    def __init__(self, most_bytes: int) -> None:
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.exited = asyncio.Event()
        self.output = bytearray()
        self.errors = bytearray()
        self.too_large = False
        self._most_bytes = most_bytes

    def require_size(self) -> None:
        if self.too_large:
            raise TooLargeError

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == 2:
            self.errors += data
            del self.errors[:-ERROR_BYTES]
        elif len(self.output) + len(data) > self._most_bytes:
            self.too_large = True
            self._finish()
        else:
            self.output += data

    def process_exited(self) -> None:
        """Wait `GRACE` seconds for the rest of the output, but no longer: child processes may keep the pipes open."""
        self.exited.set()
        asyncio.get_running_loop().call_later(GRACE, self._finish)

    def connection_lost(self, _: Exception | None) -> None:
        self._finish()

    def _finish(self) -> None:
        if not self.finished.done():
            self.finished.set_result(None)


# Minimum number of equals signs on each side of a header.
SHORTEST_MARK = 5
_EQUALS = re.compile("=+")
# Some programs write terminal colours into pipes, too.
_ANSI_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")


class CommandBackend:
    """A backend that starts the program of `command` for each request, in the empty `folder`.

    Sampling, token limits, schemas and `candidates` of requests are ignored. `complete` raises CallError.
    """

    def __init__(self, name: str, command: Command, *, settings: Settings, program: str, folder: str) -> None:
        self._name = name
        self._command = command
        self._arguments = (program, *command.arguments[1:])
        self._settings = settings
        self._folder = folder
        self._environment = program_environment(command.environment)
        self._seconds = command.time_limit or settings.total_timeout
        values = [self._environment.get(variable, "") for variable in command.environment]
        # A value as short as "yes" is not a secret and would match everywhere.
        self._secrets = tuple(value for value in values if len(value) >= SHORTEST)
        card = settings.card_of(self.id)
        size = command.context_tokens or (card and card.context_tokens) or DEFAULT_CONTEXT_TOKENS
        self.capabilities = Capabilities(on_the_wire=self.on_the_wire, secrets=lambda: self._secrets).sized(size)

    @property
    def id(self) -> str:
        """The id in run records, such as "command:NAME"."""
        return f"{COMMAND}:{self._name}"

    def on_the_wire(self, request: Request) -> WireRequest:
        """Return the program's input for display and cache keys, and a hash of its arguments, which may be secret."""
        arguments = json.dumps(self._command.arguments).encode("utf-8", "surrogatepass")
        beside = {"arguments": hashlib.sha256(arguments).hexdigest()}
        return WireRequest(address=self.id, body={"input": prompt_text(request)}, beside=beside)

    async def complete(self, request: Request) -> Reply:
        """Return the program's output as the reply."""
        started = time.perf_counter()
        result = await self._run(prompt_text(request))
        parts = split(self._output_text(result))
        if not parts.answer:
            what = "printed its reasoning but no answer" if parts.thoughts else f"printed nothing{self._reason(result)}"
            raise self._error(AnswerError, what, self._advice)
        reasoning = reasoning_fields([parts], completion_tokens=0, keep=self._settings.keep_reasoning)
        return Reply(text=parts.answer, model=self._name, seconds=time.perf_counter() - started, **reasoning)

    async def _run(self, text: str) -> ProgramResult:
        table = f"[commands.{self._name}]"
        try:
            return await run_program(
                self._arguments,
                text=text,
                environment=self._environment,
                folder=self._folder,
                seconds=self._seconds,
                most_bytes=self._settings.max_answer_bytes,
            )
        except TimeoutError:
            what, advice = f"did not complete its answer within {self._seconds:g} s", f"raise time_limit under {table}"
            raise self._error(TimedOutError, what, advice) from None
        except TooLargeError:
            what = f"printed more than {self._settings.max_answer_bytes:,} bytes"
            advice = f"under {table}, add the program's options for printing only the answer"
            raise self._error(MalformedAnswerError, what, advice) from None
        except OSError as error:
            what = f"cannot be started ({error.strerror or type(error).__name__})"
            raise self._error(UnreachableError, what, f"check the program under {table}") from None

    def _error(self, kind: type[CallError], what: str, advice: str) -> CallError:
        return kind(f"{self.id} {what}", advice=advice, provider=COMMAND)

    @property
    def _advice(self) -> str:
        return f"run `{self._command.arguments[0]}` by hand to see why"

    def _output_text(self, result: ProgramResult) -> str:
        if result.code:
            how = f"exit code {result.code}" if result.code > 0 else f"signal {-result.code}"
            raise self._error(ServerError, f"ended with {how}{self._reason(result)}", self._advice)
        with suppress(UnicodeDecodeError):
            return _ANSI_ESCAPE.sub("", result.output.decode("utf-8").replace("\r\n", "\n")).strip()
        # Raised outside `with`, because a UnicodeDecodeError as the context of the error would contain the output.
        raise self._error(MalformedAnswerError, "printed text that is not UTF-8", "set its output to UTF-8")

    def _reason(self, result: ProgramResult) -> str:
        text = _ANSI_ESCAPE.sub("", result.errors.decode("utf-8", "replace"))
        lines = [line for line in text.splitlines() if line.strip()]
        secrets = (*self._secrets, *redactable(secrets_of(self._settings)))
        return f": {one_line(redact(secrets, lines[-1]))}" if lines else ""


@asynccontextmanager
async def open_command(name: str, settings: Settings) -> AsyncIterator[CommandBackend]:
    """Open the configured program `name` as a backend.

    Beware: a program that is an agent may follow instructions in an article. Raises ConfigurationError if the program
    is not configured or not found.
    """
    command = settings.commands.get(name)
    if command is None:
        raise ConfigurationError(_unknown(name, settings))
    if to_do := program_to_do(name, command):
        raise ConfigurationError(f"{COMMAND}:{name} cannot be used: {to_do}")
    with tempfile.TemporaryDirectory(prefix="summarise-", ignore_cleanup_errors=True) as folder:
        program = program_of(command) or command.arguments[0]
        yield CommandBackend(name, command, settings=settings, program=program, folder=folder)


def program_of(command: Command) -> str | None:
    """Return the path of a command's program, or None if it cannot be started."""
    program = command.arguments[0]
    try:
        path = expanded(Path(program))
    except ValueError:
        return None
    # A relative path such as "./program" would be looked up in the empty folder.
    return None if {"/", os.sep} & set(program) and not path.is_absolute() else shutil.which(path)


def program_to_do(name: str, command: Command) -> str | None:
    """Return an instruction to install or locate a program, or None if it can be started."""
    if program_of(command) is not None:
        return None
    program = one_line(command.arguments[0], limit=60)
    advice = f"write its full path under [commands.{name}]"
    return f"there is no program {program!r} that can be started: install it, or {advice}"


def prompt_text(request: Request) -> str:
    """Return the messages of a request as one text, each message below a header with its role.

    A header contains more equals signs in a row than any message, so that an article cannot forge a header.
    """
    turns = turns_of(request)
    longest = max((len(run) for turn in turns for run in _EQUALS.findall(turn["content"])), default=0)
    mark = "=" * max(SHORTEST_MARK, longest + 1)
    return "\n\n".join(f"{mark} {turn['role']} {mark}\n{turn['content'].strip()}" for turn in turns) + "\n"


def _unknown(name: str, settings: Settings) -> str:
    short = one_line(name, limit=60)
    if not settings.commands:
        return f"there is no command {short!r}: write [commands.{short}] with its arguments into the configuration file"
    similar = get_close_matches(name, settings.commands, n=1)
    question = f"did you mean {COMMAND}:{similar[0]}? " if similar else ""
    commands = ", ".join(f"{COMMAND}:{command}" for command in settings.commands)
    return f"there is no command {short!r}: {question}there are {commands}"
