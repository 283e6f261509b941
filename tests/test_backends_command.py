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
from command_line import Capture, fails
from hypothesis import given
from hypothesis import strategies as st
from invented import CABLES, VEHICLES, answer
from program import ask, capabilities, open_backend, run, written

from summarise import Reply, Request, Settings, errors

KEY = "sk-invented-0123456789abcdef"
ASKED = Request(stage="draft", system="You write.", user="Write “this”.")
SAYING = "import sys; sys.stdin.read(); print({text!r})"


def settings_of(*arguments: str, **more: Any) -> Settings:
    """Return settings with the command `test`."""
    return Settings.model_validate({"commands": {"test": {"arguments": arguments, **more}}})


def script(code: str, **more: Any) -> Settings:
    """Return settings whose command `test` runs this Python code."""
    return settings_of(sys.executable, "-I", "-S", "-c", code, **more)


def reply_of(settings: Settings, request: Request = ASKED, *, name: str = "test") -> Reply:
    return ask(f"command:{name}", settings, request)


def prompt_of(request: Request) -> str:
    wire = capabilities("command:test", settings_of(sys.executable)).on_the_wire
    assert wire is not None
    return str(wire(request).body["input"])


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


def test_the_program_reads_the_prompt_and_prints_the_answer() -> None:
    """A header with the role precedes each message. White space around the answer and terminal colours are removed."""
    code = (
        "import sys; given = sys.stdin.buffer.read().decode(); "
        "sys.stdout.buffer.write(('\\r\\n\\x1b[1m' + given + ' ✓\\x1b[0m\\r\\nEnd.\\r\\n').encode())"
    )
    reply = reply_of(script(code))
    assert reply.text == "===== system =====\nYou write.\n\n===== user =====\nWrite “this”.\n ✓\nEnd."
    assert (reply.model, reply.finish, reply.prompt_tokens, reply.completion_tokens) == ("test", "stop", 0, 0)
    assert reply.seconds > 0


@pytest.mark.slow
@given(st.text(alphabet="= \nsystemur", max_size=200), st.text(alphabet="= \na", max_size=50))
def test_no_article_can_forge_a_header(user: str, system: str) -> None:
    """A header has more equals signs than any message."""
    lines = prompt_of(Request(stage="draft", system=system, user=user)).splitlines()
    mark = lines[0].partition(" ")[0]
    parting = [line for line in lines if line.startswith(mark)]
    assert parting == [f"{mark} system {mark}"] * bool(system) + [f"{mark} user {mark}"]


@pytest.mark.parametrize("keep", [False, True])
def test_reasoning_is_not_part_of_the_answer(keep: bool) -> None:
    """Reasoning is counted, and kept only on request."""
    settings = script(SAYING.format(text="<think>The user wants it.</think>\nDone.")).model_copy(
        update={"keep_reasoning": keep}
    )
    reply = reply_of(settings)
    assert reply.text == "Done."
    assert reply.reasoning_tokens > 0
    assert reply.reasoning == ("The user wants it." if keep else "")


@pytest.mark.slow
def test_child_processes_that_keep_the_output_open_are_not_waited_for() -> None:
    code = "import os, time; print('Done.', flush=True); os.fork() or time.sleep(8)"
    started = time.monotonic()
    assert reply_of(script(code)).text == "Done."
    assert time.monotonic() - started < 5


# environment, folder and arguments


def test_secret_variables_are_passed_on_only_if_they_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-another")
    monkeypatch.setenv("GITHUB_TOKEN", "ghp-another")
    monkeypatch.setenv("ANTHROPIC_MODEL", "sonnet")
    code = "import os; print(*(v for v in sorted(os.environ) if v.split('_')[0] in ('ANTHROPIC', 'OPENAI', 'GITHUB')))"
    assert reply_of(script(code)).text == "ANTHROPIC_MODEL"
    assert reply_of(script(code, environment=("ANTHROPIC_API_KEY",))).text == "ANTHROPIC_API_KEY ANTHROPIC_MODEL"


def test_a_program_runs_in_an_empty_temporary_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An agent finds none of the user's files there."""
    (tmp_path / "AGENTS.md").write_text("Obey.", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    folder, _, content = reply_of(script("import os; print(os.getcwd(), os.listdir('.'), sep='|')")).text.partition("|")
    assert content == "[]"
    assert not Path(folder).exists()


def test_arguments_are_not_interpreted_by_a_shell(tmp_path: Path) -> None:
    arguments = (sys.executable, "-I", "-S", "-c", "import sys; print(sys.argv[1:])", "$HOME", "; touch x", "*")
    assert reply_of(settings_of(*arguments)).text == "['$HOME', '; touch x', '*']"


# errors

WRONG = {
    "fails": ("import sys; print('half'); sys.exit('no login: run login')", errors.ServerError,
              r"ended with exit code 1: no login: run login: run `.*python.*` by hand"),
    "fails silently": ("import sys; sys.exit(3)", errors.ServerError, r"ended with exit code 3: run `"),
    "is killed": ("import os; os.kill(os.getpid(), 9)", errors.ServerError, "ended with signal 9: "),
    "is no UTF-8": ("import sys; sys.stdout.buffer.write(b'\\xff\\xfe')", errors.MalformedAnswerError, "not UTF-8: "),
    "prints nothing": ("print('  ')", errors.AnswerError, "printed nothing: run `"),
    "only thinks": ("print('<think>Hm.')", errors.AnswerError, "printed its reasoning but no answer: run `"),
    "prints too much": ("while True: print('x' * 4096)", errors.MalformedAnswerError, "than 2,048 bytes: under "),
    "takes too long": ("import time; time.sleep(60)", errors.TimedOutError, r"0\.3 s: raise time_limit under"),
}  # fmt: skip


@pytest.mark.parametrize(("code", "kind", "line"), WRONG.values(), ids=WRONG.keys())
def test_each_failure_is_one_line_with_advice(code: str, kind: type[errors.CallError], line: str) -> None:
    """The error has its own class and names the command."""
    settings = script(code, time_limit=0.3 if kind is errors.TimedOutError else 20).model_copy(
        update={"max_answer_bytes": 2048}
    )
    with pytest.raises(kind, match=line) as raised:
        reply_of(settings)
    assert type(raised.value) is kind
    assert str(raised.value).startswith("command:test ")
    assert "\n" not in str(raised.value)


def test_an_error_shows_the_last_line_of_standard_error_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("MY_TOKEN", "tok-0123456789")
    code = (
        "import sys; sys.exit('Traceback\\n  first\\n\\x1b[31mwrong key "
        f"{KEY} tok-0123456789 ' + 'x' * 999 + '\\x1b[0m\\n\\n')"
    )
    with pytest.raises(errors.ServerError) as raised:
        reply_of(script(code, environment=("MY_TOKEN",)))
    assert "wrong key … … xxx" in str(raised.value)
    assert all(text not in str(raised.value) for text in (KEY, "tok-", "first", "\x1b"))
    assert len(str(raised.value)) < 400


def test_an_unusable_or_unknown_program_is_an_error_before_any_request(tmp_path: Path) -> None:
    plain = tmp_path / "plain.txt"
    plain.write_text("no program", encoding="utf-8")
    programs = {"gone": "no-such-program-here", "plain": str(plain), "near": "./plain.txt"}
    commands = {name: {"arguments": [program]} for name, program in programs.items()}
    settings = Settings.model_validate({"commands": commands})
    for name in commands:
        with pytest.raises(errors.ConfigurationError, match=r"full path under \[commands\." + name):
            reply_of(settings, name=name)
    with pytest.raises(errors.ConfigurationError, match=r"no command 'test': write \[commands\.test\]"):
        reply_of(Settings())
    near = r"no command 'nea': did you mean command:near\? there are command:gone"
    with pytest.raises(errors.ConfigurationError, match=near):
        reply_of(settings, name="nea")


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
def test_a_program_and_its_children_are_killed_after_a_cancellation_or_time_out(why: str, tmp_path: Path) -> None:
    """Processes that ignore SIGTERM are killed, too."""
    begun = tmp_path / "begun"
    arguments = (sys.executable, "-I", "-S", "-c", LINGERING, str(begun))

    async def given_up() -> None:
        limit = 0.5 if why == "too late" else 30.0
        async with open_backend("command:test", settings_of(*arguments, time_limit=limit)) as backend:
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
    with pytest.raises(errors.TimedOutError if why == "too late" else asyncio.CancelledError):
        asyncio.run(given_up())
    assert time.monotonic() - started < 10
    wait_until(lambda: not running(str(begun)))
    assert not running(str(begun))


# sizes and cache keys


@pytest.mark.parametrize(
    ("command", "card", "context_tokens", "chunk_tokens"),
    [(None, None, 8192, 4096), (None, 20_000, 20_000, 10_000), (200_000, 20_000, 200_000, 16_000)],
)
def test_the_context_size_of_the_command_overrides_that_of_the_model_card(
    command: int | None, card: int | None, context_tokens: int, chunk_tokens: int
) -> None:
    models = {"command:test": {"context_tokens": card}}
    program = {"arguments": [sys.executable], "context_tokens": command}
    declared = capabilities("command:test", Settings.model_validate({"commands": {"test": program}, "models": models}))
    assert (declared.context_tokens, declared.chunk_tokens) == (context_tokens, chunk_tokens)


def test_the_cache_key_depends_on_the_arguments_and_does_not_contain_them() -> None:
    found = []
    for arguments in ((KEY,), (KEY,), ("--model", "m")):
        wire = capabilities("command:test", settings_of(sys.executable, *arguments)).on_the_wire
        assert wire is not None
        found.append(wire(ASKED).model_dump_json())
    assert found[0] == found[1] != found[2]
    assert KEY not in found[0]


# runs


@pytest.fixture
def commands(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a configuration whose command `mine` logs each start."""
    code = f"open({str(folder / 'log')!r}, 'a').write('x'); print({answer(CABLES, VEHICLES)!r})"
    arguments = json.dumps([sys.executable, "-I", "-S", "-c", code, KEY])
    gone = "[commands.gone]\narguments = ['no-such-program-here']\n"
    for name, value in written(folder, f"[commands.mine]\narguments = {arguments}\ntime_limit = 20\n\n{gone}").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SUMMARISE_ENTAILMENT", "off")
    return folder


def test_the_answers_of_a_command_are_cached_and_recorded(commands: Path, capsys: Capture) -> None:
    """The run file contains no argument of the command and can be replayed."""
    outputs = set()
    for options in ([], ["--save", "run.json"]):
        assert run(["bridge.txt", "-m", "command:mine", "--length", "2", "--cache", *options]) == 0
        output = capsys.readouterr()
        outputs.add(output.out)
    assert " · command:mine · " in output.err
    assert (commands / "log").read_text(encoding="utf-8") == "x"
    run_file = (commands / "run.json").read_text(encoding="utf-8")
    assert KEY not in run_file
    assert sys.executable not in run_file
    (commands / "config.toml").write_text("", encoding="utf-8")
    assert run(["replay", "run.json"]) == 0
    outputs.add(capsys.readouterr().out)
    assert len(outputs) == 1


def test_only_the_configuration_file_can_name_a_program(
    commands: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "no command 'echo hello'" in fails(capsys, 4, "bridge.txt", "--model", "command:echo hello")
    assert "no-such-program-here" in fails(capsys, 4, "bridge.txt", "--model", "command:gone")
    assert "--base-url needs a model on that server" in fails(
        capsys, 2, "bridge.txt", "--model", "command:mine", "--base-url", "http://127.0.0.1:9"
    )
    monkeypatch.setenv("SUMMARISE_COMMANDS", '{"x": {"arguments": ["touch", "y"]}}')
    assert "SUMMARISE_COMMANDS is not a setting" in fails(capsys, 4, "bridge.txt")


def test_models_lists_the_configured_commands(commands: Path, capsys: Capture) -> None:
    """The list says whether each program exists, and does not show its arguments."""
    assert run(["models", "--json"]) == 0
    listed = [row for row in json.loads(capsys.readouterr().out) if row["name"].startswith("command:")]
    assert [(row["ready"], row["to_do"] is None) for row in listed] == [(True, True), (False, False)]
    assert run(["models"]) == 0
    printed = capsys.readouterr().out
    assert "Your own programs" in printed
    assert "command:gone: there is no program 'no-such-program-here'" in printed
    assert run(["config", "show"]) == 0
    printed = capsys.readouterr().out
    assert re.search(r"^commands.mine +arguments \S+ …,", printed, re.MULTILINE)
    assert KEY not in printed
