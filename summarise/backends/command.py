"""A program as a model: the prompt goes to its standard input, and what it prints is the answer.

For people who have a subscription and no key. Which programs there are stands in the user's configuration alone; no
article, run file or option names one. Sends nothing itself: what the program does with a prompt is its own matter.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from difflib import get_close_matches
from pathlib import Path

from summarise.backends.http.error_responses import one_line
from summarise.backends.process import Ended, TooLargeError, run_program
from summarise.backends.replies import fields_of, split
from summarise.backends.wires.base import turns_of
from summarise.data import Capabilities, Reply, Request, WireRequest
from summarise.errors import (
    AnswerError,
    ConfigurationError,
    MalformedAnswerError,
    ServerError,
    TimedOutError,
    UnreachableError,
)
from summarise.observing.secrets import SHORTEST, to_hide, without
from summarise.settings.environment import handed_on, secrets_of
from summarise.settings.model import DEFAULT_CONTEXT_TOKENS, Settings, expanded
from summarise.settings.providers import COMMAND, Command

SHORTEST_MARK = 5
_EQUALS = re.compile("=+")
_STEERING = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
"""What colours a terminal: some programs write it into a pipe, too."""


class CommandBackend:
    """The program of `command`, called `name`, started anew for each request in the empty `folder`.

    It is told neither a temperature, nor a seed, nor a limit or a form of the answer: it has no words for them. Several
    answers to one request are not asked for. Raises UnreachableError where the program cannot be started, ServerError
    where it fails, TimedOutError, MalformedAnswerError where the answer is too large or no UTF-8, and AnswerError where
    there is none.
    """

    def __init__(self, name: str, command: Command, *, settings: Settings, program: str, folder: str) -> None:
        self._name = name
        self._command = command
        self._arguments = (program, *command.arguments[1:])
        self._settings = settings
        self._folder = folder
        self._environment = handed_on(command.environment)
        self._seconds = command.time_limit or settings.total_timeout
        handed = [self._environment.get(variable, "") for variable in command.environment]
        # A word as short as "yes" is no secret, and would be found everywhere.
        self._secrets = tuple(value for value in handed if len(value) >= SHORTEST)
        card = settings.card_of(self.id)
        size = command.context_tokens or (card and card.context_tokens) or DEFAULT_CONTEXT_TOKENS
        self.capabilities = Capabilities(on_the_wire=self.on_the_wire, secrets=lambda: self._secrets).sized(size)

    @property
    def id(self) -> str:
        """The backend and model in words, for the run record."""
        return f"{COMMAND}:{self._name}"

    def on_the_wire(self, request: Request) -> WireRequest:
        """Return what the program is given; of its arguments only their hash, for one of them may be secret."""
        arguments = json.dumps(self._command.arguments).encode("utf-8", "surrogatepass")
        beside = {"arguments": hashlib.sha256(arguments).hexdigest()}
        return WireRequest(address=self.id, body={"input": prompt_text(request)}, beside=beside)

    async def complete(self, request: Request) -> Reply:
        """Answer one request."""
        started = time.perf_counter()
        ended = await self._run(prompt_text(request))
        found = split(self._printed(ended))
        if not found.answer:
            what = "printed its thoughts and no answer" if found.thoughts else f"printed nothing{self._reason(ended)}"
            raise AnswerError(f"{self.id} {what}", advice=self._by_hand, provider=COMMAND)
        keep = self._settings.keep_reasoning
        thought = fields_of(found.answer, found.thoughts, told=None, completion_tokens=0, keep=keep)
        return Reply(text=found.answer, model=self._name, seconds=time.perf_counter() - started, **thought)

    async def _run(self, text: str) -> Ended:
        """Return how the program ended on this input; what keeps it from ending by itself is an error."""
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
            raise TimedOutError(
                f"{self.id} gave no whole answer within {self._seconds:g} s",
                advice=f"raise time_limit under [commands.{self._name}]",
                provider=COMMAND,
            ) from None
        except TooLargeError:
            raise MalformedAnswerError(
                f"{self.id} printed more than {self._settings.max_answer_bytes:,} bytes",
                advice="give it the options that make it print the answer alone",
                provider=COMMAND,
            ) from None
        except OSError as error:
            raise UnreachableError(
                f"{self.id} cannot be started ({error.strerror or type(error).__name__})",
                advice=f"check the program under [commands.{self._name}]",
                provider=COMMAND,
            ) from None

    @property
    def _by_hand(self) -> str:
        return f"run `{self._command.arguments[0]}` by hand to see why"

    def _printed(self, ended: Ended) -> str:
        """Return what a program that ended well printed, without what steers a terminal."""
        if ended.code:
            how = f"exit code {ended.code}" if ended.code > 0 else f"signal {-ended.code}"
            what = f"{self.id} ended with {how}{self._reason(ended)}"
            raise ServerError(what, advice=self._by_hand, provider=COMMAND)
        with suppress(UnicodeDecodeError):
            return _STEERING.sub("", ended.output.decode("utf-8").replace("\r\n", "\n")).strip()
        # Raised out here: the error of decoding holds what was printed.
        what = f"{self.id} printed what is no UTF-8"
        raise MalformedAnswerError(what, advice="set its output to UTF-8", provider=COMMAND)

    def _reason(self, ended: Ended) -> str:
        """Return the last line that a program wrote to standard error, without secrets; nothing where there is none."""
        text = _STEERING.sub("", ended.errors.decode("utf-8", "replace"))
        lines = [line for line in text.splitlines() if line.strip()]
        secrets = (*self._secrets, *to_hide(secrets_of(self._settings)))
        return f": {one_line(without(secrets, lines[-1]))}" if lines else ""


@asynccontextmanager
async def open_command(name: str, settings: Settings) -> AsyncIterator[CommandBackend]:
    """Open the program of that name in the configuration; each of its calls is started in one empty folder.

    Programs that are agents look around where they are started, and an article may tell them to: there is nothing.
    ConfigurationError where there is no command of that name, or its program is not there.
    """
    command = settings.commands.get(name)
    if command is None:
        raise ConfigurationError(_unknown(name, settings))
    if to_do := program_to_do(name, command):
        raise ConfigurationError(f"{COMMAND}:{name} cannot be asked: {to_do}")
    with tempfile.TemporaryDirectory(prefix="summarise-", ignore_cleanup_errors=True) as folder:
        program = program_of(command) or command.arguments[0]
        yield CommandBackend(name, command, settings=settings, program=program, folder=folder)


def program_of(command: Command) -> str | None:
    """Return the path of a command's program, None where there is none that can be started."""
    named = command.arguments[0]
    try:
        path = expanded(Path(named))
    except ValueError:
        return None
    # "./program" would be looked for in the folder that it is started in, and that one is empty.
    return None if {"/", os.sep} & set(named) and not path.is_absolute() else shutil.which(path)


def program_to_do(name: str, command: Command) -> str | None:
    """Return what has to be done before a command's program can be started, None where nothing is missing."""
    if program_of(command) is not None:
        return None
    program = one_line(command.arguments[0], limit=60)
    where = f"write its whole path under [commands.{name}]"
    return f"there is no program {program!r} that can be started: install it, or {where}"


def prompt_text(request: Request) -> str:
    """Return a request as one text: its turns, each below a line that tells whose it is.

    The lines are marked by more equals signs than stand together anywhere in the turns, so that no article can end its
    own. A system message alone before the question is what it is to a server.
    """
    turns = turns_of(request)
    longest = max((len(run) for turn in turns for run in _EQUALS.findall(turn["content"])), default=0)
    mark = "=" * max(SHORTEST_MARK, longest + 1)
    return "\n\n".join(f"{mark} {turn['role']} {mark}\n{turn['content'].strip()}" for turn in turns) + "\n"


def _unknown(name: str, settings: Settings) -> str:
    """Return the line for a command that is none: what it may have meant, and what there is."""
    called = one_line(name, limit=60)
    if not settings.commands:
        return (
            f"there is no command {called!r}: write [commands.{called}] with its arguments into the configuration file"
        )
    close = get_close_matches(name, settings.commands, n=1)
    meant = f"did you mean {COMMAND}:{close[0]}? " if close else ""
    return (
        f"there is no command {called!r}: {meant}there are {', '.join(f'{COMMAND}:{one}' for one in settings.commands)}"
    )
