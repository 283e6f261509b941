"""Keys printed by a command: when it runs, how the key is sent, and that the key is never shown."""

import asyncio
import json
import sys
import time
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest
from asking import ASKED, Answer, Script, Seen, serving
from command_line import Capture
from invented import CABLES, VEHICLES, answer
from keyed_server import keyed_server
from planted import KEY, shows
from pydantic import SecretStr

from summarise import Backend, Settings
from summarise.backends import open_backend
from summarise.backends.http.credentials import CommandKey
from summarise.cli.main import run
from summarise.data import capabilities_of
from summarise.errors import AuthenticationError, ConfigurationError
from summarise.settings.configuration import FILE_VARIABLE

pytestmark = pytest.mark.block_network(allowed_hosts=["127.0.0.1"])
PYTHON = (sys.executable, "-S", "-E", "-c")


def printing(text: str) -> tuple[str, ...]:
    return (*PYTHON, f"print({text!r})")


def counting(folder: Path, *keys: str) -> tuple[str, ...]:
    """Return a command that prints these keys in turn, then the last one again."""
    code = (
        "import os,sys; p=sys.argv[1]; n=os.path.getsize(p) if os.path.exists(p) else 0; open(p,'a').write('x');"
        "print(sys.argv[2:][min(n,len(sys.argv)-3)])"
    )
    return (*PYTHON, code, str(folder / "runs"), *keys)


def runs(folder: Path) -> int:
    return (folder / "runs").stat().st_size if (folder / "runs").exists() else 0


def accepting(*keys: str) -> Script:
    def script(seen: Seen) -> Answer:
        if seen.headers.get("authorization", "").removeprefix("Bearer ") in keys:
            return Answer()
        return Answer(401, {"error": {"message": f"wrong: {seen.headers.get('authorization')}"}})

    return script


def settings_for(url: str, command: tuple[str, ...], **more: Any) -> Settings:
    return Settings(base_urls={"openai": url}, key_commands={"openai": command}, max_attempts=1, **more)


def opened(url: str, command: tuple[str, ...], **more: Any) -> AbstractAsyncContextManager[Backend]:
    return open_backend("openai:m", settings_for(url, command, **more))


async def test_a_command_is_run_when_a_key_is_needed_and_once_for_all_calls(tmp_path: Path) -> None:
    """Opening a backend or previewing a request does not run it; concurrent calls wait for one run."""
    async with serving(accepting("key-one")) as server, opened(server.url, counting(tmp_path, "key-one")) as backend:
        on_the_wire = capabilities_of(backend).on_the_wire
        assert on_the_wire is not None
        on_the_wire(ASKED)
        assert runs(tmp_path) == 0
        await asyncio.gather(*[backend.complete(ASKED) for _ in range(3)])
        await backend.complete(ASKED)
    assert runs(tmp_path) == 1
    assert len(server.seen) == 4


async def test_a_key_that_is_set_goes_before_the_command(tmp_path: Path) -> None:
    async with serving(accepting("set-before")) as server:
        settings = settings_for(
            server.url, counting(tmp_path, "key-one"), api_keys={"OPENAI_API_KEY": SecretStr("set-before")}
        )
        async with open_backend("openai:m", settings) as backend:
            await backend.complete(ASKED)
    assert runs(tmp_path) == 0


async def test_a_key_that_has_expired_is_asked_for_again_once(tmp_path: Path) -> None:
    """The call, and those beside and after it, continue with the new key, even if only one attempt is allowed."""
    taken = ["key-one"]
    async with serving(lambda seen: accepting(*taken)(seen)) as server:
        settings = settings_for(server.url, counting(tmp_path, "key-one", "key-two"))
        async with open_backend("openai:m", settings) as backend:
            await backend.complete(ASKED)
            taken[:] = ["key-two"]
            await asyncio.gather(*[backend.complete(ASKED) for _ in range(3)])
            await backend.complete(ASKED)
    assert runs(tmp_path) == 2
    assert [seen.headers["authorization"] for seen in server.seen].count("Bearer key-one") <= 4


@pytest.mark.parametrize("keys", [("key-one",), ("key-one", "key-two")])
async def test_a_key_that_is_refused_for_good_is_told(keys: tuple[str, ...], tmp_path: Path) -> None:
    """The command runs at most twice, and the error names its setting."""
    async with serving(accepting("other")) as server, opened(server.url, counting(tmp_path, *keys)) as backend:
        with pytest.raises(
            AuthenticationError, match=r"does not accept the key \(401\): check \[key_commands\] openai"
        ):
            await backend.complete(ASKED)
    assert runs(tmp_path) == 2
    assert len(server.seen) == len(keys)


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ((*PYTHON, f"import sys; print('{KEY}'); print('{KEY}', file=sys.stderr); sys.exit(3)"), "ended with status 3"),
        ((*PYTHON, "pass"), "printed no key"),
        (printing(f"{KEY} and more"), "printed no key"),
        ((*PYTHON, f"print('{KEY}' * 5000)"), "printed no key"),
        (("no-such-program-anywhere", KEY), r"\(no-such-program-anywhere\) cannot be run \(No such file"),
        (printing(f"\x1b[1m{KEY}"), "printed contains characters that are not allowed in a key"),
    ],
)
async def test_a_command_that_fails_is_one_line_without_its_output(command: tuple[str, ...], says: str) -> None:
    """The error names the program, but neither its arguments, which may hold a secret, nor its output."""
    async with open_backend("openai:m", settings_for("http://127.0.0.1:9/v1", command)) as backend:
        with pytest.raises(ConfigurationError, match=f"the key command of openai .*({says})") as caught:
            await backend.complete(ASKED)
    assert "\n" not in str(caught.value)
    assert not shows(str(caught.value) + repr(caught.value.__cause__) + repr(caught.value.__context__))


async def test_a_command_may_take_no_longer_than_its_time() -> None:
    key = CommandKey(
        (*PYTHON, "import time; time.sleep(30)"), provider="openai", headers_of=lambda key: {}, seconds=0.2
    )
    started = time.monotonic()
    with pytest.raises(ConfigurationError, match=r"did not end within 0\.2 s"):
        await key.headers()
    assert time.monotonic() - started < 5


@pytest.mark.slow
async def test_the_time_of_a_command_is_not_the_servers() -> None:
    """The command's time does not count towards a call's total_timeout."""
    command = (*PYTHON, "import time; time.sleep(0.6); print('key-one')")
    async with (
        serving(accepting("key-one")) as server,
        open_backend("openai:m", settings_for(server.url, command, total_timeout=0.5)) as backend,
    ):
        await backend.complete(ASKED)


async def test_keys_of_before_stay_secret(tmp_path: Path) -> None:
    """Older keys stay on the list of secrets, since a server may echo them."""
    command = counting(tmp_path, "key-one", "key-two")
    key = CommandKey(command, provider="openai", headers_of=lambda key: {"Authorization": key})
    assert key.secrets == ()
    assert await key.renewed(await key.headers())
    assert set(key.secrets) == {"key-one", "key-two"}


TOKEN = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJub2JvZHkifQ.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("provider", "key", "header", "sent"),
    [
        ("azure", TOKEN, "authorization", f"Bearer {TOKEN}"),
        ("anthropic", TOKEN, "x-api-key", TOKEN),
        ("vertex", "ya29.token", "authorization", "Bearer ya29.token"),
    ],
)
async def test_an_access_token_is_sent_as_one(provider: str, key: str, header: str, sent: str) -> None:
    """Azure takes a key in its own header and an Entra token as a bearer; other providers have one header."""
    with keyed_server(text="Fine.") as server:
        settings = Settings(base_urls={provider: server.root}, key_commands={provider: printing(key)}, max_attempts=1)
        async with open_backend(f"{provider}:m", settings) as backend:
            await backend.complete(ASKED)
    headers = {name.lower(): value for name, value in server.requests[0].headers.items()}
    assert headers[header] == sent
    assert sum(key in value for value in headers.values()) == 1


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("handed_back", [False, True])
def test_a_key_of_a_command_stands_in_nothing_that_is_kept(
    handed_back: bool, folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run file, the cache, `config show` and the terminal never contain it, even if a model repeats it."""
    text = answer(CABLES, f"{VEHICLES} {KEY}") if handed_back else answer(CABLES, VEHICLES)
    with keyed_server(text=text) as server:
        config = folder / "config.toml"
        config.write_text(
            f'base_urls = {{ openai = "{server.root}/v1" }}\n'
            f"key_commands = {{ openai = {json.dumps(printing(KEY))} }}\n",
            encoding="utf-8",
        )
        monkeypatch.setenv(FILE_VARIABLE, str(config))
        monkeypatch.setenv("SUMMARISE_CACHE", "true")
        code = run(["bridge.txt", "--json", "--model", "openai:m", "--save", "run.json"])
    assert server.requests[0].headers["Authorization"] == f"Bearer {KEY}"
    assert code in (0, 1)
    assert (folder / "run.json").exists()
    told = capsys.readouterr()
    assert run(["config", "show"]) == 0
    shown = capsys.readouterr()
    assert "key_commands.openai" in shown.out
    assert not shows(shown.out + told.err + told.out)
    kept = [path for path in folder.rglob("*") if path.is_file() and path != config]
    assert any(path.suffix == ".sqlite3" for path in kept) or handed_back
    assert not any(shows(path.read_text(encoding="utf-8", errors="replace")) for path in kept)
