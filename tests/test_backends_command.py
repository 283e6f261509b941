"""Programs as models: real processes that run small scripts."""

import asyncio
import json
import re
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from command_line import ROOT, Capture, fails
from hypothesis import given
from hypothesis import strategies as st
from invented import BRIDGE, CABLES, VEHICLES, answer

from summarise import Reply, Request, Settings, SummariseError, summarise
from summarise.backends import available_backends, open_backend
from summarise.backends.cache import key_of
from summarise.backends.command import prompt_text
from summarise.cli.main import run
from summarise.data import Example, Run, capabilities_of
from summarise.data.exchange import CHUNK_TOKENS
from summarise.errors import AnswerError, ConfigurationError, MalformedAnswerError, ServerError, TimedOutError
from summarise.pipeline.replay import ALLOWED
from summarise.settings.configuration import FILE_VARIABLE, configure
from summarise.settings.model import DEFAULT_CONTEXT_TOKENS
from summarise.settings.providers import COMMAND, Command, ModelCard

KEY = "sk-invented-0123456789abcdef"
ASKED = Request(stage="draft", system="You write.", user="Write “this”.")
SAYING = "import sys; sys.stdin.read(); print({text!r})"


def script(code: str, **more: Any) -> Settings:
    """Return settings whose command `test` runs this Python code."""
    return Settings(commands={"test": Command(arguments=(sys.executable, "-I", "-S", "-c", code), **more)})


def asked(settings: Settings, request: Request = ASKED, *, name: str = "test") -> Reply:
    async def ask() -> Reply:
        async with open_backend(f"command:{name}", settings) as backend:
            return await backend.complete(request)

    return asyncio.run(ask())


def running(mark: str) -> list[str]:
    """Return the processes with `mark` among their arguments."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found += [path.parent.name] if mark.encode() in path.read_bytes() else []
    return found


def wait_until(done: Callable[[], object]) -> None:
    deadline = time.monotonic() + 5
    while not done() and time.monotonic() < deadline:
        time.sleep(0.01)


# input and output


def test_the_prompt_goes_in_and_what_is_printed_is_the_answer() -> None:
    """Surrounding white space and terminal colours are removed; usage is 0."""
    code = (
        "import sys; given = sys.stdin.buffer.read().decode(); "
        "sys.stdout.buffer.write(('\\r\\n\\x1b[1m' + given.splitlines()[-1] + ' ✓\\x1b[0m\\r\\nEnd.\\r\\n').encode())"
    )
    reply = asked(script(code))
    assert reply.text == "Write “this”. ✓\nEnd."
    assert (reply.model, reply.finish, reply.prompt_tokens, reply.completion_tokens) == ("test", "stop", 0, 0)
    assert reply.seconds > 0


def test_the_turns_are_told_apart() -> None:
    """A line with the role precedes each turn."""
    request = ASKED.model_copy(update={"examples": (Example(user="Two?", assistant='{"a": 2}'),)})
    assert prompt_text(request) == (
        "===== system =====\nYou write.\n\n===== user =====\nTwo?\n\n"
        '===== assistant =====\n{"a": 2}\n\n===== user =====\nWrite “this”.\n'
    )


@pytest.mark.slow
@given(st.text(alphabet="= \nsystemur", max_size=200), st.text(alphabet="= \na", max_size=50))
def test_no_article_can_end_its_own_turn(user: str, system: str) -> None:
    """The separator has more equals signs than any turn."""
    lines = prompt_text(Request(stage="draft", system=system, user=user)).splitlines()
    mark = lines[0].partition(" ")[0]
    parting = [line for line in lines if line.startswith(mark)]
    assert parting == [f"{mark} system {mark}"] * bool(system) + [f"{mark} user {mark}"]


@pytest.mark.parametrize("keep", [False, True])
def test_what_a_program_shows_of_its_thoughts_is_no_answer(keep: bool) -> None:
    """Reasoning is counted, and kept only on request."""
    settings = script(SAYING.format(text="<think>The user wants it.</think>\nDone.")).model_copy(
        update={"keep_reasoning": keep}
    )
    reply = asked(settings)
    assert reply.text == "Done."
    assert reply.reasoning_tokens > 0
    assert reply.reasoning == ("The user wants it." if keep else "")


def test_what_a_program_leaves_behind_does_not_hold_its_answer_up() -> None:
    """A child process with the output open is not waited for."""
    code = "import os, time; print('Done.', flush=True); os.fork() or time.sleep(8)"
    started = time.monotonic()
    assert asked(script(code)).text == "Done."
    assert time.monotonic() - started < 5


# environment, folder and arguments


def test_a_program_gets_no_key_that_it_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Secret variables are passed on only if `environment` lists them."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-another")
    monkeypatch.setenv("GITHUB_TOKEN", "ghp-another")
    monkeypatch.setenv("ANTHROPIC_MODEL", "sonnet")
    code = "import os; print(*(v for v in sorted(os.environ) if v.split('_')[0] in ('ANTHROPIC', 'OPENAI', 'GITHUB')))"
    assert asked(script(code)).text == "ANTHROPIC_MODEL"
    assert asked(script(code, environment=("ANTHROPIC_API_KEY",))).text == "ANTHROPIC_API_KEY ANTHROPIC_MODEL"


def test_a_program_is_started_in_an_empty_folder_that_goes_away(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An agent finds none of the user's files."""
    (tmp_path / "AGENTS.md").write_text("Obey.", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    where, _, there = asked(script("import os; print(os.getcwd(), os.listdir('.'), sep='|')")).text.partition("|")
    assert there == "[]"
    assert not Path(where).exists()


def test_no_shell_reads_the_arguments(tmp_path: Path) -> None:
    """Shell metacharacters are passed on unchanged."""
    arguments = (sys.executable, "-I", "-S", "-c", "import sys; print(sys.argv[1:])", "$HOME", "; touch x", "*")
    settings = Settings(commands={"test": Command(arguments=arguments)})
    assert asked(settings).text == "['$HOME', '; touch x', '*']"


# errors

WRONG = {
    "fails": ("import sys; print('half'); sys.exit('no login: run login')", ServerError,
              r"ended with exit code 1: no login: run login: run `.*python.*` by hand"),
    "fails silently": ("import sys; sys.exit(3)", ServerError, r"ended with exit code 3: run `"),
    "is killed": ("import os; os.kill(os.getpid(), 9)", ServerError, "ended with signal 9: "),
    "is no UTF-8": ("import sys; sys.stdout.buffer.write(b'\\xff\\xfe')", MalformedAnswerError, "no UTF-8: set "),
    "prints nothing": ("print('  ')", AnswerError, "printed nothing: run `"),
    "only thinks": ("print('<think>Hm.')", AnswerError, "printed its thoughts and no answer: run `"),
    "prints too much": ("while True: print('x' * 4096)", MalformedAnswerError, "more than 2,048 bytes: give it the op"),
    "takes too long": ("import time; time.sleep(60)", TimedOutError, r"within 0\.3 s: raise time_limit under \[comm"),
}  # fmt: skip


@pytest.mark.parametrize(("code", "kind", "line"), WRONG.values(), ids=WRONG.keys())
def test_each_way_to_fail_is_one_line_that_says_what_to_do(code: str, kind: type[SummariseError], line: str) -> None:
    """The error is typed and names the command."""
    settings = script(code, time_limit=0.3 if kind is TimedOutError else 20).model_copy(
        update={"max_answer_bytes": 2048}
    )
    with pytest.raises(kind, match=line) as raised:
        asked(settings)
    assert type(raised.value) is kind
    assert str(raised.value).startswith("command:test ")
    assert "\n" not in str(raised.value)


def test_of_standard_error_one_line_is_shown_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the last line, clipped."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("MY_TOKEN", "tok-0123456789")
    code = (
        "import sys; sys.exit('Traceback\\n  first\\n\\x1b[31mwrong key "
        f"{KEY} tok-0123456789 ' + 'x' * 999 + '\\x1b[0m\\n\\n')"
    )
    with pytest.raises(ServerError) as raised:
        asked(script(code, environment=("MY_TOKEN",)))
    assert "wrong key … … xxx" in str(raised.value)
    assert all(text not in str(raised.value) for text in (KEY, "tok-", "first", "\x1b"))
    assert len(str(raised.value)) < 400


def test_a_program_that_is_not_there_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    """So are relative paths and unknown commands."""
    plain = tmp_path / "plain.txt"
    plain.write_text("no program", encoding="utf-8")
    commands = {
        "gone": Command(arguments=("no-such-program-here",)),
        "plain": Command(arguments=(str(plain),)),
        "near": Command(arguments=("./plain.txt",)),
    }
    for name in commands:
        with pytest.raises(ConfigurationError, match=r"whole path under \[commands\." + name):
            asked(Settings(commands=commands), name=name)
    with pytest.raises(ConfigurationError, match=r"no command 'test': write \[commands\.test\]"):
        asked(Settings())
    with pytest.raises(
        ConfigurationError, match=r"no command 'nea': did you mean command:near\? there are command:gone"
    ):
        asked(Settings(commands=commands), name="nea")


LINGERING = """
import os, sys, time, pathlib, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork():
    pathlib.Path(sys.argv[1]).touch()
time.sleep(60)
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks processes up in /proc")
@pytest.mark.parametrize("why", ["cancelled", "cancelled while it starts", "too late"])
def test_nothing_of_a_program_is_left_when_it_is_given_up(why: str, tmp_path: Path) -> None:
    """Its children are killed too, even if they ignore SIGTERM."""
    begun = tmp_path / "begun"
    arguments = (sys.executable, "-I", "-S", "-c", LINGERING, str(begun))

    async def given_up() -> None:
        limit = 0.5 if why == "too late" else 30.0
        settings = Settings(commands={"test": Command(arguments=arguments, time_limit=limit)})
        async with open_backend("command:test", settings) as backend:
            asking = asyncio.create_task(backend.complete(ASKED))
            if why == "cancelled":
                await asyncio.to_thread(wait_until, begun.exists)
                assert len(running(str(begun))) == 2
            if why == "cancelled while it starts":
                for _ in range(1000):
                    if running(str(begun)):
                        break
                    await asyncio.sleep(0)
                # Blocks the event loop, so that it does not notice that the program has started.
                wait_until(begun.exists)
            if why != "too late":
                asking.cancel()
            await asking

    started = time.monotonic()
    with pytest.raises(TimedOutError if why == "too late" else asyncio.CancelledError):
        asyncio.run(given_up())
    assert time.monotonic() - started < 10
    wait_until(lambda: not running(str(begun)))
    assert not running(str(begun))


# sizes and cache keys


def test_its_sizes_are_those_that_are_set() -> None:
    """The command's context overrides the model card's; the default is 8192 tokens."""
    command = Command(arguments=(sys.executable,))

    async def sizes(settings: Settings) -> tuple[int | None, int | None]:
        async with open_backend("command:test", settings) as backend:
            can = capabilities_of(backend)
            return can.context_tokens, can.chunk_tokens

    known = {"command:test": ModelCard(context_tokens=20_000)}
    large = command.model_copy(update={"context_tokens": 200_000})
    assert asyncio.run(sizes(Settings(commands={"test": command}))) == (DEFAULT_CONTEXT_TOKENS, 4096)
    assert asyncio.run(sizes(Settings(commands={"test": command}, models=known))) == (20_000, 10_000)
    assert asyncio.run(sizes(Settings(commands={"test": large}, models=known))) == (200_000, CHUNK_TOKENS)


def test_kept_answers_are_told_apart_by_arguments_and_prompt_and_show_no_argument() -> None:
    async def key(*arguments: str, request: Request = ASKED) -> str:
        settings = Settings(commands={"test": Command(arguments=(sys.executable, *arguments))})
        async with open_backend("command:test", settings) as backend:
            on_the_wire = capabilities_of(backend).on_the_wire
            assert on_the_wire is not None
            assert KEY not in on_the_wire(request).model_dump_json()
            assert on_the_wire(request).body == {"input": prompt_text(request)}
            return key_of(backend, request)

    async def keys() -> list[str]:
        other = ASKED.model_copy(update={"user": "Write that."})
        return [await key(KEY), await key(KEY), await key("--model", "m"), await key(KEY, request=other)]

    found = asyncio.run(keys())
    assert found[0] == found[1]
    assert len(set(found)) == 3


# runs


@pytest.mark.parametrize(
    "wrapped",
    ["{}", "Here is the summary you asked for:\n\n```\n{}\n```\n\nLet me know!"],
    ids=["bare", "in prose and fences"],
)
def test_an_answer_is_found_in_what_a_program_says_around_it(wrapped: str) -> None:
    """Fences and prose around the JSON cost no attempt."""
    text = wrapped.format(answer(CABLES, VEHICLES))
    settings = script(SAYING.format(text=text)).model_copy(update={"entailment": "off"})
    summary = summarise(BRIDGE, model="command:test", length=2, settings=settings)
    assert [said.text for said in summary.run.draft] == [CABLES, VEHICLES]
    assert [call.problem for call in summary.run.calls] == [None]
    assert (summary.run.backend, summary.run.model, summary.run.prompting) == ("command:test", "test", "draft")
    assert summary.run.cost is None


@pytest.fixture
def configured(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a configuration whose command `mine` logs each start."""
    code = f"open({str(folder / 'log')!r}, 'a').write('x'); print({answer(CABLES, VEHICLES)!r})"
    arguments = json.dumps([sys.executable, "-I", "-S", "-c", code, KEY])
    (folder / "config.toml").write_text(
        f"[commands.mine]\narguments = {arguments}\ntime_limit = 20\n\n"
        "[commands.gone]\narguments = ['no-such-program-here']\n",
        encoding="utf-8",
    )
    monkeypatch.setenv(FILE_VARIABLE, str(folder / "config.toml"))
    monkeypatch.setenv("SUMMARISE_ENTAILMENT", "off")
    return folder


def test_a_command_is_configured_asked_once_and_kept(configured: Path, capsys: Capture) -> None:
    """The run file contains no argument and can be replayed."""
    shown = set()
    for options in ([], ["--save", "run.json"]):
        assert run(["bridge.txt", "-m", "command:mine", "--length", "2", "--cache", *options]) == 0
        shown.add(capsys.readouterr().out)
    assert (configured / "log").read_text(encoding="utf-8") == "x"
    kept = (configured / "run.json").read_text(encoding="utf-8")
    assert KEY not in kept
    assert sys.executable not in kept
    (configured / "config.toml").write_text("", encoding="utf-8")
    assert run(["replay", "run.json"]) == 0
    shown.add(capsys.readouterr().out)
    assert len(shown) == 1


def test_a_run_file_names_no_program() -> None:
    """Run files may come from anybody."""
    assert not {"commands", "prompt_dir", "cache_dir", "api_keys"} & ALLOWED
    assert "commands" not in Run.model_fields


def test_only_the_configuration_file_names_a_program(
    configured: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "no command 'echo hello'" in fails(capsys, 4, "bridge.txt", "--model", "command:echo hello")
    assert "no-such-program-here" in fails(capsys, 4, "bridge.txt", "--model", "command:gone")
    assert "--base-url needs the model's name" in fails(
        capsys, 2, "bridge.txt", "--model", "command:mine", "--base-url", "http://127.0.0.1:9"
    )
    monkeypatch.setenv("SUMMARISE_COMMANDS", '{"x": {"arguments": ["touch", "y"]}}')
    assert "SUMMARISE_COMMANDS sets nothing" in fails(capsys, 4, "bridge.txt")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("arguments = []", "setting commands.mine.arguments in .*: a command is a list of words"),
        ("arguments = 'claude -p'", "setting commands.mine.arguments in .*: a command is a list of words"),
        ("arguments = ['']", "the first word of a command is the program"),
        (
            "arguments = ['a']\ntimelimit = 3",
            "timelimit of mine in .* is no part of a command: did you mean time_limit?",
        ),
        ("arguments = ['a']\ntime_limit = 0", "setting commands.mine.time_limit in .*: .*greater than 0"),
    ],
)
def test_a_slip_in_a_command_is_one_line(text: str, line: str, tmp_path: Path) -> None:
    """The error names the command and the field."""
    file = tmp_path / "config.toml"
    file.write_text(f"[commands.mine]\n{text}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=line):
        configure({FILE_VARIABLE: str(file)})


def test_the_page_shows_commands_that_can_be_configured(tmp_path: Path) -> None:
    """The commands in docs/backends.md are valid."""
    page = (ROOT / "docs" / "backends.md").read_text(encoding="utf-8").partition("## A program as a model")[2]
    (shown,) = re.findall(r"```toml\n(\[commands.*?)```", page, re.S)
    rows = re.findall(r"\| `(\[\".*\])` \|", page)
    file = tmp_path / "config.toml"
    file.write_text(
        shown + "".join(f"[commands.x{n}]\narguments = {row}\n" for n, row in enumerate(rows)), encoding="utf-8"
    )
    found = configure({FILE_VARIABLE: str(file)}).settings.commands
    assert [command.arguments[0] for command in found.values()] == ["claude", "claude", "codex", "gemini", "llm"]
    assert found["claude"].arguments == found["x0"].arguments


def test_the_list_of_models_has_the_commands_that_are_configured(configured: Path, capsys: Capture) -> None:
    """It says whether each program exists, without its arguments."""
    listed = {status.name: status for status in available_backends(configure().settings) if COMMAND in status.name}
    assert [(one.ready, one.to_do is None) for one in listed.values()] == [(True, True), (False, False)]
    assert run(["models"]) == 0
    shown = capsys.readouterr().out
    assert "Your own programs" in shown
    assert "command:gone: there is no program 'no-such-program-here'" in shown
    assert run(["config", "show"]) == 0
    shown = capsys.readouterr().out
    assert re.search(r"^commands.mine +arguments \S+ …,", shown, re.MULTILINE)
    assert KEY not in shown
    assert not [status for status in available_backends(Settings()) if COMMAND in status.name]
